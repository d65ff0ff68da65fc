"""The office's dialogs in a real browser: the directory by CSV and by hand, an urgent meeting, the sample room PC."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.office import Province, picture, sample_province
from tests.browser.test_accessibility import serious
from tests.story import office
from web.demo import ROOM_LINK

pytestmark = pytest.mark.browser
HEADER = "code,name,level,parent,valid_from,valid_to,ma_dvhc\n"
WRONG = f"{HEADER}M01,Điểm cầu mẫu,commune,,01/01/2026,,\nM01,,commune,,2026-01-01,,\n"
RIGHT = HEADER + "M01,Điểm cầu mẫu,commune,,2026-01-01,,\n"
DEMO = "Phiên họp thường kỳ (dữ liệu mẫu)"


@pytest.fixture
async def province(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Province]:
    async with sample_province(tmp_path, unused_tcp_port) as opened:
        yield opened


async def looked_at(page: Page, name: str) -> None:
    """At a desk and on a phone: no serious fault, no scrolling sideways."""
    for size, (width, height) in {"desk": (1366, 768), "phone": (390, 844)}.items():
        await page.set_viewport_size({"width": width, "height": height})
        assert await serious(page) == [], size
        assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), size
        await picture(page, f"{name}-{size}")
    await page.set_viewport_size({"width": 1366, "height": 768})


async def choose(page: Page, text: str) -> None:
    file: FilePayload = {"name": "danh-muc.csv", "mimeType": "text/csv", "buffer": text.encode()}
    await page.get_by_label("Tệp CSV danh mục điểm cầu").set_input_files(file)


async def test_a_csv_shows_its_faults_by_line_and_column_and_is_applied_when_mended(province: Province) -> None:
    page = await province.visit("/directory", "quantri")
    await page.get_by_role("button", name="Nhập từ CSV").click()
    await choose(page, WRONG)
    await expect(page.get_by_role("alert")).to_contain_text("chưa áp dụng gì")
    faults = page.get_by_role("listitem").filter(has_text="Dòng")
    await expect(faults.filter(has_text="Dòng 2, cột valid_from")).to_contain_text("không phải ngày")
    await expect(faults.filter(has_text="Dòng 3, cột name")).to_contain_text("không được để trống")
    await looked_at(page, "csv-faults")
    await expect(page.get_by_role("button", name="Áp dụng")).to_have_count(0)
    await choose(page, RIGHT)
    await expect(page.get_by_text("Thêm 1, đổi 0, giữ nguyên 0.")).to_be_visible()
    await looked_at(page, "csv-changes")
    await page.get_by_role("button", name="Áp dụng").click()
    await expect(page.get_by_text("Đã áp dụng: thêm 1, đổi 0.")).to_be_visible()
    await page.get_by_label("Tìm (gõ không dấu cũng được)").fill("diem cau mau")
    await page.get_by_role("button", name="Xem", exact=True).click()
    await expect(page.get_by_role("row").filter(has_text="Điểm cầu mẫu")).to_be_visible()


async def test_a_site_a_unit_and_its_letterhead_change_from_a_day_on(province: Province) -> None:
    page = await province.visit("/directory", "quantri")
    await page.get_by_label("Tìm (gõ không dấu cũng được)").fill("so noi vu")
    await page.get_by_role("button", name="Xem", exact=True).click()
    await page.get_by_role("button", name="Sửa: Sở Nội vụ").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Tên", exact=True).fill("Sở Nội vụ (tên mới)")
    await looked_at(page, "site-dialog")
    await dialog.get_by_role("button", name="Lưu").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("row").filter(has_text="Sở Nội vụ (tên mới)")).to_be_visible()
    await page.get_by_role("button", name="Sửa: Sở Nội vụ (tên mới)").click()
    await expect(dialog.get_by_role("listitem").filter(has_text="P04")).to_have_count(2)
    await page.keyboard.press("Escape")

    await page.get_by_role("tab", name="Đơn vị").click()
    await page.get_by_label("Tìm đơn vị").fill("p04")
    await page.get_by_role("button", name="Tên và thứ bậc: Sở Nội vụ").click()
    await dialog.get_by_label("Tên", exact=True).fill("Sở Nội vụ mới")
    await dialog.get_by_label("Thứ bậc").fill("12")
    await looked_at(page, "unit-dialog")
    await dialog.get_by_role("button", name="Lưu").click()
    await page.get_by_role("button", name="Tên và thứ bậc: Sở Nội vụ mới").click()
    await expect(dialog.get_by_role("listitem").first).to_contain_text("Thứ bậc 12")
    await dialog.get_by_label("Đơn vị kết thúc, có đơn vị kế thừa").check()
    successor = dialog.get_by_role("combobox", name="Đơn vị kế thừa")
    await successor.fill("p05")
    await successor.press("Enter")
    await looked_at(page, "unit-ends")
    await dialog.get_by_role("button", name="Kết thúc đơn vị").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("Không có kết quả nào")).to_be_visible()

    await page.get_by_label("Tìm đơn vị").fill("p05")
    await page.get_by_role("button", name="Thể thức văn bản: Sở Tư pháp").click()
    await dialog.get_by_label("Cơ quan ban hành").fill("SỞ TƯ PHÁP")
    await dialog.get_by_label("Người ký").fill("Giám đốc; Người Ký Mẫu")
    await looked_at(page, "letterhead-dialog")
    await dialog.get_by_role("button", name="Lưu").click()
    await expect(dialog.get_by_text("Đã nhập:")).to_be_visible()


async def test_an_urgent_meeting_takes_a_time_after_asking_and_the_displaced_secretary_gets_new_ones(
    province: Province,
) -> None:
    secretary = await province.visit("/calendar", "thuky")
    page = await province.visit("/calendar", "quantri")
    sites = ("Sở Nội vụ", "Sở Tư pháp")
    wanted = office.Wanted("Họp khẩn (mẫu)", "", "Đại biểu 5 (mẫu)", sites=sites, hub=sites[0], hours=1)
    await office.fill(page, province.address, wanted)
    await expect(page.get_by_text(f"Giờ này đã có “{DEMO}”")).to_be_visible()
    await page.get_by_role("button", name="Họp khẩn: lấy giờ này").click()
    await page.get_by_label("Lý do họp khẩn").fill("Ứng phó bão (mẫu)")
    await page.get_by_role("button", name="Lưu cuộc họp").click()
    dialog = page.get_by_role("dialog", name="Lấy giờ của cuộc họp khác?")
    await expect(dialog).to_contain_text(DEMO)
    await looked_at(page, "take-over")
    await dialog.get_by_role("button", name="Quay lại").click()
    await page.get_by_role("button", name="Lưu cuộc họp").click()
    await dialog.get_by_role("button", name="Họp khẩn: lấy giờ này").click()
    await office.saved(page, wanted.title)

    notices = secretary.get_by_role("region", name="Thông báo")
    await expect(notices).to_contain_text("Ứng phó bão (mẫu)")
    await expect(secretary.get_by_role("link", name=re.compile("Phải dời lịch"))).to_be_visible()
    await looked_at(secretary, "displaced")
    times = notices.get_by_role("link", name=re.compile(r"^\d\d:\d\d "))
    await expect(times).to_have_count(3)
    await times.first.click()
    await expect(secretary.get_by_role("heading", name="Sửa cuộc họp")).to_be_visible()
    await expect(secretary.get_by_text("Giờ này trống")).to_be_visible()
    await office.save(secretary, DEMO)
    await expect(secretary.get_by_text("Cuộc họp phải nhường chỗ")).to_have_count(0)


async def test_the_sample_room_pc_is_paired_by_its_link_once(province: Province, tmp_path: Path) -> None:
    link = (tmp_path / ROOM_LINK).read_text().strip()
    page = await province.visit(link)
    await expect(page.get_by_role("button", name="Vào họp")).to_be_visible()
    await expect(page.get_by_role("heading", name=DEMO)).to_be_visible()
    assert "#" not in page.url
    await picture(page, "sample-room-pc")
    another = await province.visit(link)
    await expect(another.locator(".code")).to_be_visible()
