"""People by CSV, one-time sheets, roles that end at once, and sessions that people end themselves."""

from __future__ import annotations

import asyncio
import re

import pypdfium2
import pytest
import socketio
from sqlalchemy import select, update

from meetings.calendar.service import create
from meetings.calendar.setup import MeetingSetup, Organiser, Place
from meetings.directory.tables import Unit
from meetings.http import DATABASE, Role
from meetings.ids import now_ms
from tests.integration.web.conftest import Client, Office
from web.identity.people_import import read_people
from web.identity.service import SESSION_LENGTH
from web.identity.tables import Session

HEADING = "name,login,position,unit,roles\n"


async def with_units(office: Office) -> None:
    async with office.application[DATABASE].write() as session:
        session.add_all([Unit(id="unit", code="U1", name="Đơn vị một"), Unit(id="other", code="U2", name="Đơn vị hai")])


async def entered(office: Office, browser: Client, meeting: str) -> tuple[socketio.AsyncClient, asyncio.Event]:
    cookies = browser.session.cookie_jar.filter_cookies(office.server.make_url("/"))
    headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())}
    page, gone = socketio.AsyncClient(reconnection=False), asyncio.Event()
    page.on("disconnect", lambda *_: gone.set())
    auth = {"meeting": meeting, "protocol": 1}
    await page.connect(str(office.server.make_url("/")), headers=headers, auth=auth, transports=["websocket"])
    return page, gone


async def meeting_of(office: Office, chair: str, secretary: str) -> str:
    now = now_ms()
    place = Place("s1", "unit", "Điểm cầu mẫu")
    setup = MeetingSetup("Họp mẫu", now, now + 3_600_000, "s1", chair, "A", secretary, "B", (place,))
    async with office.application[DATABASE].write() as session:
        return (await create(session, Organiser(secretary, "unit", 1), setup, now)).id


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("A,a,,,\n", 2, "name"),
        ("An Mẫu,á,,,\n", 2, "login"),
        ("An Mẫu,an.mau,,,\nAn Khác,AN.MAU,,,\n", 3, "login"),
        ("An Mẫu,an.mau,,,giám đốc\n", 2, "roles"),
        (f"An Mẫu,an.mau,{'x' * 101},,\n", 2, "position"),
        ("An Mẫu,an.mau\n", 2, ""),
    ],
)
def test_a_fault_of_the_file_is_named_by_line_and_column(body: str, line: int, column: str) -> None:
    first = read_people((HEADING + body).encode()).problems[0]
    assert (first.line, first.column) == (line, column)


def test_roles_are_read_as_people_write_them() -> None:
    row = read_people((HEADING + "An Mẫu,an.mau,,,Thư ký; văn thư;technician\n").encode()).rows[0]
    assert row.roles == {Role.SECRETARY, Role.RECORDS_CLERK, Role.TECHNICIAN}


async def test_an_import_shows_what_it_would_do_and_then_does_it(office: Office) -> None:
    await with_units(office)
    await office.add("quantri", Role.ADMINISTRATOR)
    await office.add("cuu", Role.SECRETARY)
    admin = await office.browser("quantri")
    raw = (HEADING + "Người Mới,moi,Chuyên viên,U2,thư ký\nMẫu cuu,cuu,Phó phòng,U1,thư ký\n").encode()
    shown = await (await admin.post("/api/people/import/preview", data=raw)).json()
    assert [one["login"] for one in shown["added"]] == ["moi"]
    assert shown["changed"][0]["changes"] == ["Chức vụ: (trống) → Phó phòng"]
    assert shown["problems"] == []
    before = await (await admin.get("/api/people")).json()
    assert {one["login"] for one in before["people"]} == {"quantri", "cuu"}
    assert (await admin.post("/api/people/import/apply", data=raw)).status == 200
    after = {one["login"]: one for one in (await (await admin.get("/api/people")).json())["people"]}
    assert (after["moi"]["unit_name"], after["moi"]["roles"], after["cuu"]["position"]) == (
        "Đơn vị hai",
        ["secretary"],
        "Phó phòng",
    )
    again = await (await admin.post("/api/people/import/preview", data=raw)).json()
    assert (again["added"], again["changed"], again["unchanged"]) == ([], [], 2)


@pytest.mark.parametrize(
    "raw",
    [
        (HEADING + "Tốt,tot.mau,,U1,\nHỏng Mẫu,hong.mau,,U9,\n").encode(),
        (HEADING + "Tốt Mẫu,tot.mau,,U1,\n").encode("utf-16"),
        (HEADING + "T\xf4t Mau,tot.mau,,U1,\n").encode("latin-1"),
        b"\x00\x01\x02",
    ],
)
async def test_a_file_with_a_fault_changes_nobody(office: Office, raw: bytes) -> None:
    await with_units(office)
    await office.add("quantri", Role.ADMINISTRATOR)
    admin = await office.browser("quantri")
    refused = await admin.post("/api/people/import/apply", data=raw)
    assert (refused.status, (await refused.json())["id"]) == (422, "identity.import_problems")
    assert len((await (await admin.get("/api/people")).json())["people"]) == 1


async def test_a_units_administrator_imports_only_into_the_unit(office: Office) -> None:
    await with_units(office)
    await office.add("truong", Role.UNIT_ADMINISTRATOR)
    await office.add("khac", unit="other")
    unit = await office.browser("truong")
    lines = ["Một Mẫu,mot.mau,,U2,", "Hai Mẫu,hai.mau,,,quản trị", "Mẫu khac,khac,,,", "Mẫu truong,truong,,,"]
    shown = await (await unit.post("/api/people/import/preview", data=(HEADING + "\n".join(lines)).encode())).json()
    assert [(one["line"], one["column"]) for one in shown["problems"]] == [
        (2, "unit"),
        (3, "roles"),
        (4, "login"),
        (5, "roles"),
    ]


async def test_a_role_taken_away_ends_the_persons_connections(office: Office) -> None:
    chair, secretary = await office.add("chutri"), await office.add("thuky", Role.SECRETARY)
    technician = await office.add("kythuat", Role.TECHNICIAN)
    await office.add("quantri", Role.ADMINISTRATOR)
    meeting = await meeting_of(office, chair, secretary)
    page, gone = await entered(office, await office.browser("kythuat"), meeting)
    admin = await office.browser("quantri")
    changed = await admin.patch(f"/api/people/{technician}", json={"name": "Mẫu kythuat", "roles": []})
    assert changed.status == 200
    await asyncio.wait_for(gone.wait(), 5)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await entered(office, await office.browser("kythuat"), meeting)
    await page.disconnect()


async def test_one_does_not_take_the_own_role_or_account_away(office: Office) -> None:
    me = await office.add("quantri", Role.ADMINISTRATOR)
    admin = await office.browser("quantri")
    assert (await admin.patch(f"/api/people/{me}", json={"name": "Mẫu quantri", "roles": []})).status == 403
    assert (await admin.delete(f"/api/people/{me}")).status == 403


async def test_the_printed_code_activates_the_account(office: Office) -> None:
    await with_units(office)
    await office.add("truong", Role.UNIT_ADMINISTRATOR)
    unit = await office.browser("truong")
    await unit.post("/api/people", json={"name": "Trần Mẫu", "login": "tran.mau", "position": "Văn thư"})
    answer = await unit.post("/api/people/sheets", json={})
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(await answer.read())
    page = document[0].get_textpage()
    text = page.get_text_range()
    page.close()
    document.close()
    assert "Đơn vị một" in text
    assert "Trần Mẫu" in text
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", text)
    assert code
    browser = await office.browser()
    body = {"login": "tran.mau", "code": code[0].lower(), "password": "mat-khau-moi"}
    assert (await browser.post("/api/activation", json=body)).status == 204
    assert (await unit.post("/api/people/sheets", json={})).status == 404


async def test_a_person_sees_and_ends_the_own_sessions(office: Office) -> None:
    chair, secretary = await office.add("chutri"), await office.add("thuky")
    await office.add("khac")
    meeting = await meeting_of(office, chair, secretary)
    here, there = await office.browser("chutri"), await office.browser("chutri")
    page, gone = await entered(office, there, meeting)
    listed = (await (await here.get("/api/me/sessions")).json())["sessions"]
    assert [one["current"] for one in listed].count(True) == 1
    other = next(one["id"] for one in listed if not one["current"])
    stranger = await office.browser("khac")
    assert (await stranger.delete(f"/api/me/sessions/{other}")).status == 404
    assert (await here.delete(f"/api/me/sessions/{other}")).status == 204
    await asyncio.wait_for(gone.wait(), 5)
    assert (await there.get("/api/me")).status == 401
    assert (await here.get("/api/me")).status == 200
    await page.disconnect()


async def test_use_keeps_a_session_and_rest_ends_it(office: Office) -> None:
    await office.add("an")
    browser = await office.browser("an")
    soon = now_ms() + 1_000_000
    async with office.application[DATABASE].write() as session:
        await session.execute(update(Session).values(seen_at=1, expires_at=soon))
    assert (await browser.get("/api/me")).status == 200
    async with office.application[DATABASE].read() as session:
        row = await session.scalar(select(Session.expires_at))
    assert row is not None
    assert row > soon + SESSION_LENGTH // 2
    async with office.application[DATABASE].write() as session:
        await session.execute(update(Session).values(expires_at=1))
    assert (await browser.get("/api/me")).status == 401
