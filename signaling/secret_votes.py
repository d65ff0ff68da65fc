"""Votes of secret ballots on their way into totals: about a second's worth together, shuffled, then acknowledged."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from meetings.errors import Refusal
from meetings.record.store import LeaseLost, add_secret_casts
from meetings.sitting.registry import SecretCast
from meetings.storage.database import Database

log = structlog.get_logger()

#: How long votes are gathered, in seconds.
GATHERING = 1.0


class SecretVotes:
    """The votes of one meeting that wait to be counted; `casts` says who has cast, never what."""

    def __init__(self, database: Database, meeting: str, changed: Callable[[], None]) -> None:
        self.epoch = 0
        self.casts: dict[str, set[str]] = {}
        self._database = database
        self._meeting = meeting
        self._changed = changed  # who has cast: each voter's page shows it
        self._waiting: list[tuple[SecretCast, asyncio.Future[Any]]] = []
        self._timer: asyncio.Task[None] | None = None
        self._flushing = asyncio.Lock()

    def add(self, cast: SecretCast, future: asyncio.Future[Any]) -> None:
        """Take a vote in; `future` is answered once it is counted for good."""
        self.casts.setdefault(cast.ballot, set()).add(cast.mandate)
        self._waiting.append((cast, future))
        if self._timer is None or self._timer.done():
            self._timer = asyncio.create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(GATHERING)
        await self.flush()

    async def flush(self) -> None:
        """Count what waits."""
        async with self._flushing:
            waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            secrets.SystemRandom().shuffle(waiting)
            try:
                await add_secret_casts(self._database, self._meeting, self.epoch, [cast for cast, _ in waiting])
            except (DBAPIError, LeaseLost) as error:
                log.error("secret_votes.not_counted", meeting=self._meeting, error=type(error).__name__)
                self._give_back(waiting)
            else:
                for _, future in waiting:
                    if not future.done():
                        future.set_result({"counted": True})
            self._changed()

    def _give_back(self, waiting: list[tuple[SecretCast, asyncio.Future[Any]]]) -> None:
        for cast, future in waiting:
            self.casts[cast.ballot].discard(cast.mandate)
            if not future.done():
                future.set_exception(
                    Refusal("record.not_written", "Phiếu của quý vị chưa được ghi nhận. Hãy bỏ phiếu lại.")
                )
