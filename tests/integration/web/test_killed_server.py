"""The real server process, killed without warning in mid-sitting: nothing that it acknowledged is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession, DummyCookieJar
from sqlalchemy import select

from meetings.calendar.tables import Delegate, Meeting
from meetings.ids import new_id, now_ms
from meetings.record.check import check
from meetings.record.store import first_answer
from meetings.storage.database import Database
from tests.story.processes import Processes
from tests.story.wire import Line
from web.demo import prepare
from web.identity.service import digest
from web.identity.tables import Session
from web.settings import Settings

KILLS = 3
MARKS = 60


@pytest.fixture
def processes(database_url: str, tmp_path: Path, unused_tcp_port: int) -> Processes:
    environment = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(tmp_path),
        "MEDIA_SOCKET": str(tmp_path / "media.sock"),
        "PORT": str(unused_tcp_port),
        "LOG_LEVEL": "error",
    }
    return Processes(environment, tmp_path)


async def signed_in(database: Database, person: str) -> str:
    """The cookie of a new session of `person`."""
    token, now = new_id(), now_ms()
    session = Session(
        id=new_id(), token_hash=digest(token), person=person, csrf="-", created_at=now, seen_at=now,
        expires_at=now + 3_600_000,
    )  # fmt: skip
    async with database.write() as opened:
        opened.add(session)
    return f"session={token}"


async def test_no_acknowledged_command_is_lost(
    database: Database, processes: Processes, tmp_path: Path, unused_tcp_port: int
) -> None:
    await prepare(Settings(database_url=database.url, data_dir=tmp_path))
    async with database.read() as session:
        meeting = (await session.scalars(select(Meeting))).one()
        delegates = [one.id for one in await session.scalars(select(Delegate).where(Delegate.meeting == meeting.id))]
    cookie = await signed_in(database, meeting.secretary)
    await processes.start("web")
    async with ClientSession(cookie_jar=DummyCookieJar()) as http:
        secretary = Line(http, f"http://127.0.0.1:{unused_tcp_port}", meeting.id, cookie, "office")

        async def mark() -> None:
            for number in range(MARKS):
                status = ("in_person", "online")[number // 6 % 2]
                await secretary.done("roll_call.mark", {"delegate": delegates[number % 6], "status": status})

        marking = asyncio.create_task(mark())
        for _ in range(KILLS):
            before = len(secretary.acknowledged)
            while len(secretary.acknowledged) < before + 5:  # noqa: ASYNC110 — the line knows of no waiting for it
                await asyncio.sleep(0.01)
            await processes.kill("web")
            await processes.start("web")
        await marking
        kept = secretary.acknowledged[0]
        again = await secretary.ask(kept.name, kept.payload, kept.id)
        assert (again["seq"], again["repeated"]) == (kept.seq, True)
        await secretary.close()
    await processes.stop()
    async with database.read() as session:
        assert (await check(session, meeting.id)).intact
        for one in secretary.acknowledged:
            found = await first_answer(session, meeting.id, meeting.secretary, one.id)
            assert found is not None, f"acknowledged and lost: {one}"
            assert found[1] == one.seq
    assert len(secretary.acknowledged) == MARKS + 1
