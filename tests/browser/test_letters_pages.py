"""Notices, invitations, tasks and books of numbers in a real browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.office import Province, sample_province

pytestmark = pytest.mark.browser


@pytest.fixture
async def province(tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Province]:
    monkeypatch.setenv("SIGN_PKCS12", "demo")
    async with sample_province(tmp_path, unused_tcp_port) as found:
        yield found


async def look(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them, and see that nothing sticks out of the page."""
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    width, shown = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown, f"{name} is wider than the window"


async def test_an_invitation_is_written_beside_its_preview_numbered_and_put_forward(province: Province) -> None:
    clerk = await province.visit("/numbers", "quantri")
    await clerk.get_by_role("button", name="Chọn nguồn").click()
    await expect(clerk.get_by_text("Đã chọn nguồn số.")).to_be_visible()
    await look(clerk, "numbers")

    page = await province.visit(f"/meetings/{province.meeting}", "thuky")
    await page.get_by_role("tab", name="Biên bản").click()
    await page.get_by_role("button", name="Soạn giấy mời").click()
    await expect(page.get_by_role("heading", name="Giấy mời", exact=True)).to_be_visible()
    await expect(page.get_by_role("img", name="Bản xem trước, trang 1")).to_be_visible()
    await page.get_by_label("Quyền hạn ký").select_option("TL")
    await page.get_by_label("TL. (thay cho ai)").fill("Chủ tịch")
    await page.get_by_label("Chức vụ").fill("Chánh Văn phòng")
    await page.get_by_role("combobox", name="Họ và tên").fill("chu tri")
    await page.get_by_role("option", name="Chủ trì (mẫu)").click()
    await page.get_by_label("Mức độ khẩn").select_option("urgent")
    await page.get_by_role("button", name="Lưu bản mới").click()
    await expect(page.get_by_text("Đã lưu bản 2.")).to_be_visible()
    await look(page, "letter-desk")
    await page.get_by_role("button", name="Trình ký").click()
    await page.get_by_role("dialog").get_by_role("button", name="Trình ký").click()
    await expect(page.get_by_text("Đã trình ký: nội dung không sửa được nữa.").first).to_be_visible()
    await expect(page.get_by_label("Trích yếu")).not_to_be_editable()

    letter = page.url.removeprefix(province.address)
    signer = await province.visit(letter, "chutri")
    await signer.get_by_role("button", name="Ký số").click()
    await look(signer, "letter-signing")
    await signer.get_by_role("dialog").get_by_role("button", name="Ký số").click()
    await expect(signer.get_by_text("đã ký lúc")).to_be_visible()
    await expect(signer.get_by_text("Chờ văn thư đóng dấu.")).to_be_visible()

    phone = await province.visit(letter, "vanthutt", "phone")
    await expect(phone.get_by_role("img", name="Bản xem trước, trang 1")).to_be_visible()
    await look(phone, "letter-phone")
    await phone.get_by_role("button", name="Ghi số, ngày và đóng dấu").click()
    await expect(phone.get_by_text("đã đóng dấu lúc")).to_be_visible()
    await expect(phone.get_by_text("Văn thư ghi số 1")).to_be_visible()
    await look(phone, "letter-sealed-phone")
    await page.reload()
    await page.get_by_role("button", name="Thu hồi văn bản").click()
    await page.get_by_label("Lý do thu hồi").fill("Sai thời gian họp")
    await page.get_by_role("button", name="Thu hồi", exact=True).click()
    await expect(page.get_by_text("Lý do: Sai thời gian họp")).to_be_visible()
    await look(page, "letter-recalled")


@pytest.mark.parametrize("size", ["desk", "phone"])
async def test_tasks_say_where_they_come_from_when_there_are_none(province: Province, size: str) -> None:
    page = await province.visit("/tasks", "daibieu1", size)
    await expect(page.get_by_text("Không có nhiệm vụ nào trong danh sách này.")).to_be_visible()
    await look(page, f"tasks-{size}")
