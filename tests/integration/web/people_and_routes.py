"""Everybody who may ask something over HTTP, and every route of the application to ask at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiohttp import web

from meetings.calendar.answers import set_delegates
from meetings.calendar.bodies import BodyRules, save_body
from meetings.calendar.service import create
from meetings.calendar.setup import DelegateSetup, MeetingSetup, Organiser, Place
from meetings.directory.tables import Unit
from meetings.http import DATABASE, Role
from meetings.ids import new_id, now_ms
from tests.integration.web.conftest import Client, Office

HOUR = 3_600_000
#: An id that nothing has.
_NOTHING = "00000000-0000-7000-8000-00000000ffff"
#: Who asks: their roles across the province. The first is not signed in; the last three are people of the meeting.
WHO: dict[str, frozenset[Role]] = {
    "anonymous": frozenset(),
    "nobody": frozenset(),
    "administrator": frozenset({Role.ADMINISTRATOR}),
    "unit_administrator": frozenset({Role.UNIT_ADMINISTRATOR}),
    "organiser": frozenset({Role.SECRETARY}),
    "technician": frozenset({Role.TECHNICIAN}),
    "records_clerk": frozenset({Role.RECORDS_CLERK}),
    "chair": frozenset(),
    "secretary": frozenset(),
    "delegate": frozenset(),
}
#: Answers that let nobody in: not signed in, not allowed, or not for this person to know of.
REFUSED = frozenset({401, 403, 404})


@dataclass(slots=True)
class Crowd:
    """Everybody's browser, and what a path's placeholders stand for."""

    browsers: dict[str, Client]
    values: dict[str, str]

    async def status(self, who: str, method: str, path: str, body: bytes = b"{}") -> int:
        """What `who` gets for an empty request, or for `body`."""
        path = re.sub(r"{(\w+)[^}]*}", lambda found: self.values.get(found[1], _NOTHING), path)
        data = None if method in ("GET", "DELETE") else body
        headers = {"Content-Type": "application/json"} if data else {}
        async with self.browsers[who].request(method, path, data=data, headers=headers) as response:
            return response.status


async def crowd(office: Office) -> Crowd:
    """Sample people in two units, and a meeting of the first unit that three of them have a part in."""
    unit, elsewhere = new_id(), new_id()
    database = office.application[DATABASE]
    async with database.write() as session:
        session.add_all([Unit(id=unit, code="U1", name="Đơn vị mẫu", rank=30)])
        session.add_all([Unit(id=elsewhere, code="U2", name="Đơn vị khác (mẫu)", rank=30)])
    ids = {}
    for who, roles in WHO.items():
        home = unit if who in ("unit_administrator", "chair", "secretary", "delegate") else elsewhere
        ids[who] = await office.add(who, *roles, unit=home)
    other = await office.add("other", unit=unit)
    now = now_ms()
    place = Place("s1", unit, "Điểm cầu mẫu")
    setup = MeetingSetup("Họp mẫu", now, now + HOUR, "s1", ids["chair"], "A", ids["secretary"], "B", (place,))
    async with database.write() as session:
        meeting = await create(session, Organiser(ids["secretary"], unit, 30), setup, now)
        body = await save_body(session, BodyRules("Tập thể mẫu", 5, ("Tán thành", "Không tán thành"), unit=unit))
        await set_delegates(session, meeting.id, meeting.revision, [DelegateSetup("s1", "C", ids["delegate"])], now)
    browsers = {who: await office.browser("" if who == "anonymous" else who) for who in WHO}
    return Crowd(browsers, {"id": meeting.id, "unit": unit, "site": "s1", "person": other, "body": body.id})


def routes(application: web.Application) -> set[str]:
    """`METHOD /path` of everything under /api/."""
    found = set()
    for route in application.router.routes():
        if route.resource is not None and route.resource.canonical.startswith("/api/") and route.method != "HEAD":
            found.add(f"{route.method} {route.resource.canonical}")
    return found
