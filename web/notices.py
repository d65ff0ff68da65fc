"""Notices, and how much a person is asked, reach signed-in pages live, over a namespace beside the room's.

Whoever wrote them, this server or another, in a request or a sitting: the database is asked once a
second for the people who look at a page, and a person whose unread notices changed gets them all.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import socketio
import structlog
from aiohttp import web
from sqlalchemy import func, select

from meetings.asks.service import counts
from meetings.calendar.notices import as_json, unread
from meetings.calendar.tables import Notice
from meetings.errors import NotSignedIn
from meetings.http import Principal
from meetings.storage.database import Database
from signaling.endings import Ended
from web.identity.service import Identity
from web.middlewares import SESSION_COOKIE

NAMESPACE = "/office"
EVERY = 1.0
log = structlog.get_logger()


class Notices:
    """The signed-in pages of this server, and what each has been told."""

    def __init__(self, server: socketio.AsyncServer, identity: Identity, database: Database) -> None:
        self._server, self._identity, self._database = server, identity, database
        #: Page → whose it is.
        self._pages: dict[str, Principal] = {}
        #: Person → how many unread and the latest, as last sent.
        self._sent: dict[str, tuple[int, str]] = {}
        #: Person → how much they are asked, as last sent.
        self._asked: dict[str, int] = {}
        server.on("connect", self._connect, namespace=NAMESPACE)
        server.on("disconnect", self._disconnect, namespace=NAMESPACE)
        identity.endings.on(Ended.PERSON, lambda person: self._end(lambda one: one.person == person))
        identity.endings.on(Ended.SESSION, lambda session: self._end(lambda one: one.session == session))

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
        who = found[0]
        self._pages[sid] = who
        await self._server.enter_room(sid, who.person, namespace=NAMESPACE)
        await self._send(who.person, sid)
        async with self._database.read() as session:
            count = (await counts(session, [who]))[who.person]
        await self._send_count(count, sid)

    async def _disconnect(self, sid: str, *_: object) -> None:
        who = self._pages.pop(sid, None)
        if who is not None and all(one.person != who.person for one in self._pages.values()):
            self._sent.pop(who.person, None)
            self._asked.pop(who.person, None)

    async def _end(self, whose: Callable[[Principal], bool]) -> None:
        for sid in [sid for sid, who in self._pages.items() if whose(who)]:
            await self._server.disconnect(sid, namespace=NAMESPACE)

    async def _send(self, person: str, to: str) -> None:
        async with self._database.read() as session:
            found = await unread(session, person)
        await self._server.emit("notices", {"notices": [as_json(row) for row in found]}, to=to, namespace=NAMESPACE)

    async def _send_count(self, count: int, to: str) -> None:
        await self._server.emit("asks", {"count": count}, to=to, namespace=NAMESPACE)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self._look()
            except Exception:
                log.exception("notices.failed")

    async def _look(self) -> None:
        watching = {one.person: one for one in self._pages.values()}
        people = watching.keys()
        if not people:
            return
        async with self._database.read() as session:
            rows = await session.execute(
                select(Notice.person, func.count(), func.max(Notice.id))
                .where(Notice.person.in_(people), Notice.read_at.is_(None))
                .group_by(Notice.person)
            )
            now = {person: (count, latest) for person, count, latest in rows}
            asked = await counts(session, list(watching.values()))
        for person in people:
            held = now.get(person, (0, ""))
            if self._sent.get(person) != held:
                known = person in self._sent
                self._sent[person] = held
                if known or held[0]:
                    await self._send(person, person)
        for person, count in asked.items():
            if self._asked.get(person) != count:
                known = person in self._asked
                self._asked[person] = count
                if known or count:
                    await self._send_count(count, person)
