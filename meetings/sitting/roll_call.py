"""Who is there: sites in the room, people in the hall, and what the secretary accepts."""

from __future__ import annotations

from meetings.errors import Forbidden, NotFound, Refusal
from meetings.sitting.actors import SittingRole
from meetings.sitting.commands import Claim, ConfirmMany, Mark, SiteRef, SiteReport
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, decides, folds, stale, whole, words
from meetings.sitting.state import Attendance, State

#: Between two take-overs of one site's place, in ms.
TAKE_OVER_PAUSE = 60_000
#: A name claimed on a hall's device lapses where nobody confirmed it within this time of the sitting, in ms.
CLAIM_LAPSE = 30 * 60_000


def connect(context: Context, site: str, endpoint: str) -> list[Draft]:
    """A site's room endpoint came to hold the site's place (actor `system`)."""
    held = context.state.place(site)
    if held.connected and held.endpoint == endpoint:
        return []
    return [Draft("site.connected", {"site": site, "endpoint": endpoint})]


def disconnect(context: Context, site: str, endpoint: str) -> list[Draft]:
    """A site's endpoint stayed away longer than a flap (actor `system`)."""
    held = context.state.place(site)
    if not held.connected or held.endpoint != endpoint:
        return []
    return [Draft("site.disconnected", {"site": site})]


def take_over(context: Context, site: str, endpoint: str, by: str = "") -> list[Draft]:
    """Another endpoint takes the place of a site that somebody holds; the floor stays with the site.

    `by`: the technician who lets it, where it does not take the place itself.

    Raises:
        Refusal: the place moved within the last minute.
    """
    held = context.state.place(site)
    if held.taken_over_at and context.now - held.taken_over_at < TAKE_OVER_PAUSE:
        raise Refusal("site.take_over_pause", "Vị trí của điểm cầu vừa được chuyển. Hãy đợi một phút rồi thử lại.")
    return [Draft("site.taken_over", {"site": site, "endpoint": endpoint, "from": held.endpoint, "by": by})]


def take_home(context: Context, epoch: int, server: str) -> list[Draft]:
    """A server became the meeting's home: everybody counts as absent since now and graces start afresh."""
    return [Draft("home.taken", {"epoch": epoch, "server": server})]


@folds("home.taken")
def _home_taken(state: State, event: Event) -> None:
    for site in state.sites.values():
        site.connected = False
        site.since = event.at
    for turn in state.turns.values():
        turn.lost_at = turn.lost_at or event.at


@folds("site.connected", "site.taken_over")
def _connected(state: State, event: Event) -> None:
    site = words(event.payload["site"])
    held = state.sites[site]
    held.connected = True
    held.endpoint = words(event.payload["endpoint"])
    held.since = event.at
    if event.type == "site.taken_over":
        held.taken_over_at = event.at
    for turn in state.turns.values():
        if turn.site == site:
            turn.lost_at = 0


@folds("site.disconnected")
def _disconnected(state: State, event: Event) -> None:
    site = words(event.payload["site"])
    state.sites[site].connected = False
    state.sites[site].since = event.at
    for turn in state.turns.values():
        if turn.site == site:
            turn.lost_at = event.at
            turn.microphone = False


@decides("site.report")
def _report(context: Context, command: SiteReport) -> list[Draft]:
    state = context.state
    _own_site(context, command.site, SittingRole.SECRETARY)
    chair = state.delegate(command.site_chair) if command.site_chair else None
    if command.site_chair and (chair is None or chair.site != command.site):
        raise NotFound("participant.unknown", "Người chủ trì điểm cầu phải là đại biểu của điểm cầu.")
    return [
        Draft(
            "site.reported",
            {"site": command.site, "headcount": command.headcount, "site_chair": command.site_chair},
        )
    ]


def _own_site(context: Context, site: str, *anywhere: SittingRole) -> None:
    if site not in context.state.sites:
        raise NotFound("site.unknown", "Điểm cầu này không có trong cuộc họp.")
    if context.actor.site != site and context.actor.roles.isdisjoint(anywhere):
        raise Forbidden("permission.site", "Quý vị chỉ thực hiện được việc này cho điểm cầu của mình.")


@folds("site.reported")
def _reported(state: State, event: Event) -> None:
    held = state.sites[words(event.payload["site"])]
    held.headcount = whole(event.payload["headcount"])
    held.site_chair = words(event.payload["site_chair"])


def _seat(state: State, delegate: str) -> Attendance:
    seat = state.attendance.get(delegate)
    if seat is None:
        raise NotFound("participant.unknown", "Đại biểu này không có trong thành phần cuộc họp.")
    return seat


@decides("roll_call.claim")
def _claim(context: Context, command: Claim) -> list[Draft]:
    state, actor = context.state, context.actor
    seat, found = _seat(state, command.delegate), state.delegate(command.delegate)
    if found is None or found.site != actor.site:
        raise Forbidden("permission.site", "Quý vị chỉ nhận được tên trong danh sách của điểm cầu mình.")
    if actor.delegate and actor.delegate != command.delegate:
        raise Forbidden("roll_call.other_name", "Tài khoản hoặc thiết bị này đã gắn với một đại biểu khác.")
    if found.person and found.person != actor.id and actor.own_account:
        raise Forbidden("roll_call.other_name", "Tài khoản của quý vị không phải của đại biểu này.")
    if seat.present and seat.device == actor.device:
        raise stale("Quý vị đã được xác nhận điểm danh.", status=seat.status)
    code = f"{int.from_bytes(context.new_salt()[:4], 'big') % 100:02d}"
    return [
        Draft(
            "roll_call.claimed",
            {
                "delegate": command.delegate,
                "device": actor.device,
                "code": code,
                "own_account": int(actor.own_account),
            },
        )
    ]


@folds("roll_call.claimed")
def _claimed(state: State, event: Event) -> None:
    state.attendance[words(event.payload["delegate"])] = Attendance(
        status="claimed",
        device=words(event.payload["device"]),
        code=words(event.payload["code"]),
        own_account=bool(event.payload["own_account"]),
        at=event.at,
    )


@decides("roll_call.confirm_at_site")
def _confirm_at_site(context: Context, command: Claim) -> list[Draft]:
    seat, found = _seat(context.state, command.delegate), context.state.delegate(command.delegate)
    _own_site(context, found.site if found else "")
    if seat.status != "claimed":
        raise stale("Đại biểu này không chờ xác nhận tại điểm cầu.", status=seat.status)
    return [Draft("roll_call.confirmed_at_site", {"delegate": command.delegate})]


@folds("roll_call.confirmed_at_site")
def _confirmed_at_site(state: State, event: Event) -> None:
    state.attendance[words(event.payload["delegate"])].status = "confirmed_at_site"


@decides("roll_call.accept_list")
def _accept_list(context: Context, command: SiteRef) -> list[Draft]:
    state = context.state
    _own_site(context, command.site, SittingRole.SECRETARY)
    here = "in_person" if command.site == state.setup.hub_site else "online"
    people = [
        one.delegate
        for one in state.setup.delegates
        if one.site == command.site and state.attendance[one.delegate].status == "confirmed_at_site"
    ]
    marks = [_marked(one, here) for one in people]
    return [*marks, Draft("roll_call.list_accepted", {"site": command.site})]


def _marked(delegate: str, status: str) -> Draft:
    return Draft("roll_call.marked", {"delegate": delegate, "status": status})


@folds("roll_call.list_accepted")
def _list_accepted(state: State, event: Event) -> None:
    state.sites[words(event.payload["site"])].accepted = True


@decides("roll_call.mark")
def _mark(context: Context, command: Mark) -> list[Draft]:
    seat = _seat(context.state, command.delegate)
    if seat.status == command.status:
        raise stale("Điểm danh của đại biểu đã như vậy.", status=seat.status)
    draft = _marked(command.delegate, command.status)
    if command.reason:
        draft.payload["reason"] = context.text(command.reason)
    return [draft]


@decides("roll_call.confirm_many")
def _confirm_many(context: Context, command: ConfirmMany) -> list[Draft]:
    state = context.state
    drafts = []
    for delegate in dict.fromkeys(command.delegates):
        seat, found = _seat(state, delegate), state.delegate(delegate)
        if not seat.own_account or seat.status not in ("claimed", "confirmed_at_site") or found is None:
            raise Refusal(
                "roll_call.not_own_account",
                "Chỉ xác nhận hàng loạt được những đại biểu đăng nhập bằng tài khoản của mình.",
                delegate=delegate,
            )
        drafts.append(_marked(delegate, "in_person" if found.site == state.setup.hub_site else "online"))
    return drafts


@folds("roll_call.marked")
def _marked_event(state: State, event: Event) -> None:
    seat = state.attendance[words(event.payload["delegate"])]
    seat.status = words(event.payload["status"])
    seat.reason = words(event.payload.get("reason", ""))
    seat.at = event.at


def lapses_at(state: State, seat: Attendance) -> int:
    """When an unconfirmed claim lapses; 0 where it does not (own accounts wait for as long as it takes)."""
    if seat.status != "claimed" or seat.own_account or not state.opened_at:
        return 0
    return max(seat.at, state.opened_at) + CLAIM_LAPSE


def lapse(context: Context, delegate: str) -> list[Draft]:
    """Nobody confirmed the claim in time: the name is free again (actor `system`)."""
    seat = context.state.attendance.get(delegate)
    if seat is None or not 0 < lapses_at(context.state, seat) <= context.now:
        return []
    return [Draft("roll_call.lapsed", {"delegate": delegate})]


@folds("roll_call.lapsed")
def _lapsed(state: State, event: Event) -> None:
    state.attendance[words(event.payload["delegate"])] = Attendance(at=event.at)
