"""Picture and sound between two sites, each a Chromium process with a colour and a tone of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.browser.devices import BLUE, GREEN, RED, coloured_camera, tone_microphone
from tests.browser.peers import ACTIVE, COLOUR, CONNECTED, SUMS, TAMPERED, WATCH
from tests.browser.rooms import Demo, demo_sitting, launch, pair, picture, sign_in
from tests.integration.media.engine_process import EngineProcess

pytestmark = pytest.mark.browser


@dataclass(slots=True)
class Site:
    """One site's hall screen."""

    page: Page
    site: str

    async def sees(self, colour: tuple[int, int, int], where: str = ".stage .speaker") -> None:
        """Wait until the picture there shows `colour`."""

        def near(shown: list[int] | None) -> bool:
            return shown is not None and all(abs(a - b) < 40 for a, b in zip(shown, colour, strict=True))

        await self.until(lambda: self.page.evaluate(COLOUR, where), near)

    async def sums(self) -> dict[str, float]:
        return dict(await self.page.evaluate(SUMS))

    async def until(self, ask: Callable[[], Awaitable[object]], holds: Callable[..., bool]) -> None:
        found: object = None
        try:
            async with asyncio.timeout(30):
                while not holds(found := await ask()):  # noqa: ASYNC110 — it happens in another process
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"never came, last {found!r}") from None

    async def turn(self, demo: Demo) -> str:
        """Raise the hand and get the floor; the turn."""
        await self.page.mouse.move(200, 200)
        await self.page.get_by_role("button", name="Đăng ký phát biểu").click()
        state = await demo.state()
        await self.until(self._queue(demo), lambda queue: any(one.site == self.site for one in queue))
        request = next(one.id for one in state.queue if one.site == self.site)
        holder = state.turns.get("speaker")
        await demo.ask(demo.chair, "floor.grant", request=request, holder=holder.id if holder else "")
        return state.turns["speaker"].id

    @staticmethod
    def _queue(demo: Demo) -> Callable[[], Awaitable[object]]:
        async def ask() -> object:
            return list((await demo.state()).queue)

        return ask

    async def speak(self) -> None:
        await self.page.get_by_role("button", name="Bấm để bật micro").click()
        await expect(self.page.get_by_role("button", name="Tắt micro")).to_be_visible()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EngineProcess]:
    process = EngineProcess(tmp_path / "media.sock")
    await process.start()
    yield process
    await process.kill()


@pytest.fixture
async def demo(engine: EngineProcess, tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Demo]:
    async with demo_sitting(tmp_path, unused_tcp_port) as running:
        yield running


@pytest.fixture
async def sites(demo: Demo, tmp_path: Path) -> AsyncIterator[list[Site]]:
    """Two paired sites in the open sitting: the first red and tampered with, the second blue."""
    async with async_playwright() as playwright:
        tone = tone_microphone(tmp_path / "tone.wav")
        found, browsers = [], []
        for number, colour in enumerate((RED, BLUE)):
            camera = coloured_camera(tmp_path / f"{number}.y4m", colour)
            browser = await launch(playwright, camera, tone)
            browsers.append(browser)
            page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            await page.add_init_script(WATCH + (TAMPERED if number == 0 else ""))
            site = demo.sites[number + 1]
            await pair(page, demo, site)
            await page.goto(demo.room("hall", "?as=room"))
            await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
            found.append(Site(page, site))
        await demo.open()
        yield found
        for browser in browsers:
            await browser.close()


async def test_the_floor_brings_picture_and_sound_and_a_change_needs_no_sdp(demo: Demo, sites: list[Site]) -> None:
    red, blue = sites
    turn = await red.turn(demo)
    await blue.sees(RED)
    before = await blue.sums()
    await red.speak()
    await blue.until(blue.sums, lambda now: now["heard"] > before["heard"] + 50 and now["level"] > 0.01)
    await picture(blue.page, "hall-speaker")
    await picture(red.page, "hall-own-turn")

    # a hand raised earlier prepares the sending connection, so only the change itself is looked at
    await blue.page.mouse.move(210, 210)
    await blue.page.get_by_role("button", name="Đăng ký phát biểu").click()
    await blue.until(lambda: blue.page.evaluate(CONNECTED), lambda up: up == 2)
    described = [await one.page.evaluate("window.described") for one in sites]
    state = await demo.state()
    await demo.ask(demo.chair, "floor.grant", request=state.queue[0].id, holder=turn)
    await red.sees(BLUE)
    assert [await one.page.evaluate("window.described") for one in sites] == described
    await picture(red.page, "hall-other-speaker")


async def test_a_muted_site_is_not_heard_though_its_page_keeps_sending(demo: Demo, sites: list[Site]) -> None:
    red, blue = sites
    await red.turn(demo)
    await red.speak()
    start = await blue.sums()
    await blue.until(blue.sums, lambda now: now["heard"] > start["heard"] + 50)
    await demo.ask(demo.chair, "microphone.mute", site=red.site)
    await expect(red.page.get_by_role("button", name="Bấm để bật micro")).to_be_visible()
    muted = (await red.sums())["sent"], (await blue.sums())["heard"]
    await red.until(red.sums, lambda now: now["sent"] > muted[0] + 100)
    assert (await blue.sums())["heard"] - muted[1] < 25


async def test_an_engine_that_dies_brings_everybody_back_by_itself(
    demo: Demo, sites: list[Site], engine: EngineProcess
) -> None:
    red, blue = sites
    await red.turn(demo)
    await red.speak()
    await blue.sees(RED)
    await engine.kill()
    await expect(blue.page.get_by_text("Hình và tiếng đang được kết nối lại…")).to_be_visible(timeout=30_000)
    await engine.start()
    await blue.sees(RED)
    start = await blue.sums()
    await blue.until(blue.sums, lambda now: now["heard"] > start["heard"] + 50)
    await expect(blue.page.get_by_text("Hình và tiếng đang được kết nối lại…")).to_have_count(0)


async def test_a_technician_sees_lines_and_opens_a_site(demo: Demo, sites: list[Site]) -> None:
    red, blue = sites
    await red.turn(demo)
    browser = blue.page.context.browser
    assert browser is not None
    page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    await sign_in(page, demo, "kythuat")
    await page.goto(demo.room("wall"))
    await expect(page.get_by_text("● 2 đang họp")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text("○ 213 chưa vào")).to_be_visible()
    name = (await demo.state()).setup.sites[1].name
    await page.get_by_label("Tìm điểm cầu").fill("doan dai bieu")
    await picture(page, "wall-found")
    await page.get_by_role("button", name=name).click()
    await Site(page, "").sees(RED, ".live")
    await page.get_by_label("Nhắn người trực tại điểm cầu").fill("Kiểm tra giúp micro")
    await page.get_by_role("button", name="Gửi").click()
    await picture(page, "wall-site")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    # a site that has sent nothing yet is asked to while its tile is open
    other = (await demo.state()).setup.sites[2].name
    await page.get_by_label("Tìm điểm cầu").fill(other)
    await page.get_by_role("button", name=re.compile(f"^{re.escape(other)}")).click()
    await Site(page, "").sees(BLUE, ".live")
    await picture(page, "wall-site-off-stage")
    before = await blue.sums()
    await blue.until(blue.sums, lambda now: now["sent"] > before["sent"] + 20)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await blue.until(lambda: blue.page.evaluate(ACTIVE), lambda active: active == 0)
    await page.get_by_label("Tìm điểm cầu").fill("")
    await page.get_by_role("button", name="Đường truyền kém lên đầu").click()
    await picture(page, "wall")
    await page.set_viewport_size({"width": 390, "height": 844})
    await picture(page, "wall-phone")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert problems == []


async def test_a_site_with_the_floor_shares_its_screen(demo: Demo, sites: list[Site]) -> None:
    red, blue = sites
    await red.turn(demo)
    await red.page.get_by_role("button", name="Thiết bị").click()
    await red.page.get_by_role("button", name="Chia sẻ màn hình").click()
    await expect(red.page.get_by_role("button", name="Dừng chia sẻ")).to_be_visible()
    shared = blue.page.locator('.stage.screen .main video[data-picture="shown"]')
    await expect(shared).to_be_visible(timeout=30_000)
    await picture(blue.page, "hall-screen")
    await red.page.get_by_role("button", name="Dừng chia sẻ").click()
    await expect(blue.page.locator(".stage.screen")).to_have_count(0)


async def test_a_page_that_may_not_play_asks_for_one_press(demo: Demo, sites: list[Site]) -> None:
    red, blue = sites
    await red.turn(demo)
    page = blue.page
    refuse = """
    let pressed = false;
    window.addEventListener('pointerdown', () => { pressed = true; }, true);
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      return pressed ? play.call(this) : Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
    };"""
    await page.add_init_script(refuse)  # what a browser does to a page that nobody touched
    await page.reload()
    press = page.get_by_role("button", name="Bấm để nghe và xem cuộc họp")
    await expect(press).to_be_visible(timeout=30_000)
    await picture(page, "hall-press-to-hear")
    await press.click()
    await expect(press).to_have_count(0)


async def test_the_chair_is_large_while_nobody_speaks(demo: Demo, sites: list[Site], tmp_path: Path) -> None:
    _, blue = sites
    async with async_playwright() as playwright:
        browser = await launch(playwright, coloured_camera(tmp_path / "chair.y4m", GREEN), tmp_path / "tone.wav")
        page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        await sign_in(page, demo, "chutri")
        await page.goto(demo.room("chair"))
        await blue.sees(GREEN, ".stage.alone .chair")
        await picture(blue.page, "hall-chair")
        await expect(page.get_by_role("button", name="Bấm để nghe và xem cuộc họp")).to_have_count(0)
        await picture(page, "chair-own-picture")
        start = await blue.sums()
        await blue.until(blue.sums, lambda now: now["heard"] > start["heard"] + 50)
        await browser.close()
