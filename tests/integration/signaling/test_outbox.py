"""What goes out to pages: the same bytes for all who get the same, and coming and going gathered for a second."""

from __future__ import annotations

import asyncio
import json

from aiohttp import ClientSession

from meetings.storage.database import Database
from signaling.limits import SEND_BOUND
from tests.integration.signaling.room import MEETING, Page, brief, open_room


async def test_sites_that_come_together_are_shown_together(room_database: Database) -> None:
    async with open_room(room_database, brief(sites=12)) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        await chair.done("sitting.open")
        before = chair.patches
        rooms = await asyncio.gather(*(Page(url, f"room:s{one}").join("room") for one in range(12)))
        await chair.until(lambda: chair.view["sitting"]["sites_connected"] == 12)
        assert chair.patches - before < 12
        assert chair.gaps == 0
        for page in [chair, *rooms]:
            await page.leave()


async def test_what_is_quiet_goes_with_the_next_thing_that_is_not(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        await chair.done("sitting.open")
        hall = await Page(url, "room:s1").join("room")
        await chair.done("agenda.advance", {"from": "", "to": "i1"})
        await chair.until(lambda: chair.view["sitting"]["sites_connected"] == 1)
        await hall.until(lambda: hall.me["own_site"]["connected"])
        for page in (chair, hall):
            await page.leave()


async def test_a_page_that_does_not_read_is_closed_and_the_others_go_on(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, gateway), ClientSession() as session:
        chair = await Page(url, "person:chair").join()
        address = f"{url}socket.io/?EIO=4&transport=websocket"
        async with session.ws_connect(address, headers={"X-Test-Identity": "person:p1"}) as slow:
            await slow.receive()
            await slow.send_str("40" + json.dumps({"meeting": MEETING, "protocol": 1, "endpoint": "companion"}))
            await slow.receive()
            (sid,) = [one.sid for one in gateway.connections.values() if one.identity.id == "p1"]
            for messages in (200, SEND_BOUND + 2):  # the first ones fill the line itself
                for _ in range(messages):
                    gateway.outbox.send([sid], "signal", {"name": "message", "payload": {"text": "x" * 100_000}})
                await asyncio.sleep(0.3)
            assert gateway.outbox.waiting(sid) > SEND_BOUND
            await chair.done("sitting.open")
            await chair.done("agenda.advance", {"from": "", "to": "i1"})
            assert sid not in gateway.connections
        await chair.leave()


async def test_who_has_cast_in_secret_is_told_though_nothing_else_happens(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, _gateway):
        chair = await Page(url, "person:chair").join()
        voter, other = [await Page(url, f"person:p{one}").join("companion") for one in (1, 2)]
        secretary = await Page(url, "person:secretary").join()
        for one in range(6):
            await secretary.done("roll_call.mark", {"delegate": f"d{one}", "status": "in_person"})
        await chair.done("sitting.open")
        await chair.done("ballot.prepare", {"question": "Bầu?", "secret": True})
        await chair.until(lambda: chair.view["ballot"]["ballots"])
        ballot = chair.view["ballot"]["ballots"][0]["ballot"]
        await chair.done("ballot.open", {"ballot": ballot})
        await voter.until(lambda: voter.me["mandates"] == ["d1"])
        seen = other.me
        await voter.done("ballot.cast", {"ballot": ballot, "mandate": "d1", "choice": 0})
        await voter.until(lambda: voter.me["cast"] is True)
        assert other.me is seen
        for page in (chair, voter, other, secretary):
            await page.leave()
