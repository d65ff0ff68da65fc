"""The page of minutes: the head of the unit names who attests, all sign, and a correction begins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright, expect

import meetings.calendar.routes
from meetings.calendar.places import DIRECTORY
from meetings.directory.service import SiteDirectory
from meetings.directory.tables import PersonRow
from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, Role, answer
from meetings.minutes import routes
from meetings.signing import routes as signing_routes
from meetings.signing.sample_authority import SampleAuthority
from meetings.storage.database import Database
from tests.browser.test_asks_page import holds
from tests.browser.test_signing_page import CLIENT, Handler, serving
from tests.integration.minutes.test_minutes_over_http import stored

pytestmark = pytest.mark.browser
ROLES = {"head": frozenset({Role.UNIT_HEAD})}


@web.middleware
async def by_cookie(request: web.Request, handler: Handler) -> web.StreamResponse:
    person = request.cookies.get("person", "")
    request[PRINCIPAL] = Principal(person, f"{person} (mẫu)", "u9", ROLES.get(person, frozenset()), "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


async def me(request: web.Request) -> web.Response:
    who = request[PRINCIPAL]
    return web.json_response({"person": who.person, "name": who.name, "unit": who.unit, "roles": [], "csrf": "c"})


async def page_file(_: web.Request) -> web.FileResponse:
    return web.FileResponse(CLIENT / "index.html")


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


async def look(page: Page, address: str, person: str) -> None:
    """Open the page as `person`."""
    await page.context.add_cookies([{"name": "person", "value": person, "domain": "127.0.0.1", "path": "/"}])
    await page.goto(address)


async def sign(page: Page, address: str, person: str) -> None:
    await look(page, address, person)
    await page.get_by_role("button", name="Ký số").click()
    await page.get_by_role("dialog").get_by_role("button", name="Ký số").click()
    await expect(page.get_by_text("Đã ký văn bản.")).to_be_visible(timeout=60_000)


async def test_somebody_attests_for_the_chair_and_a_correction_begins_beside_the_signed_minutes(
    database: Database, tmp_path: Path
) -> None:
    assert (CLIENT / "index.html").exists(), "The client is not built: run `make client`."
    sitting = await stored(database)
    async with database.write() as session:
        for person in ("deputy", "head"):
            name = f"{person} (mẫu)"
            session.add(PersonRow(id=person, name=name, folded=person, position=f"Chức vụ {person}", unit="u9"))
    authority = SampleAuthority(tmp_path / "keys")
    application = web.Application(middlewares=[by_cookie], client_max_size=40 << 20)
    application[DATABASE], application[routes.SAMPLE_AUTHORITY] = database, authority
    application[routes.TRUST] = authority.trust().read_bytes()
    application[DIRECTORY] = SiteDirectory()
    application.add_routes([*routes.routes(), *signing_routes.routes(), *meetings.calendar.routes.routes()])
    application.add_routes([web.get("/api/me", me), web.static("/assets", CLIENT / "assets")])
    application.add_routes([web.get("/meetings/{path:.*}", page_file)])
    routes._asked.clear()
    server = await serving(application)
    address = str(server.make_url(f"/meetings/{sitting.meeting}/minutes"))
    try:
        async with async_playwright() as tool:
            browser = await tool.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = await browser.new_page(viewport={"width": 1366, "height": 768})
            await look(page, address, "head")
            await page.get_by_text("Cử người xác nhận thay").click()
            await page.get_by_role("combobox", name="Người xác nhận").fill("deputy")
            await page.get_by_role("option", name="deputy (mẫu)").click()
            await page.get_by_label("Lý do").fill("Chủ tọa nghỉ hưu")
            await holds(page, "minutes-attestant")
            await page.get_by_role("button", name="Cử người xác nhận").click()
            await expect(page.get_by_text("deputy (mẫu) được cử xác nhận thay")).to_be_visible(timeout=60_000)
            await sign(page, address, "p-secretary")
            await sign(page, address, "deputy")
            await expect(page.get_by_text("Văn bản đã có đủ chữ ký.")).to_be_visible()
            await look(page, address, "p-secretary")
            await page.get_by_role("button", name="Lập văn bản thay thế").click()
            await page.get_by_label("Lý do thay thế").fill("Ghi thiếu một ý kiến phát biểu")
            await page.get_by_role("button", name="Soạn văn bản thay thế").click()
            await expect(page.get_by_text("Văn bản này thay thế một văn bản đã ký.")).to_be_visible(timeout=60_000)
            await holds(page, "minutes-correction")
            await page.evaluate("localStorage.setItem('language', 'en')")
            await page.reload()
            await page.get_by_text("Preview beside the form").click()
            await expect(page.get_by_role("img", name="Preview, page 1")).to_be_visible(timeout=60_000)
            await holds(page, "minutes-correction-en")
            await browser.close()
    finally:
        await server.close()
