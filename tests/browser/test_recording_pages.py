"""Recording as people meet it: begun by the chair, seen by every page, kept on the meeting's page by its rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.devices import RED, coloured_camera, tone_microphone
from tests.browser.rooms import Demo, demo_sitting, launch, pair, picture, sign_in
from tests.browser.test_accessibility import serious
from tests.integration.media.engine_process import EngineProcess

pytestmark = pytest.mark.browser


@pytest.fixture
async def demo(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Demo]:
    engine = EngineProcess(tmp_path / "media.sock")
    await engine.start()
    async with demo_sitting(tmp_path, unused_tcp_port, media_port=str(engine.port)) as running:
        yield running
    await engine.kill()


async def height(page: Page) -> float:
    box = await page.locator("header").first.bounding_box()
    assert box
    return box["height"]


async def looked_at(browser: Browser, demo: Demo, view: str, login: str) -> None:
    """A page that came while it is recorded says so, at a desk and on a phone; without a login the room PC's."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = await context.new_page()
    if login:
        await sign_in(page, demo, login)
    else:
        await pair(page, demo, demo.sites[1])
    await page.goto(demo.room(view, "" if login else "?as=room"))
    for width in (1366, 390):
        await page.set_viewport_size({"width": width, "height": 768})
        await expect(page.locator("header").get_by_text("Đang ghi hình")).to_be_visible()
        await expect(page.locator("[data-announcer]")).to_have_text("Đang ghi hình")
        await picture(page, f"recording-{view}-{width}")
        wide = await page.evaluate("document.querySelector('header').scrollWidth > window.innerWidth")
        assert not wide, f"the header of {view} scrolls sideways at {width} pixels"
    assert await serious(page) == []
    await context.close()


async def test_the_chair_records_everybody_sees_it_and_the_secretary_downloads_it(demo: Demo, tmp_path: Path) -> None:
    async with async_playwright() as playwright:
        camera, tone = coloured_camera(tmp_path / "red.y4m", RED), tone_microphone(tmp_path / "tone.wav")
        browser = await launch(playwright, camera, tone)

        async def page(login: str, address: str, width: int = 1366) -> Page:
            size = {"width": width, "height": 768 if width > 500 else 844}
            one = await (await browser.new_context(viewport=size, locale="vi-VN")).new_page()  # type: ignore[arg-type]
            await sign_in(one, demo, login)
            await one.goto(address)
            return one

        await demo.open()
        chair = await page("chutri", demo.room("chair"))
        phone = await page("daibieu1", demo.room("companion"), 390)
        await expect(phone.locator("header")).to_contain_text("Đang họp")
        rows = await height(phone)
        await chair.get_by_role("button", name="Ghi hình", exact=True).click()
        dialog = chair.get_by_role("dialog")
        await expect(dialog).to_contain_text("lưu 30 ngày rồi tự xóa. Được tải về: chủ trì và thư ký.")
        await picture(chair, "recording-ask")
        await dialog.get_by_role("button", name="Bắt đầu ghi hình").click()
        for one in (chair, phone):
            await expect(one.locator("header").get_by_text("Đang ghi hình")).to_be_visible()
        await expect(phone.locator("[data-announcer]")).to_have_text("Bắt đầu ghi hình cuộc họp")
        assert await height(phone) - rows < 20, "the mark takes no row of its own"
        for view, login in (("secretary", "thuky"), ("wall", "kythuat"), ("hall", ""), ("console", "")):
            await looked_at(browser, demo, view, login)
        folder = tmp_path / "recordings"
        async with asyncio.timeout(40):
            while not any(one.stat().st_size > 60_000 for one in folder.glob("*.webm")):  # noqa: ASYNC110 — the server's
                await asyncio.sleep(0.1)
        await picture(chair, "recording-chair")
        await demo.ask(demo.chair, "sitting.recess", minutes=5, resume=False)
        await expect(phone.locator("header").get_by_text("Tạm ngừng ghi hình")).to_be_visible()
        assert await serious(phone) == []
        await picture(phone, "recording-phone")
        await demo.ask(demo.chair, "sitting.resume")
        await expect(phone.locator("header").get_by_text("Đang ghi hình")).to_be_visible()
        size = max(one.stat().st_size for one in folder.glob("*.webm"))
        async with asyncio.timeout(40):
            while not any(one.stat().st_size > size + 30_000 for one in folder.glob("*.webm")):  # noqa: ASYNC110 — the server's
                await asyncio.sleep(0.1)
        await chair.get_by_role("button", name="Dừng ghi hình").click()
        await chair.get_by_role("dialog").get_by_role("button", name="Dừng ghi hình").click()
        await expect(phone.get_by_text("Đang ghi hình")).to_have_count(0)

        office = await page("thuky", f"{demo.address}/meetings/{demo.meeting}?tab=minutes")
        async with office.expect_download() as download:
            await office.locator(".recordings").get_by_role("link", name="Tải về").click()
        with av.open(str(await (await download.value).path())) as found:
            frame = next(found.decode(video=0))
            assert (frame.width, frame.height) != (0, 0)
        await office.locator(".recordings summary").click()
        await expect(office.locator(".recordings ol li").last).to_contain_text("(sau tạm nghỉ)")
        assert await serious(office) == []
        rules = office.get_by_role("form", name="Lưu giữ và tải về")
        await rules.get_by_label("Số ngày lưu").fill("0")
        await rules.get_by_role("button", name="Lưu").click()
        await expect(office.get_by_text("Hãy ghi số ngày từ 1 đến 3650.")).to_be_visible()
        await rules.get_by_label("Số ngày lưu").fill("90")
        await rules.get_by_role("button", name="Lưu").click()
        await expect(office.get_by_text("Đã lưu", exact=True)).to_be_visible()
        await office.get_by_role("heading", name="Bản ghi hình").scroll_into_view_if_needed()
        await picture(office, "recording-office")
        await office.set_viewport_size({"width": 390, "height": 844})
        await office.locator(".recordings").evaluate("one => one.scrollIntoView()")
        await picture(office, "recording-office-phone")
        await browser.close()
