"""What a hostile page sends: wrong shapes and sizes, others' names, bytes, floods. Nothing of it is recorded."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientSession, WSMsgType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.ids import new_id
from meetings.record.check import check
from meetings.sitting.commands import COMMANDS
from meetings.storage.database import Database
from signaling.limits import MESSAGE_LIMIT
from tests.integration.signaling.room import MEETING, Page, open_room

FORGED = ["actor", "person", "on_behalf_of", "identity", "role", "at", "seq"]
#: Frames that are no message of the protocol, or none that a page may send.
FRAMES = [
    "", "4", "42", "42[", "42[]", '42["command"', '42["no.such.event",{}]', '42{"a":1}', "42null", "45", "452-[]",
    "9", "x", '42/other,["command",{}]', "40/admin,", "43[1]", '430["x"]', "6", "7probe", '42["disconnect"]',
    '42["command",{"id":"12345678"}]trailing', '4299999999999999999999["command",{}]', '42["__proto__",{}]',
    '42["connect"]', '451-["command",{"_placeholder":true,"num":0}]', '455-["command",{"_placeholder":true,"num":9}]',
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("field", FORGED)
async def test_nobody_says_who_they_are_in_a_payload(room_database: Database, field: str) -> None:
    async with open_room(room_database) as (url, homes, _):
        guest = await Page(url, "person:p1").join("companion")
        before = (await homes.get(MEETING)).state.seq
        for name in ("sitting.open", "roll_call.claim"):
            answer = await guest.ask(name, {"delegate": "d1", field: "chair"})
            assert answer["error"]["id"] == "command.invalid"
        assert (await guest.ask("sitting.open"))["error"]["id"] == "permission.role"
        assert (await homes.get(MEETING)).state.seq == before
        await guest.leave()


@pytest.mark.parametrize("frame", FRAMES)
async def test_a_frame_of_no_shape_hurts_its_sender_at_most(sqlite_room: Database, frame: str) -> None:
    async with open_room(sqlite_room) as (url, homes, _), ClientSession() as session:
        chair = await Page(url, "person:chair").join()
        before = (await homes.get(MEETING)).state.seq
        await send(session, url, frame)
        await chair.done("sitting.open")
        assert (await homes.get(MEETING)).state.seq == before + 1
        await chair.leave()


async def test_bytes_and_oversized_messages_end_their_sender_alone(sqlite_room: Database) -> None:
    async with open_room(sqlite_room) as (url, homes, _), ClientSession() as session:
        chair = await Page(url, "person:chair").join()
        before = (await homes.get(MEETING)).state.seq
        await send(session, url, b"\x00\xff" * 1000)
        await send(session, url, b"x" * (MESSAGE_LIMIT + 1))
        await send(session, url, '42["command",{"id":"12345678","name":"' + "x" * MESSAGE_LIMIT + '"}]')
        await send(session, url, '451-["command",{"_placeholder":true,"num":0}]', b"x" * 1000)
        await chair.done("sitting.open")
        assert (await homes.get(MEETING)).state.seq == before + 1
        await chair.leave()


async def send(session: ClientSession, url: str, *frames: str | bytes) -> None:
    """A delegate's page that sends these frames and goes."""
    address = f"{url}socket.io/?EIO=4&transport=websocket"
    async with session.ws_connect(address, headers={"X-Test-Identity": "person:p1"}) as page:
        await page.receive()
        await page.send_str("40" + json.dumps({"meeting": MEETING, "protocol": 1, "endpoint": "companion"}))
        while (await page.receive()).type is WSMsgType.TEXT:
            break
        for frame in frames:
            await (page.send_str(frame) if isinstance(frame, str) else page.send_bytes(frame))
        await asyncio.sleep(0.05)


async def test_a_flood_is_refused_and_the_others_go_on(sqlite_room: Database) -> None:
    async with open_room(sqlite_room) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        flooder = await Page(url, "person:p1").join("companion")
        asked = [flooder.ask("sitting.open") for _ in range(200)]
        flood = asyncio.gather(*asked)
        await chair.done("sitting.open")
        refused = [answer["error"]["id"] for answer in await flood]
        assert set(refused) == {"permission.role", "command.rate"}
        assert refused.count("command.rate") >= 100
        for page in (chair, flooder):
            await page.leave()


async def test_any_payload_is_answered_and_the_record_stays_whole(sqlite_room: Database) -> None:
    async with open_room(sqlite_room) as (url, homes, gateway):
        chair = await Page(url, "person:chair").join()
        for connection in gateway.connections.values():
            connection.rate.per_second = connection.rate.burst = 1e9
        names = sorted(COMMANDS)
        loop = asyncio.get_running_loop()

        async def ask(name: str, payload: Any) -> dict[str, Any]:
            message = {"id": new_id(), "name": name, "payload": payload}
            answer: dict[str, Any] = await chair.socket.call("command", message, timeout=20)
            return answer

        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(st.sampled_from(names), JSON)
        def anything(name: str, payload: Any) -> None:
            answer = asyncio.run_coroutine_threadsafe(ask(name, payload), loop).result(30)
            assert answer["ok"] or answer["error"]["id"] != "record.failed", (name, payload, answer)

        await asyncio.to_thread(anything)
        assert homes is not None
        async with sqlite_room.read() as session:
            assert (await check(session, MEETING)).intact
        await chair.leave()
