"""Pages that come back by themselves: to a server that died, and to an engine that forgot them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable

import socketio.exceptions

from signaling.media.embedded.dtls import Certificate
from signaling.media.engine import Source as Kinds
from tests.bench.media import descriptions
from tests.bench.media.line import Line
from tests.bench.media.receivers import Receiver
from tests.bench.media.sources import Source
from tests.integration.media.test_through_the_room import Signals
from tests.integration.signaling.room import MEETING, Page

#: Where the room's server is now.
Address = Callable[[], str]
#: Between two attempts a page waits so long, in seconds, each another time.
AGAIN = (0.1, 0.5)
LOOK = 0.02


class RoomPage:
    """One page of the sitting, `who` as the room's server knows it; `address` says where that is now."""

    def __init__(
        self, who: str, endpoint: str, address: Callable[[], str], host: str, certificate: Certificate
    ) -> None:
        self.who, self.endpoint, self.host, self.certificate = who, endpoint, host, certificate
        self._address = address
        self.page: Page | None = None
        self.session = ""

    async def live(self) -> None:
        """Be in the room, with media, until cancelled."""
        while True:
            page = Page(self._address(), self.who)
            try:
                self.page = await page.join(self.endpoint)
                await self._stay(page)
            except (socketio.exceptions.SocketIOError, TimeoutError, AssertionError):
                self.page = None
            finally:
                with contextlib.suppress(Exception):
                    await page.leave()
            await asyncio.sleep(random.uniform(*AGAIN))

    async def _stay(self, page: Page) -> None:
        kept = (await page.signal("media.keep", {"sessions": [self.session]}))["kept"] if self.session else []
        if not kept:
            await self._anew(page)
        while page.socket.connected:
            if any(told["session"] == self.session for told in page.told("media.closed")):
                await self._anew(page)
            await asyncio.sleep(LOOK)

    async def _anew(self, page: Page) -> None:
        signals = Signals(page)
        try:
            await self.negotiate(signals)
        finally:
            self.session = signals.session

    async def negotiate(self, signals: Signals) -> None:
        """Make the media connection, in place of an earlier one."""

    async def close(self) -> None:
        """End the media connection."""


class SendingPage(RoomPage):
    """A site that speaks."""

    _line: Line | None = None
    _task: asyncio.Task[None] | None = None

    async def negotiate(self, signals: Signals) -> None:
        await self.close()
        line = self._line = Line(self.host, self.certificate, 1_000_000)
        source = Source(line, 1000, 1001, 30, 3, True)
        offer = descriptions.offer(line.credentials, self.certificate, 1000, 1001)
        tracks = {"0": Kinds.MICROPHONE, "1": Kinds.CAMERA}
        there = descriptions.remote(await signals.publish("", "", "", "", offer, tracks))
        line.begin(there, client=not there.begins)
        async with asyncio.timeout(10):
            await line.up.wait()
        self._task = asyncio.create_task(source.run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._line is not None:
            await self._line.close()


class Watcher(Receiver):
    """Notes when pictures came that can be decoded."""

    seen: Callable[[float], None]

    def _media(self, packet: bytes, arrived: int) -> None:
        super()._media(packet, arrived)
        if self._decoded.is_set():
            self.seen(time.monotonic())

    def settle(self) -> None:
        """Go on reading the speaker's picture alone."""


class WatchingPage(RoomPage):
    """A site that looks; keeps its longest time without a picture since it was asked to."""

    _watcher: Watcher | None = None

    def __init__(self, number: int, address: Address, host: str, certificate: Certificate) -> None:
        super().__init__(f"room:s{number}", "room", address, host, certificate)
        self._number = number
        self.last = self.gap = self.gap_end = 0.0

    async def negotiate(self, signals: Signals) -> None:
        former, self._watcher = self._watcher, Watcher(self.host, self.certificate, self._number, True)
        self._watcher.seen = self._seen
        if former is not None:
            await former.line.close()
        await self._watcher.join(signals, MEETING)  # type: ignore[arg-type]

    def begin(self) -> None:
        """Measure from now on."""
        self.last, self.gap, self.gap_end = time.monotonic(), 0.0, 0.0

    def _seen(self, now: float) -> None:
        if now - self.last > self.gap:
            self.gap, self.gap_end = now - self.last, now
        self.last = now

    def beat(self, now: float) -> None:
        if self._watcher is not None:
            self._watcher.beat(now)

    async def close(self) -> None:
        if self._watcher is not None:
            await self._watcher.line.close()
