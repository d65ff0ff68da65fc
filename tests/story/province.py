"""Everything that is there before the sitting: sites, people, devices, and the meeting that the secretary makes."""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import ClientSession, CookieJar

from meetings.ids import local_time, new_id, now_ms
from meetings.storage.database import Database
from signaling.pairing.codes import digest as device_digest
from signaling.pairing.tables import Device
from tests.browser.sample import PASSWORD
from tests.browser.test_papers_pages import TITLE, paper
from tests.story.model import Meeting, Site
from tests.story.office import Wanted, add_body, add_paper, cancel, import_people, schedule
from tests.story.screens import Screen
from web.identity.service import digest as session_digest
from web.identity.tables import Session

HOUR = 3_600_000
#: Sites whose hall is a real browser; all the others are synthetic.
BROWSERS = 2


class Office:
    """A person at the office pages, by the same requests that the pages make."""

    def __init__(self, address: str, login: str) -> None:
        self.address, self.login = address, login
        self._http = ClientSession(address, cookie_jar=CookieJar(unsafe=True))

    async def sign_in(self) -> Office:
        told = await self.ask("POST", "/api/session", {"login": self.login, "password": PASSWORD})
        self._http.headers["X-CSRF-Token"] = told["csrf"]
        return self

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer to a request that must succeed."""
        async with self._http.request(method, path, json=body) as response:
            assert response.status < 300, (path, response.status, await response.text())
            return await response.json()

    async def download(self, path: str) -> bytes:
        async with self._http.get(path) as response:
            assert response.status == 200, (path, response.status)
            return await response.read()

    async def close(self) -> None:
        await self._http.close()


def delegate(number: int) -> str:
    """The name of the delegate at the site of that number."""
    return f"Đại biểu điểm cầu {number} (mẫu)"


async def add_people(database: Database, administrator: Office, office: Screen, sites: list[Site]) -> None:
    """The administrator imports a delegate for each site; they and the room's devices are signed in already."""
    units = {one["unit"]: one["code"] for one in (await administrator.ask("GET", "/api/units"))["units"]}
    lines = [f"{delegate(number)},diemcau{number},{units[one.unit]}" for number, one in enumerate(sites, start=1)]
    await import_people(office, administrator.address, "\n".join(["name,login,unit", *lines]), len(sites))
    people = {one["login"]: one["person"] for one in (await administrator.ask("GET", "/api/people"))["people"]}
    now = now_ms()
    async with database.write() as session:
        for number, one in enumerate(sites, start=1):
            one.person = people[f"diemcau{number}"]
            session.add(
                Session(
                    id=new_id(), token_hash=session_digest(one.session), person=one.person,
                    csrf=secrets.token_urlsafe(24), created_at=now, seen_at=now, expires_at=now + 12 * HOUR,
                )
            )  # fmt: skip
            session.add(
                Device(
                    id=new_id(), token_hash=device_digest(one.device), site=one.site, unit=one.unit,
                    paired_by="", paired_at=now, seen_at=now,
                )
            )  # fmt: skip


async def prepare(
    database: Database, secretary: Office, administrator: Office, desk: Screen, keeper: Screen
) -> Meeting:
    """The administrator (`keeper` is their page) adds the body and the people, the secretary makes room in the calendar
    and schedules a meeting of all sites with items and a paper; all by hand.

    The delegates are seated by one request, as a page of 215 forms would take the day.
    """
    now = now_ms()
    listed = await secretary.ask("GET", f"/api/calendar/sites?day={local_time(now).date()}")
    sites = [Site(one["site"], one["unit"], one["name"]) for one in listed["sites"]]
    await add_people(database, administrator, keeper, sites)
    body = "Hội nghị đại biểu (mẫu)"
    await add_body(keeper, administrator.address, body, len(sites))
    items = ("Báo cáo thu ngân sách", "Thảo luận và biểu quyết")
    title = "Phiên họp toàn tỉnh (mẫu)"
    wanted = Wanted(title, body, "Chủ trì (mẫu)", items, levels=("Cấp tỉnh", "Cấp xã"), hub=sites[0].name)
    await cancel(desk, secretary.address, "Phiên họp thường kỳ")
    id = await schedule(desk, secretary.address, wanted)
    await add_paper(desk, paper(12), TITLE, items[0])
    path = f"/api/meetings/{id}"
    made = await secretary.ask("GET", path)
    delegates = [
        {"site": one.site, "person": one.person, "name": delegate(number), "site_chair": True}
        for number, one in enumerate(sites, start=1)
    ]
    shown = await secretary.ask("PUT", f"{path}/delegates", {"revision": made["revision"], "delegates": delegates})
    by_person = {one["person"]: one["id"] for one in shown["delegates"]}
    for one in sites:
        one.delegate = by_person[one.person]
    agenda = await secretary.ask("GET", f"{path}/items")
    return Meeting(id, title, sites, [one["id"] for one in agenda["items"]])
