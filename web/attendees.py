"""Who a page is in a meeting: what its cookies prove, never what it says."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from meetings.http import Role
from meetings.sitting.actors import Identity as Attendee
from web.identity.service import Identity
from web.middlewares import SESSION_COOKIE


async def attendee(identity: Identity, request: web.Request, _meeting: str, _auth: dict[str, Any]) -> Attendee | None:
    """The signed-in person of a page that connects, or None."""
    token = request.cookies.get(SESSION_COOKIE)
    found = await identity.principal(token) if token else None
    if found is None:
        return None
    who, _ = found
    return Attendee(
        who.person, person=who.person, device=who.session, technician=who.has(Role.TECHNICIAN), own_account=True
    )
