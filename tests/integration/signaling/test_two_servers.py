"""Two servers share one PostgreSQL: a meeting lives on one of them, and moves when that one is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import socketio
from sqlalchemy import update

from meetings.record.check import check
from meetings.record.tables import MeetingHome
from meetings.storage.database import Database
from tests.integration.signaling.room import MEETING, Page, open_room

pytestmark = pytest.mark.postgres


@pytest.fixture
async def servers(postgresql_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """The database, as each of two servers has it open."""
    one, other = Database(postgresql_url), Database(postgresql_url)
    yield one, other
    await one.close()
    await other.close()


async def let_the_lease_end(database: Database) -> None:
    """Time passes without the home renewing its lease."""
    async with database.write() as session:
        await session.execute(update(MeetingHome).values(expires_at=1))


async def test_a_page_is_told_where_the_meeting_lives(servers: tuple[Database, Database]) -> None:
    async with open_room(servers[0], address="https://mot.example") as (first, _, _g):
        chair = await Page(first, "person:chair").join()
        async with open_room(servers[1]) as (second, _, _h):
            told: list[dict[str, Any]] = []
            page = Page(second, "person:secretary")
            page.socket.on("connect_error", told.append)
            with pytest.raises(socketio.exceptions.ConnectionError):
                await page.join()
        assert told[0]["data"]["id"] == "meeting.elsewhere"
        assert told[0]["data"]["details"] == {"address": "https://mot.example"}
        await chair.leave()


async def test_another_server_takes_over_when_the_lease_ends(servers: tuple[Database, Database]) -> None:
    async with open_room(servers[0]) as (first, homes, _g), open_room(servers[1]) as (second, _, _h):
        chair = await Page(first, "person:chair").join()
        await chair.done("sitting.open")
        await let_the_lease_end(servers[1])
        moved = await Page(second, "person:chair").join()
        assert moved.view["sitting"]["phase"] == "in_session"
        await moved.done("agenda.advance", {"from": "", "to": "i1"})

        late = await chair.ask("agenda.advance", {"from": "", "to": "i2"})
        assert late["error"]["id"] == "meeting.moved"
        await chair.until(lambda: chair.ended == "meeting.moved")
        with pytest.raises(socketio.exceptions.ConnectionError):
            await Page(first, "person:chair").join()
        async with servers[0].read() as session:
            assert (await check(session, MEETING)).intact
        state = await homes.state_of(MEETING)
        assert state is not None
        assert state.current_item == "i1"
        await moved.leave()


async def test_a_meeting_can_come_back_to_a_server_that_it_left(servers: tuple[Database, Database]) -> None:
    async with open_room(servers[0]) as (first, _, _g):
        chair = await Page(first, "person:chair").join()
        async with open_room(servers[1]) as (second, _, _h):
            await let_the_lease_end(servers[1])
            moved = await Page(second, "person:chair").join()
            await moved.done("sitting.open")
            assert (await chair.ask("sitting.open"))["error"]["id"] == "meeting.moved"
            await chair.until(lambda: chair.ended == "meeting.moved")
            await moved.leave()
        back = await Page(first, "person:chair").join()
        assert back.view["sitting"]["phase"] == "in_session"
        await back.leave()
