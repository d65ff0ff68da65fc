"""A room PC is paired by its technician; a phone in the hall takes a name; a guest comes by a link."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from meetings.calendar.tables import Delegate, Participant
from meetings.directory.folding import fold
from tests.browser.office import Province, picture, sample_province

pytestmark = pytest.mark.browser


@pytest.fixture
async def province(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Province]:
    async with sample_province(tmp_path, unused_tcp_port) as opened:
        yield opened


async def site_of_first_delegate(province: Province) -> str:
    async with province.database.read() as session:
        found = await session.scalar(
            select(Participant.name)
            .join(Delegate, (Delegate.site == Participant.site) & (Delegate.meeting == Participant.meeting))
            .order_by(Delegate.position)
            .limit(1)
        )
    assert found
    return found


async def paired_hall(province: Province) -> tuple[Page, str]:
    """A room PC at the first sample delegate's site, paired by the administrator: `(its page, the site's name)`."""
    site = await site_of_first_delegate(province)
    hall = await province.visit("/sign-in")
    begun = await (await hall.request.post("/api/devices/pairing")).json()
    desk = await province.visit("/devices", "quantri")
    await desk.get_by_label("Mã trên màn hình máy").fill(begun["code"].lower())
    await desk.get_by_role("combobox", name="Điểm cầu").fill(fold(site))
    await expect(desk.get_by_role("option").first).to_contain_text(site)
    await desk.keyboard.press("Enter")
    await desk.get_by_role("button", name="Ghép máy").click()
    await expect(desk.get_by_role("row").filter(has_text=site)).to_contain_text("Chưa dùng")
    await picture(desk, "devices")
    secret = {"X-Pairing-Secret": begun["secret"]}
    assert (await (await hall.request.get(f"/api/devices/pairing/{begun['id']}", headers=secret)).json())["paired"]
    return hall, site


async def scan(hall: Page, meeting: str) -> str:
    """The path in the QR code that the hall shows now."""
    shown = await (await hall.request.get(f"/api/hall-token?meeting={meeting}")).json()
    found = urlsplit(shown["address"])
    return f"{found.path}#{found.fragment}"


async def test_a_paired_pc_is_listed_and_revoked_after_a_question(province: Province) -> None:
    hall, site = await paired_hall(province)
    assert (await hall.request.get("/api/devices/me")).status == 200
    desk = await province.visit("/devices", "quantri", "phone")
    await expect(desk.get_by_role("row").filter(has_text=site)).not_to_contain_text("Chưa dùng")
    await picture(desk, "devices-phone")
    await desk.get_by_role("button", name=f"Thu hồi: {site}").click()
    await desk.get_by_role("button", name="Thu hồi máy").click()
    await expect(desk.get_by_role("row").filter(has_text=site)).to_have_count(0)
    assert (await hall.request.get("/api/devices/me")).status == 401


async def test_a_wrong_code_says_what_to_do_and_keeps_what_was_typed(province: Province) -> None:
    desk = await province.visit("/devices", "quantri")
    await desk.get_by_label("Mã trên màn hình máy").fill("AAAA AAAA")
    await desk.get_by_role("combobox", name="Điểm cầu").fill("như xuân")
    await expect(desk.get_by_role("option").first).to_contain_text("Như Xuân")
    await desk.keyboard.press("Enter")
    await desk.get_by_role("button", name="Ghép máy").click()
    await expect(desk.get_by_role("alert")).to_contain_text("Mã ghép không đúng hoặc đã hết hạn")
    await expect(desk.get_by_label("Mã trên màn hình máy")).to_have_value("AAAA AAAA")


async def test_a_phone_takes_a_name_and_a_second_phone_makes_it_pending_again(province: Province) -> None:
    hall, site = await paired_hall(province)
    phone = await province.visit(await scan(hall, province.meeting), size="phone")
    await expect(phone.get_by_text(f"tại {site}")).to_be_visible()
    assert "#" not in phone.url
    await picture(phone, "join-names")
    await phone.get_by_role("button", name=re.compile("Đại biểu 1")).click()
    await phone.get_by_role("button", name="Nhận tên này").click()
    await expect(phone.get_by_text("Đang chờ xác nhận")).to_be_visible()
    code = phone.locator(".code strong")
    await expect(code).to_have_text(re.compile(r"^\d\d$"))
    await picture(phone, "join-code")

    await phone.reload()
    await expect(phone.get_by_text("Đang chờ xác nhận")).to_be_visible()

    other = await province.visit(await scan(hall, province.meeting), size="phone")
    await other.get_by_role("button", name=re.compile("Đại biểu 1")).click()
    await other.get_by_role("button", name="Nhận tên này").click()
    await expect(other.get_by_text("Đang chờ xác nhận")).to_be_visible()
    await expect(phone.get_by_text("Tên này vừa được nhận trên một thiết bị khác")).to_be_visible()
    await picture(phone, "join-taken")

    await other.get_by_role("button", name="Xem tài liệu trong khi chờ").click()
    await other.wait_for_url(re.compile("/companion$"))
    await expect(other.get_by_text("chờ thư ký xác nhận")).to_be_visible()


async def test_who_is_not_on_the_list_comes_to_follow(province: Province) -> None:
    hall, _ = await paired_hall(province)
    phone = await province.visit(await scan(hall, province.meeting), size="phone")
    await phone.get_by_role("button", name="Tên tôi không có trong danh sách").click()
    await phone.get_by_role("button", name="Vào xem").click()
    await expect(phone.get_by_text("Phiên họp thường kỳ").first).to_be_visible()
    await expect(phone.get_by_role("button", name="Tôi có mặt")).to_have_count(0)


async def test_an_old_code_says_to_scan_again(province: Province) -> None:
    phone = await province.visit("/join/hall#khong-con-dung", size="phone")
    await expect(phone.get_by_role("alert")).to_contain_text("Mã QR đã hết hạn")
    await picture(phone, "join-expired")


async def test_a_guest_comes_by_the_link_that_the_secretary_saw_once(province: Province) -> None:
    desk = await province.visit(f"/meetings/{province.meeting}", "thuky")
    await desk.get_by_role("tab", name=re.compile("Thành phần")).click()
    await desk.get_by_role("button", name="Thêm khách mời").click()
    await desk.get_by_label("Họ tên khách mời").fill("Khách (mẫu)")
    await desk.get_by_role("button", name="Thêm và tạo đường dẫn").click()
    address = await desk.get_by_label("Đường dẫn", exact=True).input_value()
    await picture(desk, "guest-link")
    await desk.get_by_role("button", name="Đã gửi xong").click()
    await expect(desk.get_by_text("đã có đường dẫn từ")).to_have_count(2)  # the sample guest has one already

    guest = await province.visit(address.removeprefix(province.address), size="phone")
    await expect(guest.get_by_role("heading", name="Khách (mẫu) tự khai")).to_be_visible()
    await picture(guest, "join-guest")
    await guest.get_by_role("button", name="Vào phòng họp").click()
    await expect(guest.get_by_text("Phiên họp thường kỳ").first).to_be_visible()

    await desk.get_by_role("button", name="Bỏ khách mời: Khách (mẫu)").click()
    await desk.get_by_role("dialog").get_by_role("button", name="Bỏ khách mời").click()
    await expect(guest.get_by_text("Chưa vào được phòng họp")).to_be_visible()
