"""The calendar and the meeting page in a real browser, by keyboard where it matters."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, async_playwright, expect

from agendas.items import routes as agenda_routes
from meetings.calendar import body_routes
from meetings.calendar import routes as calendar_routes
from meetings.calendar.places import DIRECTORY
from meetings.directory.csv_import import read_sites
from meetings.directory.folding import fold
from meetings.directory.service import SiteDirectory, apply_import, periods_on
from meetings.directory.tables import PersonRow
from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, Role
from meetings.storage.database import Database
from meetings.storage.migrate import migrate

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "web/static/app"
SAMPLE = ROOT / "meetings/directory/sample/sites-2025.csv"
ROLES = [Role.SECRETARY]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    assert (CLIENT / "index.html").exists(), "The client is not built: run `make client`."
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/pages.db")
    await migrate(database)
    async with database.write() as session:
        await apply_import(session, read_sites(SAMPLE.read_bytes()))
        unit = (await periods_on(session, date.today()))[0].unit
        for number, name in enumerate(["Thư ký mẫu", "Chủ trì mẫu"]):
            session.add(PersonRow(id=f"p-{number}", name=name, folded=fold(name), unit=unit))

    @web.middleware
    async def identity(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[PRINCIPAL] = Principal("p-0", "Thư ký mẫu", unit, frozenset(ROLES), "session")
        try:
            return await handler(request)
        except Refusal as refusal:
            return web.json_response(refusal.as_json(), status=refusal.status)

    async def me(request: web.Request) -> web.Response:
        return web.json_response({"person": "p-0", "name": "Thư ký mẫu", "unit": unit, "roles": ROLES, "csrf": "token"})

    async def page(request: web.Request) -> web.FileResponse:
        return web.FileResponse(CLIENT / "index.html")

    app = web.Application(middlewares=[identity])
    app[DATABASE] = database
    app[DIRECTORY] = SiteDirectory()
    app.add_routes(calendar_routes.routes() + body_routes.routes() + agenda_routes.routes())
    app.add_routes([web.get("/api/me", me), web.static("/assets", CLIENT / "assets"), web.get("/{path:.*}", page)])
    async with TestServer(app) as server:
        yield str(server.make_url("/"))
    await database.close()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        await browser.close()


def working_day() -> str:
    """A Tuesday, at least a week ahead."""
    day = date.today() + timedelta(days=7)
    return (day + timedelta(days=(1 - day.weekday()) % 7)).isoformat()


async def fill_form(page: Page, title: str) -> None:
    await page.get_by_label("Tên cuộc họp").fill(title)
    await page.get_by_label("Ngày họp").fill(working_day())
    chair = page.get_by_role("combobox", name="Chủ trì")
    await chair.fill("chu tri")
    await expect(page.get_by_role("option", name="Chủ trì mẫu")).to_be_visible()
    await chair.press("Enter")
    await expect(chair).to_have_value("Chủ trì mẫu")


async def test_a_meeting_from_the_form_to_the_answers(address: str, page: Page) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(f"{address}calendar")
    await page.get_by_role("button", name="Lập cuộc họp").click()
    await fill_form(page, "Hội nghị giao ban (mẫu)")

    await page.get_by_label("Tìm (gõ không dấu cũng được)").fill("nhu xuan")
    await page.get_by_role("checkbox", name="Như Xuân", exact=False).first.check()
    await expect(page.get_by_text(re.compile(r"Đã chọn \d+ trên 215 điểm cầu"))).to_be_visible()
    await page.get_by_role("button", name="Chọn cả 215").click()
    await expect(page.get_by_text("Đã chọn 215 trên 215 điểm cầu")).to_be_visible()
    await expect(page.get_by_text("Giờ này trống")).to_be_visible()
    await page.get_by_label("Điểm cầu trung tâm").select_option(index=1)
    await page.get_by_role("button", name="Lưu cuộc họp").click()
    await expect(page.get_by_role("heading", name="Hội nghị giao ban (mẫu)")).to_be_visible()

    for title in ("Khai mạc", "Báo cáo thu ngân sách"):
        await page.get_by_role("button", name="Thêm nội dung").click()
        await page.get_by_label("Nội dung", exact=True).fill(title)
        await page.get_by_role("button", name="Lưu", exact=True).click()
        await expect(page.get_by_role("listitem").filter(has_text=title)).to_be_visible()
    second = page.get_by_role("listitem").filter(has_text="Báo cáo thu ngân sách")
    await second.focus()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator("ol > li").first).to_contain_text("Báo cáo thu ngân sách")
    await expect(second).to_be_focused()
    first = page.get_by_role("listitem").filter(has_text="Khai mạc")
    await first.drag_to(second)
    await expect(page.locator("ol > li").first).to_contain_text("Khai mạc")

    await page.get_by_role("tab", name=re.compile("Thành phần")).click()
    await page.get_by_label("Tìm điểm cầu").fill("so noi vu")
    await page.get_by_role("button", name="Trả lời: Sở Nội vụ").click()
    await page.get_by_label("Vắng").check()
    await page.get_by_label("Lý do vắng").fill("Mưa lũ")
    await page.get_by_role("button", name="Gửi trả lời").click()
    await expect(page.get_by_role("row").filter(has_text="Sở Nội vụ")).to_contain_text("Mưa lũ")

    await page.goto(f"{address}meetings/new")
    await fill_form(page, "Họp khác")
    await expect(page.get_by_text("Giờ này đã có “Hội nghị giao ban (mẫu)”")).to_be_visible()
    free = page.get_by_role("button", name=re.compile(r"\d\d:\d\d–\d\d:\d\d"))
    await expect(free).to_have_count(3)
    await free.first.click()
    await expect(page.get_by_text("Giờ này trống")).to_be_visible()

    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{address}calendar")
    await expect(page.get_by_text("Đang tải lịch họp")).to_be_hidden()
    for _ in range(3):
        if await page.get_by_role("link", name=re.compile("Hội nghị giao ban")).count():
            break
        await page.get_by_role("button", name="Tuần sau").click()
        await expect(page.get_by_text("Đang tải lịch họp")).to_be_hidden()
    await expect(page.get_by_text("1/215 đã trả lời")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert problems == []
