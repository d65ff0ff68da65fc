"""Sites are checked a few at a time; what their pages measured is kept, told to who leads, and starts their rates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from meetings.calendar.tables import Meeting, Participant
from meetings.record.tables import RecordEvent
from meetings.storage.database import Database
from signaling.checks import rounds, service
from signaling.checks.rounds import Checks
from signaling.checks.settings import CheckSettings
from signaling.checks.tables import SiteCheck
from signaling.media.embedded.link import Link
from signaling.media.reconcile import MediaRooms
from tests.integration.signaling.room import MEETING, Page, brief, open_room
from tests.unit.checks.test_figures import GOOD


@dataclass(slots=True)
class Room:
    url: str
    checks: Checks
    media: MediaRooms

    async def hall(self, site: str) -> Page:
        page = await Page(self.url, f"room:{site}").join("room")
        await page.until(lambda: page.me["own_site"]["mine"])
        return page


@asynccontextmanager
async def room(database: Database, folder: Path, at_once: int = 2, sites: int = 4) -> AsyncIterator[Room]:
    """A sitting before its opening, whose engine is not reached."""
    async with database.write() as session:
        session.add(_meeting())
        for place in range(sites):
            session.add(
                Participant(meeting=MEETING, site=f"s{place}", position=place, unit="u", name=f"Điểm cầu {place}")
            )
    link = Link(folder / "nothing.sock")
    media = MediaRooms(link)
    async with open_room(database, brief(sites=sites), media=media) as (url, _, gateway):
        checks = Checks(gateway, media, link, database, CheckSettings(check_at_once=at_once))
        gateway.signals.beside["check"] = checks.signal
        yield Room(url, checks, media)
        await checks.stop()


def _meeting() -> Meeting:
    return Meeting(
        id=MEETING,
        title="Phiên họp mẫu",
        starts_at=1,
        ends_at=2,
        hub_site="s0",
        chair="chair",
        chair_name="Chủ trì mẫu",
        secretary="secretary",
        secretary_name="Thư ký mẫu",
        unit="u",
        unit_rank=1,
        created_by="secretary",
        created_at=1,
    )


async def leave(*pages: Page) -> None:
    for page in pages:
        await page.leave()


async def asked(page: Page, times: int = 1) -> str:
    """Wait until the site is asked to measure; the check's id."""
    await page.until(lambda: len(page.told("check.begin")) >= times)
    return str(page.told("check.begin")[-1]["check"])


def results(page: Page) -> dict[str, Any]:
    """What a page was told of every site so far."""
    return {site: one for told in page.told("checks") for site, one in told["results"].items()}


async def test_a_check_is_kept_told_and_starts_the_rates(sqlite_room: Database, tmp_path: Path) -> None:
    async with room(sqlite_room, tmp_path) as one:
        technician, hall = await Page(one.url, "person:tech").join(), await one.hall("s1")
        assert (await technician.signal("check.start", {"sites": ["s1", "s2"]}))["ok"]
        check = await asked(hall)
        answer = await hall.signal("check.done", {"check": check, "figures": {**GOOD, "level": 0}})
        assert (answer["ok"], answer["outcome"], answer["failed"]) == (True, "failed", ["microphone"])
        await technician.until(lambda: set(results(technician)) == {"s1", "s2"})
        assert results(technician)["s2"]["outcome"] == "absent"
        assert results(technician)["s1"]["figures"]["down"] == 3000
        await technician.until(lambda: technician.told("checks")[-1] | {"results": 0} == _nobody_left())
        async with sqlite_room.read() as session:
            lines = {line.site: line.result for line in await service.sheet(session, MEETING)}
            assert lines["s1"] is not None
            assert lines["s1"].failed == ("microphone",)
            assert lines["s0"] is None
            assert await service.rates(session, MEETING) == {"s1": 3_000_000}
            kinds = set(await session.scalars(select(RecordEvent.type)))
        assert one.media._places[MEETING].lines["s1"].measured == 3_000_000
        assert not {kind for kind in kinds if "check" in kind}, "nothing of it is in the record"
        again = await hall.signal("check.done", {"check": check, "figures": GOOD})
        assert again["error"]["id"] == "check.unknown", "a check is counted once"
        await leave(technician, hall)


def _nobody_left() -> dict[str, object]:
    return {"results": 0, "waiting": [], "running": []}


async def test_no_more_measure_at_once_than_are_let(sqlite_room: Database, tmp_path: Path) -> None:
    async with room(sqlite_room, tmp_path, at_once=2) as one:
        secretary = await Page(one.url, "person:secretary").join()
        halls = [await one.hall(f"s{place}") for place in (1, 2, 3)]
        await secretary.signal("check.start", {"sites": ["s1", "s2", "s3", "s1"]})
        checks = [await asked(hall) for hall in halls[:2]]
        assert one.checks.progress(MEETING) == {"waiting": ["s3"], "running": ["s1", "s2"]}
        assert halls[2].told("check.begin") == []
        await halls[0].signal("check.done", {"check": checks[0], "figures": GOOD})
        last = await asked(halls[2])
        await secretary.signal("check.start", {"sites": ["s1"]})
        await secretary.signal("check.stop")
        assert one.checks.progress(MEETING) == {"waiting": [], "running": ["s2", "s3"]}
        await halls[1].signal("check.done", {"check": checks[1], "figures": GOOD})
        await halls[2].signal("check.done", {"check": last, "figures": GOOD})
        await secretary.until(lambda: set(results(secretary)) == {"s1", "s2", "s3"})
        await leave(secretary, *halls)


async def test_a_site_that_does_not_answer_is_not_waited_for(
    sqlite_room: Database, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rounds, "PATIENCE", 300)
    async with room(sqlite_room, tmp_path) as one:
        technician, hall = await Page(one.url, "person:tech").join(), await one.hall("s1")
        await technician.signal("check.start", {"sites": ["s1"]})
        check = await asked(hall)
        await technician.until(lambda: "s1" in results(technician))
        assert results(technician)["s1"]["outcome"] == "no_answer"
        late = await hall.signal("check.done", {"check": check, "figures": GOOD})
        assert late["error"]["id"] == "check.unknown"
        await leave(technician, hall)


async def test_who_may_have_sites_checked_and_when(sqlite_room: Database, tmp_path: Path) -> None:
    async with room(sqlite_room, tmp_path) as one:
        chair, delegate = await Page(one.url, "person:chair").join(), await Page(one.url, "person:p1").join()
        hall, other = await one.hall("s1"), await one.hall("s2")
        for page in (delegate, hall):
            for name, payload in (("check.start", {"sites": ["s1"]}), ("check.stop", {})):
                assert (await page.signal(name, payload))["error"]["id"] == "permission.role"
        assert (await chair.signal("check.start", {"sites": ["nowhere"]}))["error"]["id"] == "site.unknown"
        assert (await chair.signal("check.start", {"sites": ["s1"]}))["ok"]
        check = await asked(hall)
        for page in (other, chair, delegate):
            refused = await page.signal("check.done", {"check": check, "figures": GOOD})
            assert refused["error"]["id"] == "check.unknown", "another site's check"
        await hall.signal("check.done", {"check": check, "figures": GOOD})
        await chair.done("sitting.open")
        assert (await chair.signal("check.start", {"sites": ["s1"]}))["error"]["id"] == "check.phase"
        await leave(chair, delegate, hall, other)


async def test_a_sitting_that_opens_ends_the_waiting(sqlite_room: Database, tmp_path: Path) -> None:
    async with room(sqlite_room, tmp_path, at_once=1) as one:
        chair = await Page(one.url, "person:chair").join()
        halls = [await one.hall(f"s{place}") for place in (1, 2)]
        await chair.signal("check.start", {"sites": ["s1", "s2"]})
        check = await asked(halls[0])
        await chair.done("sitting.open")
        await halls[0].signal("check.done", {"check": check, "figures": GOOD})
        async with asyncio.timeout(10):
            while one.checks.progress(MEETING)["waiting"] or one.checks.progress(MEETING)["running"]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert halls[1].told("check.begin") == []
        await leave(chair, *halls)


async def test_hostile_signals_are_refused_and_change_nothing(sqlite_room: Database, tmp_path: Path) -> None:
    async with room(sqlite_room, tmp_path) as one:
        technician, hall = await Page(one.url, "person:tech").join(), await one.hall("s1")
        for sites in ([], "s1", ["x" * 65], [7], ["s1"] * 1001):
            assert (await technician.signal("check.start", {"sites": sites}))["error"]["id"] == "command.invalid"
        assert (await technician.signal("check.dance"))["error"]["id"] == "command.unknown"
        await technician.signal("check.start", {"sites": ["s1"]})
        check = await asked(hall)
        for wrong in ({"down": -1}, {"down": 1e30}, {"down": float("nan")}, {"level": "loud"}, {"more": "x" * 9999}):
            refused = await hall.signal("check.done", {"check": check, "figures": {**GOOD, **wrong}})
            assert refused["error"]["id"] == "command.invalid", wrong
        for kbps, ms in ((10**9, 500), (500, 10**9), (-5, 500), (500, 0)):
            refused = await hall.signal("check.probe", {"check": check, "kbps": kbps, "ms": ms})
            assert refused["error"]["id"] == "command.invalid"
        probes = [await hall.signal("check.probe", {"check": check, "kbps": 5000, "ms": 2000}) for _ in range(3)]
        assert [one["error"]["id"] for one in probes] == ["media.unavailable", "check.size", "check.size"]
        assert (await hall.signal("check.done", {"check": check, "figures": GOOD}))["outcome"] == "passed"
        await technician.until(lambda: "s1" in results(technician))
        async with sqlite_room.read() as session:
            assert len(list(await session.scalars(select(SiteCheck)))) == 1
        await leave(technician, hall)
