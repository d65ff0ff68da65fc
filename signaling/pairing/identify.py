"""Who a request is in one meeting: a person, a paired device, a companion or a guest."""

from __future__ import annotations

from aiohttp import web

from meetings.http import Principal, Role
from meetings.ids import now_ms
from meetings.sitting.actors import Identity
from meetings.storage.database import Database
from signaling.pairing import guests, service
from signaling.pairing.tables import Device


async def resolve(
    database: Database, request: web.Request, meeting: str, principal: Principal | None
) -> Identity | None:
    """The identity that the request's cookies prove, or None.

    A signed-in person comes first; `?as=room` asks for the paired device alone.
    """
    as_room = request.query.get("as") == "room"
    if principal is not None and not as_room:
        return Identity(
            principal.person,
            person=principal.person,
            device=principal.session,
            technician=principal.has(Role.TECHNICIAN),
            own_account=True,
        )
    async with database.read() as session:
        device = await service.device_by_token(session, request.cookies.get("device", ""))
    if device is not None:
        await note_seen(database, device)
        return Identity(device.id, device=device.id, room_of=device.site)
    return None if as_room else await _visitor(database, request, meeting)


async def _visitor(database: Database, request: web.Request, meeting: str) -> Identity | None:
    """A companion from the hall, or a guest."""
    now = now_ms()
    async with database.read() as session:
        claim = await service.claim_by_secret(session, request.cookies.get("hall", ""), meeting, now)
        if claim is not None:
            return Identity(claim.id, device=claim.id, claim_site=claim.site)
        link = await guests.guest_by_token(session, request.cookies.get("guest", ""), now)
        if link is not None and link.meeting == meeting:
            return Identity(link.guest, device=link.guest, guest=link.guest)
    return None


async def note_seen(database: Database, device: Device) -> None:
    """Remember the device's use, at most once a minute."""
    now = now_ms()
    if now - device.seen_at >= service.SEEN_MS:
        async with database.write() as session:
            await service.note_seen(session, device.id, now)
