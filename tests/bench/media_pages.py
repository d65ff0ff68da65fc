"""Joining, switching and listening in Chromium: `python -m tests.bench.media_pages [TIMES] [--receivers 215]`.

Two pages send, a page in a browser of its own listens; the pages are bare (`tests/browser/test_media_engine.py`), so
that only the media counts. A line of JSON for each engine, both in one run: medians of so many times (10) in ms, from
pressing *join* to the first picture shown and from the grant to the new speaker's picture shown, the latter also with
so many receivers more in the room, and until that picture had arrived; and the processor time that the listening
browser takes, in seconds a second. Needs root for a network namespace, Chromium, and Janus.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright

from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.link import Link
from signaling.media.engine import Engine, Slot
from signaling.media.janus.engine import Janus
from tests.bench.media.load import beat
from tests.bench.media.receivers import Receiver
from tests.browser.test_media_engine import Room, serve
from tests.integration.janus.janus_process import JanusProcess
from tests.integration.janus.namespace import Namespace, namespace
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.pages import until

FLAGS = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")
#: In the command line of the listening browser, to find its processes.
LISTENER = "--diemcau-listener"
COLOURS = {"a": "red", "b": "blue"}
#: Between two switches, and for measuring the processor time, in seconds.
PAUSE, LISTENING = 1.5, 10.0
#: Receivers that come at the same time: how they come is not measured here.
AT_ONCE = 10
#: When each picture of the speaker was shown (ms since 1970), whether it was red, and when it had arrived.
SEEN = """() => {
  window.seen = [];
  window.began = performance.timeOrigin + performance.now();
  const brush = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true });
  const look = (shown) => shown.requestVideoFrameCallback((_, { receiveTime }) => {
    brush.drawImage(shown, 0, 0, 8, 8);
    const [red, , blue] = brush.getImageData(4, 4, 1, 1).data;
    window.seen.push([performance.timeOrigin + performance.now(), red > blue, performance.timeOrigin + receiveTime]);
    look(shown);
  });
  const find = () => {
    const shown = document.getElementById("speaker-video");
    shown ? look(shown) : setTimeout(find);
  };
  find();
}"""
FIRST = "([since, red]) => window.seen.find(([at, isRed]) => at > since && isRed === red)"
_TICK = os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def running(name: str, space: Namespace, folder: Path) -> AsyncIterator[Engine]:
    """An engine, reached."""
    process = EngineProcess(folder / "media.sock") if name == "embedded" else JanusProcess(space, folder / "janus")
    await process.start()
    engine = Link(process.socket) if isinstance(process, EngineProcess) else Janus(process.url, "")
    engine.start()
    await until(lambda: bool(engine.epoch))
    try:
        yield engine
    finally:
        await engine.stop()
        await process.kill()


async def shown(page: Page, since: float, site: str) -> tuple[float, float]:
    """Milliseconds from `since` (ms since 1970) until the picture of `site` was shown, and until it had arrived."""
    handle = await page.wait_for_function(FIRST, arg=[since, COLOURS[site] == "red"], polling=20)
    at, _, arrived = await handle.json_value()
    return float(at) - since, float(arrived) - since


async def joins(room: Room, browser: Browser, times: int) -> list[float]:
    """How long each of so many listeners, one after the other, waited for its first picture."""
    took = []
    for number in range(times):
        page = await room.receiver(f"joins-{number}", browser=browser, first=SEEN)
        took.append((await shown(page, await page.evaluate("window.began"), "a"))[0])
        await page.close()
        await asyncio.sleep(PAUSE)
    return took


async def switches(room: Room, page: Page, times: int) -> dict[str, float]:
    """How long a listener waited for the new speaker's picture after each grant, at any time of the camera's clock."""
    took = []
    for number in range(times):
        await asyncio.sleep(PAUSE + random.uniform(0, 0.1))
        site = "ba"[number % 2]
        granted = time.time() * 1000
        await room.feed(Slot.SPEAKER, site)
        took.append(await shown(page, granted, site))
    whole, arrived = zip(*took, strict=True)
    return {
        "median_ms": round(statistics.median(whole), 1),
        "worst_ms": round(max(whole), 1),
        "arrived_median_ms": round(statistics.median(arrived), 1),
    }


@asynccontextmanager
async def attended(room: Room, count: int, host: str) -> AsyncIterator[int]:
    """Receivers in the room; the kernel drops what they are sent. How many of `count` are there."""
    certificate = Certificate()
    receivers = [Receiver(host, certificate, number, False) for number in range(count)]
    beats = asyncio.create_task(beat(receivers))
    try:
        for begin in range(0, count, AT_ONCE):
            coming = (one.attend(room.link, "m") for one in receivers[begin : begin + AT_ONCE])
            await asyncio.gather(*coming, return_exceptions=True)
        there = {one.session for one in receivers if one.line.up.is_set()}
        room.sessions |= there
        yield len(there)
    finally:
        beats.cancel()
        await asyncio.gather(beats, return_exceptions=True)
        for one in receivers:
            await one.line.close()


def listening_cpu() -> float:
    """Seconds of processor time so far of the listening browser's processes."""
    parents, spent, roots = dict[int, int](), dict[int, int](), set[int]()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_text()
        except OSError:
            continue  # it has just ended
        pid = int(entry.name)
        parents[pid], spent[pid] = int(words[1]), int(words[11]) + int(words[12])
        if LISTENER in command:
            roots.add(pid)
    family = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(spent[pid] for pid in family) / _TICK


async def measure(name: str, space: Namespace, times: int, receivers: int) -> dict[str, object]:
    """One engine's figures."""
    application = web.Application()
    application.add_routes([web.get("/", serve)])
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engine = await stack.enter_async_context(running(name, space, folder))
        server = await stack.enter_async_context(TestServer(application))
        playwright = await stack.enter_async_context(async_playwright())
        launch = playwright.chromium.launch
        sending = await launch(executable_path="/usr/bin/chromium", args=FLAGS)
        stack.push_async_callback(sending.close)
        listening = await launch(executable_path="/usr/bin/chromium", args=[*FLAGS, LISTENER])
        stack.push_async_callback(listening.close)
        room = Room(engine, sending, str(server.make_url("/")))
        for site, colour in COLOURS.items():
            await room.sender(site, colour, 440)
        await room.feed(Slot.SPEAKER, "a")
        joining = await joins(room, listening, times)
        page = await room.receiver("only-listens", browser=listening)
        await asyncio.sleep(PAUSE)
        before = listening_cpu()
        await asyncio.sleep(LISTENING)
        cpu = (listening_cpu() - before) / LISTENING
        await page.close()
        page = await room.receiver("listens", browser=listening, first=SEEN)
        await shown(page, 0.0, "a")
        switching = await switches(room, page, times)
        async with attended(room, receivers, "127.0.0.1" if name == "embedded" else space.outside) as there:
            full = await switches(room, page, times)
        return {
            "bench": "media_pages",
            "engine": name,
            "times": times,
            "join_median_ms": round(statistics.median(joining), 1),
            "join_worst_ms": round(max(joining), 1),
            "switch": switching,
            "receivers": there,
            "switch_with_receivers": full,
            "listening_cpu": round(cpu, 3),
        }


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.media_pages")
    parser.add_argument("times", type=int, nargs="?", default=10)
    parser.add_argument("--receivers", type=int, default=215)
    parser.add_argument("--engines", default="embedded,janus", help="separated by commas")
    options = parser.parse_args()
    with namespace() as space:
        for name in options.engines.split(","):
            print(json.dumps(await measure(name, space, options.times, options.receivers)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
