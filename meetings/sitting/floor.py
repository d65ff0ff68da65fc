"""The floor: hands in the server's order, one speaker, points of order, microphones.

States of a request follow BFCP (RFC 8855): pending in the queue, granted as a turn, then released or revoked.
"""

from __future__ import annotations

from meetings.errors import Forbidden, NotFound, Refusal
from meetings.sitting.actors import SittingRole
from meetings.sitting.commands import (
    Empty,
    FloorExtend,
    FloorGrant,
    FloorInvite,
    FloorMove,
    FloorRequest,
    FloorTime,
    RequestRef,
    SiteRef,
    TurnRef,
)
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, decides, folds, stale, whole, words
from meetings.sitting.state import Request, State, Turn

#: How long a holder whose connection is lost keeps the floor, in ms.
GRACE = 30_000


@decides("floor.request")
def _request(context: Context, command: FloorRequest) -> list[Draft]:
    state, actor = context.state, context.actor
    if not actor.site:
        raise Refusal("floor.no_site", "Quý vị cần ở tại một điểm cầu để đăng ký phát biểu.")
    if any(_same(one.site, one.delegate, actor.site, actor.delegate) for one in state.queue):
        raise stale("Quý vị đã đăng ký phát biểu và đang chờ.")
    if any(_same(one.site, one.delegate, actor.site, actor.delegate) for one in state.turns.values()):
        raise stale("Quý vị đang có quyền phát biểu.")
    return [
        Draft(
            "floor.requested",
            {
                "request": context.new_id(),
                "site": actor.site,
                "delegate": actor.delegate,
                "kind": command.kind,
            },
        )
    ]


def _same(site: str, delegate: str, other_site: str, other_delegate: str) -> bool:
    return site == other_site and delegate == other_delegate


@folds("floor.requested")
def _requested(state: State, event: Event) -> None:
    request = Request(
        words(event.payload["request"]),
        words(event.payload["site"]),
        words(event.payload["delegate"]),
        words(event.payload["kind"]),
        event.at,
    )
    if request.kind == "point_of_order":
        ahead = sum(1 for one in state.queue if one.kind == "point_of_order")
        state.queue.insert(ahead, request)
    else:
        state.queue.append(request)


def _pending(state: State, id: str) -> Request:
    for one in state.queue:
        if one.id == id:
            return one
    raise stale("Đăng ký phát biểu này không còn trong danh sách chờ.")


@decides("floor.withdraw")
def _withdraw(context: Context, command: RequestRef) -> list[Draft]:
    request, actor = _pending(context.state, command.request), context.actor
    own = request.site == actor.site and (request.delegate == actor.delegate or SittingRole.ROOM in actor.roles)
    if not own:
        raise Forbidden("floor.not_yours", "Quý vị chỉ hủy được đăng ký phát biểu của mình.")
    return [Draft("floor.withdrawn", {"request": request.id})]


@folds("floor.withdrawn")
def _withdrawn(state: State, event: Event) -> None:
    gone = words(event.payload["request"])
    state.queue = [one for one in state.queue if one.id != gone]


@decides("floor.move")
def _move(context: Context, command: FloorMove) -> list[Draft]:
    _pending(context.state, command.request)
    if command.before:
        _pending(context.state, command.before)
    if command.before == command.request:
        raise stale("Vị trí trong danh sách chờ không thay đổi.")
    return [Draft("floor.moved", {"request": command.request, "before": command.before})]


@folds("floor.moved")
def _moved(state: State, event: Event) -> None:
    moved = _pending(state, words(event.payload["request"]))
    before = words(event.payload["before"])
    rest = [one for one in state.queue if one is not moved]
    place = next((index for index, one in enumerate(rest) if one.id == before), len(rest))
    state.queue = [*rest[:place], moved, *rest[place:]]


@decides("floor.grant")
def _grant(context: Context, command: FloorGrant) -> list[Draft]:
    request = _pending(context.state, command.request)
    slot = "floor" if request.kind == "point_of_order" else "speaker"
    return _give(context, slot, request.site, request.delegate, command.holder, command.seconds, request.id)


@decides("floor.invite")
def _invite(context: Context, command: FloorInvite) -> list[Draft]:
    delegate = context.state.delegate(command.delegate) if command.delegate else None
    if command.delegate and (delegate is None or delegate.site != command.site):
        raise NotFound("participant.unknown", "Đại biểu này không có ở điểm cầu được mời.")
    return _give(context, "speaker", command.site, command.delegate, command.holder, command.seconds)


def _give(
    context: Context, slot: str, site: str, delegate: str, holder: str, seconds: int, request: str = ""
) -> list[Draft]:
    state = context.state
    if site not in state.sites:
        raise NotFound("site.unknown", "Điểm cầu này không có trong cuộc họp.")
    if delegate in state.removed and delegate:
        raise Refusal("participant.removed", "Đại biểu này đã ở ngoài cuộc họp.")
    current = state.turns.get(slot)
    if (current.id if current else "") != holder:
        raise stale(
            "Người có quyền phát biểu đã thay đổi. Hãy xem lại rồi thử lại.",
            holder=current.id if current else "",
        )
    seconds = seconds or state.speaking_seconds
    drafts = []
    if current:
        drafts.append(Draft("floor.released", {"turn": current.id, "cause": "replaced"}))
    payload: dict[str, int | str] = {
        "turn": context.new_id(),
        "slot": slot,
        "site": site,
        "delegate": delegate,
        "ends_at": context.now + seconds * 1000 if seconds else 0,
    }
    if request:
        payload["request"] = request
    return [*drafts, Draft("floor.granted", dict(payload))]


@folds("floor.granted")
def _granted(state: State, event: Event) -> None:
    payload = event.payload
    slot, site = words(payload["slot"]), words(payload["site"])
    state.turns[slot] = Turn(
        words(payload["turn"]),
        slot,
        site,
        words(payload["delegate"]),
        event.at,
        whole(payload["ends_at"]),
        lost_at=0 if state.place(site).connected else event.at,
    )
    request = payload.get("request")
    state.queue = [one for one in state.queue if one.id != request]


def _held(state: State, id: str) -> Turn:
    for turn in state.turns.values():
        if turn.id == id:
            return turn
    raise stale("Lượt phát biểu này đã kết thúc.")


@decides("floor.release")
def _release(context: Context, command: TurnRef) -> list[Draft]:
    turn, actor = _held(context.state, command.turn), context.actor
    if turn.site != actor.site or (turn.delegate != actor.delegate and SittingRole.ROOM not in actor.roles):
        raise Forbidden("floor.not_yours", "Quý vị chỉ kết thúc được lượt phát biểu của mình.")
    return [Draft("floor.released", {"turn": turn.id, "cause": "done"})]


@decides("floor.revoke")
def _revoke(context: Context, command: TurnRef) -> list[Draft]:
    return [Draft("floor.released", {"turn": _held(context.state, command.turn).id, "cause": "revoked"})]


def expire(context: Context, turn: str) -> list[Draft]:
    """The holder's line stayed lost beyond the grace (actor `system`)."""
    held = next((one for one in context.state.turns.values() if one.id == turn), None)
    if held is None or not held.lost_at or context.now - held.lost_at < GRACE:
        return []
    return [Draft("floor.released", {"turn": turn, "cause": "lost"})]


def end_on_time(context: Context, turn: str) -> list[Draft]:
    """The holder's time is over and the chair wanted turns to end then (actor `system`)."""
    held = next((one for one in context.state.turns.values() if one.id == turn), None)
    if held is None or not context.state.release_on_time or not 0 < held.ends_at <= context.now:
        return []
    return [Draft("floor.released", {"turn": turn, "cause": "time"})]


@folds("floor.released")
def _released(state: State, event: Event) -> None:
    gone = words(event.payload["turn"])
    for slot, turn in list(state.turns.items()):
        if turn.id == gone:
            del state.turns[slot]


@decides("floor.extend")
def _extend(context: Context, command: FloorExtend) -> list[Draft]:
    turn = _held(context.state, command.turn)
    ends_at = max(turn.ends_at, context.now) + command.seconds * 1000
    return [Draft("floor.extended", {"turn": turn.id, "ends_at": ends_at})]


@folds("floor.extended")
def _extended(state: State, event: Event) -> None:
    _held(state, words(event.payload["turn"])).ends_at = whole(event.payload["ends_at"])


@decides("floor.set_time")
def _set_time(_: Context, command: FloorTime) -> list[Draft]:
    return [Draft("floor.time_set", {"seconds": command.seconds, "release": int(command.release)})]


@folds("floor.time_set")
def _time_set(state: State, event: Event) -> None:
    state.speaking_seconds = whole(event.payload["seconds"])
    state.release_on_time = bool(event.payload["release"])


def _speaking(context: Context) -> str:
    """The slot in which the actor speaks: their own turn, or the chair's."""
    state, actor = context.state, context.actor
    for turn in state.turns.values():
        own = turn.delegate == actor.delegate or SittingRole.ROOM in actor.roles or not turn.delegate
        if turn.site == actor.site and own:
            return turn.slot
    chairs_room = SittingRole.ROOM in actor.roles and actor.site == state.chair_site()
    if SittingRole.CHAIR in actor.roles or chairs_room:
        return "chair"
    raise Refusal("microphone.no_floor", "Quý vị chưa có quyền phát biểu. Hãy đăng ký phát biểu trước.")


@decides("microphone.open")
def _open_microphone(context: Context, _: Empty) -> list[Draft]:
    return [Draft("microphone.opened", {"slot": _speaking(context)})]


@decides("microphone.close")
def _close_microphone(context: Context, _: Empty) -> list[Draft]:
    return [Draft("microphone.closed", {"slot": _speaking(context)})]


@decides("microphone.mute")
def _mute(context: Context, command: SiteRef) -> list[Draft]:
    slots = [turn.slot for turn in context.state.turns.values() if turn.site == command.site]
    if not slots:
        raise stale("Điểm cầu này không có quyền phát biểu nên micro đã tắt.")
    return [Draft("microphone.muted", {"slot": slot}) for slot in slots]


@decides("microphone.mute_all")
def _mute_all(context: Context, _: Empty) -> list[Draft]:
    return [Draft("microphone.muted", {"slot": slot}) for slot in sorted(context.state.turns)]


@folds("microphone.opened", "microphone.closed", "microphone.muted")
def _microphone(state: State, event: Event) -> None:
    slot, is_open = words(event.payload["slot"]), event.type == "microphone.opened"
    if slot == "chair":
        state.chair_microphone = is_open
    elif slot in state.turns:
        state.turns[slot].microphone = is_open
