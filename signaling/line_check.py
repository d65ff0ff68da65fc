"""Transfers of known size, so that a page can measure its line before it joins. Nothing that is sent is kept."""

from __future__ import annotations

import asyncio
import secrets

from aiohttp import web

from meetings.errors import Invalid, NotSignedIn, TooMany
from meetings.http import DATABASE, PRINCIPAL, answer
from signaling.limits import Rate
from signaling.pairing.identify import resolve

#: The largest transfer, in KiB: a second of a good line.
LARGEST = 2048
#: Transfers at once, so that checks leave the line to the meetings.
AT_ONCE = 12
#: How many who check are remembered, each with its rate.
REMEMBERED = 2000

_BLOCK = secrets.token_bytes(LARGEST * 1024)  # random, so that nothing on the way can compress it


class _Checks:
    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._rates: dict[str, Rate] = {}

    async def down(self, request: web.Request) -> web.Response:
        """GET ?meeting=&kib=: that many KiB of random bytes (0: an empty answer, for the way there and back)."""
        await self._admit(request)
        text = request.query.get("kib", "0")
        if not text.isdecimal() or int(text) > LARGEST:
            raise Invalid("line_check.size", f"Mỗi lần đo tải nhiều nhất {LARGEST} KiB.")
        async with self._places:
            return web.Response(body=_BLOCK[: int(text) * 1024], content_type="application/octet-stream")

    async def up(self, request: web.Request) -> web.Response:
        """POST ?meeting=: read the body and forget it; `{bytes}` as they came."""
        await self._admit(request)
        received = 0
        async with self._places:
            async for chunk in request.content.iter_any():
                received += len(chunk)
                if received > LARGEST * 1024:
                    raise Invalid("line_check.size", f"Mỗi lần đo tải nhiều nhất {LARGEST} KiB.")
        return answer({"bytes": received})

    async def _admit(self, request: web.Request) -> None:
        """Only who may sign in or is paired measures, and not without end.

        Raises:
            NotSignedIn: no cookie proves who this is.
            TooMany: more than a few checks in a minute, or too many at once.
        """
        meeting = request.query.get("meeting", "")[:36]
        who = await resolve(request.app[DATABASE], request, meeting, request.get(PRINCIPAL))
        if who is None:
            raise NotSignedIn("identity.not_signed_in", "Hãy đăng nhập hoặc ghép máy trước khi đo đường truyền.")
        rate = self._rates.pop(who.id, None) or Rate(0.5, 60)
        self._rates[who.id] = rate
        while len(self._rates) > REMEMBERED:
            del self._rates[next(iter(self._rates))]
        if not rate.allow() or self._places.locked():
            raise TooMany("line_check.busy", "Đang có nhiều nơi đo đường truyền. Hãy thử lại sau một phút.")


def routes() -> list[web.RouteDef]:
    """The feature's routes."""
    checks = _Checks()
    return [web.get("/api/line-check", checks.down), web.post("/api/line-check", checks.up)]
