"""A room PC from its pairing code to the hall screen and the operator's console, with the browser's own devices."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.rooms import Demo, pair, picture, sign_in
from tests.browser.test_accessibility import serious

pytestmark = pytest.mark.browser
LARGE = {"width": 1366, "height": 768}


@pytest.fixture
async def page(browser: Browser) -> Page:
    context = await browser.new_context(viewport=LARGE, locale="vi-VN")  # type: ignore[arg-type]
    return await context.new_page()


async def test_a_room_pc_pairs_checks_once_and_then_joins_with_one_press(demo: Demo, page: Page) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(f"{demo.address}/room-device")
    await expect(page.locator(".code")).to_have_text(re.compile(r"^[A-Z0-9-]{8,}$"))
    await picture(page, "room-device-code")
    await pair(page, demo, demo.sites[0])
    await picture(page, "room-device-next")

    await page.get_by_role("button", name="Vào họp").click()
    await expect(page.get_by_role("heading", name="Kiểm tra thiết bị")).to_be_visible()
    await expect(page.get_by_text("Micro hoạt động")).to_be_visible()
    await page.get_by_role("button", name="Phát âm thử").click()
    await page.get_by_role("button", name="Có nghe").click()
    await expect(page.locator("[data-verdict]")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text("Tất cả đã sẵn sàng")).to_be_visible()
    await expect(page.locator('video[data-picture="shown"]')).to_be_visible()
    await picture(page, "device-check")
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.screenshot(path="build/screenshots/device-check-phone.png", full_page=True)
    await page.set_viewport_size(LARGE)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Vào họp", exact=True).click()
    await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()

    await page.goto(f"{demo.address}/room-device")
    await page.get_by_role("button", name="Vào họp").click()
    await page.wait_for_url("**/hall?as=room")
    await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
    assert problems == []


async def test_the_console_steers_the_hall_screen(demo: Demo, page: Page) -> None:
    await pair(page, demo, demo.sites[0])
    await page.goto(demo.room("hall", "?as=room"))
    await expect(page.get_by_role("link", name="Bàn điều khiển")).to_be_visible()
    await picture(page, "hall")
    console = await page.context.new_page()
    await console.goto(demo.room("console", "?as=room"))
    await expect(console.get_by_text("Màn hình hội trường đang mở.")).to_be_visible()
    await expect(console.get_by_text("Hình và tiếng do màn hình hội trường giữ")).to_be_visible()
    await expect(page.get_by_role("link", name="Bàn điều khiển")).to_be_hidden()

    await console.get_by_label("Số người có mặt").fill("17")
    await console.get_by_role("button", name="Báo cáo").click()
    await console.get_by_role("button", name="Hiện mã QR trong hội trường").click()
    await expect(page.get_by_role("dialog").get_by_role("img", name=re.compile("Mã QR"))).to_be_visible()
    await picture(page, "hall-code")
    await console.get_by_role("button", name="Ẩn mã QR").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await picture(console, "console")
    await console.set_viewport_size({"width": 390, "height": 844})
    assert await console.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await picture(console, "console-phone")

    await page.close()
    await expect(console.get_by_text("Màn hình hội trường chưa mở.")).to_be_visible()
    await expect(console.get_by_text("Hình và tiếng do cửa sổ này giữ")).to_be_visible()
    again = await console.context.new_page()
    await again.goto(demo.room("hall", "?as=room"))
    await expect(again.get_by_text(re.compile("17"))).to_be_attached()
    await expect(console.get_by_text("Hình và tiếng do màn hình hội trường giữ")).to_be_visible()


@pytest.mark.parametrize(
    ("devices", "words"),
    [([], "Không tìm thấy máy ảnh"), (["--use-fake-device-for-media-stream"], "đang chặn máy ảnh")],
    ids=["absent", "forbidden"],
)
async def test_what_is_wrong_with_devices_is_told_with_two_ways_on(demo: Demo, devices: list[str], words: str) -> None:
    async with async_playwright() as playwright:
        args = ["--no-sandbox", *devices]
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=args)
        page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
        await pair(page, demo, demo.sites[0])
        await page.goto(demo.room("check", "?as=room"))
        await expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        await picture(page, "device-check-trouble")
        await page.get_by_role("button", name="Vào họp không có hình").click()
        await expect(page.get_by_role("button", name="Bật lại hình")).to_be_visible()
        await page.get_by_role("button", name="Vào họp", exact=True).click()
        await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
        await browser.close()


async def test_axe_finds_nothing_serious_on_a_room_pc(demo: Demo, page: Page) -> None:
    await page.goto(f"{demo.address}/room-device")
    await expect(page.locator(".code")).to_be_visible()
    assert await serious(page) == []
    await pair(page, demo, demo.sites[0])
    assert await serious(page) == []
    for name, sign in (("check", "Đường truyền"), ("hall", "Văn phòng Tỉnh ủy"), ("console", "Nhắn kỹ thuật")):
        await page.goto(demo.room(name, "?as=room"))
        await expect(page.get_by_text(sign).first).to_be_visible()
        assert await serious(page) == [], name
    await sign_in(page, demo, "kythuat")
    await page.goto(demo.room("wall"))
    await expect(page.get_by_text("215 điểm cầu")).to_be_visible()
    assert await serious(page) == []


async def test_a_technician_gives_the_place_to_a_site_chairs_own_pc(demo: Demo, page: Page) -> None:
    await pair(page, demo, demo.sites[1])
    await page.goto(demo.room("hall", "?as=room"))
    await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
    browser = page.context.browser
    assert browser is not None
    own = await browser.new_page(viewport=LARGE, locale="vi-VN")  # type: ignore[arg-type]
    await sign_in(own, demo, "daibieu1")
    await own.goto(demo.room("hall"))
    await expect(own.get_by_text("hãy nhờ kỹ thuật cho phép")).to_be_visible()
    await expect(own.get_by_role("button", name="Nhận chỗ về máy này")).to_have_count(0)
    wall = await browser.new_page(viewport=LARGE, locale="vi-VN")  # type: ignore[arg-type]
    await sign_in(wall, demo, "kythuat")
    await wall.goto(demo.room("wall"))
    tile = wall.get_by_role("button", name=re.compile("⇄ thiết bị khác chờ giữ chỗ"))
    await tile.click()
    await wall.get_by_role("button", name="Cho thiết bị đó giữ chỗ").click()
    await picture(wall, "wall-give-place")
    await wall.get_by_role("button", name="Chuyển chỗ", exact=True).click()
    await expect(own.get_by_text("Thiết bị khác đang giữ chỗ của điểm cầu này.")).to_have_count(0)
    await expect(page.get_by_text("Chỗ của điểm cầu vừa chuyển sang thiết bị khác.")).to_be_visible()
    await picture(page, "hall-place-given")
    await wall.get_by_role("button", name="Cho thiết bị đó giữ chỗ").click()
    await wall.get_by_role("button", name="Chuyển chỗ", exact=True).click()
    await expect(wall.get_by_text("Hãy đợi một phút rồi thử lại")).to_be_visible()
    await picture(wall, "wall-give-refused")
    await wall.get_by_role("button", name="Đóng thông báo").click()  # also while a question covers the page
    await expect(wall.get_by_text("Hãy đợi một phút rồi thử lại")).to_have_count(0)


async def test_a_second_device_is_told_who_holds_the_place_and_takes_it_over(demo: Demo, page: Page) -> None:
    await pair(page, demo, demo.sites[0])
    await page.goto(demo.room("hall", "?as=room"))
    await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
    browser = page.context.browser
    assert browser is not None
    other = await browser.new_page(viewport=LARGE, locale="vi-VN")  # type: ignore[arg-type]
    await pair(other, demo, demo.sites[0])
    await other.goto(demo.room("hall", "?as=room"))
    await expect(other.get_by_text("Thiết bị khác đang giữ chỗ của điểm cầu này.")).to_be_visible()
    await picture(other, "hall-place-elsewhere")
    await other.get_by_role("button", name="Nhận chỗ về máy này").click()
    await other.get_by_role("button", name="Nhận chỗ", exact=True).click()
    await expect(other.get_by_text("Thiết bị khác đang giữ chỗ của điểm cầu này.")).to_have_count(0)
    await expect(page.get_by_text("Chỗ của điểm cầu vừa chuyển sang thiết bị khác.")).to_be_visible()
    await page.get_by_role("button", name="Nhận chỗ về máy này").click()
    await page.get_by_role("button", name="Nhận chỗ", exact=True).click()
    await expect(page.get_by_text("Hãy đợi một phút rồi thử lại")).to_be_visible()
