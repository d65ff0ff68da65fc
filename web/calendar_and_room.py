"""What the calendar and the room tell each other: changes before the opening, the end, and running past it."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from meetings.asks import service as asks
from meetings.calendar.overrun import let_begin, let_wait
from meetings.calendar.service import mark_held
from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.minutes.service import book_id
from meetings.numbers.tables import Kind
from meetings.storage.database import Database
from meetings.tasks.service import take_over
from signaling.homes import Homes

log = structlog.get_logger()


def introduce(application: web.Application, database: Database, homes: Homes) -> None:
    """Let calendar and room know of each other for as long as `application` serves."""
    telling: set[asyncio.Task[None]] = set()

    async def refresh(*meetings: str) -> None:
        for meeting in meetings:
            try:
                await homes.refresh(meeting)
            except Refusal as refusal:
                log.warning("room.brief_not_refreshed", meeting=meeting, id=refusal.id)

    async def adjourned(meeting: str) -> None:
        async with database.write() as session:
            held = await mark_held(session, meeting)
            minutes = asks.Document(book_id(meeting), Kind.MINUTES, meeting, held.title)
            await asks.ask(session, minutes, "secretary", now_ms(), held.secretary)
            await take_over(session, meeting, now_ms())
            waiting = await let_begin(session, meeting, now_ms())
        later(*waiting)

    async def overran(meeting: str) -> None:
        async with database.write() as session:
            waiting = await let_wait(session, meeting, now_ms())
        later(*waiting)

    def later(*meetings: str) -> None:
        task = asyncio.create_task(refresh(*meetings))
        telling.add(task)
        task.add_done_callback(telling.discard)

    async def changed(request: web.Request, response: web.StreamResponse) -> None:
        meeting = request.match_info.get("id")
        asked = request.method not in ("GET", "HEAD", "OPTIONS") and request.path.startswith("/api/meetings/")
        if asked and meeting and response.status < 400:
            later(meeting)

    async def finish(_: web.Application) -> None:
        await asyncio.gather(*telling, return_exceptions=True)

    homes.adjourned, homes.overran = adjourned, overran
    application.on_response_prepare.append(changed)
    application.on_cleanup.append(finish)
