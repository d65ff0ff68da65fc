"""A real camera in two layers: who gets which, what is not sent, and who is stepped down and up again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.browser.devices import BLUE, RED, coloured_camera, tone_microphone
from tests.browser.rooms import Demo, demo_sitting, launch, pair, picture, sign_in
from tests.integration.media.engine_process import EngineProcess

pytestmark = pytest.mark.browser

_WATCH = """
window.peers = [];
const Peer = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Peer { constructor(...all) { super(...all); window.peers.push(this); } };
"""
#: The width of the speaker's picture as it is received, and the pictures that each layer sent.
_FIGURES = """
async () => {
  const found = { width: 0, frames: 0, low: 0, high: 0, low_before: window.lowBefore ?? 0 };
  for (const peer of window.peers) {
    if (peer.connectionState !== 'connected') continue;
    for (const one of (await peer.getStats()).values()) {
      if (one.type === 'inbound-rtp' && one.kind === 'video' && one.mid === 'speaker-video') {
        found.width = one.frameWidth ?? 0; found.frames = one.framesDecoded ?? 0;
      }
      if (one.type === 'outbound-rtp' && one.rid === 'l') found.low = one.framesSent ?? 0;
      if (one.type === 'outbound-rtp' && one.rid === 'h') found.high = one.framesSent ?? 0;
    }
  }
  window.lowBefore = found.low;
  return found;
}
"""


@pytest.fixture
async def demo(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Demo]:
    engine = EngineProcess(tmp_path / "media.sock")
    await engine.start()
    async with demo_sitting(tmp_path, unused_tcp_port) as running:
        yield running
    await engine.kill()


async def until(page: Page, holds: Callable[[dict[str, int]], bool]) -> dict[str, int]:
    """Wait until the page's figures are so."""
    found: dict[str, int] = {}
    try:
        async with asyncio.timeout(90):
            while not holds(found := dict(await page.evaluate(_FIGURES))):  # noqa: ASYNC110
                await asyncio.sleep(0.25)
    except TimeoutError:
        raise AssertionError(f"never came, last {found!r}") from None
    return found


async def test_a_site_is_led_down_and_up_again_and_only_what_is_received_is_sent(demo: Demo, tmp_path: Path) -> None:
    async with async_playwright() as playwright:
        pages: list[Page] = []
        for number, colour in enumerate((RED, BLUE)):
            camera = coloured_camera(tmp_path / f"{number}.y4m", colour, scale=3)
            browser = await launch(playwright, camera, tone_microphone(tmp_path / "tone.wav"))
            page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            await page.add_init_script(_WATCH)
            await pair(page, demo, demo.sites[number + 1])
            await page.goto(demo.room("hall", "?as=room"))
            await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
            pages.append(page)
        red, blue = pages
        await demo.open()
        await red.mouse.move(200, 200)
        await red.get_by_role("button", name="Đăng ký phát biểu").click()
        async with asyncio.timeout(30):
            while not (queue := (await demo.state()).queue):  # noqa: ASYNC110 — it happens in another process
                await asyncio.sleep(0.1)
        await demo.ask(demo.chair, "floor.grant", request=queue[0].id, holder="")
        await until(blue, lambda now: now["width"] > 640)
        sent = await until(red, lambda now: now["high"] > 0)
        await until(red, lambda now: now["high"] > sent["high"] + 50 and now["low"] == now["low_before"])

        technician = await blue.context.browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")  # type: ignore[union-attr]
        await sign_in(technician, demo, "kythuat")
        await technician.goto(demo.room("wall"))
        await expect(technician.get_by_text("● 2 đang họp")).to_be_visible(timeout=30_000)
        name = (await demo.state()).setup.sites[2].name
        await technician.get_by_label("Tìm điểm cầu").fill(name)
        await technician.get_by_role("button", name=name).click()
        chosen = technician.get_by_label("Mức truyền tới điểm cầu")
        await chosen.select_option(label="Hình thu gọn")
        await until(blue, lambda now: 0 < now["width"] <= 480)
        await expect(blue.get_by_text("Hình thu gọn. Kỹ thuật đang giữ mức truyền này.")).to_be_visible()
        await picture(technician, "wall-step")
        await picture(blue, "hall-low")

        await chosen.select_option(label="Chỉ tiếng và tài liệu")
        await expect(blue.get_by_text("Chỉ tiếng và tài liệu. Kỹ thuật đang giữ mức truyền này.")).to_be_visible()
        stopped = await until(blue, lambda now: now["width"] >= 0)
        await asyncio.sleep(1.5)
        assert (await until(blue, lambda now: now["width"] >= 0))["frames"] - stopped["frames"] <= 15
        await technician.set_viewport_size({"width": 390, "height": 844})
        await picture(technician, "wall-step-phone")

        await chosen.select_option(label="Tự chọn theo đường truyền")
        await until(blue, lambda now: now["width"] > 640 and now["frames"] > stopped["frames"] + 20)
        await expect(blue.get_by_text("Đường truyền yếu")).to_have_count(0)
        for page in pages:
            await page.context.browser.close()  # type: ignore[union-attr]
