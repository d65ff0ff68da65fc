"""What has ended, told to every server: sessions, devices, invitations.

Who ends something, a server or the command line, writes a row beside it; each server cuts the connections that it
holds, its own at once, what others ended within half a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum

import structlog
from sqlalchemy import String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from meetings.ids import new_id, now_ms
from meetings.storage.base import Base, Id, Millis
from meetings.storage.database import Database

log = structlog.get_logger()
#: How often the rows are looked at, in seconds.
EVERY = 0.5
#: How far back is looked, and how long rows are kept, in ms: more than clocks of servers differ and commits take.
WINDOW = 60_000
KEPT = 3_600_000

#: Cuts the connections of a person, session, device or guest.
Cut = Callable[[str], Awaitable[None]]


class Ended(StrEnum):
    """What can end, so that connections must be cut."""

    PERSON = "person"  # all sessions or some roles of a person
    SESSION = "session"
    DEVICE = "device"
    GUEST = "guest"  # an invitation


class Ending(Base):
    """That something ended."""

    __tablename__ = "endings"

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[Millis] = mapped_column(index=True)


class Endings:
    """Tells what ended, and hears what others tell."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cuts: dict[Ended, list[Cut]] = {kind: [] for kind in Ended}
        #: Rows that were heard, with their times.
        self._heard: dict[str, int] = {}

    def on(self, kind: Ended, cut: Cut) -> None:
        """Have `cut(id)` called whenever something of `kind` ends, here or elsewhere."""
        self._cuts[kind].append(cut)

    async def tell(self, kind: Ended, subject: str) -> None:
        """`subject` ended: cut its connections here, and let every other server cut theirs."""
        row = Ending(id=new_id(), kind=kind, subject=subject, at=now_ms())
        self._heard[row.id] = row.at
        await self._cut(kind, subject)
        async with self._database.write() as session:
            await session.execute(delete(Ending).where(Ending.at < row.at - KEPT))
            session.add(row)

    async def life(self, _: object) -> AsyncIterator[None]:
        """Hear what others tell while the application runs."""
        for row in await self._recent():
            self._heard[row.id] = row.at  # whoever connects from now on was checked after it
        task = asyncio.create_task(self._listen())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except SQLAlchemyError as error:
                log.error("endings.not_read", error=type(error).__name__)
            except Exception:
                log.exception("endings.failed")

    async def look(self) -> None:
        """Cut what others ended since the last look."""
        oldest = now_ms() - 2 * WINDOW
        self._heard = {id: at for id, at in self._heard.items() if at >= oldest}
        for row in await self._recent():
            if row.id not in self._heard:
                self._heard[row.id] = row.at
                await self._cut(Ended(row.kind), row.subject)

    async def _recent(self) -> list[Ending]:
        async with self._database.read() as session:
            rows = await session.scalars(select(Ending).where(Ending.at >= now_ms() - WINDOW).order_by(Ending.id))
            return list(rows)

    async def _cut(self, kind: Ended, subject: str) -> None:
        for cut in self._cuts[kind]:
            await cut(subject)
