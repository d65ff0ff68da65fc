"""Who acts in a sitting, as the server knows them from the authenticated connection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from meetings.sitting.state import SYSTEM, State


class SittingRole(StrEnum):
    CHAIR = "chair"
    ASSISTANT = "assistant"
    SECRETARY = "secretary"
    SITE_CHAIR = "site_chair"
    DELEGATE = "delegate"
    GUEST = "guest"
    OBSERVER = "observer"
    TECHNICIAN = "technician"
    ROOM = "room"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the connection proved: a person's session, a paired room device, or a claim at a site."""

    id: str  # person, device or claim id as it stands in the record
    person: str = ""
    device: str = ""
    room_of: str = ""  # the site whose paired device this is
    claim_site: str = ""  # a companion that came by the room's QR code
    guest: str = ""
    technician: bool = False
    own_account: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """An identity with the roles that the state gives it now."""

    id: str
    roles: frozenset[SittingRole]
    site: str = ""
    delegate: str = ""
    device: str = ""
    own_account: bool = False


SYSTEM_ACTOR = Actor(SYSTEM, frozenset({SittingRole.SYSTEM}))


def actor_of(state: State, identity: Identity) -> Actor | None:
    """The actor, or None for the uninvited and the removed."""
    if is_removed(state, identity):
        return None
    if identity.room_of:
        return _room(state, identity)
    roles: set[SittingRole] = set()
    mandate = _mandate(state, identity)
    site = identity.claim_site
    if mandate:
        found = state.delegate(mandate)
        site = found.site if found else site
        roles.add(SittingRole.DELEGATE)
        if found and (found.site_chair or state.sites[found.site].site_chair == mandate):
            roles.add(SittingRole.SITE_CHAIR)
    if identity.person:
        if identity.person == state.chair:
            roles.add(SittingRole.CHAIR)
            site = site or state.setup.hub_site
        elif identity.person in (state.designated, *state.chaired):
            roles.add(SittingRole.OBSERVER)
        if identity.person == state.secretary:
            roles.add(SittingRole.SECRETARY)
        if identity.person in state.assistants:
            roles.add(SittingRole.ASSISTANT)
        if identity.technician:
            roles.add(SittingRole.TECHNICIAN)
    for guest in state.setup.guests:
        if guest.guest == identity.guest:
            roles.add(SittingRole.GUEST)
            site = guest.site
    if identity.claim_site and identity.claim_site in state.sites:
        roles.add(SittingRole.OBSERVER)
    if not roles:
        return None
    return Actor(identity.id, frozenset(roles), site, mandate, identity.device, identity.own_account)


def is_removed(state: State, identity: Identity) -> bool:
    """Whether the person, the device or the mandate was sent out of the sitting."""
    return not state.removed.isdisjoint({identity.id, identity.person, _mandate(state, identity)} - {""})


def _room(state: State, identity: Identity) -> Actor | None:
    if identity.room_of not in state.sites:
        return None
    return Actor(identity.id, frozenset({SittingRole.ROOM}), identity.room_of, device=identity.device)


def _mandate(state: State, identity: Identity) -> str:
    if identity.person:
        return next((one.delegate for one in state.setup.delegates if one.person == identity.person), "")
    if identity.claim_site:
        for delegate, seat in state.attendance.items():
            if seat.device == identity.device and seat.device:
                return delegate
    return ""
