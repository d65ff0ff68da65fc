"""Who a page is in a meeting: what its cookies prove, never what it says."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from meetings.sitting.actors import Identity as Attendee
from meetings.storage.database import Database
from signaling.pairing.identify import resolve
from web.identity.service import Identity
from web.middlewares import SESSION_COOKIE


async def attendee(
    identity: Identity, database: Database, request: web.Request, meeting: str, _auth: dict[str, Any]
) -> Attendee | None:
    """The person, paired device, companion or guest whose page connects, or None."""
    token = request.cookies.get(SESSION_COOKIE)
    found = await identity.principal(token) if token else None
    return await resolve(database, request, meeting, found[0] if found else None)
