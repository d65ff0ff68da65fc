"""The excerpt inside signed minutes: who signs, and what is printed, each line with the events that it rests on.

It names events by number and hash alone; the full record stays in the evidence package.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from meetings.minutes import wording
from meetings.minutes.content import Attested, Events, Line, MinutesContent, Officer, SiteAttendance, normalised

#: Names the format of the file for programs.
FORMAT = "diemcau-excerpt-1"
Printed = Iterator[tuple[str, Events]]


def excerpt(content: MinutesContent, hashes: Mapping[int, str]) -> bytes:
    """The excerpt of `content` as JSON; `hashes` are the record's, in hexadecimal by event number."""
    lines = [(text, events) for text, events in _printed(normalised(content)) if text.strip() and events]
    cited = sorted({seq for _, events in lines for seq in events if seq in hashes})
    found = {
        "format": FORMAT,
        "title": content.title,
        "record_head": content.record_head,
        "signers": list(_signers(content)),
        "lines": [{"text": text, "events": sorted(events)} for text, events in lines],
        "events": [{"seq": seq, "hash": hashes[seq]} for seq in cited],
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _signers(content: MinutesContent) -> Iterator[dict[str, str]]:
    """Who signs in which role; who attests names in whose place, by whose decision and why."""
    instead: dict[str, Attested] = {one.role: one for one in content.attested}
    for role, officer in (("secretary", content.secretary), ("chair", content.chair)):
        found = instead.get(role)
        if found is None:
            yield {"role": role, "name": officer.name}
        else:
            by = f"{found.by_position} {found.by_name}".strip()
            told = {"name": found.name, "instead_of": officer.name, "by": by, "reason": found.reason.rstrip(".")}
            yield {"role": role, **told}


def _printed(content: MinutesContent) -> Printed:
    yield wording.moment(content.start_at), content.start_events
    yield from _lines(content.attendance)
    for site in content.sites:
        yield _site(site), site.events
    for who in (content.chair, content.secretary):
        yield _officer(who), who.events
    yield from _lines(content.opening)
    for item in content.items:
        yield item.title, item.events
        yield from _lines(item.lines)
        for speaker in item.speakers:
            yield wording.speaker(speaker), speaker.events
        for ballot in item.ballots:
            yield wording.ballot(ballot), ballot.events
        yield from _lines(item.conclusions)
        for task in item.tasks:
            yield wording.task(task), task.events
    yield from _lines(content.closing)
    if content.end_at:
        yield wording.moment(content.end_at), content.end_events


def _lines(lines: tuple[Line, ...]) -> Printed:
    for one in lines:
        yield one.text, one.events


def _site(site: SiteAttendance) -> str:
    return f"{site.name}: {wording.thousands(site.headcount)}" if site.present else site.name


def _officer(who: Officer) -> str:
    return f"{who.name}, {who.position}" if who.position else who.name
