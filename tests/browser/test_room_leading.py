"""Leading a sitting in real browsers: rehearsal, floor, agenda, people, ballots, and notes that are never lost."""

from __future__ import annotations

import re

from playwright.async_api import Browser, Page, expect

from tests.browser.test_room_pages import browser, demo, enter, picture, pytestmark

__all__ = ["browser", "demo", "pytestmark"]


async def quorum(secretary: Page) -> None:
    """The secretary marks four of six members present."""
    await secretary.get_by_role("button", name=re.compile("^Điểm danh")).click()
    for number in range(1, 5):
        await secretary.get_by_role("button", name=f"Có mặt trực tuyến: Đại biểu {number} (mẫu)").click()
    await expect(secretary.get_by_text("● có mặt trực tuyến")).to_have_count(4)
    await secretary.get_by_role("button", name="Đóng", exact=True).click()


async def opened(chair: Page) -> None:
    await chair.get_by_role("button", name="Khai mạc").click()
    await chair.get_by_role("dialog").get_by_role("button", name="Khai mạc").click()
    await expect(chair.get_by_text("Đang họp").first).to_be_visible()


async def test_sites_are_rehearsed_invited_and_moved(browser: Browser, demo: tuple[str, str]) -> None:
    chair = await enter(browser, demo, "chutri", "chair")
    hand = await enter(browser, demo, "daibieu1", "companion", phone=True)
    other = await enter(browser, demo, "daibieu2", "companion", phone=True)
    bar = chair.get_by_role("region", name="Tổng duyệt")
    await bar.get_by_role("button", name="Lên hình").click()
    await chair.get_by_label("Tìm điểm cầu").fill("cong thuong")
    await picture(chair, "chair-rehearsal-search")
    await chair.get_by_role("button", name=re.compile("^Ở ô phát biểu")).first.click()
    await expect(bar.get_by_role("button", name=re.compile("^Cho xuống"))).to_be_visible()
    await picture(chair, "chair-rehearsal")
    secretary = await enter(browser, demo, "thuky", "secretary")
    await quorum(secretary)
    await picture(secretary, "secretary-rehearsal")
    await opened(chair)
    await expect(bar).to_have_count(0)

    await hand.get_by_role("tab", name=re.compile("^Phát biểu")).click()
    await hand.get_by_role("button", name="Đăng ký phát biểu").click()
    await other.get_by_role("tab", name=re.compile("^Phát biểu")).click()
    await other.get_by_role("button", name="Đăng ký phát biểu").click()
    queue = chair.get_by_role("list", name="Danh sách đăng ký phát biểu").get_by_role("listitem")
    await expect(queue).to_have_count(2)
    await expect(queue.first).to_contain_text("Đại biểu 1")
    await queue.nth(1).get_by_role("button", name=re.compile("^Lên trước")).click()
    await expect(queue.first).to_contain_text("Đại biểu 2")
    await queue.first.get_by_role("button", name=re.compile("^Lên trước|^Xuống sau")).last.focus()
    await chair.keyboard.press("Alt+ArrowDown")
    await expect(queue.first).to_contain_text("Đại biểu 1")
    await queue.nth(1).drag_to(queue.first)
    await expect(queue.first).to_contain_text("Đại biểu 2")
    await chair.get_by_role("list", name="Danh sách đăng ký phát biểu").focus()
    await chair.keyboard.press("Enter")
    await expect(other.get_by_text("Điểm cầu đang phát biểu").first).to_be_visible()
    await expect(chair.get_by_text(re.compile("còn 04:5"))).to_have_count(2)
    await picture(chair, "chair-floor")
    await picture(other, "companion-floor")
    await chair.get_by_label("Tìm điểm cầu").fill("cong thuong")
    await chair.get_by_role("button", name=re.compile("^Mời: .*[Cc]ông [Tt]hương")).first.click()
    await expect(chair.locator(".turn")).to_contain_text("ông Thương")

    await chair.get_by_role("button", name="Xử lý nội dung 2").click()
    await chair.get_by_label("Lý do bỏ qua").fill("Chưa đủ tài liệu")
    await chair.get_by_role("button", name="Bỏ qua").click()
    await expect(chair.get_by_role("dialog")).to_have_count(0)
    await expect(chair.get_by_text("bỏ qua")).to_have_count(1)


async def test_the_chair_is_handed_over_and_an_assistant_presses_for_the_chair(
    browser: Browser, demo: tuple[str, str]
) -> None:
    chair = await enter(browser, demo, "chutri", "chair")
    assistant = await enter(browser, demo, "daibieu3", "")
    await quorum(await enter(browser, demo, "thuky", "secretary"))
    await opened(chair)
    await chair.get_by_role("button", name="Người dự").click()
    await chair.get_by_label("Tìm người").fill("dai bieu 3")
    await chair.get_by_role("button", name="Cử: Đại biểu 3 (mẫu)").click()
    await expect(assistant.get_by_text("thay mặt chủ trì").first).to_be_visible()
    await picture(chair, "chair-people")
    await assistant.get_by_role("button", name="Vào nội dung đầu").click()
    await expect(chair.get_by_text(re.compile("Nội dung 1/"))).to_be_visible()
    await picture(assistant, "assistant")
    await chair.get_by_label("Tìm người").fill("dai bieu 4")
    await chair.get_by_role("button", name="Bàn giao cho Đại biểu 4 (mẫu)").click()
    await chair.get_by_role("button", name="Bàn giao chủ trì", exact=True).first.click()
    await expect(assistant.locator("[data-announcer]")).to_contain_text("Đại biểu 4 (mẫu) chủ trì cuộc họp")


async def test_notes_take_telex_keep_both_secretaries_texts_and_survive_a_lost_connection_and_a_reload(
    browser: Browser, demo: tuple[str, str]
) -> None:
    chair = await enter(browser, demo, "chutri", "chair")
    one = await enter(browser, demo, "thuky", "secretary")
    two = await enter(browser, demo, "thuky", "secretary")
    await quorum(one)
    await opened(chair)
    await chair.get_by_role("button", name="Vào nội dung đầu").click()
    notes, others = (page.get_by_label("Ghi chép nội dung đang họp") for page in (one, two))
    await expect(notes).to_be_enabled()
    await notes.focus()
    await compose(one, "Kết luận")
    await expect(one.get_by_text("✓ Đã lưu")).to_be_visible()
    await expect(others).to_have_value("Kết luận")
    await one.keyboard.press("Control+Enter")
    await expect(notes).to_have_value(re.compile(r"^Kết luận\n\[\d\d:\d\d\] Chủ trì \(mẫu\): $"))
    await expect(one.get_by_text("✓ Đã lưu")).to_be_visible()

    await one.context.set_offline(True)
    await one.evaluate("() => document.activeElement.blur()")
    await notes.fill("Bản của người thứ nhất")
    await others.fill("Bản của người thứ hai")
    await expect(two.get_by_text("✓ Đã lưu")).to_be_visible()
    await expect(one.get_by_text("đang được giữ trên máy này")).to_be_visible(timeout=40_000)
    await picture(one, "secretary-offline")
    await one.context.set_offline(False)
    await one.reload()
    await expect(one.get_by_text("Có người vừa lưu ghi chép này")).to_be_visible(timeout=20_000)
    await expect(one.get_by_label("Ghi chép nội dung đang họp")).to_have_value("Bản của người thứ nhất")
    await expect(one.locator(".conflict pre")).to_have_text("Bản của người thứ hai")
    await picture(one, "secretary-conflict")
    await one.get_by_role("button", name="Giữ bản của tôi").click()
    await expect(others).to_have_value("Bản của người thứ nhất")


async def compose(page: Page, text: str) -> None:
    """Type `text` as an input method does: each word is composed letter by letter, then committed."""
    session = await page.context.new_cdp_session(page)
    for number, word in enumerate(text.split(" ")):
        if number:
            await page.keyboard.press("Space")
        for end in range(1, len(word) + 1):
            await session.send(
                "Input.imeSetComposition", {"text": word[:end], "selectionStart": end, "selectionEnd": end}
            )
        await session.send("Input.insertText", {"text": word})
