"""The meetings that live on this server, started when somebody comes and given up when all is quiet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from meetings.ids import new_id
from meetings.record.store import head, read_events, read_texts
from meetings.sitting.actors import Actor, Identity
from meetings.sitting.brief import Brief
from meetings.sitting.decide import replay
from meetings.sitting.state import Phase, State
from meetings.storage.database import Database
from signaling.home import CANCELLED, Home
from signaling.jobs import Server

#: Why pages go, by what closed their room here.
_CLOSING = {"room.close": "sitting.closed", "home.lost": "meeting.moved", CANCELLED: "meeting.cancelled"}
#: States kept of sittings that live elsewhere or are over.
REPLAYED = 8


class Media(Protocol):
    """What the gateway and a meeting's home ask of the media."""

    def desire(self, state: State) -> None:
        """Drive the engine to what the state says, soon."""

    async def negotiate(
        self, sid: str, identity: Identity, actor: Actor, state: State, name: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer one `media.*` signal of the page `sid`."""

    async def gone(self, sid: str, at_once: bool = False) -> None:
        """The page `sid` left; `at_once`: it may not come back for its media."""


async def _nobody(_: Home) -> None:
    return None


async def _no_calendar(_: str) -> None:
    return None


async def _no_pages(_: str, __: str) -> None:
    return None


class Homes:
    """Finds or starts the home of a meeting."""

    def __init__(
        self,
        database: Database,
        load_brief: Callable[[str], Awaitable[Brief]],
        media: Media | None = None,
        address: str = "",
        server: str = "",
    ) -> None:
        self.database = database
        self.media = media
        self.publish: Callable[[Home], Awaitable[None]] = _nobody
        self._load_brief = load_brief
        self._server = Server(server or new_id(), address)
        self._homes: dict[str, Home] = {}
        #: Called once when a sitting was adjourned, and again and again while one runs past its end.
        self.adjourned: Callable[[str], Awaitable[None]] = _no_calendar
        self.overran: Callable[[str], Awaitable[None]] = _no_calendar
        #: Called when a meeting came to live here.
        self.began: Callable[[str], Awaitable[None]] = _no_calendar
        #: Called when a room closes, or moved to another server, to send its pages away and say why.
        self.closing: Callable[[str, str], Awaitable[None]] = _no_pages
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: set[str] = set()
        self._starting: dict[str, asyncio.Lock] = {}
        self._replayed: dict[str, State] = {}

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
            home = Home(self.database, meeting, self._server, self._load_brief, self._published, self._outside)
            await home.start()
            self._homes[meeting] = home
        await self.began(meeting)
        return home

    async def state_of(self, meeting: str) -> State | None:
        """The state of a sitting without becoming its home; None where nothing was recorded."""
        home = self._homes.get(meeting)
        if home is not None and not home.lost.is_set():
            return home.state
        known = self._replayed.pop(meeting, None)
        async with self.database.read() as session:
            newest = (await head(session, meeting)).seq
            if not newest:
                return None
            if known is None or known.seq != newest:
                known = replay(meeting, await read_events(session, meeting), await read_texts(session, meeting))
        self._replayed[meeting] = known
        while len(self._replayed) > REPLAYED:
            del self._replayed[next(iter(self._replayed))]
        return known

    async def _published(self, home: Home) -> None:
        await self.publish(home)
        if home.state.phase is Phase.ADJOURNED and home.meeting not in self._held:
            self._held.add(home.meeting)
            await self.adjourned(home.meeting)

    async def refresh(self, meeting: str) -> None:
        """The calendar or the agenda of `meeting` changed."""
        home = self._homes.get(meeting)
        if home is not None and not home.lost.is_set():
            await home.refresh_brief()

    async def _outside(self, meeting: str, kind: str) -> None:
        if kind == "sitting.overrun":
            await self.overran(meeting)
        elif kind in _CLOSING:
            # Apart, since closing ends the very task that found it due.
            task = asyncio.create_task(self.close(meeting, _CLOSING[kind]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self, meeting: str, why: str) -> None:
        """Send the pages of a meeting away, saying why, and give its home up."""
        home = self._homes.pop(meeting, None)
        if home is not None:
            await self.closing(meeting, why)
            await home.stop()

    async def drive_media(self, home: Home) -> None:
        if self.media is not None:
            self.media.desire(home.state)

    async def stop(self) -> None:
        await asyncio.gather(*self._tasks)
        for home in self._homes.values():
            await home.stop()
        self._homes.clear()
