"""The engine with real Chromium: bare pages, since here only the media counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright

from signaling.media.embedded.link import Link
from signaling.media.engine import Desired, Engine, Feed, Slot, Source
from tests.integration.media.engine_process import EngineProcess

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>media</title><script>
async function send(colour, frequency) {
  const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 180});
  const brush = canvas.getContext("2d"); let odd = 0;
  const paint = () => { brush.fillStyle = colour; brush.fillRect(0, 0, 320, 180); brush.fillRect(odd ^= 1, 0, 1, 1); };
  setInterval(paint, 50);
  const sound = new AudioContext(), tone = sound.createOscillator(), out = sound.createMediaStreamDestination();
  tone.frequency.value = frequency; tone.connect(out); tone.start(); await sound.resume();
  const connection = window.sending = new RTCPeerConnection();
  connection.addTransceiver(out.stream.getAudioTracks()[0], {direction: "sendonly"});
  connection.addTransceiver(canvas.captureStream(20).getVideoTracks()[0], {direction: "sendonly"});
  connection.addTransceiver("video", {direction: "sendonly"});
  await connection.setLocalDescription();
  const sdp = await window.publish(connection.localDescription.sdp);
  await connection.setRemoteDescription({type: "answer", sdp});
}
async function receive() {
  const connection = window.receiving = new RTCPeerConnection();
  window.descriptions = 0;
  connection.ontrack = ({track, transceiver}) => {
    const shown = Object.assign(document.createElement(track.kind), {id: transceiver.mid, autoplay: true});
    shown.srcObject = new MediaStream([track]); document.body.append(shown);
  };
  await take(await window.offer());
}
async function take(sdp) {
  const connection = window.receiving; window.descriptions++;
  await connection.setRemoteDescription({type: "offer", sdp});
  await connection.setLocalDescription();
  await window.answer(connection.localDescription.sdp);
}
function colour(mid) {
  const shown = document.getElementById(mid);
  if (!shown?.videoWidth) return null;
  const canvas = Object.assign(document.createElement("canvas"), {width: 8, height: 8});
  const brush = canvas.getContext("2d"); brush.drawImage(shown, 0, 0, 8, 8);
  return [...brush.getImageData(4, 4, 1, 1).data].slice(0, 3);
}
async function figures(mid) {
  const transceiver = window.receiving.getTransceivers().find(one => one.mid === mid);
  for (const one of (await transceiver.receiver.getStats()).values()) if (one.type === "inbound-rtp") return one;
  return {};
}
async function restartSending() {
  const connection = window.sending; connection.restartIce();
  await connection.setLocalDescription();
  const sdp = await window.restart(connection.localDescription.sdp);
  await connection.setRemoteDescription({type: "answer", sdp});
}
const pair = async connection => {
  const all = [...(await connection.getStats()).values()];
  const transport = all.find(one => one.type === "transport");
  const found = all.find(one => one.id === transport.selectedCandidatePairId);
  return found && found.state === "succeeded" && all.find(one => one.id === found.localCandidateId).usernameFragment;
};
</script>"""


class Room:
    """Pages on the engine, driven as the web process drives it."""

    def __init__(self, link: Engine, browser: Browser, url: str) -> None:
        self.link, self._browser, self._url = link, browser, url
        self.slots: dict[Slot, Feed] = {}
        self.sessions: set[str] = set()
        self._generation = 0

    async def sender(self, site: str, colour: str, frequency: int) -> Page:
        page, session = await self._open(), f"send-{site}"
        tracks = {"0": Source.MICROPHONE, "1": Source.CAMERA, "2": Source.SCREEN}

        async def publish(sdp: str) -> str:
            return await self.link.publish("m", session, "page", site, sdp, tracks)

        async def restart(sdp: str) -> str:
            return await self.link.restart(session, sdp)

        await page.expose_function("publish", publish)
        await page.expose_function("restart", restart)
        await page.evaluate("([colour, frequency]) => send(colour, frequency)", [colour, frequency])
        self.sessions.add(session)
        return page

    async def receiver(self, name: str, site: str = "", browser: Browser | None = None, first: str = "") -> Page:
        """A page that receives; `first` is run in it before it begins."""
        page, session = await self._open(browser), f"receive-{name}"

        async def offer() -> str:
            return await self.link.offer("m", session, "page", site, False)

        async def answer(sdp: str) -> None:
            await self.link.answer(session, sdp)

        await page.expose_function("offer", offer)
        await page.expose_function("answer", answer)
        if first:
            await page.evaluate(first)
        await page.evaluate("receive()")
        self.sessions.add(session)
        return page

    async def _open(self, browser: Browser | None = None) -> Page:
        page = await (browser or self._browser).new_page()
        await page.goto(self._url)
        return page

    async def feed(self, slot: Slot, site: str, audio: bool = True, video: bool = True) -> None:
        self.slots[slot] = Feed(site, f"send-{site}", audio, video)
        self._generation += 1
        await self.link.apply("m", self._generation, Desired(self.slots, {}, frozenset(self.sessions)))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    engine = EngineProcess(tmp_path / "media.sock")
    await engine.start()
    link = Link(engine.socket)
    link.start()
    await engine.until(lambda: bool(link.epoch))
    application = web.Application()
    application.add_routes([web.get("/", serve)])
    flags = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    async with TestServer(application) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield Room(link, browser, str(server.make_url("/")))
        await browser.close()
    await link.stop()
    await engine.kill()


async def serve(_: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


async def shows(page: Page, mid: str, colour: tuple[int, int, int], seconds: float = 20) -> None:
    """Wait until the picture of a line has this colour."""
    seen: Any = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                seen = await page.evaluate("colour", mid)
                if seen and all(abs(one - other) < 60 for one, other in zip(seen, colour, strict=True)):
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{mid} shows {seen}, not {colour}") from None


async def hears(page: Page, mid: str, seconds: float = 20) -> None:
    """Wait until the sound of a line is loud."""
    async with asyncio.timeout(seconds):
        while (await page.evaluate("figures", mid)).get("audioLevel", 0) < 0.05:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_picture_and_sound_go_through_and_the_speaker_changes_without_sdp(room: Room) -> None:
    await room.sender("a", "rgb(220,30,30)", 440)
    await room.sender("b", "rgb(30,30,220)", 880)
    listener = await room.receiver("l", "l")
    await room.feed(Slot.SPEAKER, "a")
    await shows(listener, "speaker-video", (220, 30, 30))
    await hears(listener, "speaker-audio")
    for site, colour in (("b", (30, 30, 220)), ("a", (220, 30, 30))) * 2:
        await room.feed(Slot.SPEAKER, site)
        await shows(listener, "speaker-video", colour)
        await hears(listener, "speaker-audio")
    assert await listener.evaluate("descriptions") == 1
    figures = await listener.evaluate("figures", "speaker-video")
    assert figures["packetsLost"] <= 0, "a hole in the numbers would stay one for good"


async def frames(page: Page, mid: str) -> int:
    return int((await page.evaluate("figures", mid)).get("framesDecoded", 0))


async def flows(page: Page, mid: str, seconds: float = 20) -> None:
    """Wait until new pictures are decoded."""
    before = await frames(page, mid)
    async with asyncio.timeout(seconds):
        while await frames(page, mid) < before + 10:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_both_connections_restart_ice_and_keep_their_media(room: Room) -> None:
    sender = await room.sender("a", "rgb(220,30,30)", 440)
    listener = await room.receiver("l")
    await room.feed(Slot.SPEAKER, "a")
    await shows(listener, "speaker-video", (220, 30, 30))
    sending = await sender.evaluate("pair(window.sending)")
    await sender.evaluate("restartSending()")
    await listener.evaluate("sdp => take(sdp)", await room.link.restart("receive-l"))
    async with asyncio.timeout(20):
        while await sender.evaluate("pair(window.sending)") in (sending, False):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await flows(listener, "speaker-video")
    await hears(listener, "speaker-audio")
    assert {one.up for one in (await room.link.state()).sessions} == {True}


async def test_a_silenced_site_is_not_heard_though_its_page_goes_on_sending(room: Room) -> None:
    await room.sender("a", "rgb(220,30,30)", 440)
    listener = await room.receiver("l")
    await room.feed(Slot.SPEAKER, "a")
    await hears(listener, "speaker-audio")
    await room.feed(Slot.SPEAKER, "a", audio=False)
    await flows(listener, "speaker-video")  # what was on its way has arrived
    heard = (await listener.evaluate("figures", "speaker-audio"))["packetsReceived"]
    await flows(listener, "speaker-video")
    assert (await listener.evaluate("figures", "speaker-audio"))["packetsReceived"] == heard
    await room.feed(Slot.SPEAKER, "a")
    await hears(listener, "speaker-audio")
