"""Uploads that are under way: how far the check of each has come, and giving one up.

They live in this process's memory; where another server is asked about one it does not know it, and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import StrEnum

from agendas.documents.tables import Document
from meetings.errors import Invalid, NotFound, Refusal

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

    def __init__(self) -> None:
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
        if ticket:
            self._running[key] = (progress, task)
        try:
            return await task
        except asyncio.CancelledError:
            if not progress.given_up:
                raise
            raise Refusal("document.given_up", "Đã hủy tải lên. Tệp không được giữ lại.") from None
        finally:
            self._running.pop(key, None)
            task.cancel()

    def progress(self, by: str, ticket: str) -> Progress:
        """How far an upload has come.

        Raises:
            NotFound: it is not under way here.
        """
        return self._find(by, ticket)[0]

    def give_up(self, by: str, ticket: str) -> None:
        """End an upload; nothing of it is kept.

        Raises:
            NotFound: it is not under way here.
            Refusal: it passed the check already and is being kept.
        """
        progress, task = self._find(by, ticket)
        if progress.stage == Stage.KEEPING:
            raise Refusal("document.kept_already", "Tài liệu đã được nhận. Nếu không cần, hãy bấm Thu hồi.")
        progress.given_up = True
        task.cancel()

    def _find(self, by: str, ticket: str) -> tuple[Progress, asyncio.Task[Document]]:
        found = self._running.get((by, ticket))
        if found is None:
            raise NotFound("document.no_such_upload", "Không có lượt tải lên này, hoặc đã tải xong.")
        return found
