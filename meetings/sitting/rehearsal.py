"""The rehearsal (tổng duyệt): before the opening, sites are put on the stage to try picture and sound.

It is memory of the meeting's home and no part of the record: who came and went before the opening, who stood
on the stage, whose microphone was open. `sitting.opened` records who is there at that moment.
"""

from __future__ import annotations

from meetings.errors import Forbidden, Invalid, NotFound, Refusal
from meetings.sitting.actors import Actor, SittingRole
from meetings.sitting.events import Draft
from meetings.sitting.registry import words
from meetings.sitting.state import Phase, SiteState, State

#: The slots that can be tried.
SLOTS = ("speaker", "chair")
#: Facts once the sitting is open; before, they change the rehearsal alone.
PRESENCE = frozenset({"site.connected", "site.disconnected", "site.taken_over"})

_LEADING = frozenset({SittingRole.TECHNICIAN, SittingRole.CHAIR, SittingRole.SECRETARY, SittingRole.ASSISTANT})
_ENDPOINTS = frozenset({SittingRole.ROOM, SittingRole.CHAIR, SittingRole.SITE_CHAIR})


def set_aside(state: State, drafts: list[Draft], now: int) -> list[Draft]:
    """Keep coming and going before the opening in the rehearsal; what is left belongs in the record."""
    if state.opened_at:
        return drafts
    for draft in drafts:
        if draft.type in PRESENCE:
            _come_or_go(state, draft, now)
    return [one for one in drafts if one.type not in PRESENCE]


def _come_or_go(state: State, draft: Draft, now: int) -> None:
    site = words(draft.payload["site"])
    before = state.rehearsal.places.get(site, SiteState())
    if draft.type == "site.disconnected":
        state.rehearsal.places[site] = SiteState(since=now, taken_over_at=before.taken_over_at)
        state.rehearsal.microphones.discard(site)
        return
    taken = now if draft.type == "site.taken_over" else before.taken_over_at
    state.rehearsal.places[site] = SiteState(True, words(draft.payload["endpoint"]), now, taken_over_at=taken)


def may_lead(state: State, actor: Actor) -> bool:
    """Whether the actor may put sites on the stage now."""
    return state.phase is Phase.PREPARING and bool(actor.roles & _LEADING)


def put_on_stage(state: State, actor: Actor, slot: str, site: str) -> None:
    """Show `site` in `slot` to everybody; an empty `site` clears the slot.

    Raises:
        Refusal: `rehearsal.over` once the sitting has opened.
        Forbidden, Invalid, NotFound: not this role; no such slot or site.
    """
    _expect_rehearsal(state)
    if not actor.roles & _LEADING:
        raise Forbidden("permission.role", "Chỉ kỹ thuật, chủ trì và thư ký điều khiển được phần tổng duyệt.")
    if slot not in SLOTS:
        raise Invalid("command.invalid", "Không có vị trí này trên sân khấu.")
    if site and site not in state.sites:
        raise NotFound("site.unknown", "Điểm cầu này không có trong cuộc họp.")
    before = state.rehearsal.stage.pop(slot, "")
    if site:
        state.rehearsal.stage[slot] = site
    if before not in state.rehearsal.stage.values():
        state.rehearsal.microphones.discard(before)


def set_microphone(state: State, actor: Actor, is_open: bool) -> None:
    """A site on the stage opens or closes its own microphone; nobody opens another's.

    Raises:
        Refusal: `rehearsal.over`, or the site is not on the stage.
    """
    _expect_rehearsal(state)
    if not own_slot(state, actor):
        raise Refusal("rehearsal.not_on_stage", "Điểm cầu chưa được đưa lên hình tổng duyệt nên chưa bật được micro.")
    if is_open:
        state.rehearsal.microphones.add(actor.site)
    else:
        state.rehearsal.microphones.discard(actor.site)


def own_slot(state: State, actor: Actor) -> str:
    """The slot in which the actor's endpoint is being tried, or nothing."""
    if state.phase is not Phase.PREPARING or not actor.roles & _ENDPOINTS:
        return ""
    return next((slot for slot, site in state.rehearsal.stage.items() if site == actor.site), "")


def _expect_rehearsal(state: State) -> None:
    if state.phase is not Phase.PREPARING:
        raise Refusal("rehearsal.over", "Phần tổng duyệt đã kết thúc vì cuộc họp đã khai mạc.")
