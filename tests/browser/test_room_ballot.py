"""A ballot in real browsers: prepared by the secretary, cast on phones, announced with its rule."""

from __future__ import annotations

import re

from playwright.async_api import Browser, Page, expect

from tests.browser.test_room_pages import browser, demo, enter, picture, pytestmark

__all__ = ["browser", "demo", "pytestmark"]


async def opened(chair: Page) -> None:
    await chair.get_by_role("button", name="Khai mạc").click()
    await chair.get_by_role("dialog").get_by_role("button", name="Khai mạc").click()
    await expect(chair.get_by_text("Đang họp").first).to_be_visible()


async def test_a_ballot_is_prepared_cast_and_announced_with_its_rule(browser: Browser, demo: tuple[str, str]) -> None:
    chair = await enter(browser, demo, "chutri", "chair")
    secretary = await enter(browser, demo, "thuky", "secretary")
    voters = [await enter(browser, demo, f"daibieu{one}", "companion", phone=True) for one in range(1, 5)]
    for one in voters:
        await one.get_by_role("button", name="Tôi có mặt").click()
    await secretary.get_by_role("button", name="Biểu quyết", exact=True).click()
    await secretary.get_by_label("Nội dung biểu quyết").fill("Thông qua kế hoạch?")
    await secretary.get_by_role("button", name="Chuẩn bị biểu quyết").click()
    await secretary.get_by_role("button", name="Đóng", exact=True).click()
    await secretary.get_by_role("button", name=re.compile("^Điểm danh")).click()
    await secretary.get_by_role("button", name="Xác nhận 4 đại biểu đã báo có mặt").click()
    await picture(secretary, "secretary-roll-call")
    await opened(chair)
    await chair.get_by_role("tab", name="Biểu quyết").click()
    await chair.get_by_role("button", name="Mở biểu quyết").click()
    await chair.get_by_role("dialog").get_by_role("button", name="Mở biểu quyết").click()
    await expect(voters[0].get_by_role("button", name="Tán thành", exact=False).first).to_be_visible()
    await picture(voters[0], "companion-ballot")
    for one in voters:
        await one.get_by_role("button", name="Tán thành", exact=True).click()
        await expect(one.get_by_text("Đã ghi nhận")).to_be_visible()
    await chair.get_by_role("button", name="Đóng biểu quyết").click()
    await chair.get_by_role("dialog").get_by_role("button", name="Đóng biểu quyết").click()
    await expect(chair.get_by_text("✓ Thông qua")).to_be_visible()
    await expect(chair.get_by_text("Theo quy định: quá nửa")).to_be_visible()
    await picture(chair, "chair-ballot-result")
