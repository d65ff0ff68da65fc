"""Where recordings lie: their files, their rows, and their end after the days that a meeting keeps them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.storage.database import Database
from signaling.media.recording import head as heads
from signaling.media.recording.ebml import Broken
from signaling.media.recording.head import Chapter
from signaling.media.recording.repair import Outcome, repair
from signaling.media.recording.tables import RecordingPart, RecordingRules

log = structlog.get_logger()

#: Days that recordings are kept where nobody chose otherwise.
KEEP_DAYS = 30
_DAY = 86_400_000
#: Recording never takes the last of the disk: so many bytes stay free for the database.
RESERVE = 500_000_000


class Access(StrEnum):
    """Who may download the recordings of a meeting."""

    LEADERS = "leaders"  # chair and secretary
    DELEGATES = "delegates"  # the meeting's delegates too


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file: its length in ms, and its chapters."""

    duration: int = 0
    chapters: tuple[Chapter, ...] = ()


class Archive:
    """The recordings that this server keeps in `folder`."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self._folder = folder

    def path(self, id: str) -> Path:
        """Where the file of a part lies."""
        return self._folder / f"{id}.webm"

    def room(self) -> int:
        """Bytes that recordings may still take, with the folder made where it is not there.

        Raises:
            OSError: there can be none.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return shutil.disk_usage(self._folder).free - RESERVE

    async def content(self, id: str) -> Content:
        """How long the file of a part lasts, and its chapters; nothing where it is not here, or is none of ours."""
        try:
            return await asyncio.to_thread(_content, self.path(id))
        except (OSError, Broken):
            return Content()

    async def begin(self, id: str, meeting: str, recording: str, now: int) -> None:
        """Note the next part of a recording."""
        async with self.database.write() as session:
            count = select(func.count()).where(RecordingPart.recording == recording)
            number = (await session.scalar(count) or 0) + 1
            part = RecordingPart(id=id, meeting=meeting, recording=recording, number=number, started_at=now)
            part.ended_at = part.size = part.deleted_at = 0
            part.broken_off = False
            session.add(part)

    async def end(self, id: str, now: int, broken_off: bool = False) -> None:
        """A part is written, to where it should be or `broken_off`; one without content is forgotten."""
        size = self.path(id).stat().st_size if self.path(id).is_file() else 0
        async with self.database.write() as session:
            row = await session.get(RecordingPart, id)
            if row is not None and size:
                row.ended_at, row.size, row.broken_off = now, size, broken_off
            elif row is not None:
                await session.delete(row)
        if row is None:
            self.path(id).unlink(missing_ok=True)

    async def settle(self) -> None:
        """Complete and close the parts whose process was killed: they end where their files end.

        What another server keeps, and what is being written, is left alone.
        """
        async with self.database.read() as session:
            rows = (await session.scalars(select(RecordingPart.id).where(RecordingPart.ended_at == 0))).all()
        for id in rows:
            path = self.path(id)
            try:
                written_at = round(path.stat().st_mtime * 1000)
                outcome = await asyncio.to_thread(repair, path)
            except (FileNotFoundError, BlockingIOError):
                continue
            except (OSError, Broken) as error:
                log.error("recording.not_repaired", part=id, error=str(error))
                outcome = Outcome.REPAIRED  # as far as it goes
            if outcome is Outcome.EMPTY:
                path.unlink(missing_ok=True)
            await self.end(id, written_at, broken_off=outcome is not Outcome.COMPLETE)
            log.warning("recording.settled", part=id, outcome=outcome.name.lower())

    async def expire(self, now: int) -> int:
        """End the parts whose days are over, and delete their files where they lie here; how many parts.

        Where several servers keep recordings, any of them ends a part and each deletes its own files.
        """
        async with self.database.write() as session:
            ended = RecordingPart.ended_at > 0
            rows = (await session.scalars(select(RecordingPart).where(ended, RecordingPart.deleted_at == 0))).all()
            rules = {row.meeting: row.keep_days for row in await session.scalars(select(RecordingRules))}
            due = [one for one in rows if deleted_on(one.ended_at, rules.get(one.meeting, KEEP_DAYS)) <= now]
            for row in due:
                row.deleted_at = now
                log.info("recording.deleted", meeting=row.meeting, part=row.id)
        here = {one.stem: one for one in self._folder.glob("*.webm")}
        async with self.database.read() as session:
            over = select(RecordingPart.id).where(RecordingPart.id.in_(here), RecordingPart.deleted_at > 0)
            for id in await session.scalars(over):
                here[id].unlink(missing_ok=True)
        return len(due)


def _content(path: Path) -> Content:
    with path.open("rb") as file:
        head = heads.read(file)
        return Content(head.read_duration(file), tuple(head.read_chapters(file)))


def deleted_on(ended_at: int, keep_days: int) -> int:
    """When a part that ended then is deleted, UTC in ms."""
    return ended_at + keep_days * _DAY


async def rules_of(session: AsyncSession, meeting: str) -> tuple[int, Access]:
    """Days to keep, and who may download."""
    row = await session.get(RecordingRules, meeting)
    return (row.keep_days, Access(row.access)) if row is not None else (KEEP_DAYS, Access.LEADERS)


async def parts_of(session: AsyncSession, meeting: str) -> list[RecordingPart]:
    """The parts of a meeting's recordings, oldest first."""
    order = select(RecordingPart).where(RecordingPart.meeting == meeting).order_by(RecordingPart.started_at)
    return list(await session.scalars(order))


async def keep(archive: Archive, clock: Callable[[], int], every: float = 3600) -> None:
    """Settle what was left behind and delete what is due, now and every hour."""
    while True:
        try:
            await archive.settle()
            await archive.expire(clock())
        except (OSError, SQLAlchemyError) as error:
            log.error("recording.not_kept_in_order", error=type(error).__name__)
        await asyncio.sleep(every)
