"""The engine in its own process, with real clients on its port: what is desired is what arrives."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from signaling.media.embedded.link import Link
from signaling.media.engine import Desired, Feed, Slot
from tests.integration.media.pages import RED, Receiver, Sender, until

MEETING = "m"


class Sitting:
    """A meeting as the web process drives it."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.pages: list[Sender | Receiver] = []
        self.slots: dict[Slot, Feed] = {}
        self.tiles: dict[str, Feed] = {}
        self.generation = 0

    async def bring(self, *pages: Sender | Receiver) -> None:
        for page in pages:
            self.pages.append(page)
            await page.join()
        await self.apply()

    async def feed(self, slot: Slot, site: str, audio: bool = True, video: bool = True) -> None:
        self.slots[slot] = Feed(site, f"send-{site}", audio, video)
        await self.apply()

    async def apply(self) -> None:
        self.generation += 1
        sessions = frozenset(page.session for page in self.pages)
        await self.link.apply(MEETING, self.generation, Desired(self.slots, self.tiles, sessions))

    async def remove(self, page: Sender | Receiver) -> None:
        self.pages.remove(page)
        await self.apply()


@asynccontextmanager
async def sitting(link: Link) -> AsyncIterator[Sitting]:
    one = Sitting(link)
    everybody: list[Sender | Receiver] = one.pages
    joined = list(everybody)
    try:
        yield one
    finally:
        joined = list(one.pages)
        for page in joined:
            with contextlib.suppress(asyncio.CancelledError):
                await page.leave()


async def test_a_listener_sees_and_hears_the_speaker(link: Link) -> None:
    async with sitting(link) as room:
        await room.bring(Sender(link, MEETING, "a", RED), listener := Receiver(link, MEETING, "l", "l"))
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED) and listener.hears("speaker"))
