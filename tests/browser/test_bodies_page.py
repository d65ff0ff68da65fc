"""The page of bodies in a real browser: an administrator keeps their rules, a secretary reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from meetings.calendar.bodies import all_bodies
from meetings.calendar.tables import Body, Meeting
from tests.browser.office import SIZES, Province, picture, sample_province
from tests.browser.test_accessibility import serious

pytestmark = pytest.mark.browser
KEPT = "Ủy ban nhân dân (mẫu)"
ADDED = "Hội đồng nhân dân (mẫu)"


@pytest.fixture
async def province(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Province]:
    async with sample_province(tmp_path, unused_tcp_port) as opened:
        yield opened


async def looked_at(page: Page, name: str) -> None:
    """At a desk and on a phone: no serious fault, no scrolling sideways."""
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        assert await serious(page) == [], size
        assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), size
        await picture(page, f"{name}-{size}")
    await page.set_viewport_size({"width": 1366, "height": 768})


async def kept(province: Province) -> dict[str, Body]:
    async with province.database.read() as session:
        return {body.name: body for body in await all_bodies(session)}


async def test_an_administrator_adds_and_changes_a_body_and_a_secretary_reads_it(province: Province) -> None:
    page = await province.visit("/calendar", "quantri")
    await page.get_by_role("link", name="Tập thể").click()
    await expect(page.get_by_role("row").filter(has_text=KEPT)).to_contain_text("Ít nhất 2/3 (4/6 người)")

    await page.get_by_role("button", name="Thêm tập thể").click()
    dialog = page.get_by_role("dialog").first
    await dialog.get_by_label("Các phương án biểu quyết").fill("Đồng ý")
    await dialog.get_by_role("button", name="Lưu tập thể").click()
    await expect(dialog.get_by_role("alert")).to_have_count(3)
    await expect(dialog.get_by_label("Tên tập thể")).to_be_focused()
    await looked_at(page, "body-wrong")
    await dialog.get_by_label("Tên tập thể").fill(ADDED)
    await dialog.get_by_label("Số thành viên", exact=True).fill("85")
    await dialog.get_by_label("Các phương án biểu quyết").fill("Đồng ý\nKhông đồng ý\nÝ kiến khác")
    await expect(dialog.get_by_role("alert")).to_have_count(0)
    await dialog.get_by_label("Ngưỡng thông qua").select_option("Tỷ lệ khác…")
    await dialog.get_by_label("Ngưỡng thông qua: Tỷ lệ").fill("3/5")
    await looked_at(page, "body-form")
    await dialog.get_by_role("button", name="Lưu tập thể").click()
    row = page.get_by_role("row").filter(has_text=ADDED)
    await expect(row).to_contain_text("Ít nhất 2/3 (57/85 người)")
    await expect(row).to_contain_text("Quá 3/5 tổng số thành viên")

    await page.get_by_role("button", name=f"Sửa: {KEPT}").click()
    await dialog.get_by_label("Số thành viên", exact=True).fill("9")
    await dialog.get_by_role("button", name="Lưu tập thể").click()
    asking = page.get_by_role("dialog", name="Đổi quy tắc của cuộc họp đã lên lịch?")
    await expect(asking).to_contain_text(f"1 cuộc họp đã lên lịch của “{KEPT}”")
    await looked_at(page, "body-touches")
    await asking.get_by_role("button", name="Quay lại").click()
    assert (await kept(province))[KEPT].members == 6
    await dialog.get_by_role("button", name="Lưu tập thể").click()
    await asking.get_by_role("button", name="Đổi quy tắc").click()
    await expect(page.get_by_role("row").filter(has_text=KEPT)).to_contain_text("(6/9 người)")

    await page.get_by_role("button", name=f"Sửa: {ADDED}").click()
    await dialog.get_by_label("Đã ngừng dùng").check()
    await looked_at(page, "body-retired")
    await dialog.get_by_role("button", name="Lưu tập thể").click()
    await expect(page.get_by_role("row").last).to_contain_text("Đã ngừng dùng")
    await expect(page.get_by_role("row").last).to_contain_text(ADDED)
    await looked_at(page, "bodies")
    await page.goto(f"{province.address}/meetings/new")
    offered = page.get_by_label("Cơ quan họp").get_by_role("option")
    await expect(offered).to_have_text(["Hội nghị (không biểu quyết)", KEPT])
    await page.goto(f"{province.address}/bodies")

    reader = await province.visit("/calendar", "thuky")
    await reader.get_by_role("link", name="Tập thể").click()
    await expect(reader.get_by_role("row").filter(has_text=ADDED)).to_be_visible()
    await expect(reader.get_by_text("của đơn vị giữ tập thể thêm và sửa")).to_be_visible()
    await expect(reader.get_by_role("button", name="Thêm tập thể")).to_have_count(0)

    unit = await province.visit("/bodies", "quantridv")
    await expect(unit.get_by_role("row").filter(has_text=KEPT)).to_be_visible()
    await unit.get_by_role("button", name="Thêm tập thể").click()
    await unit.get_by_label("Tên tập thể").fill("Hội đồng của đơn vị (mẫu)")
    await unit.get_by_label("Số thành viên", exact=True).fill("7")
    await unit.get_by_role("button", name="Lưu tập thể").click()
    await expect(unit.get_by_role("button", name="Sửa: Hội đồng của đơn vị (mẫu)")).to_be_visible()
    await page.reload()
    for who, members in ((page, "8"), (unit, "9")):
        await who.get_by_role("button", name="Sửa: Hội đồng của đơn vị (mẫu)").click()
        await who.get_by_label("Số thành viên", exact=True).fill(members)
    await page.get_by_role("button", name="Lưu tập thể").click()
    await expect(page.get_by_role("row").filter(has_text="Hội đồng của đơn vị (mẫu)")).to_contain_text("8 thành viên")
    await unit.get_by_role("button", name="Lưu tập thể").click()
    await expect(unit.get_by_role("dialog").get_by_role("alert")).to_contain_text("vừa được người khác sửa")
    await picture(unit, "body-stale")
    await unit.get_by_role("button", name="Đóng", exact=True).click()
    await expect(unit.get_by_role("row").filter(has_text="Hội đồng của đơn vị (mẫu)")).to_contain_text("8 thành viên")

    async with province.database.write() as session:
        await session.execute(update(Meeting).values(body=None))
        for body in await all_bodies(session):
            await session.delete(body)
    await page.reload()
    await expect(page.get_by_text("Chưa có tập thể nào")).to_be_visible()
    await expect(page.get_by_role("button", name="Thêm tập thể")).to_have_count(1)
    await picture(page, "bodies-none")
