"""A site outside the dedicated network sees and is seen through a real TURN relay, with credentials of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from tests.browser.devices import BLUE, RED, coloured_camera, tone_microphone
from tests.browser.peers import WATCH
from tests.browser.rooms import demo_sitting, launch, pair
from tests.browser.test_media import Site
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.relay_process import SECRET, RelayProcess

pytestmark = pytest.mark.browser

#: A network that lets nothing through but the relay.
OUTSIDE = """
const Direct = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Direct {
  constructor(configuration) { super({ ...configuration, iceTransportPolicy: 'relay' }); }
};
"""
#: The kinds of the local candidates in use, of the connections that stand.
PATHS = """
async () => {
  const found = [];
  for (const peer of window.peers.filter((one) => one.connectionState === 'connected')) {
    const rows = await peer.getStats();
    const transport = [...rows.values()].find((one) => one.type === 'transport');
    const pair = rows.get(transport.selectedCandidatePairId);
    found.push(rows.get(pair.localCandidateId).candidateType);
  }
  return found;
}
"""


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[RelayProcess]:
    process = RelayProcess(tmp_path)
    await process.start()
    yield process
    await process.stop()


async def test_a_site_outside_is_seen_and_sees_through_the_relay(
    relay: RelayProcess, tmp_path: Path, unused_tcp_port: int
) -> None:
    engine = EngineProcess(tmp_path / "media.sock")
    await engine.start()
    tone = tone_microphone(tmp_path / "tone.wav")
    async with (
        demo_sitting(tmp_path, unused_tcp_port, turn_urls=relay.url, turn_secret=SECRET) as demo,
        async_playwright() as playwright,
    ):
        found = []
        for number, colour in enumerate((RED, BLUE)):
            browser = await launch(playwright, coloured_camera(tmp_path / f"{number}.y4m", colour), tone)
            page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            await page.add_init_script((OUTSIDE if number == 0 else "") + WATCH)
            await pair(page, demo, demo.sites[number + 1])
            await page.goto(demo.room("hall", "?as=room"))
            await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
            found.append(Site(page, demo.sites[number + 1]))
        await demo.open()
        outside, inside = found
        turn = await outside.turn(demo)
        await inside.sees(RED)
        await outside.until(lambda: outside.page.evaluate(PATHS), lambda kinds: set(kinds) == {"relay"})
        await inside.page.mouse.move(210, 210)
        await inside.turn(demo)
        await outside.sees(BLUE)
        assert turn
        assert "realm <diemcau> user <" in relay.said
        for one in found:
            await one.page.context.browser.close()  # type: ignore[union-attr]
    await engine.kill()
