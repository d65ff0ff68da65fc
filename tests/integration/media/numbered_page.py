"""A page whose packets have numbers of our choice: Opus and VP8 on a line of its own (`tests.bench.media.line`)."""

from __future__ import annotations

import asyncio
import fractions
import math
import struct
import time

from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder
from av import AudioFrame, VideoFrame

from signaling.media.embedded import rtcp
from signaling.media.embedded.dtls import Certificate
from signaling.media.engine import Engine, Source
from tests.bench.media import descriptions
from tests.bench.media.descriptions import OPUS, VP8
from tests.bench.media.line import Line

AUDIO, VIDEO = 0x1000, 0x2000
TRACKS = {"0": Source.MICROPHONE, "1": Source.CAMERA}
_FPS, _SAMPLES = 20, 960
#: Packets that are sent in one go, so that no socket overflows.
_GO = 50


class NumberedPage:
    """Sends a red picture and a tone; the first packets of both are numbered `first`."""

    def __init__(self, host: str, first: int) -> None:
        self._certificate = Certificate()
        self.line = Line(host, self._certificate, 4_000_000)
        self.line.control = self._control
        self._numbers = {AUDIO: first - 1, VIDEO: first - 1}
        self._sent = {AUDIO: [0, 0], VIDEO: [0, 0]}
        self._key_wanted = True
        self._opus, self._vp8 = OpusEncoder(), Vp8Encoder()
        self._begun = time.monotonic()
        self._last = {AUDIO: b"", VIDEO: b""}
        self._task: asyncio.Task[None] | None = None

    async def join(self, engine: Engine, meeting: str, site: str) -> None:
        """Connect; what is sent begins with `talk`."""
        offer = descriptions.offer(self.line.credentials, self._certificate, AUDIO, VIDEO)
        answer = await engine.publish(meeting, f"send-{site}", "page", site, offer, TRACKS)
        remote = descriptions.remote(answer)
        self.line.begin(remote, client=not remote.begins)
        async with asyncio.timeout(20):
            await self.line.up.wait()

    def talk(self) -> None:
        self._task = asyncio.create_task(self._run())

    def number(self, ssrc: int) -> int:
        """The last number, counted on beyond its wraps."""
        return self._numbers[ssrc]

    async def rush(self, packets: int) -> None:
        """Send so many packets of both kinds as fast as goes."""
        for sent in range(packets):
            for ssrc, kind in ((AUDIO, OPUS), (VIDEO, VP8)):
                self._send(ssrc, kind, self._last[ssrc], True)
            if sent % _GO == 0:
                await asyncio.sleep(0.002)

    async def leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.line.close()

    def _control(self, packet: bytes) -> None:
        self._key_wanted |= VIDEO in rtcp.read(packet).key_frames

    async def _run(self) -> None:
        sounds = pictures = 0
        reported = 0.0
        while True:
            elapsed = time.monotonic() - self._begun
            while sounds < elapsed * 50:
                sounds += 1
                self._sound(sounds)
            while pictures < elapsed * _FPS:
                pictures += 1
                self._picture(pictures)
            if elapsed - reported > 1:
                reported = elapsed
                self._report()
            await asyncio.sleep(0.005)

    def _sound(self, number: int) -> None:
        wave = [int(9000 * math.sin(2 * math.pi * 440 * (number * _SAMPLES + one) / 48_000)) for one in range(_SAMPLES)]
        frame = AudioFrame("s16", "mono", _SAMPLES)
        frame.planes[0].update(struct.pack(f"<{_SAMPLES}h", *wave))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * _SAMPLES, fractions.Fraction(1, 48_000)
        for payload in self._opus.encode(frame)[0]:
            self._send(AUDIO, OPUS, payload, True)

    def _picture(self, number: int) -> None:
        frame = VideoFrame(160, 96, "yuv420p")
        for plane, value in zip(frame.planes, (81, 90, 240), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = number * 90_000 // _FPS, fractions.Fraction(1, 90_000)
        key, self._key_wanted = self._key_wanted, False
        payloads, _ = self._vp8.encode(frame, force_keyframe=key)
        for place, payload in enumerate(payloads):
            self._send(VIDEO, VP8, payload, place == len(payloads) - 1)

    def _send(self, ssrc: int, kind: int, payload: bytes, last: bool) -> None:
        self._numbers[ssrc] += 1
        self._last[ssrc] = payload
        marker = 0x80 if last and ssrc == VIDEO else 0
        number = self._numbers[ssrc] & 0xFFFF
        self.line.send_rtp(struct.pack("!BBHII", 0x80, marker | kind, number, self._stamp(ssrc), ssrc) + payload)
        self._sent[ssrc][0] += 1
        self._sent[ssrc][1] += len(payload)

    def _stamp(self, ssrc: int) -> int:
        return int((time.monotonic() - self._begun) * (48_000 if ssrc == AUDIO else 90_000)) & 0xFFFFFFFF

    def _report(self) -> None:
        ntp = rtcp.ntp_time(time.time())
        for ssrc in (AUDIO, VIDEO):
            report = rtcp.sender_report(ssrc, ntp, self._stamp(ssrc), *self._sent[ssrc])
            self.line.send_rtcp(report + rtcp.description([ssrc], "page"))
