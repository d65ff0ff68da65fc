"""Small pictures go from the sites that somebody's wall shows to those who watch, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web

from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, Role, answer
from meetings.ids import now_ms
from meetings.storage.database import Database
from signaling.gateway import Gateway
from signaling.homes import Homes
from signaling.pairing.codes import digest
from signaling.pairing.tables import Device
from signaling.pictures import gallery as galleries
from signaling.pictures import routes
from signaling.pictures.gallery import Gallery
from signaling.pictures.routes import GALLERY, HOMES
from signaling.pictures.still import LARGEST
from tests.integration.signaling.room import MEETING, Page, open_room
from tests.unit.pictures.test_still import picture

STILL = picture("JPEG")


@web.middleware
async def signed_in(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if person := request.headers.get("X-Person"):
        roles = frozenset({Role.TECHNICIAN} if person == "tech" else set[Role]())
        request[PRINCIPAL] = Principal(person, person, "u", roles, "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


@dataclass(slots=True)
class Room:
    url: str
    homes: Homes
    http: ClientSession

    async def put(self, site: str, data: bytes = STILL, device: str = "") -> str:
        """Upload as a site's paired device; the refusal's id, or nothing."""
        cookie = {"Cookie": f"device=token-{device or site}"}
        async with self.http.put(f"{self.url}api/pictures/{MEETING}/{site}", data=data, headers=cookie) as response:
            return "" if response.status == 204 else str((await response.json())["id"])

    async def get(self, person: str, site: str) -> bytes | int:
        headers = {"X-Person": person} if person else {}
        async with self.http.get(f"{self.url}api/pictures/{MEETING}/{site}", headers=headers) as response:
            return await response.read() if response.status == 200 else response.status


@asynccontextmanager
async def room(database: Database) -> AsyncIterator[Room]:
    """A sitting before its opening with paired devices at two sites."""
    async with database.write() as session:
        for site in ("s1", "s2"):
            row = Device(
                id=f"device-{site}",
                token_hash=digest(f"token-{site}"),
                site=site,
                unit="u",
                paired_by="x",
                paired_at=1,
                seen_at=now_ms(),
            )
            session.add(row)
    application = web.Application(middlewares=[signed_in])
    application[DATABASE] = database
    application.add_routes(routes.routes())

    def prepare(gateway: Gateway) -> None:
        gallery = Gallery(gateway)
        application[GALLERY], application[HOMES] = gallery, gateway.homes
        gateway.signals.beside["picture"] = gallery.signal

    async with open_room(database, beside=application, prepare=prepare) as (url, homes, _):
        async with ClientSession() as http:
            yield Room(url, homes, http)
        await application[GALLERY].stop()


async def hall(one: Room, site: str) -> Page:
    page = await Page(one.url, f"room:{site}").join("room")
    await page.until(lambda: page.me["own_site"]["mine"])
    return page


async def asked(page: Page) -> int:
    """Wait until a site is told how often it is to send; the interval."""
    await page.until(lambda: page.told("picture.wanted"))
    return int(page.told("picture.wanted")[-1]["every"])


async def test_a_site_in_view_sends_and_who_watches_sees(sqlite_room: Database) -> None:
    async with room(sqlite_room) as one:
        technician, near, far = await Page(one.url, "person:tech").join(), await hall(one, "s1"), await hall(one, "s2")
        assert await one.put("s1") == "picture.unwanted"
        assert (await technician.signal("picture.look", {"sites": ["s1"]}))["pictures"] == {}
        assert await asked(near) == galleries.EVERY
        assert far.told("picture.wanted") == []
        assert await one.put("s1") == ""
        await technician.until(lambda: technician.told("pictures"))
        assert set(technician.told("pictures")[-1]["sites"]) == {"s1"}
        assert await one.get("tech", "s1") == await one.get("chair", "s1") == STILL
        assert [await one.get(who, "s1") for who in ("p1", "stranger", "")] == [404, 404, 401]
        assert await one.put("s2") == "picture.unwanted"
        assert await one.put("s1", device="s2") == "picture.not_yours"
        await technician.signal("picture.look", {"sites": []})
        await near.until(lambda: near.told("picture.wanted")[-1]["every"] == 0)
        assert (await one.get("tech", "s1"), await one.put("s1")) == (404, "picture.unwanted"), "kept while looked at"
        for page in (technician, near, far):
            await page.leave()


async def test_secret_content_hides_and_refuses_pictures_at_once(sqlite_room: Database) -> None:
    async with room(sqlite_room) as one:
        technician, chair, near = (
            await Page(one.url, "person:tech").join(),
            await Page(one.url, "person:chair").join(),
            await hall(one, "s1"),
        )
        await chair.signal("picture.look", {"sites": ["s1", "s2"]})
        await asked(near)
        assert await one.put("s1") == ""
        await technician.done("sitting.stop_secret")
        assert (await one.get("chair", "s1"), await one.put("s1")) == (404, "picture.stopped")
        await near.until(lambda: near.told("picture.wanted")[-1]["every"] == 0)
        await chair.done("sitting.clear")
        assert await one.get("chair", "s1") == 404, "what was taken before is forgotten"
        for page in (technician, chair, near):
            await page.leave()


async def test_what_a_page_uploads_is_bounded_in_size_rate_and_kind(sqlite_room: Database) -> None:
    async with room(sqlite_room) as one:
        technician, near = await Page(one.url, "person:tech").join(), await hall(one, "s1")
        await technician.signal("picture.look", {"sites": ["s1"]})
        await asked(near)
        assert await one.put("s1", b"<html>" * 90) == "picture.invalid"
        assert await one.put("s1", STILL + bytes(LARGEST)) == "picture.size"
        assert await one.put("s1") == "picture.rate"
        assert await one.get("tech", "s1") == 404
        for page in (technician, near):
            await page.leave()


@pytest.mark.parametrize("sites", ["s1", [7], ["x" * 65], ["s1"] * (galleries.IN_VIEW + 1), None])
async def test_a_look_that_makes_no_sense_is_refused(sqlite_room: Database, sites: object) -> None:
    async with room(sqlite_room) as one:
        technician, near = await Page(one.url, "person:tech").join(), await hall(one, "s1")
        assert (await technician.signal("picture.look", {"sites": sites}))["error"]["id"] == "command.invalid"
        assert (await technician.signal("picture.look", {"sites": ["nowhere"]}))["error"]["id"] == "site.unknown"
        assert (await near.signal("picture.look", {"sites": ["s1"]}))["error"]["id"] == "permission.role"
        for page in (technician, near):
            await page.leave()


async def test_a_look_that_is_not_renewed_runs_out(sqlite_room: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(galleries, "LOOK", 200)
    async with room(sqlite_room) as one:
        technician, near = await Page(one.url, "person:tech").join(), await hall(one, "s1")
        await technician.signal("picture.look", {"sites": ["s1"]})
        await near.until(lambda: near.told("picture.wanted"))
        await near.until(lambda: near.told("picture.wanted")[-1]["every"] == 0)
        await asyncio.gather(technician.leave(), near.leave())
