"""The meetings that live on this server, started when somebody comes and given up when all is quiet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from meetings.ids import new_id
from meetings.sitting.actors import Actor
from meetings.sitting.brief import Brief
from meetings.sitting.state import Phase, State
from meetings.storage.database import Database
from signaling.home import Home


class Media(Protocol):
    """What a meeting's home asks of the media engine."""

    def desire(self, state: State) -> None:
        """Drive the engine to what the state says, soon."""

    async def negotiate(
        self, meeting: str, sid: str, identity: str, actor: Actor, name: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer one `media.*` signal of a page."""

    async def gone(self, meeting: str, sid: str) -> None:
        """The page `sid` left."""


async def _nobody(_: Home) -> None:
    return None


async def _no_calendar(_: str) -> None:
    return None


class Homes:
    """Finds or starts the home of a meeting."""

    def __init__(
        self,
        database: Database,
        load_brief: Callable[[str], Awaitable[Brief]],
        media: Media | None = None,
    ) -> None:
        self.database = database
        self.media = media
        self.publish: Callable[[Home], Awaitable[None]] = _nobody
        self._load_brief = load_brief
        self._server = new_id()
        self._homes: dict[str, Home] = {}
        #: Called once when a sitting was adjourned.
        self.adjourned: Callable[[str], Awaitable[None]] = _no_calendar
        self._held: set[str] = set()
        self._starting: dict[str, asyncio.Lock] = {}

    async def get(self, meeting: str) -> Home:
        """The home of `meeting`, started where needed.

        Raises:
            Refusal: the meeting does not exist or lives on another server.
        """
        lock = self._starting.setdefault(meeting, asyncio.Lock())
        async with lock:
            home = self._homes.get(meeting)
            if home is not None and not home.lost.is_set():
                return home
            home = Home(self.database, meeting, self._server, self._load_brief, self._published)
            await home.start()
            self._homes[meeting] = home
            return home

    async def _published(self, home: Home) -> None:
        await self.publish(home)
        if home.state.phase is Phase.ADJOURNED and home.meeting not in self._held:
            self._held.add(home.meeting)
            await self.adjourned(home.meeting)

    async def drive_media(self, home: Home) -> None:
        if self.media is not None:
            self.media.desire(home.state)

    async def stop(self) -> None:
        for home in self._homes.values():
            await home.stop()
        self._homes.clear()
