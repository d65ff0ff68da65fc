"""A secretary, an item and a chair changed in the calendar reach the room that is in session, without reload."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.rooms import Demo, picture, sign_in
from tests.browser.test_room_course import enter, say_yes

pytestmark = pytest.mark.browser


async def name(office: Page, demo: Demo, label: str, person: str) -> None:
    """Name another chair or secretary in the calendar's form."""
    await office.goto(f"{demo.address}/meetings/{demo.meeting}/edit")
    field = office.get_by_role("combobox", name=label)
    await expect(field).not_to_have_value("")
    await field.fill(person)
    await office.get_by_role("option", name=re.compile(re.escape(person))).first.click()
    await office.get_by_role("button", name="Lưu cuộc họp").click()
    await office.wait_for_url(f"{demo.address}/meetings/{demo.meeting}")


async def test_the_room_in_session_follows_the_calendar(browser: Browser, demo: Demo) -> None:
    chair, old = await enter(browser, demo, "chutri", "chair"), await enter(browser, demo, "thuky", "secretary")
    new, next_chair = await enter(browser, demo, "daibieu5", ""), await enter(browser, demo, "daibieu4", "")
    await demo.open()
    await chair.get_by_role("button", name="Vào nội dung đầu").click()
    office = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    await sign_in(office, demo, "quantri")

    # the secretary: the new one writes the notes at once, the old one is out
    await name(office, demo, "Thư ký", "Đại biểu 5 (mẫu)")
    await expect(new.get_by_label("Ghi chép nội dung đang họp")).to_be_enabled()
    await new.get_by_label("Ghi chép nội dung đang họp").fill("Ghi chép của thư ký mới")
    await expect(new.get_by_text("✓ Đã lưu")).to_be_visible()
    await expect(old.get_by_text("không còn trong thành phần")).to_be_visible()
    await picture(old, "secretary-replaced")
    await picture(new, "secretary-new")

    # the agenda: what is under way is fixed, a new item is on every screen, one that is taken off is gone
    await office.get_by_role("tab", name=re.compile("^Chương trình")).click()
    rows = office.get_by_role("tabpanel").get_by_role("listitem")
    await expect(rows.first).to_contain_text("đã tiến hành")
    await expect(rows.first.get_by_role("button")).to_have_count(0)
    taken = await rows.nth(1).locator("strong").inner_text()
    await office.get_by_role("button", name="Thêm nội dung").click()
    await office.get_by_label("Nội dung", exact=True).fill("Nội dung bổ sung (mẫu)")
    await office.get_by_role("button", name="Lưu", exact=True).click()
    await expect(rows.last).to_contain_text("Nội dung bổ sung (mẫu)")
    await office.get_by_role("button", name=f"Xóa: {taken}").click()
    await picture(office, "agenda-in-session")
    for page in (chair, new):
        agenda = page.get_by_role("list", name="Chương trình")
        await expect(agenda.get_by_text("Nội dung bổ sung (mẫu)")).to_be_visible()
        await expect(agenda.get_by_text(taken, exact=True)).to_have_count(0)

    # the chair: named in the calendar, they lead when the one who chairs hands over
    await name(office, demo, "Chủ trì", "Đại biểu 4 (mẫu)")
    await expect(next_chair.get_by_text("Lịch họp cử quý vị chủ trì")).to_be_visible()
    await expect(new.get_by_text("đang chờ chủ trì bàn giao")).to_be_visible()
    await picture(next_chair, "chair-designated")
    await picture(chair, "chair-hand-over-asked")
    await chair.get_by_role("button", name="Bàn giao cho Đại biểu 4 (mẫu)").click()
    await say_yes(chair, "Bàn giao chủ trì")
    await next_chair.get_by_role("button", name=re.compile("^Chuyển nội dung")).click()
    await expect(chair.get_by_role("button", name=re.compile("^Chuyển nội dung"))).to_have_count(0)
    await expect(chair.get_by_text(re.compile("Nội dung 2/")).first).to_be_visible()
    await expect(chair.get_by_role("button", name="Bàn giao cho Đại biểu 4 (mẫu)")).to_have_count(0)
    await picture(chair, "chair-handed-over")
    assert (await demo.state()).designated == ""
