"""From the grant to the new speaker's picture on the room's own pages: `python -m tests.bench.media_grant [TIMES]`.

Two sites, each a Chromium of its own, take turns. Whoever is granted the floor asked for it seconds ago and sends
nothing, since nobody received it; the other site looks. A line of JSON: median and worst of so many times (6), in ms
from the command until the picture is shown. Needs Chromium, and the client built.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Playwright, async_playwright, expect

from signaling.media.embedded.publisher import LINGER
from tests.browser.devices import BLUE, RED, coloured_camera, tone_microphone
from tests.browser.peers import ACTIVE, COLOUR, CONNECTED, WATCH
from tests.browser.rooms import Demo, demo_sitting, launch, pair
from tests.browser.test_media import Site
from tests.integration.media.engine_process import EngineProcess, free_port

#: Pictures a second of the cameras.
RATE = 25
#: When the picture of the speaker is first red, or blue (ms since 1970).
NOTICE = f"""(red) => {{
  window.noticed = 0;
  const colour = {COLOUR};
  const look = setInterval(() => {{
    const shown = colour(".stage .speaker");
    if (!shown || shown[0] > shown[2] !== red) return;
    window.noticed = performance.timeOrigin + performance.now();
    clearInterval(look);
  }}, 4);
}}"""


@asynccontextmanager
async def sitting(folder: Path, playwright: Playwright) -> AsyncIterator[tuple[Demo, list[Site]]]:
    """The engine, the application with its open sitting, and two sites in it, red and blue."""
    tone = tone_microphone(folder / "tone.wav")
    async with AsyncExitStack() as stack:
        engine = EngineProcess(folder / "media.sock")
        await engine.start()
        stack.push_async_callback(engine.kill)
        demo = await stack.enter_async_context(demo_sitting(folder, free_port(socket.SOCK_STREAM)))
        sites = []
        for number, colour in enumerate((RED, BLUE)):
            camera = coloured_camera(folder / f"{number}.y4m", colour, scale=2, rate=RATE)
            browser = await launch(playwright, camera, tone)
            stack.push_async_callback(browser.close)
            page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            await page.add_init_script(WATCH)
            await pair(page, demo, demo.sites[number + 1])
            await page.goto(demo.room("hall", "?as=room"))
            await expect(page.get_by_role("region", name="Sân khấu")).to_be_visible()
            sites.append(Site(page, demo.sites[number + 1]))
        await demo.open()
        yield demo, sites


async def grant(demo: Demo, new: Site, looking: Site, red: bool) -> float:
    """Let a site that sends nothing have the floor; how long the other waited for its picture."""
    await new.page.mouse.move(200 + 10 * red, 200)
    await new.page.get_by_role("button", name="Đăng ký phát biểu").click()
    await new.until(lambda: new.page.evaluate(CONNECTED), lambda up: up == 2)
    await asyncio.sleep(LINGER + 1)
    await new.until(lambda: new.page.evaluate(ACTIVE), lambda active: active == 0)
    state = await demo.state()
    await looking.page.evaluate(NOTICE, red)
    began = time.time() * 1000
    holder = state.turns["speaker"].id
    await demo.ask(demo.chair, "floor.grant", request=state.queue[0].id, holder=holder)
    async with asyncio.timeout(30):
        while not (noticed := float(await looking.page.evaluate("window.noticed"))):  # noqa: ASYNC110 — it happens in a page
            await asyncio.sleep(0.1)
    return noticed - began


async def main() -> None:
    os.environ["LOG_LEVEL"] = "error"
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright, sitting(Path(folder), playwright) as (demo, (red, blue)):
            await red.turn(demo)
            took = []
            for number in range(times):
                new, looking = (blue, red) if number % 2 == 0 else (red, blue)
                took.append(await grant(demo, new, looking, new is red))
    median, worst = round(statistics.median(took), 1), round(max(took), 1)
    print(json.dumps({"bench": "media_grant", "times": times, "median_ms": median, "worst_ms": worst}))


if __name__ == "__main__":
    asyncio.run(main())
