"""Papers in the room, in real browsers: a presenter and followers, leaving and coming back, searching, reading."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from agendas.documents.routes import STORE
from agendas.documents.service import Upload, add
from agendas.items.tables import AgendaItem
from meetings.calendar.tables import Delegate, Meeting
from meetings.ids import now_ms
from meetings.layout.typeface import REGULAR, register_fonts
from meetings.sitting.actors import Identity
from meetings.storage.database import Database
from tests.browser.sample import PASSWORD, sample_settings
from web.app import GATEWAY, create_app

pytestmark = pytest.mark.browser
TITLE = "Báo cáo thu ngân sách (mẫu)"


def paper(pages: int) -> bytes:
    """A paper whose every page says its number large, in Vietnamese."""
    register_fonts()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for number in range(1, pages + 1):
        canvas.setFont(REGULAR, 60)
        canvas.drawCentredString(A4[0] / 2, 640, f"Trang số {number}")
        canvas.setFont(REGULAR, 16)
        canvas.drawString(72, 560, f"Tổng thu ngân sách phần {number} (số liệu mẫu)")
        canvas.rect(72, 200, 450, 300)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@dataclass
class Sitting:
    """The demo sitting, opened, with one paper; its pages are opened with `enter`."""

    address: str
    meeting: str
    document: str
    browser: Browser

    async def enter(self, login: str, page_name: str, phone: bool = False) -> Page:
        context = await self.browser.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": 1366, "height": 768},
            device_scale_factor=2 if phone else 1,
            has_touch=phone,
            locale="vi-VN",
        )
        page = await context.new_page()
        await page.goto(f"{self.address}/sign-in")
        await page.get_by_label("Tên đăng nhập").fill(login)
        await page.get_by_label("Mật khẩu").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda url: "/sign-in" not in url)
        await page.goto(f"{self.address}/{page_name}")
        return page

    async def room(self, login: str, name: str, phone: bool = False) -> Page:
        page = await self.enter(login, f"room/{self.meeting}/{name}", phone)
        await expect(page.get_by_text("Đang họp").first).to_be_visible()
        return page


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        await found.close()


@pytest.fixture
async def sitting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int, browser: Browser
) -> AsyncIterator[Sitting]:
    settings = await sample_settings(tmp_path, unused_tcp_port)
    database = Database(settings.database_url)
    application = create_app(settings, database)
    async with TestServer(application, port=unused_tcp_port) as server:
        async with database.read() as session:
            meeting = (await session.scalars(select(Meeting))).one()
            item = await session.scalar(select(AgendaItem.id).where(AgendaItem.meeting == meeting.id))
            delegates = list(await session.scalars(select(Delegate).where(Delegate.meeting == meeting.id)))
        home = await application[GATEWAY].homes.get(meeting.id)
        for one in delegates:
            who = Identity(one.person, person=one.person, device=one.person, own_account=True)
            await home.command(who, f"claim-{one.id}", "roll_call.claim", {"delegate": one.id})
        secretary = Identity(meeting.secretary, person=meeting.secretary)
        marked = {"delegates": [one.id for one in delegates]}
        await home.command(secretary, "confirm-all", "roll_call.confirm_many", marked)
        await home.command(Identity(meeting.chair, person=meeting.chair), "open-sitting", "sitting.open", {})

        async def content() -> AsyncIterator[bytes]:
            yield paper(12)

        store = application[STORE]
        upload = Upload(meeting.id, item or "", TITLE, "delegates", meeting.secretary, False)
        row = await add(database, store, upload, await store.receive(content()), now_ms())
        yield Sitting(str(server.make_url("/")).rstrip("/"), meeting.id, row.id, browser)
    await database.close()


async def picture(page: Page, name: str) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", "build/screenshots"))
    await page.screenshot(path=folder / f"{name}.png")


def sheet(page: Page, number: int) -> Locator:
    """The text of the page that is drawn now."""
    return page.locator(".sheet").get_by_text(f"Trang số {number}", exact=True)


async def present(page: Page) -> None:
    await page.get_by_role("button", name="Tài liệu", exact=True).click()
    await page.get_by_role("button", name=f"Trình chiếu: {TITLE}").click()


async def test_followers_turn_with_the_presenter_leave_and_come_back(sitting: Sitting) -> None:
    chair = await sitting.room("chutri", "chair")
    phone = await sitting.room("daibieu1", "companion", phone=True)
    hall = await sitting.room("daibieu2", "hall")
    await present(chair)
    for page in (chair, phone, hall):
        await expect(sheet(page, 1)).to_be_visible()
    await chair.get_by_label("Báo cáo thu").locator(".scroller").focus()
    for _ in range(3):
        await chair.keyboard.press("ArrowRight")
    for page in (chair, phone, hall):
        await expect(sheet(page, 4)).to_be_visible()
    await picture(chair, "paper-chair")
    await picture(hall, "paper-hall")
    await picture(phone, "paper-phone")

    await phone.get_by_role("button", name="Trang sau").click()
    await expect(sheet(phone, 5)).to_be_visible()
    await expect(phone.get_by_role("switch", name="Theo trang trình chiếu")).not_to_be_checked()
    await chair.get_by_label("Đến trang").fill("9")
    await chair.keyboard.press("Enter")
    await expect(sheet(hall, 9)).to_be_visible()
    await expect(sheet(phone, 5)).to_be_visible()
    await expect(phone.get_by_text("Đang đọc riêng; mọi người ở trang 9", exact=True)).to_be_visible()
    await picture(phone, "paper-phone-left")
    await phone.get_by_role("button", name="Theo lại").click()
    await expect(sheet(phone, 9)).to_be_visible()

    late = await sitting.room("daibieu3", "companion", phone=True)
    await expect(sheet(late, 9)).to_be_visible()

    await phone.get_by_role("button", name="Trang trước").click()
    await chair.get_by_role("button", name="Dừng trình chiếu").click()
    await expect(hall.locator(".sheet")).to_have_count(0)
    await expect(sheet(phone, 8)).to_be_visible()


async def test_the_pointer_is_at_the_same_place_of_the_page(sitting: Sitting) -> None:
    chair = await sitting.room("chutri", "chair")
    phone = await sitting.room("daibieu1", "companion", phone=True)
    await present(chair)
    await expect(sheet(phone, 1)).to_be_visible()
    await chair.get_by_role("button", name="Con trỏ").click()
    box = await chair.locator(".sheet").bounding_box()
    assert box
    await chair.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    await chair.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.75)
    spot = phone.locator(".spot")
    await expect(spot).to_have_attribute("style", r"left: 25%; top: 75%;")


async def test_the_follow_key_leaves_and_comes_back(sitting: Sitting) -> None:
    chair = await sitting.room("chutri", "chair")
    secretary = await sitting.room("thuky", "secretary")
    await present(chair)
    await expect(sheet(secretary, 1)).to_be_visible()
    await secretary.keyboard.press("f")
    await secretary.keyboard.press("ArrowRight")
    await expect(sheet(secretary, 2)).to_be_visible()
    await expect(sheet(chair, 1)).to_be_visible()
    await secretary.keyboard.press("f")
    await expect(sheet(secretary, 1)).to_be_visible()
    await picture(secretary, "paper-secretary")


async def test_a_swipe_turns_and_the_page_is_sharp(sitting: Sitting) -> None:
    phone = await sitting.room("daibieu1", "companion", phone=True)
    await picture(phone, "paper-list-phone")
    await phone.get_by_role("button", name=f"Xem: {TITLE}").click()
    await expect(sheet(phone, 1)).to_be_visible()
    await phone.evaluate(
        """() => {
          const at = document.querySelector('.scroller');
          const touch = (x) => new Touch({ identifier: 1, target: at, clientX: x, clientY: 300 });
          at.dispatchEvent(new TouchEvent('touchstart', { touches: [touch(300)], changedTouches: [touch(300)] }));
          at.dispatchEvent(new TouchEvent('touchend', { touches: [], changedTouches: [touch(120)] }));
        }"""
    )
    await expect(sheet(phone, 2)).to_be_visible()
    widths = await phone.evaluate(
        "() => { const one = document.querySelector('.sheet canvas'); return [one.width, one.clientWidth]; }"
    )
    assert abs(widths[0] - 2 * widths[1]) <= 2


async def test_a_paper_taken_back_while_it_is_shown_disappears(sitting: Sitting) -> None:
    chair = await sitting.room("chutri", "chair")
    phone = await sitting.room("daibieu1", "companion", phone=True)
    await present(chair)
    await expect(sheet(phone, 1)).to_be_visible()
    csrf = (await (await chair.request.get(f"{sitting.address}/api/me")).json())["csrf"]
    address = f"{sitting.address}/api/documents/{sitting.document}"
    assert (await chair.request.delete(address, headers={"X-CSRF-Token": csrf})).status == 204
    await expect(phone.locator(".sheet")).to_have_count(0)
