"""A meeting that is cancelled while its room is open tells the room, and nobody enters it any more."""

from __future__ import annotations

import pytest
import socketio

from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.record import lease
from meetings.sitting.brief import Brief
from meetings.storage.database import Database
from tests.integration.signaling.room import MEETING, Page, brief, open_room


async def test_the_room_closes_with_the_reason_and_stays_closed(
    room_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_room(room_database) as (url, homes, _):
        page = await Page(url, "person:p1").join()

        async def cancelled(_: str) -> Brief:
            raise Refusal("calendar.cancelled", "Cuộc họp đã bị hủy.")

        home = await homes.get(MEETING)
        monkeypatch.setattr(home, "_load_brief", cancelled)
        monkeypatch.setattr(homes, "_load_brief", cancelled)
        await homes.refresh(MEETING)
        await page.until(lambda: page.ended == "meeting.cancelled")
        with pytest.raises(socketio.exceptions.ConnectionError):
            await Page(url, "person:p2").join()
        assert await lease.take(room_database, MEETING, "another", "", now_ms()) is not None


async def test_a_sitting_that_was_opened_goes_on(room_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_room(room_database, brief(delegates=0)) as (_, homes, __):
        home = await homes.get(MEETING)

        async def cancelled(_: str) -> Brief:
            raise Refusal("calendar.cancelled", "Cuộc họp đã bị hủy.")

        home.state.opened_at = now_ms()
        monkeypatch.setattr(home, "_load_brief", cancelled)
        await homes.refresh(MEETING)
        assert await homes.get(MEETING) is home
