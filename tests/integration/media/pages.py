"""Pages without a browser: stock aiortc sends a coloured picture and a tone, and decodes what comes."""

from __future__ import annotations

import asyncio
import fractions
import math
import re
import struct
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from av import AudioFrame, VideoFrame

from signaling.media.engine import Source

#: Colours as (Y, U, V), far apart.
RED, BLUE = (81, 90, 240), (41, 240, 110)
WIDTH, HEIGHT, FPS = 160, 96, 20
_RATE, _SAMPLES = 48_000, 960


class Negotiator(Protocol):
    """Where a page's descriptions go: the engine itself, or the room's signals."""

    async def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str: ...

    async def answer(self, session: str, sdp: str) -> None: ...

    async def publish(
        self, meeting: str, session: str, owner: str, site: str, sdp: str, tracks: Mapping[str, Source]
    ) -> str: ...


class Picture(MediaStreamTrack):
    """One colour, forever."""

    kind = "video"

    def __init__(self, colour: tuple[int, int, int]) -> None:
        super().__init__()
        self._colour = colour
        self._count, self._start = 0, time.monotonic()

    async def recv(self) -> VideoFrame:
        self._count += 1
        await asyncio.sleep(max(0, self._start + self._count / FPS - time.monotonic()))
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, value in zip(frame.planes, self._colour, strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = self._count * 90_000 // FPS, fractions.Fraction(1, 90_000)
        return frame


class Tone(MediaStreamTrack):
    """A sine of 440 Hz."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._count, self._start = 0, time.monotonic()

    async def recv(self) -> AudioFrame:
        self._count += 1
        await asyncio.sleep(max(0, self._start + self._count * _SAMPLES / _RATE - time.monotonic()))
        first = self._count * _SAMPLES
        wave = [int(9000 * math.sin(2 * math.pi * 440 * (first + one) / _RATE)) for one in range(_SAMPLES)]
        frame = AudioFrame("s16", "mono", _SAMPLES)
        frame.planes[0].update(struct.pack(f"<{_SAMPLES}h", *wave))
        frame.sample_rate, frame.pts, frame.time_base = _RATE, first, fractions.Fraction(1, _RATE)
        return frame


def _connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until `holds()`."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 — what is waited for happens in other processes and threads
            await asyncio.sleep(0.01)


class Sender:
    """A page that sends its microphone and camera."""

    def __init__(self, engine: Negotiator, meeting: str, site: str, colour: tuple[int, int, int]) -> None:
        self._engine, self.meeting, self.site = engine, meeting, site
        self.session = f"send-{site}"
        self.connection = _connection()
        self.connection.addTransceiver(Tone(), "sendonly")
        self.connection.addTransceiver(Picture(colour), "sendonly")

    async def join(self) -> None:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        local = self.connection.localDescription
        tracks = {"0": Source.MICROPHONE, "1": Source.CAMERA}
        sdp = await self._engine.publish(self.meeting, self.session, "page", self.site, local.sdp, tracks)
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def raw(self, datagram: bytes) -> None:
        """Send something of one's own from the connection's address."""
        ice = self.connection.getTransceivers()[0].sender.transport.transport
        await ice._connection.send(datagram)

    async def leave(self) -> None:
        await self.connection.close()


class Receiver:
    """A page that receives the stage; keeps the last colour and loudness of each slot."""

    def __init__(self, engine: Negotiator, meeting: str, name: str, site: str = "", tile: bool = False) -> None:
        self._engine, self.meeting, self.site, self.tile = engine, meeting, site, tile
        self.session = f"receive-{name}"
        self.forged_fingerprint = False
        self.connection = _connection()
        self.colours: dict[str, tuple[int, int, int]] = {}
        self.frames: dict[str, int] = {}
        self.loudness: dict[str, int] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self) -> None:
        sdp = await self._engine.offer(self.meeting, self.session, "page", self.site, self.tile)
        await self.take(sdp)

    async def take(self, sdp: str) -> None:
        """Answer an offer."""
        first = not self._tasks
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        sdp = self.connection.localDescription.sdp
        if self.forged_fingerprint:
            sdp = re.sub(r"(fingerprint:sha-\d+) ..", r"\1 00", sdp)
        await self._engine.answer(self.session, sdp)
        if first:
            for transceiver in self.connection.getTransceivers():
                look = self._hear if transceiver.kind == "audio" else self._see
                self._tasks.append(asyncio.create_task(look(str(transceiver.mid), transceiver.receiver.track)))

    async def _see(self, mid: str, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            assert isinstance(frame, VideoFrame)
            y, u, v = (bytes(plane) for plane in frame.planes)
            self.colours[mid] = (y[len(y) // 2], u[len(u) // 2], v[len(v) // 2])
            self.frames[mid] = self.frames.get(mid, 0) + 1

    async def _hear(self, mid: str, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            assert isinstance(frame, AudioFrame)
            count = frame.samples * len(frame.layout.channels)
            samples = struct.unpack(f"<{count}h", bytes(frame.planes[0])[: 2 * count])
            self.loudness[mid] = max(map(abs, samples), default=0)

    def shows(self, slot: str, colour: tuple[int, int, int]) -> bool:
        """Whether the last picture of a slot has this colour."""
        seen = self.colours.get(f"{slot}-video")
        return seen is not None and all(abs(one - other) < 30 for one, other in zip(seen, colour, strict=True))

    def hears(self, slot: str) -> bool:
        return self.loudness.get(f"{slot}-audio", 0) > 1000

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connection.close()
