"""What a letter says before anybody edits it. Pure: the meeting, its minutes and the unit's template are handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from meetings.calendar.tables import Urgency
from meetings.ids import local_time
from meetings.layout.letterhead import Letterhead, day
from meetings.letters.content import Invitation, Kind, Notice, Section
from meetings.letters.templates import Template
from meetings.minutes.content import Line, MinutesContent
from meetings.minutes.wording import thousands

#: Up to this many sites are invited a line each; more are named together, by their group.
SITES_IN_LINES = 12


@dataclass(frozen=True, slots=True)
class Called:
    """The meeting as the calendar knows it. `sites` are `(group, name)` in the directory's order."""

    title: str
    starts_at: int
    place: str
    chair: str
    urgency: Urgency
    sites: tuple[tuple[str, str], ...]
    guests: tuple[str, ...] = ()


def letterhead_for(kind: Kind, letterhead: Letterhead) -> Letterhead:
    """The unit's letterhead with the symbol of `kind` (`TB-UBND`) and no number."""
    _, dash, group = letterhead.symbol.partition("-")
    return replace(letterhead, symbol=f"{kind}{dash}{group}", number="")


def draft_notice(minutes: MinutesContent, called: Called, letterhead: Letterhead, template: Template) -> Notice:
    """The notice of what was concluded, from the minutes."""
    when = day(local_time(minutes.start_at))
    chair = ", ".join(filter(None, [minutes.chair.name, minutes.chair.position]))
    opening = template.opening or (
        f"{when.capitalize()}, {chair} chủ trì {_lowered(minutes.title)}. Sau khi nghe báo cáo và ý kiến của các đại "
        "biểu, chủ trì kết luận như sau:"
    )
    return Notice(
        letterhead=letterhead_for(Kind.NOTICE, letterhead),
        abstract=f"Kết luận tại {_lowered(minutes.title)}",
        opening=opening,
        at=minutes.end_at or minutes.start_at,
        sections=tuple(
            Section(item.title, item.conclusions, item.tasks)
            for item in minutes.items
            if item.conclusions or item.tasks
        ),
        closing=template.closing,
        urgency=called.urgency,
        signatory=template.signatory,
        recipients=template.recipients or tuple(name for _, name in called.sites),
        archive=template.archive,
    )


def draft_invitation(called: Called, letterhead: Letterhead, template: Template) -> Invitation:
    """The invitation to a meeting of the calendar."""
    return Invitation(
        letterhead=letterhead_for(Kind.INVITATION, letterhead),
        abstract=f"Dự {_lowered(called.title)}",
        host=template.host or letterhead.issuing,
        invited=(*_invited(called.sites), *called.guests),
        meeting=_lowered(called.title),
        chair=called.chair,
        start_at=called.starts_at,
        place=called.place,
        remarks=(Line(template.closing),) if template.closing else (),
        urgency=called.urgency,
        signatory=template.signatory,
        recipients=template.recipients or ("Như trên",),
        archive=template.archive,
    )


def _invited(sites: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    if len(sites) <= SITES_IN_LINES:
        return tuple(name for _, name in sites)
    groups: dict[str, list[str]] = {}
    for group, name in sites:
        groups.setdefault(group, []).append(name)
    # A line holds 500 characters: more names than that fit are counted.
    lines = []
    for names in groups.values():
        line = f"{thousands(len(names))} điểm cầu: {', '.join(names)}"
        while len(line) > 480:
            cut = line.rindex(", ", 0, 480)
            lines.append(line[:cut])
            line = line[cut + 2 :]
        lines.append(line)
    return tuple(lines)


def _lowered(title: str) -> str:
    """`hội nghị …` within a sentence for a title that begins with a common word."""
    first = title.split(" ", 1)[0]
    return title[:1].lower() + title[1:] if first in ("Hội", "Phiên", "Cuộc", "Họp") else title
