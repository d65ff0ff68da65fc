"""A whole sitting over the wire: the way of a command from a page to the record and to every other page."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from meetings.ids import new_id
from meetings.record.check import check
from meetings.record.store import read_events, read_texts
from meetings.sitting.decide import replay
from meetings.storage.database import Database
from tests.integration.signaling.room import MEETING, Page, open_room


async def everybody_present(chair_url: str, people: int) -> list[Page]:
    pages = [await Page(chair_url, f"person:p{one}").join("companion") for one in range(people)]
    for one, page in enumerate(pages):
        await page.done("roll_call.claim", {"delegate": f"d{one}"})
    return pages


async def test_from_roll_call_to_adjournment(room_database: Database) -> None:
    async with open_room(room_database) as (url, homes, _):
        chair = await Page(url, "person:chair").join()
        secretary = await Page(url, "person:secretary").join()
        hall = await Page(url, "room:s1").join("room")
        await chair.until(lambda: chair.view["sitting"]["sites_connected"] == 1)

        delegates = await everybody_present(url, 6)
        await secretary.done("roll_call.confirm_many", {"delegates": [f"d{one}" for one in range(6)]})
        await chair.until(lambda: chair.view["sitting"]["present"] == 6)
        await chair.done("sitting.open")
        await chair.done("agenda.advance", {"from": "", "to": "i1"})

        await hall.done("floor.request")
        await chair.until(lambda: len(chair.view["floor"]["queue"]) == 1)
        request = chair.view["floor"]["queue"][0]["request"]
        await chair.done("floor.grant", {"request": request, "seconds": 60})
        await hall.until(lambda: "speaker" in hall.view["floor"]["turns"])
        assert hall.view["stage"]["speaker"] == {"site": "s1", "audio": False, "video": True}
        await hall.done("microphone.open")
        await delegates[0].until(lambda: delegates[0].view["stage"]["speaker"]["audio"])
        await chair.done("microphone.mute_all")
        await hall.until(lambda: not hall.view["stage"]["speaker"]["audio"])

        await chair.done("ballot.prepare", {"question": "Thông qua báo cáo?", "item": "i1", "secret": True})
        await chair.until(lambda: len(chair.view["ballot"]["ballots"]) == 1)
        ballot = chair.view["ballot"]["ballots"][0]["ballot"]
        await secretary.done("ballot.open", {"ballot": ballot})
        casts = [
            page.done("ballot.cast", {"ballot": ballot, "mandate": f"d{one}", "choice": one % 2})
            for one, page in enumerate(delegates)
        ]
        await asyncio.gather(*casts)
        assert "totals" not in str(chair.view["ballot"])
        again = await delegates[0].ask("ballot.cast", {"ballot": ballot, "mandate": "d0", "choice": 1})
        assert again["error"]["id"] == "ballot.already_cast"
        await chair.done("ballot.close", {"ballot": ballot})
        await hall.until(lambda: hall.view["ballot"]["ballots"][0].get("totals") == [3, 3, 0])

        await secretary.done("note.save", {"item": "i1", "revision": 0, "text": "Ghi chép"})
        await chair.until(lambda: chair.view["notes"]["i1"]["revision"] == 1)
        lost = await secretary.ask("note.save", {"item": "i1", "revision": 0, "text": "Bản khác"})
        assert lost["error"]["id"] == "stale"
        await chair.done("sitting.adjourn")
        await hall.until(lambda: hall.view["sitting"]["phase"] == "adjourned")
        assert all(page.gaps == 0 for page in [chair, secretary, hall, *delegates])

        async with room_database.read() as session:
            report = await check(session, MEETING)
            events = await read_events(session, MEETING)
            again_state = replay(MEETING, events, await read_texts(session, MEETING))
        assert report.intact
        assert again_state == (await homes.get(MEETING)).state
        assert not any(event.type == "ballot.cast" for event in events)
        assert next(event for event in events if event.type == "ballot.opened").on_behalf_of == "chair"
        for page in [chair, secretary, hall, *delegates]:
            await page.leave()


async def test_a_reload_brings_the_same_state(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        await chair.done("sitting.open")
        await chair.done("agenda.advance", {"from": "", "to": "i2"})
        await chair.until(lambda: chair.view["agenda"]["current"] == "i2")
        reloaded = await Page(url, "person:chair").join()
        assert reloaded.view == chair.view
        await chair.leave()
        await reloaded.leave()


async def test_a_new_home_reads_the_record_and_goes_on(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        await chair.done("sitting.open")
        await chair.leave()
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        assert chair.view["sitting"]["phase"] == "in_session"
        await chair.done("agenda.advance", {"from": "", "to": "i1"})
        await chair.leave()


async def test_the_same_command_twice_is_one_fact(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        id = new_id()
        first = await chair.ask("sitting.open", {}, id)
        second = await chair.ask("sitting.open", {}, id)
        assert (second["ok"], second["seq"], second["repeated"]) == (True, first["seq"], True)
        other = await chair.ask("sitting.recess", {"minutes": 5}, id)
        assert other["error"]["id"] == "command.id_reused"
        await chair.leave()


HOSTILE: list[tuple[Any, str]] = [
    (None, "command.invalid"),
    ("text", "command.invalid"),
    ({"id": "12345678", "name": 7}, "command.invalid"),
    ({"id": "1", "name": "sitting.open"}, "command.invalid"),
    ({"id": "12345678", "name": "no.such"}, "command.unknown"),
    ({"id": "12345678", "name": "sitting.recess", "payload": {"minutes": "x"}}, "command.invalid"),
    ({"id": "12345678", "name": "sitting.open", "payload": {"actor": "chair"}}, "command.invalid"),
    ({"id": "12345678", "name": "note.save", "payload": [1, 2]}, "command.invalid"),
]


@pytest.mark.parametrize(("message", "refused"), HOSTILE)
async def test_a_misshapen_command_is_refused_and_nothing_is_recorded(
    room_database: Database, message: Any, refused: str
) -> None:
    async with open_room(room_database) as (url, homes, _):
        chair = await Page(url, "person:chair").join()
        before = (await homes.get(MEETING)).state.seq
        answer = await chair.socket.call("command", message, timeout=5)
        assert answer["error"]["id"] == refused
        assert (await homes.get(MEETING)).state.seq == before
        await chair.leave()


@pytest.mark.parametrize("who", ["", "person:stranger", "room:nowhere"])
async def test_the_uninvited_stay_out(room_database: Database, who: str) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        with pytest.raises((socketio.exceptions.ConnectionError, TimeoutError)):
            await Page(url, who).join()


async def test_the_removed_are_put_out_at_once(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        guest = await Page(url, "person:p2").join("companion")
        await chair.done("participant.remove", {"person": "p2", "reason": "Theo yêu cầu"})
        await guest.until(lambda: guest.ended == "participant.removed")
        with pytest.raises(socketio.exceptions.ConnectionError):
            await Page(url, "person:p2").join("companion")
        await chair.leave()
