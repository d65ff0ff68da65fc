"""One's signature picture, and the unit's seal's, over HTTP; with a preview as documents will show them."""

from __future__ import annotations

import asyncio

from aiohttp import web

from meetings.directory.tables import Unit
from meetings.errors import Forbidden, Invalid, NotFound, TooLarge
from meetings.http import DATABASE, Principal, principal
from meetings.ids import now_ms
from meetings.layout.aside import aside
from meetings.letters.routes import download
from meetings.signing import pictures
from meetings.signing.appearance import IMAGE_BYTES, checked_picture
from meetings.signing.certificate_routes import owners
from meetings.signing.enrolment import organ
from meetings.signing.fields import SEAL_MM
from meetings.signing.pictures import SigningPicture
from meetings.signing.specimen import specimen

_PATH = "/api/signing/picture"


def routes() -> list[web.RouteDef]:
    return [
        web.get(_PATH, get_picture),
        web.put(_PATH, put_picture),
        web.delete(_PATH, delete_picture),
        web.get(f"{_PATH}/preview.png", get_preview),
    ]


def _owner(request: web.Request, who: Principal) -> str:
    """Whose picture is meant: one's own, or with ?organ=1 the seal's, which is the records clerk's to keep."""
    if not request.query.get("organ"):
        return who.person
    if organ(who.unit) not in owners(who):
        raise Forbidden("signing.not_clerk", "Chỉ văn thư của đơn vị được giữ ảnh con dấu.")
    return organ(who.unit)


async def get_picture(request: web.Request) -> web.Response:
    """The picture as it was kept."""
    owner = _owner(request, principal(request))
    async with request.app[DATABASE].read() as session:
        row = await session.get(SigningPicture, owner)
    if row is None:
        raise NotFound("signing.no_picture", "Chưa có ảnh nào được lưu.")
    return download(row.png, "image/png", "anh.png", inline=True)


async def put_picture(request: web.Request) -> web.Response:
    """The body is a PNG; ?mm= is a seal's real diameter."""
    who = principal(request)
    owner = _owner(request, who)
    data = bytearray()
    async for part in request.content.iter_chunked(64 * 1024):
        data += part
        if len(data) > IMAGE_BYTES:
            raise TooLarge("signing.image_too_large", "Ảnh lớn hơn 512 kB. Hãy thu nhỏ ảnh rồi tải lên lại.")
    size = _millimetres(request) if owner != who.person else 0
    png = await asyncio.to_thread(checked_picture, bytes(data))
    async with request.app[DATABASE].write() as session:
        await pictures.keep(session, owner, png, size, who.person, now_ms())
    return web.Response(status=204)


def _millimetres(request: web.Request) -> int:
    text = request.query.get("mm", str(SEAL_MM))
    if not text.isdecimal() or not 20 <= int(text) <= SEAL_MM:
        raise Invalid("signing.seal_size", f"Đường kính con dấu phải là số từ 20 đến {SEAL_MM} mm.")
    return int(text)


async def delete_picture(request: web.Request) -> web.Response:
    """From now on name and time stand in a frame instead."""
    owner = _owner(request, principal(request))
    async with request.app[DATABASE].write() as session:
        row = await session.get(SigningPicture, owner)
        if row is not None:
            await session.delete(row)
    return web.Response(status=204)


async def get_preview(request: web.Request) -> web.Response:
    """The end of a document with the person's picture, and with ?organ=1 the seal's over it."""
    who, now = principal(request), now_ms()
    owner = _owner(request, who)
    async with request.app[DATABASE].read() as session:
        signature = await pictures.look(session, who.person, who.name, now)
        unit = await session.get(Unit, who.unit) if owner != who.person else None
        seal = await pictures.look(session, owner, unit.name, now, seal=True) if unit else None
    png = await aside(specimen, signature, seal)
    return download(png, "image/png", "xem-truoc.png", inline=True)
