"""Signing in, what each role may do with accounts, and being put out."""

from __future__ import annotations

import asyncio

import pytest
import socketio

from meetings.calendar.service import create, find
from meetings.calendar.setup import MeetingSetup, Organiser, Place
from meetings.calendar.tables import Status
from meetings.http import DATABASE, Role
from meetings.ids import now_ms
from tests.integration.web.conftest import PASSWORD, Office
from web.identity import service
from web.identity.routes import IDENTITY


async def test_a_wrong_password_and_an_unknown_login_read_the_same(office: Office) -> None:
    await office.add("an")
    browser = await office.browser()
    wrong = await browser.post("/api/session", json={"login": "an", "password": "khong-dung"})
    unknown = await browser.post("/api/session", json={"login": "khong-co", "password": "khong-dung"})
    assert await wrong.json() == await unknown.json()
    assert wrong.status == unknown.status == 409


async def test_guessing_is_slowed_down(office: Office) -> None:
    await office.add("an")
    browser = await office.browser()
    for _ in range(8):
        await browser.post("/api/session", json={"login": "an", "password": "khong-dung"})
    refused = await browser.post("/api/session", json={"login": "an", "password": PASSWORD})
    assert (refused.status, (await refused.json())["id"]) == (429, "identity.rate")


async def test_a_change_without_the_csrf_token_is_refused(office: Office) -> None:
    await office.add("an", Role.ADMINISTRATOR)
    browser = await office.browser("an")
    del browser.session.headers["X-CSRF-Token"]
    refused = await browser.delete("/api/session")
    assert (refused.status, (await refused.json())["id"]) == (403, "identity.csrf")


async def test_a_one_time_code_activates_once(office: Office) -> None:
    await office.add("quantri", Role.ADMINISTRATOR)
    admin = await office.browser("quantri")
    made = await admin.post("/api/people", json={"name": "Người mới", "login": "moi", "roles": ["technician"]})
    code = (await made.json())["code"]
    browser = await office.browser()
    activation = {"login": "moi", "code": code, "password": "mat-khau-moi"}
    assert (await browser.post("/api/activation", json=activation)).status == 204
    again = await browser.post("/api/activation", json=activation)
    assert (await again.json())["id"] == "identity.code"
    entered = await browser.post("/api/session", json={"login": "moi", "password": "mat-khau-moi"})
    assert entered.status == 200


@pytest.mark.parametrize("role", [None, *Role])
async def test_only_administrators_manage_accounts(office: Office, role: Role | None) -> None:
    await office.add("ai", *([role] if role else []))
    answer = await (await office.browser("ai")).get("/api/people")
    allowed = role in (Role.ADMINISTRATOR, Role.UNIT_ADMINISTRATOR)
    assert answer.status == (200 if allowed else 403)


async def test_a_unit_administrator_stays_in_the_unit(office: Office) -> None:
    await office.add("truong", Role.UNIT_ADMINISTRATOR, unit="mine")
    other = await office.add("khac", unit="other")
    above = await office.add("quantri", Role.ADMINISTRATOR, unit="mine")
    browser = await office.browser("truong")
    assert (await browser.post(f"/api/people/{other}/reset")).status == 403
    assert (await browser.post(f"/api/people/{above}/reset")).status == 403
    made = {"name": "Quản trị giả", "login": "gia", "roles": ["administrator"]}
    assert (await browser.post("/api/people", json=made)).status == 403


async def test_a_removed_person_is_out_of_the_room_at_once(office: Office) -> None:
    chair, secretary = await office.add("chutri"), await office.add("thuky")
    now = now_ms()
    place = Place("s1", "unit", "Điểm cầu mẫu")
    setup = MeetingSetup("Họp mẫu", now, now + 3_600_000, "s1", chair, "A", secretary, "B", (place,))
    async with office.application[DATABASE].write() as session:
        meeting = await create(session, Organiser(secretary, "unit", 1), setup, now)
    browser = await office.browser("chutri")
    cookies = browser.session.cookie_jar.filter_cookies(office.server.make_url("/"))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    page, gone = socketio.AsyncClient(reconnection=False), asyncio.Event()
    page.on("disconnect", lambda *_: gone.set())
    auth = {"meeting": meeting.id, "protocol": 1}
    await page.connect(
        str(office.server.make_url("/")), headers={"Cookie": cookie}, auth=auth, transports=["websocket"]
    )
    await office.application[IDENTITY].remove_person(chair)
    await asyncio.wait_for(gone.wait(), 5)
    assert (await browser.get("/api/me")).status == 401
    await page.disconnect()


async def test_an_adjourned_sitting_is_history_in_the_calendar(office: Office) -> None:
    chair, secretary = await office.add("chutri"), await office.add("thuky")
    now = now_ms()
    setup = MeetingSetup(
        "Họp mẫu", now, now + 3_600_000, "s1", chair, "A", secretary, "B", (Place("s1", "unit", "Điểm cầu mẫu"),)
    )
    async with office.application[DATABASE].write() as session:
        meeting = (await create(session, Organiser(secretary, "unit", 1), setup, now)).id
    browser = await office.browser("chutri")
    cookies = browser.session.cookie_jar.filter_cookies(office.server.make_url("/"))
    headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())}
    page = socketio.AsyncClient(reconnection=False)
    auth = {"meeting": meeting, "protocol": 1}
    await page.connect(str(office.server.make_url("/")), headers=headers, auth=auth, transports=["websocket"])
    for number, name in enumerate(("sitting.open", "sitting.adjourn")):
        answer = await page.call("command", {"id": f"command-{number}", "name": name, "payload": {}})
        assert answer["ok"], answer
    async with office.application[DATABASE].read() as session:
        assert (await find(session, meeting)).status == Status.HELD
    await page.disconnect()


def test_passwords_outside_tests_are_hashed_at_full_cost() -> None:
    """OWASP's floor for Argon2id is 19 MiB twice; an unknown account costs as much as a known one."""
    name, _, costs = service._NOBODY.split("$")[1:4]
    memory, turns, _ = (int(one.partition("=")[2]) for one in costs.split(","))
    assert name == "argon2id"
    assert memory >= 19 * 1024
    assert turns >= 2
