"""A meeting as the web process drives it, at any engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from signaling.media.engine import Desired, Engine, Feed, Slot


class Page(Protocol):
    """Whoever joins: it sends or receives in one session."""

    session: str

    async def join(self) -> None: ...

    async def leave(self) -> None: ...


class Sitting:
    """A meeting as the web process drives it."""

    def __init__(self, engine: Engine, meeting: str = "m") -> None:
        self.meeting = meeting
        self.engine = engine
        self.pages: list[Page] = []
        self.everybody: list[Page] = []
        self.slots: dict[Slot, Feed] = {}
        self.tiles: dict[str, Feed] = {}
        self.generation = 0

    async def bring(self, *pages: Page) -> None:
        for page in pages:
            self.pages.append(page)
            self.everybody.append(page)
            await page.join()
        await self.apply()

    async def feed(self, slot: Slot, site: str, audio: bool = True, video: bool = True) -> None:
        self.slots[slot] = Feed(site, f"send-{site}", audio, video)
        await self.apply()

    async def apply(self) -> None:
        self.generation += 1
        sessions = frozenset(page.session for page in self.pages)
        await self.engine.apply(self.meeting, self.generation, Desired(self.slots, self.tiles, sessions))

    async def remove(self, page: Page) -> None:
        self.pages.remove(page)
        await self.apply()


@asynccontextmanager
async def sitting(engine: Engine, meeting: str = "m") -> AsyncIterator[Sitting]:
    one = Sitting(engine, meeting)
    try:
        yield one
    finally:
        for page in one.everybody:
            await page.leave()
