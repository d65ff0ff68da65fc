"""The draft of minutes: a projection of the record. Pure: everything it reads is handed in.

The events are folded by the sitting's own rules (`meetings.sitting.decide.apply`), so the draft says
what the room saw; every line keeps the numbers of the events that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from meetings.minutes import wording
from meetings.minutes.content import (
    Absence,
    BallotResult,
    Choice,
    ItemMinutes,
    Letterhead,
    Line,
    MinutesContent,
    Officer,
    SiteAttendance,
    Speaker,
    TaskLine,
    normalised,
)
from meetings.sitting.decide import apply
from meetings.sitting.events import Event
from meetings.sitting.registry import whole, words
from meetings.sitting.state import State


@dataclass(frozen=True, slots=True)
class Sources:
    """What a draft is made from: the record, its texts and notes, and the unit's letterhead of that day."""

    meeting: str
    events: Sequence[Event]
    texts: Mapping[str, str] = field(default_factory=dict)
    #: The newest notes of each item.
    notes: Mapping[str, str] = field(default_factory=dict)
    #: The hash of `sitting.adjourned` (of the newest event while the sitting goes on), in hexadecimal.
    head: str = ""
    letterhead: Letterhead = field(default_factory=Letterhead)
    recipients: tuple[str, ...] = ("Như thành phần tham dự",)


@dataclass(slots=True)
class _Item:
    lines: list[Line] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    ballots: list[BallotResult] = field(default_factory=list)
    events: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Gathered:
    """What is collected while the events are folded."""

    state: State
    items: dict[str, _Item] = field(default_factory=dict)
    opening: list[Line] = field(default_factory=list)
    closing: list[Line] = field(default_factory=list)
    sites: dict[str, list[int]] = field(default_factory=dict)
    came: set[str] = field(default_factory=set)
    seats: dict[str, int] = field(default_factory=dict)
    about: dict[str, list[int]] = field(default_factory=dict)  # ballot, conclusion, task, note → events
    officers: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # of every item that was ever on the agenda
    opened: list[int] = field(default_factory=list)
    adjourned: list[int] = field(default_factory=list)

    def item(self, id: str) -> _Item:
        return self.items.setdefault(id, _Item())

    def say(self, event: Event, text: str, item: str | None = None) -> None:
        """A line where the sitting was: in the current item, before the first or after the last."""
        line = Line(text, (event.seq,))
        where = self.state.current_item if item is None else item
        if where:
            self.item(where).lines.append(line)
        else:
            (self.closing if self.items else self.opening).append(line)

    def text(self, id: str) -> str:
        return self.state.texts.get(id, "(đã xóa theo quy định)")


def assemble(sources: Sources) -> MinutesContent:
    """The minutes as the record tells them.

    Raises:
        LookupError: the record holds no `sitting.prepared`.
    """
    found = _Gathered(State(sources.meeting, texts=dict(sources.texts)))
    for event in sources.events:
        apply(found.state, event)
        gather = None if event.redacted else _GATHER.get(event.type)
        if gather:
            gather(found, event)
    state, brief = found.state, found.state.setup
    hub = next((one.name for one in brief.sites if one.site == brief.hub_site), "")
    others = len(brief.sites) - (1 if hub else 0)
    place = hub or sources.letterhead.place
    named = "" if "trung tâm" in place.lower() or not hub else " (điểm cầu trung tâm)"
    return normalised(
        MinutesContent(
            letterhead=sources.letterhead,
            title=brief.title,
            start_at=state.opened_at or brief.starts_at,
            end_at=state.adjourned_at,
            place=f"{place}{named} và {others} điểm cầu trực tuyến" if others > 0 else place,
            chair=_officer(found, state.chair, "chair"),
            secretary=_officer(found, state.secretary, "secretary"),
            kind="Hội nghị" if brief.conference else "Cuộc họp",
            sites=_sites(found),
            opening=tuple(found.opening),
            items=_items(found, sources.notes),
            closing=tuple(found.closing),
            recipients=sources.recipients,
            record_head=sources.head,
            start_events=tuple(found.opened),
            end_events=tuple(found.adjourned),
        )
    )


def _officer(found: _Gathered, person: str, role: str) -> Officer:
    return Officer(
        _person(found.state, person),
        next((one.position for one in found.state.setup.delegates if one.person == person), ""),
        person,
        tuple(found.officers.get(role, ())),
    )


def _person(state: State, person: str) -> str:
    brief = state.setup
    seat = next((one.name for one in brief.delegates if person and one.person == person), "")
    return seat or brief.names.get(person, "")


def _site_name(state: State, site: str) -> str:
    return next((one.name for one in state.setup.sites if one.site == site), "")


def _speaking(state: State, delegate: str, site: str) -> str:
    seat = state.delegate(delegate) if delegate else None
    return seat.name if seat and seat.name else _site_name(state, site)


def _sites(found: _Gathered) -> tuple[SiteAttendance, ...]:
    state, brief = found.state, found.state.setup
    result = []
    seats: dict[str, list[int]] = {}
    for index, one in enumerate(brief.delegates):
        seats.setdefault(one.site, []).append(index)
    for site in brief.sites:
        held = state.sites[site.site]
        people = [brief.delegates[index] for index in seats.get(site.site, [])]
        confirmed = sum(1 for one in people if state.attendance[one.delegate].present)
        chair_id = held.site_chair or next((one.delegate for one in people if one.site_chair), "")
        absences = tuple(
            Absence(
                one.name,
                one.position,
                found.text(seat.reason) if seat.reason else "",
                (found.seats[one.delegate],) if one.delegate in found.seats else (),
            )
            for one in people
            if (seat := state.attendance[one.delegate]).status == "absent"
        )
        result.append(
            SiteAttendance(
                site.name,
                site.site in found.came or bool(held.headcount or confirmed),
                held.headcount or confirmed,
                confirmed,
                _speaking(state, chair_id, "") if chair_id else "",
                absences,
                (
                    *found.sites.get(site.site, ()),
                    *(found.seats[one.delegate] for one in people if one.delegate in found.seats),
                ),
            )
        )
    return tuple(result)


def _items(found: _Gathered, notes: Mapping[str, str]) -> tuple[ItemMinutes, ...]:
    state = found.state
    result = []
    for item in state.setup.items:
        own = found.item(item.item)
        lines = [
            Line(part.strip(), tuple(found.about.get(f"note:{item.item}", ())[-1:]))
            for part in notes.get(item.item, "").split("\n")
            if part.strip()
        ]
        result.append(
            ItemMinutes(
                item.title,
                item.presenter,
                (*own.lines, *lines),
                tuple(own.speakers),
                tuple(own.ballots),
                _conclusions(found, item.item),
                _tasks(found, item.item),
                tuple(own.events),
            )
        )
    rest, tasks = found.items.get(""), _tasks(found, "")
    if tasks or (rest and rest.ballots):
        ballots = tuple(rest.ballots) if rest else ()
        result.append(ItemMinutes("Nội dung khác", ballots=ballots, tasks=tasks))
    return tuple(result)


def _conclusions(found: _Gathered, item: str) -> tuple[Line, ...]:
    return tuple(
        Line(found.text(text), tuple(found.about.get(id, ())))
        for id, (where, text) in found.state.conclusions.items()
        if where == item
    )


def _tasks(found: _Gathered, item: str) -> tuple[TaskLine, ...]:
    return tuple(
        TaskLine(found.text(one.text), found.text(one.assignee), one.due, tuple(found.about.get(one.id, ())))
        for one in found.state.tasks.values()
        if one.item == item
    )


def _by_order(event: Event) -> str:
    return " (thực hiện theo lệnh của chủ trì)" if event.payload.get("by_order") else ""


def _prepared(found: _Gathered, event: Event) -> None:
    found.officers["chair"] = [event.seq]
    found.officers["secretary"] = [event.seq]


def _secretary_replaced(found: _Gathered, event: Event) -> None:
    found.officers.setdefault("secretary", []).append(event.seq)
    new, old = (_person(found.state, words(event.payload[key])) for key in ("to", "from"))
    found.say(event, f"{wording.clock(event.at)}: {new} làm thư ký cuộc họp thay {old}.")


def _agenda_changed(found: _Gathered, event: Event) -> None:
    found.titles |= {one.item: one.title for one in found.state.setup.items}
    title = found.titles.get(words(event.payload["item"]), "").rstrip(".")
    if event.type == "agenda.added":
        found.say(event, f"{wording.clock(event.at)}: Bổ sung vào chương trình nội dung “{title}”.")
    elif event.type == "agenda.removed":
        found.say(event, f"{wording.clock(event.at)}: Đưa nội dung “{title}” ra khỏi chương trình.")


def _opened(found: _Gathered, event: Event) -> None:
    found.titles |= {one.item: one.title for one in found.state.setup.items}
    found.opened.append(event.seq)
    members, present = whole(event.payload["members"]), whole(event.payload["present"])
    quorum = f" Có mặt {present}/{members} thành viên, đủ điều kiện họp." if found.state.rules.quorum else ""
    found.came.update(site for site, held in found.state.sites.items() if held.connected)
    found.say(event, f"{wording.clock(event.at)}: Chủ trì tuyên bố khai mạc{_by_order(event)}.{quorum}")


def _adjourned(found: _Gathered, event: Event) -> None:
    found.adjourned.append(event.seq)
    text = f"{wording.clock(event.at)}: Chủ trì tuyên bố bế mạc{_by_order(event)}."
    found.closing.append(Line(text, (event.seq,)))


def _paused(found: _Gathered, event: Event) -> None:
    text = {
        "sitting.recessed": "Chủ trì cho tạm nghỉ",
        "sitting.resumed": "Cuộc họp tiếp tục",
        "sitting.stopped": "Dừng truyền hình ảnh, âm thanh theo quy định về bảo vệ bí mật nhà nước",
        "sitting.cleared": "Tiếp tục truyền hình ảnh, âm thanh",
    }[event.type]
    found.say(event, f"{wording.clock(event.at)}: {text}{_by_order(event)}.")


def _handed_over(found: _Gathered, event: Event) -> None:
    found.officers.setdefault("chair", []).append(event.seq)
    name = _person(found.state, found.state.chair)
    found.say(event, f"{wording.clock(event.at)}: Quyền chủ trì được chuyển cho {name}.")


def _site(found: _Gathered, event: Event) -> None:
    site = words(event.payload["site"])
    if event.type in ("site.reported", "roll_call.list_accepted"):
        found.sites.setdefault(site, []).append(event.seq)
    elif found.state.opened_at:
        found.came.add(site)


def _marked(found: _Gathered, event: Event) -> None:
    found.seats[words(event.payload["delegate"])] = event.seq


def _advanced(found: _Gathered, event: Event) -> None:
    to = words(event.payload["to"])
    if to:
        found.item(to).events.append(event.seq)


def _skipped(found: _Gathered, event: Event) -> None:
    reason = found.text(words(event.payload["reason"]))
    found.say(event, f"Không tiến hành nội dung này. Lý do: {reason.rstrip('.')}.", words(event.payload["item"]))


def _granted(found: _Gathered, event: Event) -> None:
    state, site = found.state, words(event.payload["site"])
    delegate = words(event.payload["delegate"])
    speaker = Speaker(
        _speaking(state, delegate, site),
        _site_name(state, site),
        event.at,
        words(event.payload["slot"]) == "floor",
        (event.seq,),
    )
    if state.current_item:
        found.item(state.current_item).speakers.append(speaker)
    else:
        found.say(event, f"{wording.speaker(speaker)}.")


def _ballot(found: _Gathered, event: Event) -> None:
    ballot = found.state.ballots[words(event.payload["ballot"])]
    events = found.about.setdefault(ballot.id, [])
    events.append(event.seq)
    where = ballot.item or found.state.current_item
    if event.type == "ballot.cancelled":
        if ballot.opened_at:
            reason = found.text(words(event.payload["reason"])).rstrip(".")
            text = f"Hủy biểu quyết “{found.text(ballot.question).rstrip('.')}”. Lý do: {reason}."
            found.say(event, text, where)
    elif event.type == "ballot.closed":
        choices = zip(ballot.choices, ballot.totals, strict=True)
        found.item(where).ballots.append(
            BallotResult(
                found.text(ballot.question),
                tuple(Choice(name, total) for name, total in choices),
                ballot.members,
                ballot.present,
                whole(event.payload["voted"]),
                bool(ballot.passed),
                ballot.rule,
                ballot.secret,
                tuple(events),
            )
        )


def _about(key: str) -> Callable[[_Gathered, Event], None]:
    def gather(found: _Gathered, event: Event) -> None:
        found.about.setdefault(words(event.payload[key]), []).append(event.seq)

    return gather


def _note(found: _Gathered, event: Event) -> None:
    found.about.setdefault(f"note:{words(event.payload['item'])}", []).append(event.seq)


_GATHER: dict[str, Callable[[_Gathered, Event], None]] = {
    "sitting.prepared": _prepared,
    "sitting.opened": _opened,
    "sitting.recessed": _paused,
    "sitting.resumed": _paused,
    "sitting.stopped": _paused,
    "sitting.cleared": _paused,
    "sitting.adjourned": _adjourned,
    "chair.handed_over": _handed_over,
    "secretary.replaced": _secretary_replaced,
    "agenda.added": _agenda_changed,
    "agenda.changed": _agenda_changed,
    "agenda.removed": _agenda_changed,
    "site.connected": _site,
    "site.taken_over": _site,
    "site.reported": _site,
    "roll_call.list_accepted": _site,
    "roll_call.marked": _marked,
    "agenda.advanced": _advanced,
    "agenda.skipped": _skipped,
    "floor.granted": _granted,
    "ballot.prepared": _ballot,
    "ballot.opened": _ballot,
    "ballot.closed": _ballot,
    "ballot.cancelled": _ballot,
    "conclusion.recorded": _about("conclusion"),
    "task.assigned": _about("task"),
    "note.recorded": _note,
}
