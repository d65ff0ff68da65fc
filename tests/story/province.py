"""Everything that is there before the sitting: sites, people, devices, and the meeting that the secretary makes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession, CookieJar, FormData

from meetings.directory.folding import fold
from meetings.directory.tables import PersonRow
from meetings.ids import local_time, new_id, now_ms
from meetings.storage.database import Database
from signaling.pairing.codes import digest as device_digest
from signaling.pairing.tables import Device
from tests.browser.rooms import PASSWORD
from tests.browser.test_papers_pages import TITLE, paper
from web.identity.service import digest as session_digest
from web.identity.tables import Session

HOUR = 3_600_000
#: Sites whose hall is a real browser; all the others are synthetic.
BROWSERS = 2


@dataclass(slots=True)
class Site:
    """A site, its room device's cookie, and its delegate with the cookie of their session."""

    site: str
    unit: str
    name: str
    device: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    person: str = field(default_factory=new_id)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    delegate: str = ""


@dataclass(slots=True)
class Meeting:
    id: str
    title: str
    sites: list[Site]
    items: list[str]


async def add_people(database: Database, sites: list[Site]) -> None:
    """A sample delegate and a paired room device at each site, signed in already."""
    now = now_ms()
    async with database.write() as session:
        for number, one in enumerate(sites):
            name = f"Đại biểu {number + 1} (mẫu)"
            session.add(PersonRow(id=one.person, name=name, folded=fold(name), unit=one.unit))
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


class Office:
    """A person at the office pages, by the same requests that the pages make."""

    def __init__(self, address: str, login: str) -> None:
        self.address, self.login = address, login
        self._http = ClientSession(address, cookie_jar=CookieJar(unsafe=True))
        self.person = ""

    async def sign_in(self) -> Office:
        told = await self.ask("POST", "/api/session", {"login": self.login, "password": PASSWORD})
        self._http.headers["X-CSRF-Token"] = told["csrf"]
        self.person = (await self.ask("GET", "/api/me"))["person"]
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

    async def upload(self, meeting: str, item: str) -> None:
        form = FormData()
        form.add_field("title", TITLE)
        form.add_field("item", item)
        form.add_field("file", paper(12), filename="bao-cao.pdf", content_type="application/pdf")
        async with self._http.post(f"/api/meetings/{meeting}/documents", data=form) as response:
            assert response.status == 201, await response.text()

    async def close(self) -> None:
        await self._http.close()


async def schedule(database: Database, secretary: Office, administrator: Office, chair: str) -> Meeting:
    """The secretary makes room in the calendar, and a meeting of all sites with their delegates, items and a paper."""
    now = now_ms()
    listed = await secretary.ask("GET", f"/api/calendar/sites?day={local_time(now).date()}")
    sites = [Site(one["site"], one["unit"], one["name"]) for one in listed["sites"]]
    await add_people(database, sites)
    demo = await _only_meeting(secretary)
    reason = {"revision": demo["revision"], "reason": "Nhường chỗ cho phiên họp khác (mẫu)"}
    await secretary.ask("POST", f"/api/meetings/{demo['id']}/cancel", reason)
    body = await administrator.ask(
        "POST",
        "/api/bodies",
        {"name": "Hội nghị đại biểu (mẫu)", "members": len(sites), "quorum": [2, 3],
         "choices": ["Đồng ý", "Không đồng ý", "Ý kiến khác"]},
    )  # fmt: skip
    title = "Phiên họp toàn tỉnh (mẫu)"
    made = await secretary.ask(
        "POST",
        "/api/meetings",
        {"title": title, "starts_at": now, "ends_at": now + 3 * HOUR, "body": body["id"], "hub_site": sites[0].site,
         "chair": chair, "secretary": secretary.person, "sites": [one.site for one in sites]},
    )  # fmt: skip
    delegates = [
        {"site": one.site, "person": one.person, "name": f"Đại biểu {number + 1} (mẫu)", "site_chair": True}
        for number, one in enumerate(sites)
    ]
    path = f"/api/meetings/{made['id']}"
    shown = await secretary.ask("PUT", f"{path}/delegates", {"revision": made["revision"], "delegates": delegates})
    by_person = {one["person"]: one["id"] for one in shown["delegates"]}
    for one in sites:
        one.delegate = by_person[one.person]
    items = []
    for revision, item in enumerate(["Báo cáo thu ngân sách", "Thảo luận và biểu quyết"]):
        agenda = await secretary.ask(
            "POST", f"{path}/items", {"revision": revision, "title": item, "presenter": "", "minutes": 20}
        )
        items = [one["id"] for one in agenda["items"]]
    await secretary.upload(made["id"], items[0])
    return Meeting(made["id"], title, sites, items)


async def _only_meeting(secretary: Office) -> Any:
    today = local_time(now_ms()).date()
    found = await secretary.ask("GET", f"/api/meetings?from={today}&to={today + timedelta(days=1)}")
    (only,) = found["meetings"]
    return only
