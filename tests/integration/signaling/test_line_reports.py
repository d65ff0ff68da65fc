"""The sites' own figures reach the technicians, batched, and nobody else; a page speaks only for its own site."""

from __future__ import annotations

import asyncio
from typing import Any

from meetings.sitting.actors import Identity
from meetings.storage.database import Database
from signaling.line_reports import LineReports
from signaling.media.requests import Report
from tests.integration.signaling.room import MEETING, Page, open_room


def listen(page: Page) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    page.socket.on("signal", heard.append)
    return heard


async def test_reports_reach_technicians_in_batches(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, gateway):
        technician, chair = await Page(url, "person:tech").join(), await Page(url, "person:chair").join()
        halls = [await Page(url, f"room:s{one}").join("room") for one in (1, 2)]
        await technician.until(lambda: technician.view["sitting"]["sites_connected"] == 2)
        heard, beside = listen(technician), listen(chair)
        lines = LineReports(gateway)
        rooms = [Identity(f"device-s{one}", device=f"device-s{one}", room_of=f"s{one}") for one in (1, 2)]
        await lines.take(MEETING, rooms[0], "s1", Report(fps=3))
        await lines.take(MEETING, rooms[0], "s1", Report(fps=25, rtt_ms=40, deaf=True))
        await lines.take(MEETING, rooms[1], "s2", Report(fps=9, lost=12))
        async with asyncio.timeout(10):
            while not heard:  # noqa: ASYNC110 — what comes comes over the wire
                await asyncio.sleep(0.02)
        assert [one["name"] for one in heard] == ["lines"]
        sites = heard[0]["payload"]["sites"]
        assert set(sites) == {"s1", "s2"}
        assert (sites["s1"]["fps"], sites["s1"]["deaf"], sites["s2"]["lost"]) == (25, True, 12)
        assert beside == []
        for page in (technician, chair, *halls):
            await page.leave()
        await lines.stop()


async def test_who_does_not_hold_a_sites_place_says_nothing_of_its_line(room_database: Database) -> None:
    async with open_room(room_database) as (url, _, gateway):
        technician, hall = await Page(url, "person:tech").join(), await Page(url, "room:s1").join("room")
        await technician.until(lambda: technician.view["sitting"]["sites_connected"] == 1)
        heard = listen(technician)
        lines = LineReports(gateway)
        other = Identity("device-s2", device="device-s2", room_of="s2")
        for site in ("s1", "s2", "nowhere", ""):
            await lines.take(MEETING, other, site, Report(fps=1))
        await lines.take(MEETING, Identity("device-s1", device="device-s1", room_of="s1"), "s1", Report(fps=25))
        async with asyncio.timeout(10):
            while not heard:  # noqa: ASYNC110 — what comes comes over the wire
                await asyncio.sleep(0.02)
        assert heard[0]["payload"]["sites"].keys() == {"s1"}
        assert heard[0]["payload"]["sites"]["s1"]["fps"] == 25
        for page in (technician, hall):
            await page.leave()
        await lines.stop()
