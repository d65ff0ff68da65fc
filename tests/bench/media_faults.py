"""What faults of a site's line do to it and to the others: `python -m tests.bench.media_faults [--engines …]`.

One speaker with two simulcast layers, two listening sites in Chromium processes of their own: one behind a cable with
faults (`media/cable.py`), one beside it without. For each engine and fault a line of JSON, and a table at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import stat
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Playwright, async_playwright

from signaling.media.embedded.link import Link
from signaling.media.engine import Engine, Slot
from signaling.media.janus.engine import Janus
from tests.bench.media.__main__ import running
from tests.browser.test_media_engine import PAGE, Room
from tests.integration.janus.namespace import Namespace, namespace

FAULTS: dict[str, dict[str, object]] = {
    "none": {},
    "2 % loss": {"loss": 0.02},
    "10 % loss": {"loss": 0.1},
    "30 % loss": {"loss": 0.3},
    "300 ms delay": {"delay": 0.3},
    "500 kbit/s": {"rate": 500_000},
    "20 s outage": {"cut": True},
}
SOUND: dict[str, object] = {"loss": 0.0, "delay": 0.0, "rate": 0, "cut": False}
#: How long a fault lasts, and how long a site may take to recover, in seconds.
LASTS, PATIENCE = 20, 60
#: Pictures a second that count as fluent.
FLUENT = 8
#: The speaker as the room page sends: the smallest picture first; moving noise, so that it needs its bits.
_SPEAKER = """<script>
async function send() {
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
  const brush = canvas.getContext("2d"), tile = new ImageData(160, 90);
  const paint = () => {
    for (let at = 0; at < tile.data.length; at += 4) {
      tile.data.fill(Math.random() * 90 + 80, at, at + 3); tile.data[at + 3] = 255;
    }
    brush.putImageData(tile, Math.random() * 480, Math.random() * 270);
  };
  setInterval(paint, 40);
  const sound = new AudioContext(), tone = sound.createOscillator(), out = sound.createMediaStreamDestination();
  tone.connect(out); tone.start(); await sound.resume();
  const connection = window.sending = new RTCPeerConnection();
  connection.addTransceiver(out.stream.getAudioTracks()[0], {direction: "sendonly"});
  connection.addTransceiver(canvas.captureStream(25).getVideoTracks()[0], {direction: "sendonly", sendEncodings: [
    {rid: "l", maxBitrate: 200000, maxFramerate: 15, scaleResolutionDownBy: 2}, {rid: "h", maxBitrate: 1000000}]});
  connection.addTransceiver("video", {direction: "sendonly"});
  await connection.setLocalDescription();
  const sdp = await window.publish(connection.localDescription.sdp);
  await connection.setRemoteDescription({type: "answer", sdp});
}
// as the room page does: a path that fails is negotiated anew
const first = receive;
receive = async () => {
  document.querySelectorAll("audio, video").forEach((one) => one.remove());
  window.receiving?.close();
  await first();
  const connection = window.receiving;
  let patience = 0;
  connection.onconnectionstatechange = () => {
    clearTimeout(patience);
    if (connection !== window.receiving) return;
    const again = () => receive().catch(() => setTimeout(again, 1000));
    if (["disconnected", "failed"].includes(connection.connectionState)) patience = setTimeout(again, 3000);
  };
};
</script>"""
URL = "data:text/html;base64," + base64.b64encode((PAGE + _SPEAKER).encode()).decode()


@dataclass(frozen=True, slots=True)
class Seen:
    """A listening page's counts so far."""

    frames: int
    freezes: int
    frozen: float
    concealed: int
    samples: int
    height: int

    @classmethod
    async def of(cls, page: Page) -> Seen:
        picture: dict[str, Any] = await page.evaluate("figures", "speaker-video")
        sound: dict[str, Any] = await page.evaluate("figures", "speaker-audio")
        return cls(
            picture.get("framesDecoded", 0),
            picture.get("freezeCount", 0),
            picture.get("totalFreezesDuration", 0.0),
            sound.get("concealedSamples", 0) - sound.get("silentConcealedSamples", 0),
            sound.get("totalSamplesReceived", 0),
            picture.get("frameHeight", 0),
        )

    def since(self, before: Seen, seconds: float) -> dict[str, object]:
        """What came in `seconds`; a page that connected anew counts from nothing."""
        if self.samples < before.samples:
            before = Seen(0, 0, 0.0, 0, 0, 0)
        heard = max(1, self.samples - before.samples)
        return {
            "fps": round((self.frames - before.frames) / seconds, 1),
            "freezes": self.freezes - before.freezes,
            "frozen_s": round(self.frozen - before.frozen, 1),
            "audio_repaired_percent": round(100 * (self.concealed - before.concealed) / heard, 1),
            "height": self.height,
        }


class Cable:
    """The cable's process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def set(self, faults: dict[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(SOUND | faults).encode() + b"\n")
        await self._process.stdin.drain()


@contextlib.asynccontextmanager
async def cable(near: Namespace, far: Namespace) -> AsyncIterator[Cable]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.media.cable", near.name, far.name),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    try:
        yield Cable(process)
    finally:
        process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def engine(name: str, space: Namespace, folder: Path) -> AsyncIterator[Engine]:
    async with running(name, space, folder) as process:
        link: Link | Janus = Link(Path(process.address)) if name == "embedded" else Janus(process.address, "")
        link.start()
        async with asyncio.timeout(20):
            while not link.epoch:  # noqa: ASYNC110 — it happens in another process
                await asyncio.sleep(0.1)
        yield link
        await link.stop()


async def chromium(playwright: Playwright, folder: Path, space: Namespace | None = None) -> Browser:
    """A Chromium of its own, inside `space` where given."""
    program = "/usr/bin/chromium"
    if space is not None:
        wrapper = folder / "chromium"
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(space.enter)} {program} "$@"\n')
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        program = str(wrapper)
    flags = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    return await playwright.chromium.launch(executable_path=program, args=flags)


async def recovered(page: Page) -> float | None:
    """Seconds until the site has the whole picture again, fluently; None where it never came."""
    loop = asyncio.get_running_loop()
    began, before = loop.time(), await Seen.of(page)
    while loop.time() - began < PATIENCE:
        await asyncio.sleep(1)
        now = await Seen.of(page)
        if now.frames - before.frames >= FLUENT and now.height >= 360:
            return round(loop.time() - began, 1)
        before = now
    return None


async def measure(name: str) -> AsyncIterator[dict[str, object]]:
    """Every fault beside one engine, one after the other."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        near, far = stack.enter_context(namespace()), stack.enter_context(namespace())
        line = await stack.enter_async_context(cable(near, far))
        link = await stack.enter_async_context(engine(name, near, folder))
        playwright = await stack.enter_async_context(async_playwright())
        here, there = await chromium(playwright, folder), await chromium(playwright, folder, far)
        stack.push_async_callback(here.close)
        stack.push_async_callback(there.close)
        room = Room(link, here, URL)
        await room.sender("a", "", 0)
        site, other = await room.receiver("site", "s", there), await room.receiver("other", "o")
        await room.feed(Slot.SPEAKER, "a")
        await recovered(site)
        for fault, faults in FAULTS.items():
            before = await Seen.of(site), await Seen.of(other)
            await line.set(faults)
            await asyncio.sleep(LASTS)
            after = await Seen.of(site), await Seen.of(other)
            await line.set({})
            yield {
                "bench": "media_faults",
                "engine": name,
                "fault": fault,
                "site": after[0].since(before[0], LASTS),
                "recovered_s": await recovered(site),
                "other": after[1].since(before[1], LASTS),
            }


def table(rows: list[dict[str, Any]]) -> str:
    """The lines as a table for people."""
    lines = [
        "| engine | fault | fps | freezes (s) | sound repaired | height | recovered after | others: fps, freezes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        site, other, after = row["site"], row["other"], row["recovered_s"]
        lines.append(
            f"| {row['engine']} | {row['fault']} | {site['fps']} | {site['freezes']} ({site['frozen_s']}) "
            f"| {site['audio_repaired_percent']} % | {site['height']} "
            f"| {'never' if after is None else f'{after} s'} | {other['fps']}, {other['freezes']} |"
        )
    return "\n".join(lines)


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.media_faults")
    parser.add_argument("--engines", default="embedded,janus-loops-2", help="separated by commas")
    rows = []
    for name in parser.parse_args().engines.split(","):
        async for row in measure(name):
            print(json.dumps(row), flush=True)
            rows.append(row)
    print(table(rows))


if __name__ == "__main__":
    asyncio.run(main())
