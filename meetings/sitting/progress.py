"""The course of a sitting: prepared, opened, recess, adjourned."""

from __future__ import annotations

import json

from meetings.errors import Refusal
from meetings.sitting.agenda import start_item_clock, stop_item_clock
from meetings.sitting.brief import Brief, Delegate, Item, Site
from meetings.sitting.commands import Empty, Open, Recess
from meetings.sitting.events import Draft, Event, Json, Payload
from meetings.sitting.recording import end
from meetings.sitting.registry import Context, decides, folds, listed, whole, words
from meetings.sitting.state import Attendance, ItemState, Phase, SiteState, State


def prepare(context: Context, brief: Brief) -> list[Draft]:
    """Freeze the brief into the record: whole as one text, so that its names can be erased, and its ids in clear."""
    text = context.text(brief.model_dump_json())
    sites: list[Json] = [one.site for one in brief.sites]
    delegates: list[Json] = [
        {"delegate": one.delegate, "person": one.person, "site": one.site, "votes": int(one.votes)}
        for one in brief.delegates
    ]
    items: list[Json] = [one.item for one in brief.items]
    return [
        Draft(
            "sitting.prepared",
            {
                "brief": text,
                "revision": brief.revision,
                "sites": sites,
                "delegates": delegates,
                "items": items,
                "chair": brief.chair,
                "secretary": brief.secretary,
            },
        )
    ]


@folds("sitting.prepared")
def _prepared(state: State, event: Event) -> None:
    source = state.texts.get(words(event.payload["brief"]))
    if source is not None:
        state.brief = Brief.model_validate(json.loads(source))
    elif state.brief is None:
        state.brief = _erased_brief(state, event.payload)
    brief = state.setup
    state.chair = state.chair if state.opened_at else brief.chair
    state.secretary = brief.secretary
    for site in brief.sites:
        state.sites.setdefault(site.site, SiteState())
    for delegate in brief.delegates:
        state.attendance.setdefault(delegate.delegate, Attendance())
    for item in brief.items:
        state.items.setdefault(item.item, ItemState())
    if not state.opened_at:
        state.sites = {one.site: state.sites[one.site] for one in brief.sites}
        state.attendance = {one.delegate: state.attendance[one.delegate] for one in brief.delegates}
        state.items = {one.item: state.items[one.item] for one in brief.items}


def _erased_brief(state: State, payload: Payload) -> Brief:
    """What is left of a brief whose text was erased: ids, and nothing that names people or things."""
    seats = _objects(payload["delegates"])
    return Brief(
        meeting=state.meeting,
        title="",
        starts_at=0,
        ends_at=0,
        chair=words(payload["chair"]),
        secretary=words(payload["secretary"]),
        sites=tuple(Site(site=one, name="") for one in listed(payload["sites"])),
        delegates=tuple(
            Delegate(
                delegate=words(one["delegate"]),
                person=words(one["person"]),
                site=words(one["site"]),
                votes=bool(one["votes"]),
                name="",
            )
            for one in seats
        ),
        items=tuple(Item(item=one, title="") for one in listed(payload["items"])),
    )


def _objects(payload: Json) -> list[Payload]:
    return [one for one in payload if isinstance(one, dict)] if isinstance(payload, list) else []


@decides("sitting.open")
def _open(context: Context, command: Open) -> list[Draft]:
    state = context.state
    other = state.setup.waits_for
    if other and not command.anyway:
        raise Refusal(
            "sitting.waits",
            f"Cuộc họp “{other}” ở cùng điểm cầu chưa kết thúc. Hãy chờ, hoặc xác nhận khai mạc ngay.",
            meeting=other,
        )
    if not state.quorum_met():
        numerator, denominator = state.rules.quorum or (0, 1)
        raise Refusal(
            "sitting.quorum",
            f"Chưa đủ điều kiện họp: có mặt {state.present_members()}/{state.rules.members} thành viên, "
            f"cần ít nhất {numerator}/{denominator}. Hãy hoàn tất điểm danh rồi khai mạc.",
            present=state.present_members(),
            members=state.rules.members,
        )
    places: list[Json] = [
        {"site": site, "endpoint": state.place(site).endpoint}
        for site in sorted(state.sites)
        if state.place(site).connected
    ]
    return [
        Draft(
            "sitting.opened",
            {
                "members": state.rules.members,
                "present": state.present_members(),
                "places": places,
                "headcount": sum(one.headcount for one in state.sites.values()),
            },
        )
    ]


@folds("sitting.opened")
def _opened(state: State, event: Event) -> None:
    state.phase = Phase.IN_SESSION
    state.opened_at = event.at
    for place in _objects(event.payload.get("places", [])):
        site = state.sites[words(place["site"])]
        site.connected, site.endpoint, site.since = True, words(place["endpoint"]), event.at


@decides("sitting.recess")
def _recess(context: Context, command: Recess) -> list[Draft]:
    return [
        *_end_turns(context),
        Draft(
            "sitting.recessed",
            {"until": context.now + command.minutes * 60_000, "resume": int(command.resume)},
        ),
    ]


def _end_turns(context: Context) -> list[Draft]:
    return [Draft("floor.released", {"turn": turn.id, "cause": "sitting"}) for turn in context.state.turns.values()]


@folds("sitting.recessed")
def _recessed(state: State, event: Event) -> None:
    stop_item_clock(state, event.at)
    state.phase = Phase.RECESS
    state.recess_until = whole(event.payload["until"])
    state.recess_resumes = bool(event.payload.get("resume", 0))


@decides("sitting.resume")
def _resume(context: Context, _: Empty) -> list[Draft]:
    if not context.state.quorum_met():
        raise Refusal("sitting.quorum", "Chưa đủ điều kiện họp tiếp: chưa đủ số thành viên có mặt theo quy định.")
    return [Draft("sitting.resumed", {"present": context.state.present_members()})]


def end_recess(context: Context, _: str) -> list[Draft]:
    """The recess is over and the chair wanted the sitting to resume by itself (actor `system`)."""
    state = context.state
    over = state.phase is Phase.RECESS and state.recess_resumes and context.now >= state.recess_until
    if not over or not state.quorum_met():
        return []
    return [Draft("sitting.resumed", {"present": state.present_members()})]


@folds("sitting.resumed", "sitting.cleared")
def _resumed(state: State, event: Event) -> None:
    state.phase = Phase.IN_SESSION if state.opened_at else Phase.PREPARING
    state.recess_until, state.recess_resumes = 0, False
    start_item_clock(state, event.at)


@decides("sitting.stop_secret")
def _stop_secret(context: Context, _: Empty) -> list[Draft]:
    state = context.state
    drafts = _end_turns(context)
    if state.presentation:
        drafts.append(Draft("presentation.stopped", {}))
    if state.screen:
        drafts.append(Draft("screen.stopped", {}))
    return [*end(state, "secret"), *drafts, Draft("sitting.stopped", {})]


@folds("sitting.stopped")
def _stopped(state: State, event: Event) -> None:
    stop_item_clock(state, event.at)
    state.phase = Phase.STOPPED


@decides("sitting.clear")
def _clear(context: Context, _: Empty) -> list[Draft]:
    return [Draft("sitting.cleared", {})]


@decides("sitting.adjourn")
def _adjourn(context: Context, _: Empty) -> list[Draft]:
    state = context.state
    ballot = state.open_ballot()
    if ballot:
        raise Refusal(
            "ballot.open", "Đang có biểu quyết mở. Hãy đóng hoặc hủy biểu quyết rồi bế mạc.", ballot=ballot.id
        )
    drafts = _end_turns(context)
    if state.presentation:
        drafts.append(Draft("presentation.stopped", {}))
    if state.screen:
        drafts.append(Draft("screen.stopped", {}))
    return [*end(state, "sitting"), *drafts, Draft("sitting.adjourned", {})]


@folds("sitting.adjourned")
def _adjourned(state: State, event: Event) -> None:
    stop_item_clock(state, event.at)
    if state.current_item:
        state.items[state.current_item].status = "done"
    state.phase = Phase.ADJOURNED
    state.adjourned_at = event.at
    state.queue.clear()
