"""What a meeting's home does by itself: fire deadlines, keep the lease, read the calendar again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.record.lease import LEASE
from meetings.sitting.deadlines import FIRES, deadlines
from meetings.sitting.events import Draft
from meetings.sitting.registry import Context

if TYPE_CHECKING:
    from signaling.home import Home

log = structlog.get_logger()

#: How often it is looked what is due, in seconds.
PACE = 0.25
#: How often a meeting reads its calendar again by itself, in ms (another server may change it).
BRIEF_AGAIN = 30_000
#: How often it is looked whether the paper that is shown is still there, in ms.
PAPERS_AGAIN = 1000
#: How often what is no fact is done again while it is due, in ms.
OUTSIDE_AGAIN = 60_000


class Watch:
    """Looks after one home until it is lost."""

    def __init__(self, home: Home, outside: Callable[[str, str], Awaitable[None]]) -> None:
        self._home = home
        self._outside = outside
        self._next: dict[str, int] = {}

    async def run(self) -> None:
        """Go on until the home is lost; a refusal or a database that fails is tried again at the next turn."""
        home, now = self._home, now_ms()
        self._next = {"lease": now + LEASE // 3, "brief": now + BRIEF_AGAIN}
        while not home.lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PACE):
                    await home.lost.wait()
                    return
            try:
                await self._fire(now_ms())
                await self._keep(now_ms())
            except Refusal as refusal:
                log.warning("home.deadline_refused", meeting=home.meeting, id=refusal.id)
            except SQLAlchemyError as error:
                log.error("home.watch_failed", meeting=home.meeting, error=type(error).__name__)

    async def _fire(self, now: int) -> None:
        for at, kind, subject in deadlines(self._home.state):
            if at > now:
                return
            if kind in FIRES:
                await self._home.system(_rule(kind, subject))
            elif self._again(kind, now, OUTSIDE_AGAIN):
                await self._outside(self._home.meeting, kind)

    async def _keep(self, now: int) -> None:
        if self._again("lease", now, LEASE // 3):
            await self._home.renew(now)
        if self._again("papers", now, PAPERS_AGAIN):
            await self._home.end_withdrawn_paper()
        if self._again("brief", now, BRIEF_AGAIN):
            await self._home.refresh_brief()

    def _again(self, what: str, now: int, every: int) -> bool:
        if self._next.get(what, 0) > now:
            return False
        self._next[what] = now + every
        return True


def _rule(kind: str, subject: str) -> Callable[[Context], list[Draft]]:
    return lambda context: FIRES[kind](context, subject)
