"""The calendar and the agenda over HTTP, for every role: the server decides, whatever the page shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from agendas.items import routes as agenda_routes
from meetings.calendar import body_routes
from meetings.calendar import routes as calendar_routes
from meetings.calendar.places import DIRECTORY
from meetings.directory.folding import fold
from meetings.directory.service import SiteDirectory
from meetings.directory.tables import PersonRow, SitePeriod, Unit
from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, Role
from meetings.ids import local_time, now_ms
from meetings.storage.database import Database
from tests.integration.calendar_setups import HOUR

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Client = TestClient[web.Request, web.Application]

#: Sample people: who they are, their unit, their roles.
PEOPLE = {
    "admin": ("u-province", {Role.ADMINISTRATOR}),
    "organiser": ("u-province", {Role.SECRETARY}),
    "chair": ("u-province", set[Role]()),
    "secretary": ("u-province", set[Role]()),
    "unit-admin-A": ("u-A", {Role.UNIT_ADMINISTRATOR}),
    "clerk-B": ("u-B", {Role.RECORDS_CLERK}),
    "staff-B": ("u-B", set[Role]()),
    "technician": ("u-IT", {Role.TECHNICIAN}),
    "stranger": ("u-Z", {Role.SECRETARY}),
    "delegate": ("u-Z", set[Role]()),
}


async def fill_directory(database: Database) -> None:
    """Three sites, one of which ended with June 2025, their units, and the sample people."""
    async with database.write() as session:
        for number, name in enumerate(["A", "B", "Old"]):
            session.add(Unit(id=f"u-{name}", code=name, name=f"Xã {name}", rank=30))
            session.add(
                SitePeriod(
                    id=f"period-{name}", site=f"s-{name}", code=name, name=f"Xã {name}", folded=fold(f"Xã {name}"),
                    level="commune", parent="", unit=f"u-{name}", organ_code="", valid_from=date(2020, 1, 1),
                    valid_to=date(2025, 6, 30) if name == "Old" else None, position=number,
                )
            )  # fmt: skip
        session.add(Unit(id="u-province", code="P", name="UBND tỉnh", rank=10))
        for person, (unit, _) in PEOPLE.items():
            name = f"Mẫu {person}"
            session.add(PersonRow(id=person, name=name, folded=fold(name), unit=unit))


@web.middleware
async def _identity(request: web.Request, handler: Handler) -> web.StreamResponse:
    person = request.headers.get("X-Sample-Person")
    if person:
        unit, roles = PEOPLE[person]
        request[PRINCIPAL] = Principal(person, person, unit, frozenset(roles), "session")
    try:
        return await handler(request)
    except Refusal as refusal:
        return web.json_response(refusal.as_json(), status=refusal.status)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[_identity])
    app[DATABASE] = database
    await fill_directory(database)
    app[DIRECTORY] = SiteDirectory()
    app.add_routes(calendar_routes.routes() + body_routes.routes() + agenda_routes.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def call(client: Client, who: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    headers = {"X-Sample-Person": who} if who else {}
    async with client.request(method, path, json=body, headers=headers) as response:
        return response.status, await response.json()


def tomorrow() -> int:
    return (now_ms() // HOUR + 24) * HOUR


def wanted(**changes: object) -> dict[str, object]:
    return {
        "title": "Hội nghị giao ban (mẫu)",
        "starts_at": tomorrow(),
        "ends_at": tomorrow() + HOUR,
        "hub_site": "s-A",
        "chair": "chair",
        "secretary": "secretary",
        "sites": ["s-A", "s-B"],
    } | changes


@pytest.fixture
async def meeting(client: Client) -> dict[str, Any]:
    status, made = await call(client, "organiser", "POST", "/api/meetings", wanted())
    assert status == 201, made
    delegates = [{"site": "s-B", "person": "delegate", "name": "Đại biểu mẫu", "site_chair": True}]
    status, made = await call(
        client, "secretary", "PUT", f"/api/meetings/{made['id']}/delegates", {"revision": 1, "delegates": delegates}
    )
    assert status == 200, made
    assert isinstance(made, dict)
    return made


#: person → may create, status of seeing, of changing the agenda, of cancelling, of answering for s-B.
RIGHTS = {
    "": (401, 401, 401, 401, 401),
    "admin": (201, 200, 201, 200, 200),
    "organiser": (201, 200, 201, 200, 200),
    "chair": (403, 200, 201, 200, 200),
    "secretary": (403, 200, 201, 200, 200),
    "unit-admin-A": (201, 200, 403, 403, 403),
    "clerk-B": (403, 200, 403, 403, 200),
    "staff-B": (403, 200, 403, 403, 403),
    "technician": (403, 200, 403, 403, 403),
    "stranger": (201, 404, 404, 404, 404),
    "delegate": (403, 200, 403, 403, 200),
}


@pytest.mark.parametrize("who", RIGHTS)
async def test_every_role_gets_exactly_its_rights(client: Client, meeting: dict[str, Any], who: str) -> None:
    create, see, agenda, cancel, answer = RIGHTS[who]
    path = f"/api/meetings/{meeting['id']}"
    later = wanted(starts_at=tomorrow() + 5 * HOUR, ends_at=tomorrow() + 6 * HOUR)
    assert (await call(client, who, "POST", "/api/meetings", later))[0] == create
    assert (await call(client, who, "GET", path))[0] == see
    assert (await call(client, who, "GET", f"{path}/items"))[0] == see
    item = {"revision": 0, "title": "Khai mạc", "minutes": 5}
    assert (await call(client, who, "POST", f"{path}/items", item))[0] == agenda
    reply = {"site": "s-B", "answer": "attending", "names": [{"name": "Người mẫu", "position": "Chủ tịch"}]}
    assert (await call(client, who, "POST", f"{path}/answers", reply))[0] == answer
    renamed = wanted(title="Tên mới") | {"revision": meeting["revision"]}
    assert (await call(client, who, "PUT", path, renamed))[0] == (200 if agenda == 201 else agenda)
    guests = {"revision": meeting["revision"] + 1, "guests": [{"name": "Khách mẫu"}]}
    assert (await call(client, who, "PUT", f"{path}/guests", guests))[0] == (200 if agenda == 201 else agenda)
    ending = {"revision": meeting["revision"] + 2, "reason": "Hoãn họp"}
    assert (await call(client, who, "POST", f"{path}/cancel", ending))[0] == cancel
    body = {"name": "UBND tỉnh (mẫu)", "members": 20, "choices": ["Tán thành", "Không tán thành"]}
    expected = 401 if not who else 201 if who in ("admin", "unit-admin-A") else 403
    assert (await call(client, who, "POST", "/api/bodies", body))[0] == expected


async def test_each_person_lists_what_concerns_them(client: Client, meeting: dict[str, Any]) -> None:
    day = local_time(tomorrow()).date().isoformat()
    path = f"/api/meetings?from={day}&to={day}"
    seen = {}
    for who in PEOPLE:
        _, everything = await call(client, who, "GET", path)
        _, own = await call(client, who, "GET", f"{path}&own=1")
        seen[who] = (len(everything["meetings"]), len(own["meetings"]))
    assert seen == {
        "admin": (1, 0),
        "organiser": (1, 1),
        "chair": (1, 1),
        "secretary": (1, 1),
        "unit-admin-A": (1, 0),
        "clerk-B": (1, 0),
        "staff-B": (1, 0),
        "technician": (1, 0),
        "stranger": (0, 0),
        "delegate": (1, 1),
    }
    _, listed = await call(client, "chair", "GET", path)
    assert listed["meetings"][0]["answers"] == {"none": 2}
    for filters, count in (("site=s-B", 1), ("site=s-Q", 0), ("status=cancelled", 0), ("unit=u-province", 1)):
        _, found = await call(client, "admin", "GET", f"{path}&{filters}")
        assert len(found["meetings"]) == count, filters


@pytest.mark.parametrize(
    "query", ["", "?from=x&to=y", "?from=2026-02-01&to=2026-01-01", "?from=2026-01-01&to=2027-01-01"]
)
async def test_a_wrong_span_of_days_is_refused(client: Client, query: str) -> None:
    status, refused = await call(client, "chair", "GET", f"/api/meetings{query}")
    assert (status, refused["id"]) == (422, "calendar.span")


async def test_a_conflict_comes_with_the_other_meeting_and_times_to_press(
    client: Client, meeting: dict[str, Any]
) -> None:
    status, refused = await call(client, "organiser", "POST", "/api/meetings", wanted(title="Họp khác"))
    assert (status, refused["id"]) == (409, "calendar.taken")
    assert refused["details"]["conflicts"][0]["title"] == meeting["title"]
    ask = {"starts_at": tomorrow(), "ends_at": tomorrow() + HOUR, "sites": ["s-B"], "people": ["chair"]}
    status, offered = await call(client, "organiser", "POST", "/api/free-times", ask)
    assert status == 200
    assert offered["conflicts"][0]["holds"] == ["Mẫu chair", "điểm cầu Xã B"]
    assert len(offered["free_times"]) == 3
    chosen = offered["free_times"][0]
    status, _ = await call(client, "organiser", "POST", "/api/meetings", wanted(**chosen))
    assert status == 201
    _, own_place = await call(client, "organiser", "POST", "/api/free-times", ask | {"meeting": meeting["id"]})
    assert own_place["conflicts"] == []


async def test_secret_marks_and_strangers_to_the_directory_are_refused(client: Client, meeting: dict[str, Any]) -> None:
    for wrong, expected in (
        ({"title": "TỐI MẬT"}, "secrecy.marked"),
        ({"sites": ["s-A", "s-Old"]}, "calendar.site_unknown"),
        ({"chair": "nobody"}, "calendar.person_unknown"),
        ({"body": "nothing"}, "calendar.body_unknown"),
        ({"title": "x" * 301}, "request.invalid"),
        ({"actor": "admin"}, "request.invalid"),
    ):
        _, refused = await call(client, "organiser", "POST", "/api/meetings", wanted(**wrong))
        assert refused["id"] == expected
    item = {"revision": 0, "title": "TỐI MẬT", "minutes": 5}
    status, refused = await call(client, "secretary", "POST", f"/api/meetings/{meeting['id']}/items", item)
    assert (status, refused["id"]) == (422, "secrecy.marked")


async def test_the_agenda_is_added_edited_moved_and_removed(client: Client, meeting: dict[str, Any]) -> None:
    path = f"/api/meetings/{meeting['id']}/items"
    for revision, title in enumerate(["Khai mạc", "Báo cáo", "Bế mạc"]):
        status, agenda = await call(
            client, "secretary", "POST", path, {"revision": revision, "title": title, "minutes": 10}
        )
        assert status == 201
    first, second, third = (item["id"] for item in agenda["items"])
    _, agenda = await call(client, "secretary", "POST", f"{path}/{third}/move", {"revision": 3, "before": first})
    assert [item["id"] for item in agenda["items"]] == [third, first, second]
    _, stale = await call(client, "secretary", "POST", f"{path}/{third}/move", {"revision": 3, "before": None})
    assert stale["id"] == "stale"
    edited = {"revision": 4, "title": "Báo cáo thu ngân sách", "presenter": "Sở Tài chính", "minutes": 25}
    _, agenda = await call(client, "secretary", "PUT", f"{path}/{second}", edited)
    assert agenda["minutes"] == 45
    _, agenda = await call(client, "secretary", "POST", f"{path}/{first}/remove", {"revision": 5})
    assert [item["title"] for item in agenda["items"]] == ["Bế mạc", "Báo cáo thu ngân sách"]


async def test_the_chair_is_told_and_reads_it(client: Client, meeting: dict[str, Any]) -> None:
    _, told = await call(client, "chair", "GET", "/api/notices")
    assert [notice["kind"] for notice in told["notices"]] == ["invited"]
    notice = told["notices"][0]["id"]
    assert (await call(client, "secretary", "POST", f"/api/notices/{notice}/read"))[0] == 404
    assert (await call(client, "chair", "POST", f"/api/notices/{notice}/read"))[0] == 200
    assert (await call(client, "chair", "GET", "/api/notices"))[1] == {"notices": []}


async def test_sites_and_people_to_choose_from(client: Client) -> None:
    _, now = await call(client, "staff-B", "GET", "/api/calendar/sites?day=2026-11-24")
    assert [site["name"] for site in now["sites"]] == ["Xã A", "Xã B"]
    _, then = await call(client, "staff-B", "GET", "/api/calendar/sites?day=2020-11-24")
    assert [site["name"] for site in then["sites"]] == ["Xã A", "Xã B", "Xã Old"]
    _, people = await call(client, "staff-B", "GET", "/api/calendar/people?q=sec")
    assert [person["id"] for person in people["people"]] == ["secretary"]
    for path in ("/api/calendar/sites?day=2026-11-24", "/api/calendar/people?q=a"):
        assert (await call(client, "", "GET", path))[0] == 401


BODY = {"name": "UBND xã A (mẫu)", "members": 15, "quorum": [2, 3], "choices": ["Tán thành", "Không tán thành"]}


async def change(client: Client, who: str, body: str, rules: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Have the rules of a body changed, as they are listed now."""
    _, listed = await call(client, who, "GET", "/api/bodies")
    revision = next(one["revision"] for one in listed["bodies"] if one["id"] == body)
    return await call(client, who, "PUT", f"/api/bodies/{body}", {"revision": revision} | rules)


async def test_new_rules_reach_scheduled_meetings_only_when_that_was_agreed(client: Client) -> None:
    _, body = await call(client, "admin", "POST", "/api/bodies", BODY)
    smaller = BODY | {"members": 9}
    assert (await change(client, "admin", body["id"], smaller))[0] == 200
    _, meeting = await call(client, "organiser", "POST", "/api/meetings", wanted(body=body["id"]))
    _, listed = await call(client, "delegate", "GET", "/api/bodies")
    assert [(one["name"], one["members"], one["scheduled"]) for one in listed["bodies"]] == [(BODY["name"], 9, 1)]

    status, refused = await change(client, "admin", body["id"], BODY)
    assert (status, refused["id"], refused["details"]) == (409, "calendar.body_in_use", {"scheduled": 1})
    _, listed = await call(client, "delegate", "GET", "/api/bodies")
    assert listed["bodies"][0]["members"] == 9
    assert (await change(client, "admin", body["id"], smaller | {"name": "Tên khác (mẫu)"}))[0] == 200
    assert (await change(client, "admin", body["id"], BODY | {"agreed": True}))[0] == 200

    ending = {"revision": meeting["revision"], "reason": "Hoãn họp"}
    await call(client, "organiser", "POST", f"/api/meetings/{meeting['id']}/cancel", ending)
    assert (await change(client, "admin", body["id"], smaller))[0] == 200


async def test_a_change_on_older_rules_is_refused_and_overwrites_nothing(client: Client) -> None:
    _, body = await call(client, "admin", "POST", "/api/bodies", BODY)
    path, mine = f"/api/bodies/{body['id']}", BODY | {"members": 9, "revision": body["revision"]}
    assert (await call(client, "admin", "PUT", path, mine))[1]["revision"] == body["revision"] + 1
    status, refused = await call(client, "admin", "PUT", path, mine | {"members": 11, "agreed": True})
    assert (status, refused["id"], refused["details"]) == (409, "stale", {"revision": body["revision"] + 1})
    assert (await call(client, "admin", "PUT", path, BODY))[1]["id"] == "request.invalid", "nothing is changed blindly"
    _, listed = await call(client, "admin", "GET", "/api/bodies")
    assert listed["bodies"][0]["members"] == 9


async def test_a_units_administrator_keeps_the_bodies_of_their_unit_alone(client: Client) -> None:
    _, theirs = await call(client, "admin", "POST", "/api/bodies", BODY | {"name": "UBND tỉnh (mẫu)"})
    status, own = await call(client, "unit-admin-A", "POST", "/api/bodies", BODY)
    assert (status, own["unit"]) == (201, "u-A")
    assert (await change(client, "unit-admin-A", own["id"], BODY | {"members": 9}))[0] == 200
    status, refused = await change(client, "unit-admin-A", theirs["id"], BODY)
    assert (status, refused["id"]) == (403, "calendar.body_not_yours")
    status, changed = await change(client, "admin", own["id"], BODY | {"members": 11})
    assert (status, changed["unit"]) == (200, "u-A"), "it stays its unit's"
    for who, add, keep in (
        ("admin", True, {BODY["name"], "UBND tỉnh (mẫu)"}),
        ("unit-admin-A", True, {BODY["name"]}),
        ("organiser", False, set[str]()),
    ):
        _, listed = await call(client, who, "GET", "/api/bodies")
        assert (listed["may_add"], {one["name"] for one in listed["bodies"] if one["may_change"]}) == (add, keep)


async def test_a_retired_body_keeps_its_meetings_and_gets_no_new_ones(client: Client) -> None:
    _, body = await call(client, "admin", "POST", "/api/bodies", BODY)
    _, meeting = await call(client, "organiser", "POST", "/api/meetings", wanted(body=body["id"]))
    status, retired = await change(client, "admin", body["id"], BODY | {"retired": True})
    assert (status, retired["retired"]) == (200, True)
    later = wanted(starts_at=tomorrow() + 5 * HOUR, ends_at=tomorrow() + 6 * HOUR, body=body["id"])
    status, refused = await call(client, "organiser", "POST", "/api/meetings", later)
    assert (status, refused["id"]) == (409, "calendar.body_retired")
    renamed = wanted(title="Tên mới", body=body["id"]) | {"revision": meeting["revision"]}
    status, changed = await call(client, "secretary", "PUT", f"/api/meetings/{meeting['id']}", renamed)
    assert (status, changed["body"]) == (200, body["id"])
    await change(client, "admin", body["id"], BODY)
    assert (await call(client, "organiser", "POST", "/api/meetings", later))[0] == 201


async def test_rules_by_which_nothing_could_be_decided_are_refused_by_field(client: Client) -> None:
    await call(client, "admin", "POST", "/api/bodies", BODY)
    for wrong, field in (
        ({"name": "  "}, "name"),
        ({"members": 0}, "members"),
        ({"members": 10_001}, "members"),
        ({"quorum": [3, 2]}, "quorum"),
        ({"quorum": [1, 0]}, "quorum"),
        ({"threshold": [1, 1]}, "threshold"),
        ({"threshold": [-1, 2]}, "threshold"),
        ({"choices": ["Tán thành"]}, "choices"),
        ({"choices": ["Tán thành", " Tán thành "]}, "choices"),
        ({"choices": ["Tán thành", "   "]}, "choices"),
        ({"choices": ["Tán thành", "x" * 61]}, "choices"),
        ({"choices": [str(number) for number in range(7)]}, "choices"),
        ({"majority_base": "everybody"}, "majority_base"),
        ({"tie": "coin"}, "tie"),
        ({"unit": "u-B"}, "unit"),
    ):
        status, refused = await call(client, "admin", "POST", "/api/bodies", BODY | {"name": "Mới (mẫu)"} | wrong)
        assert (status, refused["id"]) == (422, "request.invalid"), wrong
        assert refused["details"]["fields"][0]["field"].split(".")[0] == field, wrong
    for wrong, expected in (({}, "calendar.body_exists"), ({"name": "TỐI MẬT"}, "secrecy.marked")):
        _, refused = await call(client, "admin", "POST", "/api/bodies", BODY | wrong)
        assert refused["id"] == expected
    _, listed = await call(client, "admin", "GET", "/api/bodies")
    assert [one["name"] for one in listed["bodies"]] == [BODY["name"]]
    _, refused = await call(client, "admin", "PUT", "/api/bodies/nothing", BODY)
    assert refused["id"] == "calendar.body_unknown"
