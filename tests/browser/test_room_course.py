"""What happens to a sitting's pages on the way: a site's list, a recess, a cut line, an overrun, a cancelling."""

from __future__ import annotations

import re

import pytest
from aiohttp import ClientSession, CookieJar
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select, update

from meetings.calendar.service import create
from meetings.calendar.setup import MeetingSetup, Organiser
from meetings.calendar.tables import Meeting, Occupancy
from meetings.directory.service import SiteDirectory
from meetings.ids import local_time, now_ms
from tests.browser.rooms import Demo, pair, picture, sign_in
from tests.browser.sample import PASSWORD
from web.identity.tables import Account

pytestmark = pytest.mark.browser
LARGE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
HALL = {"width": 1920, "height": 1080}


async def enter(browser: Browser, demo: Demo, login: str, name: str, size: dict[str, int] = LARGE) -> Page:
    context = await browser.new_context(viewport=size, locale="vi-VN")  # type: ignore[arg-type]
    page = await context.new_page()
    await sign_in(page, demo, login)
    await page.goto(demo.room(name))
    await expect(page.get_by_text("Phiên họp thường kỳ").first).to_be_visible()
    return page


async def room_pc(browser: Browser, demo: Demo, site: int, name: str = "hall", size: dict[str, int] = HALL) -> Page:
    context = await browser.new_context(viewport=size, locale="vi-VN")  # type: ignore[arg-type]
    page = await context.new_page()
    await pair(page, demo, demo.sites[site])
    await page.goto(demo.room(name, "?as=room"))
    await expect(page.get_by_text("Phiên họp thường kỳ").first).to_be_visible()
    return page


async def say_yes(page: Page, name: str) -> None:
    await page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


async def test_a_sites_list_a_recess_and_a_cut_line(browser: Browser, demo: Demo) -> None:
    chair, secretary = await enter(browser, demo, "chutri", "chair"), await enter(browser, demo, "thuky", "secretary")
    delegate = await enter(browser, demo, "daibieu1", "companion", PHONE)
    console = await room_pc(browser, demo, 1, "console", LARGE)

    # the delegate reports, the site's clerk confirms, the secretary accepts the site's list
    await delegate.get_by_role("button", name="Tôi có mặt").click()
    await console.get_by_role("button", name="Xác nhận: Đại biểu 1 (mẫu)").click()
    await expect(console.get_by_text("◐ chờ thư ký")).to_be_visible()
    await picture(console, "console-confirmed")
    await secretary.get_by_role("button", name=re.compile("^Điểm danh")).click()
    accept = secretary.get_by_role("button", name=re.compile(r"^Chấp nhận danh sách: .* \(1\)$"))
    await picture(secretary, "roll-call-lists")
    await accept.click()
    await expect(accept).to_have_count(0)
    await expect(console.get_by_text("● có mặt")).to_be_visible()
    await picture(secretary, "roll-call-accepted")
    await secretary.get_by_role("button", name="Đóng", exact=True).click()

    # everybody sees the recess and how long it lasts; the floor is closed meanwhile
    hall = await room_pc(browser, demo, 2)
    await demo.open()
    await expect(hall.get_by_text("Đang họp").first).to_be_visible()
    await chair.get_by_role("button", name="Tạm nghỉ").click()
    await chair.get_by_label("Số phút nghỉ").fill("10")
    await picture(chair, "chair-recess-ask")
    await say_yes(chair, "Tạm nghỉ")
    for name, page in (("chair", chair), ("hall", hall), ("companion", delegate)):
        await expect(page.get_by_text(re.compile(r"[Cc]òn (nghỉ )?(10:00|09:\d\d)")).first).to_be_visible()
        await picture(page, f"{name}-recess")
    await expect(delegate.get_by_role("button", name="Đăng ký phát biểu")).to_have_count(0)
    await chair.get_by_role("button", name="Họp tiếp").click()
    for page in (chair, hall, delegate):
        await expect(page.get_by_text("Đang họp").first).to_be_visible()

    # a line that is cut says so, keeps what can be read, and comes back by itself with what happened meanwhile
    await chair.evaluate("window.loaded = true")
    await chair.context.set_offline(True)
    band = chair.get_by_role("status").filter(has_text=re.compile(r"Mất kết nối, đang kết nối lại… \d+ s"))
    await expect(band).to_be_visible(timeout=60_000)
    await expect(chair.get_by_role("heading", name="Chương trình")).to_be_visible()
    await picture(chair, "chair-lost")
    first = next(iter((await demo.state()).items))
    await demo.ask(demo.chair, "agenda.advance", **{"from": "", "to": first})
    await chair.context.set_offline(False)
    await expect(band).to_have_count(0, timeout=30_000)
    await expect(chair.get_by_text(re.compile("Nội dung 1/"))).to_be_visible()
    assert await chair.evaluate("window.loaded"), "no reload"


async def test_a_sitting_waits_for_the_one_before_and_opens_nevertheless_or_is_cancelled(
    browser: Browser, demo: Demo
) -> None:
    await past_its_end(demo)
    following = await scheduled(demo, "Họp kế tiếp (mẫu)", minutes=5)
    chair, secretary = await enter(browser, demo, "chutri", "chair"), await enter(browser, demo, "thuky", "secretary")
    await demo.open()
    later = await browser.new_page(viewport=LARGE, locale="vi-VN")  # type: ignore[arg-type]
    await sign_in(later, demo, "quantri")
    await later.goto(f"{demo.address}/calendar")
    await demo.gateway.homes.overran(demo.meeting)
    mine = secretary.get_by_text(re.compile("do quý vị làm thư ký đã quá giờ kết thúc mà chưa bế mạc"))
    await expect(mine).to_be_visible(timeout=15_000)
    await picture(secretary, "secretary-overrun")
    await expect(later.get_by_text("Họp quá giờ, cuộc sau phải chờ")).to_be_visible(timeout=15_000)
    await expect(later.get_by_text(re.compile("Quý vị được báo ngay khi khai mạc được")).first).to_be_visible()
    await picture(later, "calendar-overrun")

    leading = await browser.new_page(viewport=LARGE, locale="vi-VN")  # type: ignore[arg-type]
    await sign_in(leading, demo, "daibieu2")
    await leading.goto(f"{demo.address}/room/{following}/chair")
    await leading.get_by_role("button", name="Khai mạc").click()
    await expect(leading.get_by_role("alert")).to_contain_text("ở cùng điểm cầu chưa kết thúc")
    await picture(leading, "chair-open-anyway")
    await say_yes(leading, "Khai mạc ngay")
    await expect(leading.get_by_text("Đang họp").first).to_be_visible()

    third = await scheduled(demo, "Họp buổi tối (mẫu)", minutes=300)
    waiting = await browser.new_page(viewport=PHONE, locale="vi-VN")  # type: ignore[arg-type]
    await sign_in(waiting, demo, "daibieu2")
    await waiting.goto(f"{demo.address}/room/{third}")
    await expect(waiting.get_by_text("Họp buổi tối (mẫu)").first).to_be_visible()
    async with ClientSession(demo.address, cookie_jar=CookieJar(unsafe=True)) as http:
        await http.post("/api/session", json={"login": "quantri", "password": PASSWORD})
        csrf = (await (await http.get("/api/me")).json())["csrf"]
        shown = await (await http.get(f"/api/meetings/{third}")).json()
        body = {"revision": shown["revision"], "reason": "Mưa bão (mẫu)"}
        answer = await http.post(f"/api/meetings/{third}/cancel", json=body, headers={"X-CSRF-Token": csrf})
        assert answer.ok, await answer.text()
    await expect(waiting.get_by_text("Cuộc họp đã bị hủy", exact=True)).to_be_visible()
    await expect(waiting.get_by_role("link", name="Mở trang cuộc họp")).to_be_visible()
    await picture(waiting, "room-cancelled-phone")
    await expect(chair.get_by_text("Đang họp").first).to_be_visible()


async def past_its_end(demo: Demo) -> None:
    """Let the demo sitting have begun two hours ago and be over by the calendar since a minute."""
    times = {"starts_at": now_ms() - 2 * 3_600_000, "ends_at": now_ms() - 60_000}
    async with demo.gateway.homes.database.write() as session:
        await session.execute(update(Meeting).where(Meeting.id == demo.meeting).values(**times))
        await session.execute(update(Occupancy).where(Occupancy.meeting == demo.meeting).values(**times))


async def scheduled(demo: Demo, title: str, minutes: int) -> str:
    """A conference at the same sites that begins in so many minutes; `daibieu2` chairs, `quantri` is its secretary."""
    database = demo.gateway.homes.database
    chair = (await demo.state()).setup.delegates[1].person
    starts_at = now_ms() + minutes * 60_000
    async with database.write() as session:
        secretary = await session.scalar(select(Account.person).where(Account.login == "quantri"))
        assert secretary
        sites = list((await SiteDirectory().places(session, local_time(starts_at).date())).values())[:3]
        setup = MeetingSetup(
            title, starts_at, starts_at + 3_600_000, sites[0].site, chair, "A", secretary, "B", tuple(sites)
        )
        return (await create(session, Organiser(secretary, sites[0].unit, 1), setup, now_ms())).id
