"""HTTP of the wall's small pictures: a site's page puts its own, those who watch get them."""

from __future__ import annotations

import asyncio

from aiohttp import web

from meetings.errors import Forbidden, NotFound, NotSignedIn, TooLarge
from meetings.http import DATABASE, PRINCIPAL
from meetings.sitting.actors import Identity, actor_of
from meetings.sitting.state import State
from signaling.homes import Homes
from signaling.pairing.identify import resolve
from signaling.pictures.gallery import Gallery
from signaling.pictures.still import LARGEST, read

GALLERY: web.AppKey[Gallery] = web.AppKey("gallery", Gallery)
HOMES: web.AppKey[Homes] = web.AppKey("homes", Homes)


async def put_picture(request: web.Request) -> web.Response:
    """Keep the site's newest picture, from the page that holds the site's place."""
    state, identity = await _who(request)
    if state is None:
        raise Forbidden("picture.not_yours", "Thiết bị này không giữ chỗ của điểm cầu nên không gửi hình thu nhỏ.")
    gallery, site = request.app[GALLERY], request.match_info["site"]
    gallery.expect_sender(state, identity, site)
    gallery.expect_rate(state.meeting, site)
    still = await asyncio.to_thread(read, await _body(request))
    gallery.put(state, identity, site, still)
    return web.Response(status=204)


async def get_picture(request: web.Request) -> web.Response:
    """The site's newest picture, for those who watch the wall."""
    state, identity = await _who(request)
    if state is None:
        raise NotFound("picture.none", "Điểm cầu này chưa có hình thu nhỏ.")
    kept = request.app[GALLERY].get(state, actor_of(state, identity), request.match_info["site"])
    return web.Response(body=kept.still.data, content_type=kept.still.kind, headers={"Cache-Control": "no-store"})


async def _who(request: web.Request) -> tuple[State | None, Identity]:
    """The sitting's state, where there is one, and who asks.

    Raises:
        NotSignedIn: no cookie proves who this is.
    """
    meeting = request.match_info["id"][:36]
    identity = await resolve(request.app[DATABASE], request, meeting, request.get(PRINCIPAL))
    if identity is None:
        raise NotSignedIn("identity.not_signed_in", "Hãy đăng nhập hoặc ghép máy trước.")
    return await request.app[HOMES].state_of(meeting), identity


async def _body(request: web.Request) -> bytes:
    data = bytearray()
    async for chunk in request.content.iter_any():
        data += chunk
        if len(data) > LARGEST:
            raise TooLarge("picture.size", f"Hình thu nhỏ của điểm cầu quá lớn: nhiều nhất {LARGEST // 1024} KiB.")
    return bytes(data)


def routes() -> list[web.RouteDef]:
    """The feature's routes."""
    path = "/api/pictures/{id}/{site}"
    return [web.put(path, put_picture), web.get(path, get_picture)]
