"""HTTP of pairing room PCs, their list, and the code that their hall shows."""

from __future__ import annotations

import io

import qrcode
import qrcode.image.svg
from aiohttp import web
from pydantic import BaseModel, Field

from meetings.calendar.listing import next_meeting_of_site
from meetings.calendar.tables import Meeting
from meetings.errors import NotSignedIn
from meetings.http import DATABASE, Role, address_of, answer, origin_of, read_body, require
from meetings.ids import local_time, now_ms
from signaling.pairing import service
from signaling.pairing.cookies import keep
from signaling.pairing.identify import note_seen
from signaling.pairing.rate import Rate
from signaling.pairing.revoking import cut

_YEARS = 5 * 365 * 86_400


class Pair(BaseModel):
    code: str = Field(max_length=32)
    site: str = Field(max_length=36)


class _Handlers:
    def __init__(self) -> None:
        self._begins, self._pairs = Rate(10), Rate(10)

    async def begin(self, request: web.Request) -> web.Response:
        self._begins.check(address_of(request))
        async with request.app[DATABASE].write() as session:
            id, code, secret = await service.begin(session, now_ms())
        return answer({"id": id, "code": code, "secret": secret, "seconds": service.CODE_MS // 1000}, 201)

    async def poll(self, request: web.Request) -> web.Response:
        async with request.app[DATABASE].write() as session:
            secret = request.headers.get("X-Pairing-Secret", "")
            found = await service.poll(session, request.match_info["id"], secret, now_ms())
        response = answer({"paired": found is not None})
        if found:
            keep(request, response, "device", found[1], _YEARS)
        return response

    async def pair(self, request: web.Request) -> web.Response:
        who = require(request, Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR, Role.ADMINISTRATOR)
        self._pairs.check(who.person)
        body = await read_body(request, Pair)
        async with request.app[DATABASE].write() as session:
            device = await service.pair(session, who, body.code, body.site, now_ms())
        return answer({"device": device.id, "site": device.site}, 201)


async def _list(request: web.Request) -> web.Response:
    who = require(request, Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR, Role.ADMINISTRATOR)
    async with request.app[DATABASE].read() as session:
        found = await service.devices_of(session, who, now_ms())
    return answer(
        [
            {
                "id": row.device.id,
                "site": row.device.site,
                "site_name": row.site_name,
                "paired_at": row.device.paired_at,
                "paired_by": row.paired_by,
                "seen_at": row.device.seen_at,
            }
            for row in found
        ]
    )


async def _revoke(request: web.Request) -> web.Response:
    who = require(request, Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR, Role.ADMINISTRATOR)
    async with request.app[DATABASE].write() as session:
        device = await service.revoke(session, who, request.match_info["id"], now_ms())
    await cut(request.app, device.id)
    return answer({"device": device.id})


async def _me(request: web.Request) -> web.Response:
    """The paired device: its site by today's name, and the meeting that the site is in now or comes to next."""
    async with request.app[DATABASE].read() as session:
        device = await service.device_by_token(session, request.cookies.get("device", ""))
        if device is None:
            raise NotSignedIn("pairing.not_paired", "Máy này chưa được ghép với điểm cầu. Hãy lấy mã ghép.")
        following = await next_meeting_of_site(session, device.site, now_ms())
        meeting = await session.get(Meeting, following) if following else None
        name = await service.site_name(session, device.site, local_time(now_ms()).date())
    await note_seen(request.app[DATABASE], device)
    return answer(
        {
            "device": device.id,
            "site": device.site,
            "site_name": name,
            "next_meeting": meeting
            and {
                "id": meeting.id,
                "title": meeting.title,
                "starts_at": meeting.starts_at,
                "ends_at": meeting.ends_at,
                "chair_name": meeting.chair_name,
            },
        }
    )


async def _hall_token(request: web.Request) -> web.Response:
    async with request.app[DATABASE].write() as session:
        device = await service.device_by_token(session, request.cookies.get("device", ""))
        if device is None:
            raise NotSignedIn("pairing.not_paired", "Máy này chưa được ghép với điểm cầu. Hãy lấy mã ghép.")
        token = await service.hall_token(session, device, request.query.get("meeting", ""), now_ms())
    drawn = io.BytesIO()
    address = f"{origin_of(request)}/join/hall#{token}"
    qrcode.make(address, image_factory=qrcode.image.svg.SvgPathImage).save(drawn)
    return answer({"token": token, "renew_seconds": 60, "address": address, "svg": drawn.getvalue().decode()})


def routes() -> list[web.RouteDef]:
    """The feature's routes."""
    handlers = _Handlers()
    return [
        web.post("/api/devices/pairing", handlers.begin),
        web.get("/api/devices/pairing/{id}", handlers.poll),
        web.post("/api/devices/pair", handlers.pair),
        web.get("/api/devices/me", _me),
        web.get("/api/devices", _list),
        web.delete("/api/devices/{id}", _revoke),
        web.get("/api/hall-token", _hall_token),
    ]
