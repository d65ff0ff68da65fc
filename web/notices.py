"""Notices reach signed-in pages live, over a namespace of their own beside the room's.

Whoever wrote a notice, this server or another, in a request or a sitting: the database is asked once a
second for the people who look at a page, and a person whose unread notices changed gets them all.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import socketio
import structlog
from aiohttp import web
from sqlalchemy import func, select

from meetings.calendar.notices import as_json, unread
from meetings.calendar.tables import Notice
from meetings.errors import NotSignedIn
from meetings.storage.database import Database
from web.identity.service import Identity
from web.middlewares import SESSION_COOKIE

NAMESPACE = "/office"
EVERY = 1.0
log = structlog.get_logger()


class Notices:
    """The signed-in pages of this server, and what each has been told."""

    def __init__(self, server: socketio.AsyncServer, identity: Identity, database: Database) -> None:
        self._server, self._identity, self._database = server, identity, database
        #: Page → (person, session).
        self._pages: dict[str, tuple[str, str]] = {}
        #: Person → how many unread and the latest, as last sent.
        self._sent: dict[str, tuple[int, str]] = {}
        server.on("connect", self._connect, namespace=NAMESPACE)
        server.on("disconnect", self._disconnect, namespace=NAMESPACE)
        identity.on_sessions_ended(lambda person: self._end(person, 0))
        identity.on_session_ended(lambda session: self._end(session, 1))

    async def life(self, _: web.Application) -> AsyncIterator[None]:
        """Watch while the application runs."""
        task = asyncio.create_task(self._watch())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _connect(self, sid: str, environ: dict[str, Any], _auth: object = None) -> None:
        request: web.Request = environ["aiohttp.request"]
        found = await self._identity.principal(request.cookies.get(SESSION_COOKIE, ""))
        if found is None:
            refusal = NotSignedIn("identity.not_signed_in", "Quý vị chưa đăng nhập. Hãy đăng nhập rồi thử lại.")
            raise socketio.exceptions.ConnectionRefusedError(str(refusal), refusal.as_json())
        person = found[0].person
        self._pages[sid] = (person, found[0].session)
        await self._server.enter_room(sid, person, namespace=NAMESPACE)
        await self._send(person, sid)

    async def _disconnect(self, sid: str, *_: object) -> None:
        person, _session = self._pages.pop(sid, ("", ""))
        if all(one != person for one, _ in self._pages.values()):
            self._sent.pop(person, None)

    async def _end(self, value: str, part: int) -> None:
        for sid in [sid for sid, page in self._pages.items() if page[part] == value]:
            await self._server.disconnect(sid, namespace=NAMESPACE)

    async def _send(self, person: str, to: str) -> None:
        async with self._database.read() as session:
            found = await unread(session, person)
        await self._server.emit("notices", {"notices": [as_json(row) for row in found]}, to=to, namespace=NAMESPACE)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self._look()
            except Exception:
                log.exception("notices.failed")

    async def _look(self) -> None:
        people = {person for person, _ in self._pages.values()}
        if not people:
            return
        async with self._database.read() as session:
            rows = await session.execute(
                select(Notice.person, func.count(), func.max(Notice.id))
                .where(Notice.person.in_(people), Notice.read_at.is_(None))
                .group_by(Notice.person)
            )
            now = {person: (count, latest) for person, count, latest in rows}
        for person in people:
            held = now.get(person, (0, ""))
            if self._sent.get(person) != held:
                known = person in self._sent
                self._sent[person] = held
                if known or held[0]:
                    await self._send(person, person)
