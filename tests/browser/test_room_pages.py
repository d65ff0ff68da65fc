"""A short sitting on the whole application: chair, secretary and a delegate in real browsers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.rooms import demo_sitting
from tests.browser.sample import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
async def demo(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[tuple[str, str]]:
    """The demo sitting on a running application: `(address, meeting)`."""
    async with demo_sitting(tmp_path, unused_tcp_port) as running:
        yield running.address, running.meeting


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        await found.close()


async def enter(browser: Browser, demo: tuple[str, str], login: str, page_name: str, phone: bool = False) -> Page:
    address, meeting = demo
    size = (390, 844) if phone else (1366, 768)
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{address}/sign-in")
    await page.get_by_label("Tên đăng nhập").fill(login)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    await page.goto(f"{address}/room/{meeting}/{page_name}")
    await expect(page.get_by_text("Phiên họp thường kỳ").first).to_be_visible()
    return page


async def picture(page: Page, name: str) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", "build/screenshots"))
    await page.screenshot(path=folder / f"{name}.png")


async def test_a_delegate_checks_in_and_the_chair_opens(browser: Browser, demo: tuple[str, str]) -> None:
    chair = await enter(browser, demo, "chutri", "chair")
    secretary = await enter(browser, demo, "thuky", "secretary")
    delegates = [await enter(browser, demo, f"daibieu{one}", "companion", phone=True) for one in range(1, 5)]
    for delegate in delegates:
        await delegate.get_by_role("button", name="Tôi có mặt").click()
        await expect(delegate.get_by_role("button", name="Tôi có mặt")).to_have_count(0)
    await picture(secretary, "secretary")
    await picture(delegates[0], "companion")
    await secretary.get_by_role("button", name="Điểm danh · 4 chờ xác nhận").click()
    await secretary.get_by_role("button", name="Xác nhận 4 đại biểu đã báo có mặt").click()
    await chair.get_by_role("tab", name="Điểm danh").click()
    await expect(secretary.get_by_role("button", name="Xác nhận 4 đại biểu đã báo có mặt")).to_have_count(0)
    await chair.get_by_role("button", name="Khai mạc").click()
    await picture(chair, "chair-opening")
    await (
        chair.get_by_role("alertdialog")
        .get_by_role("button", name="Khai mạc")
        .or_(chair.get_by_role("dialog").get_by_role("button", name="Khai mạc"))
        .click()
    )
    await expect(chair.get_by_text("Đang họp").first).to_be_visible()
    await expect(delegates[3].get_by_text("Đang họp").first).to_be_visible()
    await picture(chair, "chair")
