"""Drafting minutes from 5,000 events, and rendering 5, 20, 100 pages beside bare reportlab: a JSON line a figure."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from functools import partial
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate
from reportlab.platypus.flowables import Flowable
from reportlab.platypus.tables import TableStyle

from meetings.layout.page import BOTTOM, LEFT, RIGHT, TOP, Grid, Words
from meetings.layout.typeface import REGULAR, register_fonts
from meetings.minutes.content import MinutesContent
from meetings.minutes.draft import assemble
from meetings.minutes.layout import render, story
from meetings.sitting import roll_call
from meetings.sitting.actors import SYSTEM_ACTOR
from tests.unit.minutes.played import Played
from tests.unit.minutes.samples import sample

EVENTS = 5_000


def long_sitting() -> Played:
    """A sitting in which the floor changes until the record has `EVENTS` events."""
    sitting = Played()
    sitting.keep("system", roll_call.connect(sitting.context(SYSTEM_ACTOR), "s2", "e"), [])
    for delegate, status in (("d1", "in_person"), ("d3", "online")):
        sitting.say("p-secretary", "roll_call.mark", delegate=delegate, status=status)
    sitting.say("p-secretary", "sitting.open")
    sitting.say("p-chair", "agenda.advance", **{"from": "", "to": "i1"})
    holder = ""
    while sitting.last.seq < EVENTS:
        sitting.say("p-chair", "floor.invite", site="s2", delegate="d3", holder=holder)
        holder = sitting.state.turns["speaker"].id
    return sitting


def best(run: Callable[[], object], times: int = 5) -> float:
    """The least processor time of some runs, in milliseconds: others at work on the machine do not count."""
    took = []
    for _ in range(times):
        before = time.process_time()
        run()
        took.append(time.process_time() - before)
    return round(min(took) * 1000, 1)


_GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "Tinos", 13)])


def bare(content: MinutesContent) -> bytes:
    """The same paragraphs and tables by reportlab alone: no head, stamps, tags, outline or PDF/A."""
    register_fonts()
    flowables: list[Flowable] = []
    for one in story(content, {}):
        if isinstance(one, Words):
            flowables.append(Paragraph(escape(one.plain), one.style))
        elif isinstance(one, Grid):
            rows = [[Paragraph(escape(cell.plain), cell.style) for cell in row] for row in one._cellvalues]
            table = LongTable(rows, one._colWidths, repeatRows=1)
            table.setStyle(
                TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), REGULAR, 13)])
            )
            flowables.append(table)
    target = io.BytesIO()
    margins = {"leftMargin": LEFT, "rightMargin": RIGHT, "topMargin": TOP, "bottomMargin": BOTTOM}
    SimpleDocTemplate(target, pagesize=A4, initialFontName=REGULAR, **margins).build(flowables)
    return target.getvalue()


#: Sizes of the documents: sites, items, lines an item; chosen to give about 5, 20 and 100 pages.
SIZES = ((25, 3, 3), (60, 14, 8), (215, 42, 16))


def main() -> None:
    sources = long_sitting().sources()
    events = len(sources.events)
    print(json.dumps({"bench": "minutes.draft", "events": events, "cpu_ms": best(lambda: assemble(sources))}))
    for sites, items, lines in SIZES:
        content = sample(sites, items, lines)
        pages = render(content).pages
        ours, theirs = best(partial(render, content)), best(partial(bare, content))
        figures = {"pages": pages, "cpu_ms": ours, "bare_reportlab_cpu_ms": theirs, "ratio": round(ours / theirs, 2)}
        print(json.dumps({"bench": "minutes.render", **figures}))


if __name__ == "__main__":
    main()
