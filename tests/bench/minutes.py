"""Drafting and rendering the minutes of a sitting with 5,000 events: one JSON line per figure."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from meetings.minutes.draft import assemble
from meetings.minutes.layout import render
from meetings.sitting import roll_call
from meetings.sitting.actors import SYSTEM_ACTOR
from tests.unit.minutes.played import Played

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


def best(run: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs, in milliseconds."""
    took = []
    for _ in range(times):
        before = time.perf_counter()
        run()
        took.append(time.perf_counter() - before)
    return round(min(took) * 1000, 1)


def main() -> None:
    sources = long_sitting().sources()
    content = assemble(sources)
    pages = render(content).pages
    events = len(sources.events)
    print(json.dumps({"bench": "minutes.draft", "events": events, "ms": best(lambda: assemble(sources))}))
    print(
        json.dumps({"bench": "minutes.render", "events": events, "pages": pages, "ms": best(lambda: render(content))})
    )


if __name__ == "__main__":
    main()
