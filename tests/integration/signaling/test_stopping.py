"""A meeting's home that stops keeps what it is writing, answers everybody, and leaves the database free."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from meetings.errors import Refusal
from meetings.ids import new_id, now_ms
from meetings.record import lease, store
from meetings.sitting.actors import Identity
from meetings.sitting.brief import Brief
from meetings.storage.database import Database
from signaling.homes import Homes
from tests.integration.signaling.room import MEETING, brief


async def load(_: str) -> Brief:
    return brief(delegates=40)


async def test_what_is_being_written_is_kept_and_the_record_holds_just_what_was_acknowledged(
    room_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = asyncio.Event()

    async def append(*call: Any) -> None:
        writing.set()
        await store.append(*call)

    homes = Homes(room_database, load)
    home = await homes.get(MEETING)
    monkeypatch.setattr("signaling.writer.append", append)
    secretary, before = Identity("secretary", person="secretary", own_account=True), home.state.seq
    marks = [{"delegate": f"d{one}", "status": "online"} for one in range(40)]
    first = asyncio.create_task(home.command(secretary, new_id(), "roll_call.mark", marks[0]))
    await writing.wait()
    later = [asyncio.create_task(home.command(secretary, new_id(), "roll_call.mark", mark)) for mark in marks[1:]]
    await asyncio.sleep(0)
    await homes.stop()
    answers = [await first, *await asyncio.gather(*later, return_exceptions=True)]
    kept = {one["seq"] for one in answers if isinstance(one, dict)}
    refused = [one for one in answers if not isinstance(one, dict)]
    assert all(isinstance(one, Refusal) and one.id == "meeting.moved" for one in refused)
    async with room_database.read() as session:
        assert {one.seq for one in await store.read_events(session, MEETING) if one.seq > before} == kept
    assert await lease.take(room_database, MEETING, "another", "", now_ms()) is not None
