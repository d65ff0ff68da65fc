"""Lost connections, second endpoints and the rehearsal over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from meetings.record.store import read_events
from meetings.sitting.rehearsal import PRESENCE
from meetings.storage.database import Database
from tests.integration.signaling.room import MEETING, Page, brief, open_room


async def signal(page: Page, name: str, payload: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = await page.socket.call("signal", {"name": name, "payload": payload}, timeout=5)
    return answer


async def test_a_page_whose_socket_breaks_in_mid_stream_comes_back_without_a_gap(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        secretary = await Page(url, "person:secretary").join()
        await chair.done("sitting.open")
        await secretary.until(lambda: secretary.view["sitting"]["phase"] == "in_session")
        await secretary.socket.eio.ws.close()
        await chair.done("agenda.advance", {"from": "", "to": "i1"})
        await chair.done("agenda.extend", {"item": "i1", "minutes": 5})
        back = await Page(url, "person:secretary").join()
        assert back.view["agenda"]["current"] == "i1"
        await chair.done("agenda.advance", {"from": "i1", "to": "i2"})
        await back.until(lambda: back.view["agenda"]["current"] == "i2")
        assert back.gaps == 0
        assert back.view["agenda"] == chair.view["agenda"]
        for page in (chair, secretary, back):
            await page.leave()


async def test_the_rehearsal_is_seen_by_all_and_leaves_nothing_in_the_record(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        hall = await Page(url, "room:s1").join("room")
        await chair.until(lambda: chair.view["sitting"]["sites_connected"] == 1)
        assert (await signal(chair, "rehearsal.stage", {"slot": "speaker", "site": "s1"}))["ok"]
        await hall.until(lambda: hall.me["rehearsing"] == "speaker")
        assert (await signal(hall, "rehearsal.microphone", {"open": True}))["ok"]
        await chair.until(lambda: chair.view["stage"]["speaker"] == {"site": "s1", "audio": True, "video": True})
        refused = await signal(hall, "rehearsal.stage", {"slot": "speaker", "site": "s2"})
        assert refused["error"]["id"] == "permission.role"
        async with room_database.read() as session:
            types = {event.type for event in await read_events(session, MEETING)}
        assert types == {"home.taken", "sitting.prepared"}
        await chair.done("sitting.open")
        await hall.until(lambda: hall.view["stage"]["speaker"]["site"] == "")
        assert (await signal(hall, "rehearsal.microphone", {"open": True}))["error"]["id"] == "rehearsal.over"
        async with room_database.read() as session:
            events = await read_events(session, MEETING)
        assert not any(event.type in PRESENCE for event in events)
        assert events[-1].payload["places"] == [{"site": "s1", "endpoint": "device-s1"}]
        for page in (chair, hall):
            await page.leave()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"slot": "speaker"},
        {"slot": 3, "site": []},
        {"slot": "screen", "site": "s1"},
        {"slot": "chair", "site": "x"},
    ],
)
async def test_a_misshapen_rehearsal_signal_is_refused(room_database: Database, payload: dict[str, Any]) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        answer = await signal(chair, "rehearsal.stage", payload)
        assert answer["error"]["id"] in ("command.invalid", "site.unknown")
        await chair.leave()


async def test_who_holds_no_paired_device_does_not_take_a_held_place_over(room_database: Database) -> None:
    async with open_room(room_database) as (url, homes, _gateway):
        chair = await Page(url, "person:chair").join("room")
        hall = await Page(url, "room:s0").join("room")
        await hall.until(lambda: hall.me["own_site"]["connected"])
        assert not hall.me["own_site"]["mine"], "the second endpoint is told who holds the place"
        await hall.done("place.take_over")
        await hall.until(lambda: hall.me["own_site"]["mine"])
        refused = await chair.ask("place.take_over")
        assert refused["error"]["id"] == "site.take_over_device"
        again = await hall.ask("place.take_over")
        assert again["ok"], "who holds the place already is told nothing new"
        assert (await homes.get(MEETING)).state.place("s0").endpoint == "device-s0"
        for page in (chair, hall):
            await page.leave()


async def test_a_technician_lets_a_waiting_device_take_the_place_and_the_floor_stays(sqlite_room: Database) -> None:
    chaired = tuple(one.model_copy(update={"site_chair": True}) for one in brief().delegates)
    setup = brief().model_copy(update={"delegates": chaired})
    async with open_room(sqlite_room, setup) as (url, homes, _):
        chair, technician = await Page(url, "person:chair").join(), await Page(url, "person:tech").join()
        hall = await Page(url, "room:s1").join("room")
        await hall.until(lambda: hall.me["own_site"]["mine"])
        await chair.done("sitting.open")
        await chair.done("floor.invite", {"site": "s1"})
        nobody = await technician.ask("place.give", {"site": "s1"})
        assert nobody["error"]["id"] == "site.no_second_device"
        own_pc = await Page(url, "person:p1").join("room")
        await technician.until(lambda: technician.view["second_devices"] == {"s1": 1})
        assert (await own_pc.ask("place.take_over"))["error"]["id"] == "site.take_over_device"
        for other in (chair, own_pc, hall):
            assert (await other.ask("place.give", {"site": "s1"}))["error"]["id"] == "permission.role"
        assert (await technician.ask("place.give", {"site": "s9"}))["error"]["id"] == "site.unknown"
        assert (await technician.ask("place.give", "s1"))["error"]["id"] == "command.invalid"
        await technician.done("place.give", {"site": "s1"})
        await own_pc.until(lambda: own_pc.me["own_site"]["mine"])
        for told in (chair, technician, hall, own_pc):
            await told.until(lambda told=told: told.told("place.moved") == [{"site": "s1"}])
        state = (await homes.get(MEETING)).state
        assert (state.turns["speaker"].site, state.turns["speaker"].lost_at) == ("s1", 0)
        assert "second_devices" not in chair.view
        again = await technician.ask("place.give", {"site": "s1"})
        assert again["error"]["id"] == "site.take_over_pause"
        for page in (chair, technician, hall, own_pc):
            await page.leave()
