"""The papers of a meeting in the office: added, searched, read, marked for guests, erased, in a real browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Response, expect

from agendas.documents import inspection
from tests.browser.office import Province, picture, sample_province
from tests.browser.test_accessibility import serious
from tests.browser.test_papers_pages import paper
from tests.large_paper import large_paper

pytestmark = pytest.mark.browser
TITLE = "Báo cáo thu ngân sách quý ba (mẫu)"


@pytest.fixture
async def province(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Province]:
    async with sample_province(tmp_path, unused_tcp_port) as opened:
        yield opened


@pytest.fixture
async def page(province: Province) -> Page:
    opened = await province.visit(f"/meetings/{province.meeting}", "thuky")
    await opened.get_by_role("tab", name="Tài liệu").click()
    await expect(opened.get_by_label("Thêm tài liệu PDF: Tài liệu chung")).to_be_attached()
    return opened


async def choose(page: Page, file: Path) -> None:
    await page.get_by_label("Thêm tài liệu PDF: Tài liệu chung").set_input_files(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.pdf"
    path.write_bytes(paper(3))
    return path


async def add(page: Page, file: Path, guests: bool = False) -> None:
    await choose(page, file)
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Tên tài liệu").fill(TITLE)
    if guests:
        await dialog.get_by_label("Đại biểu, điểm cầu và khách mời").check()
    await dialog.get_by_role("button", name="Tải lên").click()
    await expect(page.get_by_role("link", name=TITLE)).to_be_visible(timeout=60_000)


async def audience_kept(page: Page, province: Province) -> list[str]:
    answer = await page.request.get(f"{province.address}/api/meetings/{province.meeting}/documents")
    return [one["audience"] for one in (await answer.json())["documents"] if one["title"] == TITLE]


async def looked_at(page: Page, name: str) -> None:
    """At a desk and on a phone: no serious fault, no scrolling sideways."""
    for size, (width, height) in {"desk": (1366, 768), "phone": (390, 844)}.items():
        await page.set_viewport_size({"width": width, "height": height})
        assert await serious(page) == [], size
        assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), size
        await picture(page, f"{name}-{size}")
    await page.set_viewport_size({"width": 1366, "height": 768})


async def test_a_paper_is_added_for_guests_shown_by_its_first_page_and_closed_to_them(
    page: Page, province: Province, file: Path
) -> None:
    await choose(page, file)
    await expect(page.get_by_role("dialog")).to_be_visible()
    await looked_at(page, "papers-add")
    await page.keyboard.press("Escape")
    await add(page, file, guests=True)
    assert await audience_kept(page, province) == ["guests"]
    drawn = page.locator("li img").first
    await expect(drawn).to_be_visible()
    assert await drawn.evaluate("one => one.naturalWidth") == 168
    await looked_at(page, "papers-office")
    await page.get_by_label(f"Người được đọc: {TITLE}").select_option("Đại biểu và điểm cầu")
    await expect(page.get_by_text(f"Khách mời không còn đọc được “{TITLE}”.")).to_be_visible()
    assert await audience_kept(page, province) == ["delegates"]


async def test_a_found_page_opens_in_the_viewer_and_going_back_comes_back_to_the_papers(page: Page, file: Path) -> None:
    await add(page, file)
    await page.get_by_label("Tìm trong tài liệu").fill("trang so 2")
    await expect(page.get_by_text("Tìm thấy 1 trang")).to_be_visible()
    await picture(page, "papers-search-desk")
    await page.get_by_role("button", name=re.compile(f"{re.escape(TITLE)} · Trang 2")).click()
    await expect(page.locator(".sheet").get_by_text("Trang số 2", exact=True)).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".sheet").get_by_text("Trang số 3", exact=True)).to_be_visible()
    await expect(page).to_have_url(re.compile(r"page=3$"))
    await looked_at(page, "papers-viewer")
    await page.reload()
    await expect(page.locator(".sheet").get_by_text("Trang số 3", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Tài liệu của cuộc họp").click()
    await expect(page.get_by_role("tab", name="Tài liệu")).to_have_attribute("aria-selected", "true")
    await page.get_by_label("Tìm trong tài liệu").fill("khong co chu nay")
    await expect(page.get_by_text("Không tìm thấy. Hãy thử từ khác.")).to_be_visible()


async def test_a_paper_with_secrets_is_erased_after_asking_once(page: Page, file: Path, tmp_path: Path) -> None:
    await add(page, file)
    await page.get_by_role("button", name=f"Có nội dung mật: {TITLE}").click()
    dialog = page.get_by_role("dialog", name="Xóa tài liệu vì nội dung mật")
    await expect(dialog.get_by_text(TITLE)).to_be_visible()
    await looked_at(page, "papers-secret")
    await dialog.get_by_role("button", name="Để sau").click()
    await expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    await page.get_by_role("button", name=f"Có nội dung mật: {TITLE}").click()
    await dialog.get_by_role("button", name="Xóa tài liệu").click()
    await expect(page.get_by_role("link", name=TITLE)).to_have_count(0)
    assert [one for one in (tmp_path / "documents").rglob("*") if one.is_file()] == []
    await choose(page, file)
    await page.get_by_role("dialog").get_by_role("button", name="Tải lên").click()
    await expect(page.get_by_text("Tài liệu có dấu độ mật nên không được đưa vào hệ thống này")).to_be_visible(
        timeout=60_000
    )


async def test_an_upload_says_what_happens_and_can_be_given_up(
    page: Page, province: Province, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_turns", asyncio.Semaphore(0))
    await choose(page, file)
    await page.get_by_role("dialog").get_by_role("button", name="Tải lên").click()
    await expect(page.get_by_text("Đã tải xong, chờ đến lượt kiểm tra: bao-cao.pdf")).to_be_visible(timeout=60_000)
    await looked_at(page, "papers-upload")
    await page.get_by_role("button", name="Hủy tải lên").click()
    await expect(page.get_by_text("Đã hủy tải lên. Tệp không được giữ lại.")).to_be_visible()
    assert await audience_kept(page, province) == []
    assert [one for one in (tmp_path / "documents").rglob("*") if one.is_file()] == []


async def test_a_file_of_300_mb_is_refused_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    sparse = tmp_path / "lon.pdf"
    with sparse.open("wb") as opened:
        opened.truncate(300 * 1024 * 1024)
    await choose(page, sparse)
    await expect(page.get_by_text("Tệp 300,0 MB lớn quá 100,0 MB.")).to_be_visible()
    assert "POST" not in sent


async def test_the_viewer_fetches_the_parts_of_a_large_paper_that_it_draws(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "lon.pdf"
    large.write_bytes(large_paper(60))
    parts: list[int] = []

    def count(response: Response) -> None:
        if response.url.endswith("/shown") and response.status == 206:
            parts.append(int(response.headers["content-length"]))

    page.on("response", count)
    await add(page, large)
    await page.get_by_role("link", name=TITLE).click()
    await expect(page.locator(".sheet").get_by_text("Trang 1", exact=True)).to_be_visible(timeout=60_000)
    assert 0 < sum(parts) < large.stat().st_size / 5
