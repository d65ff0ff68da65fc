"""People at the office pages: a body, people from a file, the calendar's form, agenda, paper, delegate; by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.async_api import Page, expect

from meetings.ids import local_time, now_ms
from tests.story.screens import Screen

MEETING = re.compile(r"/meetings/([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the secretary has to schedule."""

    title: str
    #: Empty: a conference.
    body: str
    chair: str
    items: tuple[str, ...] = ()
    #: Titles of levels to tick whole, or names of single sites; the hub is one of them.
    levels: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    hub: str = ""
    hours: int = 3


async def add_body(screen: Screen, address: str, name: str, members: int) -> None:
    """Add a body whose quorum is two thirds, and which has the choices that the story votes with."""
    page = screen.page
    await page.goto(f"{address}/bodies")
    await page.get_by_role("button", name="Thêm tập thể").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Tên tập thể").fill(name)
    await dialog.get_by_label("Số thành viên", exact=True).fill(str(members))
    await dialog.get_by_label("Các phương án biểu quyết").fill("Đồng ý\nKhông đồng ý\nÝ kiến khác")
    await dialog.get_by_role("button", name="Lưu tập thể").click()
    await expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("Ít nhất 2/3")
    await screen.picture("bodies")


async def import_people(screen: Screen, address: str, table: str, people: int) -> None:
    """Have so many people of a CSV file looked at and taken over."""
    page = screen.page
    await page.goto(f"{address}/accounts")
    await page.get_by_role("button", name="Nhập từ CSV").click()
    file = {"name": "dai-bieu.csv", "mimeType": "text/csv", "buffer": table.encode()}
    await page.get_by_label("Tệp CSV danh sách người").set_input_files(file)  # type: ignore[arg-type]
    await expect(page.get_by_text(f"Thêm {people}, đổi 0")).to_be_visible(timeout=60_000)
    await screen.picture("people-to-import")
    await page.get_by_role("button", name="Áp dụng").click()
    await expect(page.get_by_text(f"Đã áp dụng: thêm {people}")).to_be_visible(timeout=60_000)


async def cancel(screen: Screen, address: str, title: str) -> None:
    """Cancel a meeting of this week, found in the calendar."""
    page = screen.page
    await page.goto(f"{address}/calendar")
    await page.get_by_role("link", name=re.compile(re.escape(title))).first.click()
    await page.get_by_role("button", name="Hủy họp").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Lý do hủy").fill("Nhường chỗ cho phiên họp khác (mẫu)")
    await dialog.get_by_role("button", name="Hủy họp").click()
    await expect(page.get_by_text(re.compile("Cuộc họp đã hủy"))).to_be_visible()


async def schedule(screen: Screen, address: str, wanted: Wanted) -> str:
    """Fill the form for a meeting that begins now, add its agenda; the meeting's id."""
    page = screen.page
    await fill(page, address, wanted)
    await expect(page.get_by_text("Giờ này trống")).to_be_visible()
    await screen.picture("scheduling")
    meeting = await save(page, wanted.title)
    for item in wanted.items:
        await page.get_by_role("button", name="Thêm nội dung").click()
        await page.get_by_label("Nội dung", exact=True).fill(item)
        await page.get_by_role("button", name="Lưu", exact=True).click()
        await expect(page.get_by_role("listitem").filter(has_text=item)).to_be_visible()
    return meeting


async def fill(page: Page, address: str, wanted: Wanted) -> None:
    """The calendar's form for a meeting that begins now, up to its saving."""
    await page.goto(f"{address}/calendar")
    await page.get_by_role("button", name="Lập cuộc họp").click()
    await page.get_by_label("Tên cuộc họp").fill(wanted.title)
    now: datetime = local_time(now_ms())
    await page.get_by_label("Ngày họp").fill(now.date().isoformat())
    await page.get_by_label("Bắt đầu").fill(f"{now:%H:%M}")
    await page.get_by_label("Kết thúc").fill(f"{now + timedelta(hours=wanted.hours):%H:%M}")
    if wanted.body:
        await page.get_by_label("Cơ quan họp").select_option(wanted.body)
    await find_person(page, "Chủ trì", wanted.chair)
    await _tick(page, wanted)
    hub = page.get_by_label("Điểm cầu trung tâm")
    await (hub.select_option(wanted.hub) if wanted.hub else hub.select_option(index=1))


async def save(page: Page, title: str) -> str:
    """Save the form; the meeting's id."""
    await page.get_by_role("button", name="Lưu cuộc họp").click()
    return await saved(page, title)


async def saved(page: Page, title: str) -> str:
    """The id of the meeting that was saved and is shown now."""
    await page.wait_for_url(MEETING)
    await expect(page.get_by_role("heading", name=title)).to_be_visible()
    found = MEETING.search(page.url)
    assert found, page.url
    return found[1]


async def find_person(page: Page, label: str, name: str) -> None:
    """Choose a person by the letters of their name."""
    field = page.get_by_role("combobox", name=label)
    await field.fill(name)
    await expect(page.get_by_role("option", name=name)).to_be_visible()
    await field.press("Enter")
    await expect(field).to_have_value(name)


async def _tick(page: Page, wanted: Wanted) -> None:
    search = page.get_by_label("Tìm (gõ không dấu cũng được)")
    for site in wanted.sites:
        await search.fill(site)
        await page.get_by_role("checkbox", name=site, exact=True).check()
    await search.fill("")
    for level in wanted.levels:
        await page.get_by_role("checkbox", name=re.compile(f"^{level}")).check()


async def add_paper(screen: Screen, pdf: bytes, title: str, item: str) -> None:
    """Upload a paper to an item of the meeting whose page is open."""
    page = screen.page
    await page.get_by_role("tab", name="Tài liệu").click()
    await page.get_by_label(f"Thêm tài liệu PDF: {item}").set_input_files(
        {"name": "bao-cao.pdf", "mimeType": "application/pdf", "buffer": pdf}
    )
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Tên tài liệu").fill(title)
    await dialog.get_by_role("button", name="Tải lên").click()
    await expect(page.get_by_role("link", name=title)).to_be_visible(timeout=60_000)
    await screen.picture("paper-added")


async def add_delegate(screen: Screen, name: str, site: str) -> None:
    """Seat a person at a site of the meeting whose page is open, as the chair there."""
    page = screen.page
    await page.get_by_role("tab", name=re.compile("^Thành phần")).click()
    await page.get_by_role("button", name="Thêm đại biểu").click()
    await find_person(page, "Họ tên", name)
    await page.get_by_label("Điểm cầu", exact=True).select_option(site)
    await page.get_by_label("Chủ trì điểm cầu").check()
    await page.get_by_role("button", name="Lưu", exact=True).click()
    await expect(page.get_by_role("button", name=f"Xóa: {name}")).to_be_visible()
