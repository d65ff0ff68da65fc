"""HTTP of pairing, hall claims and guests' links."""

from __future__ import annotations

import io
import time
from collections.abc import Awaitable, Callable

import qrcode
import qrcode.image.svg
from aiohttp import web
from pydantic import BaseModel, Field

from meetings.calendar.listing import next_meeting_of_site
from meetings.errors import NotFound, NotSignedIn, TooMany
from meetings.http import DATABASE, Role, answer, read_body, require
from meetings.ids import now_ms
from signaling.pairing import service

#: Called with a revoked device's id, so that its connections are cut.
ON_REVOKED: web.AppKey[list[Callable[[str], Awaitable[None]]]] = web.AppKey("on_device_revoked", list)

_YEARS = 5 * 365 * 86_400


class Pair(BaseModel):
    code: str = Field(max_length=32)
    site: str = Field(max_length=36)


class Token(BaseModel):
    token: str = Field(max_length=100)


class Rate:
    """At most `limit` calls per key in `window` seconds; at most `keys` keys are remembered."""

    def __init__(self, limit: int, window: float = 60.0, keys: int = 10_000) -> None:
        self._limit, self._window, self._keys = limit, window, keys
        self._calls: dict[str, list[float]] = {}

    def check(self, key: str) -> None:
        """Count one call.

        Raises:
            TooMany: the key used its calls.
        """
        now = time.monotonic()
        recent = [at for at in self._calls.pop(key, []) if now - at < self._window]
        self._calls[key] = recent
        while len(self._calls) > self._keys:
            del self._calls[next(iter(self._calls))]
        if len(recent) >= self._limit:
            raise TooMany("pairing.rate", "Thao tác quá nhanh. Hãy đợi một phút rồi thử lại.")
        recent.append(now)


class _Handlers:
    def __init__(self) -> None:
        self._begins, self._pairs, self._claims = Rate(10), Rate(10), Rate(300)

    async def begin(self, request: web.Request) -> web.Response:
        self._begins.check(request.remote or "")
        async with request.app[DATABASE].write() as session:
            id, code, secret = await service.begin(session, now_ms())
        return answer({"id": id, "code": code, "secret": secret, "seconds": service.CODE_MS // 1000}, 201)

    async def poll(self, request: web.Request) -> web.Response:
        async with request.app[DATABASE].write() as session:
            secret = request.headers.get("X-Pairing-Secret", "")
            found = await service.poll(session, request.match_info["id"], secret, now_ms())
        response = answer({"paired": found is not None})
        if found:
            _cookie(request, response, "device", found[1], _YEARS)
        return response

    async def pair(self, request: web.Request) -> web.Response:
        who = require(request, Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR, Role.ADMINISTRATOR)
        self._pairs.check(who.person)
        body = await read_body(request, Pair)
        async with request.app[DATABASE].write() as session:
            device = await service.pair(session, who, body.code, body.site, now_ms())
        return answer({"device": device.id, "site": device.site}, 201)

    async def claim_hall(self, request: web.Request) -> web.Response:
        self._claims.check(request.remote or "")
        body = await read_body(request, Token)
        async with request.app[DATABASE].write() as session:
            claim, secret = await service.claim_hall(session, body.token, now_ms())
        response = answer({"claim": claim.id, "meeting": claim.meeting, "site": claim.site}, 201)
        _cookie(request, response, "hall", secret, (claim.expires_at - now_ms()) // 1000)
        return response

    async def claim_guest(self, request: web.Request) -> web.Response:
        self._claims.check(request.remote or "")
        body = await read_body(request, Token)
        async with request.app[DATABASE].read() as session:
            link = await service.guest_by_token(session, body.token, now_ms())
        if link is None:
            raise NotFound("pairing.guest_link", "Đường dẫn không còn dùng được. Hãy xin thư ký đường dẫn mới.")
        response = answer({"guest": link.guest, "meeting": link.meeting}, 201)
        _cookie(request, response, "guest", body.token, 86_400)
        return response


async def _list(request: web.Request) -> web.Response:
    who = require(request, Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR, Role.ADMINISTRATOR)
    async with request.app[DATABASE].read() as session:
        found = await service.devices_of(session, who)
    return answer([{"id": row.id, "site": row.site, "paired_at": row.paired_at} for row in found])


async def _revoke(request: web.Request) -> web.Response:
    who = require(request, Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR, Role.ADMINISTRATOR)
    async with request.app[DATABASE].write() as session:
        device = await service.revoke(session, who, request.match_info["id"], now_ms())
    for callback in request.app.get(ON_REVOKED, []):
        await callback(device.id)
    return answer({"device": device.id})


async def _me(request: web.Request) -> web.Response:
    async with request.app[DATABASE].read() as session:
        device = await service.device_by_token(session, request.cookies.get("device", ""))
        if device is None:
            raise NotSignedIn("pairing.not_paired", "Máy này chưa được ghép với điểm cầu. Hãy lấy mã ghép.")
        following = await next_meeting_of_site(session, device.site, now_ms())
    return answer({"device": device.id, "site": device.site, "next_meeting": following})


async def _hall_token(request: web.Request) -> web.Response:
    async with request.app[DATABASE].write() as session:
        device = await service.device_by_token(session, request.cookies.get("device", ""))
        if device is None:
            raise NotSignedIn("pairing.not_paired", "Máy này chưa được ghép với điểm cầu. Hãy lấy mã ghép.")
        token = await service.hall_token(session, device, request.query.get("meeting", ""), now_ms())
    drawn = io.BytesIO()
    address = f"{request.url.origin()}/join?hall={token}"
    qrcode.make(address, image_factory=qrcode.image.svg.SvgPathImage).save(drawn)
    return answer({"token": token, "renew_seconds": 60, "address": address, "svg": drawn.getvalue().decode()})


def _cookie(request: web.Request, response: web.Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, httponly=True, secure=request.secure, samesite="Lax", path="/")


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
        web.post("/api/hall-claims", handlers.claim_hall),
        web.post("/api/guest-claims", handlers.claim_guest),
    ]
