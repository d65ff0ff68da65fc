"""Pages that receive: all join and decrypt a key frame; a few go on reading, the kernel counts for the others."""

from __future__ import annotations

import asyncio
import random
import time

from signaling.media.embedded import rtcp
from signaling.media.embedded.dtls import Certificate
from signaling.media.engine import Engine
from tests.bench.media import descriptions
from tests.bench.media.filters import dropped
from tests.bench.media.line import Line
from tests.bench.media.sources import KEY, Kind, stamp

#: Between two reports of a receiver, and two requests for a first picture, in seconds.
REPORT, ASK = 1.0, 1.0
#: A page says that it could take so much, in bit/s.
ROOM = 2_500_000
PATIENCE = 60.0


class Receiver:
    """One page; `read_on` after its first picture, else the kernel drops what comes."""

    def __init__(self, host: str, certificate: Certificate, number: int, read_on: bool) -> None:
        self.session, self.site, self.read_on = f"receive-{number}", f"site-{number}", read_on
        self.line = Line(host, certificate, 4_000_000)
        self.line.media, self.line.control = self._media, self._control
        self.delays: dict[Kind, list[float]] = {kind: [] for kind in Kind}
        self.measuring = False
        self._certificate = certificate
        self._decoded = asyncio.Event()
        self._places: dict[int, set[int]] = {}
        self._ssrcs: dict[str, int] = {}
        self._reports: dict[int, tuple[int, float]] = {}  # SSRC → middle of its NTP time, when it came
        self.report_at = time.monotonic() + random.uniform(0, REPORT)

    async def join(self, engine: Engine, meeting: str) -> None:
        """Receive until a whole key frame of the speaker is decrypted."""
        offer = await self._connect(engine, meeting)
        self.line.receive_only(descriptions.payload_type(offer, "speaker-video"))
        async with asyncio.timeout(PATIENCE):
            await self.line.up.wait()
            while not self._decoded.is_set():
                self.line.send_rtcp(self._report() + rtcp.picture_loss(1, self._ssrcs["speaker-video"]))
                try:
                    await asyncio.wait_for(self._decoded.wait(), ASK)
                except TimeoutError:
                    continue

    async def attend(self, engine: Engine, meeting: str) -> None:
        """Be there, whoever sends: the kernel counts what comes."""
        self.line.receive_no_media()
        await self._connect(engine, meeting)
        async with asyncio.timeout(PATIENCE):
            await self.line.up.wait()

    async def _connect(self, engine: Engine, meeting: str) -> str:
        """Negotiate and begin; what the engine offered."""
        offer = await engine.offer(meeting, self.session, "load", self.site, False)
        self._ssrcs = descriptions.ssrcs(offer)
        self.line.begin(descriptions.remote(offer), client=True)
        answer = descriptions.answer(offer, self.line.credentials, self._certificate)
        await engine.answer(self.session, answer)
        return offer

    def _media(self, packet: bytes, arrived: int) -> None:
        said = stamp(packet)
        if said is None:
            return
        if self.measuring:
            self.delays[said.kind].append((arrived - said.sent) / 1e6)
        elif said.kind in (Kind.KEY, Kind.KEY_LAST) and not self._decoded.is_set():
            places = self._places.setdefault(said.picture, set())
            places.add(said.place)
            if len(places) == KEY:
                self._decoded.set()
                self.settle()

    def _control(self, packet: bytes) -> None:
        for one in rtcp.read(packet).senders:
            self._reports[one.ssrc] = (one.ntp >> 16 & 0xFFFFFFFF, time.monotonic())

    def settle(self) -> None:
        """From now on read everything, or let the kernel count it; also where joining failed."""
        if self.read_on:
            self.line.receive_everything()
        else:
            self.line.receive_no_media()

    @property
    def arrived(self) -> int:
        """Media packets that reached the socket: read, or dropped by the kernel as we asked."""
        return self.line.read if self.read_on else dropped(self.line.socket)

    def beat(self, now: float) -> None:
        """Send the report that is due."""
        if self.line.up.is_set() and now >= self.report_at:
            self.report_at = now + REPORT * random.uniform(0.8, 1.2)
            self.line.send_rtcp(self._report())

    def _report(self) -> bytes:
        now, blocks = time.monotonic(), []
        for ssrc in self._ssrcs.values():
            last, came = self._reports.get(ssrc, (0, now))
            blocks.append(rtcp.Block(ssrc, 0, 0, 0, 10, last, int((now - came) * 65536)))
        report = rtcp.receiver_report(1, blocks) + rtcp.description([1], "load")
        return report + rtcp.bitrate_limit(1, list(self._ssrcs.values()), ROOM)
