"""As what a request reads the papers of a meeting."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agendas.documents.readers import Reader
from meetings.calendar.access import CLERKS, may_change
from meetings.calendar.tables import Delegate, Meeting, Participant, Status
from meetings.http import PRINCIPAL, Principal
from meetings.sitting.actors import Identity, SittingRole, actor_of, is_removed
from meetings.sitting.state import State
from signaling.homes import Homes
from signaling.pairing.identify import resolve

#: A technician looks after lines and devices; papers are no part of that.
_NO_READERS = frozenset({SittingRole.TECHNICIAN})


async def reader_of(homes: Homes, request: web.Request, meeting: str) -> Reader | None:
    """The reader that the request's cookies prove; None for the uninvited and the removed."""
    principal: Principal | None = request.get(PRINCIPAL)
    identity = await resolve(homes.database, request, meeting, principal)
    if identity is None:
        return None
    async with homes.database.read() as session:
        row = await session.get(Meeting, meeting)
        if row is None:
            return None
        found = await _by_calendar(session, row, identity, principal)
    state = await homes.state_of(meeting)
    if state is None or state.brief is None:
        return found
    if is_removed(state, identity):
        return None
    return found or _by_sitting(state, identity)


async def _by_calendar(
    session: AsyncSession, meeting: Meeting, identity: Identity, principal: Principal | None
) -> Reader | None:
    if principal is not None and identity.person:
        return await _person(session, meeting, principal)
    if meeting.status != Status.SCHEDULED:  # devices, claims and links end with the sitting
        return None
    if identity.room_of:
        invited = await session.get(Participant, (meeting.id, identity.room_of))
        return Reader.ROOM if invited is not None else None
    if identity.claim_site:
        return Reader.COMPANION
    return Reader.GUEST if identity.guest else None


async def _person(session: AsyncSession, meeting: Meeting, who: Principal) -> Reader | None:
    if may_change(who, meeting):
        return Reader.ORGANISER
    mandate = select(Delegate.id).where(
        Delegate.meeting == meeting.id, Delegate.person == who.person, Delegate.replaced_by.is_(None)
    )
    if await session.scalar(mandate.limit(1)) is not None:
        return Reader.PARTICIPANT
    if not who.unit or not who.has(*CLERKS):
        return None
    site = select(Participant.site).where(Participant.meeting == meeting.id, Participant.unit == who.unit)
    return Reader.CLERK if await session.scalar(site.limit(1)) is not None else None


def _by_sitting(state: State, identity: Identity) -> Reader | None:
    """People whom the sitting itself gave a role: an assistant, who was handed the chair."""
    actor = actor_of(state, identity) if identity.person else None
    return Reader.PARTICIPANT if actor is not None and actor.roles - _NO_READERS else None
