"""A sitting beyond its end: the next one at its sites waits, both secretaries are told, and then it may begin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from meetings.calendar.brief import load_brief
from meetings.calendar.listing import next_meeting_of_site
from meetings.calendar.notices import unread
from meetings.calendar.overrun import WARNING, let_begin, let_wait
from meetings.calendar.service import create, find, mark_held
from meetings.record.tables import RecordEvent
from meetings.sitting.brief import Brief
from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from signaling.home import Home
from signaling.homes import Homes
from tests.integration.calendar_setups import EIGHT, HOUR, NOW, PROVINCE, setup
from web.calendar_and_room import introduce

TEN = EIGHT + 2 * HOUR


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/overrun.db")
    await migrate(database)
    yield database
    await database.close()


async def scheduled(database: Database, title: str, starts_at: int, *sites: str, who: str) -> str:
    async with database.write() as session:
        one = setup(title, starts_at=starts_at, sites=sites, chair=f"chair-{who}", secretary=f"secretary-{who}")
        return (await create(session, PROVINCE, one, NOW)).id


async def waits_for(database: Database, meeting: str) -> object:
    async with database.read() as session:
        return (await load_brief(session, meeting))["waits_for"]


async def told(database: Database, person: str) -> list[tuple[str, str]]:
    async with database.read() as session:
        return [(one.kind, one.meeting) for one in await unread(session, person) if one.kind.startswith("overrun")]


async def test_the_next_meeting_at_a_shared_site_waits_and_both_secretaries_are_told_once(database: Database) -> None:
    first = await scheduled(database, "Họp trước", EIGHT, "A", "B", who="1")
    second = await scheduled(database, "Họp sau", TEN, "B", "C", who="2")
    elsewhere = await scheduled(database, "Nơi khác", TEN, "D", who="3")
    later = await scheduled(database, "Buổi chiều", TEN + 3 * HOUR, "A", who="4")
    async with database.write() as session:
        assert await let_wait(session, first, TEN - 1) == []
        assert await let_wait(session, first, TEN) == [second]
        assert await let_wait(session, first, TEN + 1) == []
    assert [await waits_for(database, one) for one in (second, elsewhere, later)] == ["Họp trước", "", ""]
    assert await told(database, "secretary-1") == [("overrun", second)]
    assert await told(database, "secretary-2") == [("overrun", second)]
    async with database.write() as session:
        assert await let_wait(session, first, TEN + 3 * HOUR - WARNING) == [later]


async def test_what_waited_may_begin_after_the_adjournment(database: Database) -> None:
    first = await scheduled(database, "Họp trước", EIGHT, "A", who="1")
    second = await scheduled(database, "Họp sau", TEN, "A", who="2")
    async with database.write() as session:
        await let_wait(session, first, TEN)
        assert await let_begin(session, first, TEN + 1) == [second]
    assert await waits_for(database, second) == ""
    assert ("overrun_ended", second) in await told(database, "secretary-2")


async def test_a_change_in_the_calendar_reaches_a_room_that_has_not_opened(database: Database) -> None:
    meeting = await scheduled(database, "Tên cũ", EIGHT, "A", who="1")

    async def load(id: str) -> Brief:
        async with database.read() as session:
            return Brief.model_validate(await load_brief(session, id))

    async def rename(request: web.Request) -> web.Response:
        async with database.write() as session:
            (await find(session, request.match_info["id"])).title = "Tên mới"
        return web.Response()

    shown = asyncio.Event()

    async def publish(home: Home) -> None:
        if home.state.setup.title == "Tên mới":
            shown.set()

    homes = Homes(database, load)
    homes.publish = publish
    application = web.Application()
    application.router.add_put("/api/meetings/{id}", rename)
    introduce(application, database, homes)
    home = await homes.get(meeting)
    async with TestClient(TestServer(application)) as client:
        assert home.state.setup.title == "Tên cũ"
        await client.put(f"/api/meetings/{meeting}")
        async with asyncio.timeout(5):
            await shown.wait()
    await homes.stop()


async def test_a_room_pc_finds_its_sitting_while_it_runs_past_its_end_but_not_one_that_never_began(
    database: Database,
) -> None:
    running = await scheduled(database, "Họp kéo dài", EIGHT, "A", who="1")
    await scheduled(database, "Không ai khai mạc", EIGHT, "B", who="2")
    after = await scheduled(database, "Họp sau", TEN + HOUR, "A", "B", who="3")
    async with database.write() as session:
        session.add(
            RecordEvent(
                meeting=running,
                seq=1,
                at=EIGHT,
                type="sitting.opened",
                v=2,
                actor="chair-1",
                on_behalf_of="",
                command_id="c",
                payload_hash=b"",
                hash=b"",
            )
        )
    late = TEN + HOUR + 1
    async with database.write() as session:
        assert await next_meeting_of_site(session, "site-A", late) == running
        assert await next_meeting_of_site(session, "site-B", late) == after
        await mark_held(session, running)
        await session.flush()
        assert await next_meeting_of_site(session, "site-A", late) == after
