"""The technical check in real browsers on the real engine: sites measure, the sheet fills, a site learns what to do."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.browser.devices import RED, coloured_camera, tone_microphone
from tests.browser.rooms import Demo, demo_sitting, launch, pair, picture, sign_in
from tests.browser.test_accessibility import serious
from tests.integration.media.engine_process import EngineProcess

pytestmark = pytest.mark.browser
#: Browsers that share a small machine with their server take their time, in ms.
SOON = 60_000
#: A covered camera.
BLACK = (2, 2, 2)


@pytest.fixture
async def demo(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Demo]:
    engine = EngineProcess(tmp_path / "media.sock")
    await engine.start()
    async with demo_sitting(tmp_path, unused_tcp_port) as running:
        yield running
    await engine.kill()


async def test_sites_measure_and_the_sheet_says_who_is_ready(demo: Demo, tmp_path: Path) -> None:
    async with async_playwright() as playwright:
        halls: list[Page] = []
        for number, colour in enumerate((RED, BLACK)):
            camera = coloured_camera(tmp_path / f"{number}.y4m", colour, bar_luma=255 if colour is RED else 9)
            browser = await launch(playwright, camera, tone_microphone(tmp_path / "tone.wav"))
            page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            await pair(page, demo, demo.sites[number + 1])
            await page.goto(demo.room("hall", "?as=room"))
            await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible(timeout=SOON)
            halls.append(page)
        names = [one.name for one in (await demo.state()).setup.sites]
        technician = await halls[0].context.browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")  # type: ignore[union-attr]
        technician.set_default_timeout(SOON)
        await sign_in(technician, demo, "kythuat")
        await technician.goto(demo.room("wall"))
        await technician.get_by_role("link", name="Kiểm tra kỹ thuật").click()
        await expect(technician.get_by_role("heading", name="Biên bản kiểm tra kỹ thuật")).to_be_visible(timeout=SOON)
        await technician.get_by_role("button", name="Kiểm tra tất cả").click()
        await expect(halls[0].get_by_text("Hãy nói vài câu vào micro")).to_be_visible(timeout=SOON)
        await picture(halls[0], "check-hall-running")
        await picture(technician, "check-sheet-running")

        await expect(halls[0].get_by_text("điểm cầu đã sẵn sàng")).to_be_visible(timeout=60_000)
        await expect(halls[1].get_by_text("Hãy mở nắp che máy ảnh và bật đèn")).to_be_visible(timeout=60_000)
        await picture(halls[1], "check-hall-failed")
        good = technician.get_by_role("row", name=names[1])
        await expect(good.get_by_text("✓ đạt")).to_be_visible(timeout=SOON)
        dark = technician.get_by_role("row", name=names[2])
        await expect(dark.get_by_text("✕ chưa đạt")).to_be_visible(timeout=SOON)
        await expect(dark.get_by_text("Tối đen")).to_be_visible(timeout=SOON)
        await expect(technician.get_by_role("button", name="Dừng kiểm tra")).to_have_count(0, timeout=SOON)
        rows = technician.get_by_role("row")
        await expect(rows.nth(1)).to_contain_text(names[2], timeout=SOON)  # the worst first
        await picture(technician, "check-sheet")
        assert await serious(technician) == []

        await dark.get_by_role("button", name=f"Chi tiết: {names[2]}").click()
        await technician.get_by_label("Nhắn người trực tại điểm cầu").fill("Nhờ mở nắp máy ảnh.")
        await technician.get_by_role("button", name="Gửi").click()
        await expect(technician.get_by_text("Nhờ mở nắp máy ảnh.")).to_be_visible(timeout=SOON)
        await picture(technician, "check-detail")
        await technician.keyboard.press("Escape")

        answer = await technician.request.get(f"{demo.address}/api/meetings/{demo.meeting}/checks.csv")
        table = {row["Điểm cầu"]: row for row in csv.DictReader(io.StringIO((await answer.body()).decode("utf-8-sig")))}
        measured = table[names[1]]
        assert measured["Kết quả"] == "Đạt"
        assert measured["Đo tải về qua"] == "Đường hình và tiếng"
        assert int(measured["Tải về (kbit/s)"]) >= 700
        assert int(measured["Gửi đi (kbit/s)"]) >= 500
        assert int(measured["Mức âm (‰)"]) > 50
        assert (table[names[2]]["Máy ảnh"], table[names[0]]["Kết quả"]) == ("Hình tối đen", "Chưa vào phòng họp")
        await technician.set_viewport_size({"width": 390, "height": 844})
        await picture(technician, "check-sheet-phone")
        assert await serious(technician) == []
        assert not await technician.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        await halls[1].set_viewport_size({"width": 390, "height": 844})
        await picture(halls[1], "check-hall-phone")
        await halls[1].get_by_role("button", name="Đã rõ").click()
        await expect(halls[1].get_by_text("còn việc cần làm")).to_have_count(0, timeout=SOON)
        for page in halls:
            await page.context.browser.close()  # type: ignore[union-attr]
