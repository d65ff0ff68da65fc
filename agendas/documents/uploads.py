"""Uploads that are under way: how far the check of each has come, and giving one up.

An upload lives in the memory of the server that takes it; one that lasts is told in a row, for the others to read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from agendas.documents.tables import Document, RunningUpload
from meetings.errors import Invalid, NotFound, Refusal
from meetings.ids import now_ms
from meetings.storage.database import Database

log = structlog.get_logger()
#: How often other servers are told, in seconds.
EVERY = 1.0
#: A row that nobody wrote for so long is of a server that is gone, in ms.
_FORGOTTEN = 60_000

#: Letters of the name that a page gives an upload.
_LONGEST_TICKET = 36


class Stage(StrEnum):
    """What happens to an upload now."""

    WAITING = "waiting"  # others are checked first
    CHECKING = "checking"  # its pages are read
    SCANS = "scans"  # a page without text is read as a picture
    KEEPING = "keeping"  # it passed, and can no longer be given up


@dataclass(slots=True)
class Progress:
    """How far one upload has come: `page` of `pages` while its pages are read."""

    stage: Stage = Stage.WAITING
    page: int = 0
    pages: int = 0
    given_up: bool = False

    def go(self, stage: Stage, page: int = 0, pages: int = 0) -> None:
        self.stage, self.page, self.pages = stage, page, pages


class Uploads:
    """The uploads under way, by who sends and by the name that their page gave."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running: dict[tuple[str, str], tuple[Progress, asyncio.Task[Document]]] = {}

    async def run(
        self, by: str, ticket: str, progress: Progress, work: Coroutine[object, object, Document]
    ) -> Document:
        """The paper that `work` makes; without a ticket nobody can ask about it.

        Raises:
            Invalid: the ticket is misshapen or in use.
            Refusal: `document.given_up`, its sender gave it up.
        """
        key = (by, ticket)
        if len(ticket) > _LONGEST_TICKET or (ticket and key in self._running):
            work.close()
            raise Invalid("request.invalid", "Lượt tải lên này đang chạy. Hãy tải lại trang rồi thử lại.")
        task = asyncio.create_task(work)
        if not ticket:
            return await _outcome(task, progress)
        self._running[key] = (progress, task)
        telling = asyncio.create_task(self._tell(key, progress, task))
        try:
            return await _outcome(task, progress)
        finally:
            del self._running[key]
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            await self._forget(key)

    async def progress(self, by: str, ticket: str) -> Progress:
        """How far an upload has come, here or on another server.

        Raises:
            NotFound: it is not under way.
        """
        running = self._running.get((by, ticket))
        if running is not None:
            return running[0]
        async with self._database.read() as session:
            row = await session.get(RunningUpload, (by, ticket))
        if row is None or row.at < now_ms() - _FORGOTTEN:
            raise _unknown()
        return Progress(Stage(row.stage), row.page, row.pages)

    async def give_up(self, by: str, ticket: str) -> None:
        """End an upload, nothing of it is kept; one on another server hears of it, and answers its sender itself.

        Raises:
            NotFound: it is not under way.
            Refusal: it passed the check already and is being kept.
        """
        running = self._running.get((by, ticket))
        if running is not None:
            if not _stop(*running):
                raise Refusal("document.kept_already", "Tài liệu đã được nhận. Nếu không cần, hãy bấm Thu hồi.")
            return
        async with self._database.write() as session:
            row = await session.get(RunningUpload, (by, ticket))
            if row is None or row.at < now_ms() - _FORGOTTEN:
                raise _unknown()
            row.given_up = True

    async def _tell(self, key: tuple[str, str], progress: Progress, task: asyncio.Task[Document]) -> None:
        """Let other servers read how far it is, once it takes a while, and give it up where they say so."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                given_up = await self._told(key, progress)
            except SQLAlchemyError as error:
                log.error("uploads.not_told", error=type(error).__name__)
                continue
            if given_up:
                _stop(progress, task)

    async def _told(self, key: tuple[str, str], progress: Progress) -> bool:
        """Write how far it is; whether another server was asked to give it up."""
        async with self._database.write() as session:
            row = await session.get(RunningUpload, key)
            if row is None:
                row = RunningUpload(by=key[0], ticket=key[1], given_up=False)
                session.add(row)
            row.stage, row.page, row.pages, row.at = progress.stage, progress.page, progress.pages, now_ms()
            return row.given_up

    async def _forget(self, key: tuple[str, str]) -> None:
        async with self._database.read() as session:
            if await session.get(RunningUpload, key) is None:
                return
        async with self._database.write() as session:
            mine = (RunningUpload.by == key[0]) & (RunningUpload.ticket == key[1])
            await session.execute(delete(RunningUpload).where(mine | (RunningUpload.at < now_ms() - _FORGOTTEN)))


async def _outcome(task: asyncio.Task[Document], progress: Progress) -> Document:
    try:
        return await task
    except asyncio.CancelledError:
        if not progress.given_up:
            raise
        raise Refusal("document.given_up", "Đã hủy tải lên. Tệp không được giữ lại.") from None
    finally:
        task.cancel()


def _stop(progress: Progress, task: asyncio.Task[Document]) -> bool:
    """End an upload where it is not being kept yet."""
    if progress.stage == Stage.KEEPING:
        return False
    progress.given_up = True
    task.cancel()
    return True


def _unknown() -> NotFound:
    return NotFound("document.no_such_upload", "Không có lượt tải lên này, hoặc đã tải xong.")
