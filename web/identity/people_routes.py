"""The accounts of units over HTTP; `people` says who may manage whom."""

from __future__ import annotations

import asyncio
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from meetings.directory.csv_table import SIZE_LIMIT
from meetings.directory.tables import PersonRow, Unit
from meetings.directory.units import units_on
from meetings.errors import Forbidden, Invalid, NotFound, TooLarge
from meetings.http import DATABASE, Principal, Role, answer, origin_of, read_body, require
from meetings.ids import local_time, now_ms
from web.identity import people
from web.identity.people import MANAGERS, PeopleChange
from web.identity.people_import import LOGIN, PeopleReading, read_people
from web.identity.routes import IDENTITY, sessions_json
from web.identity.service import ACTIVATION_LENGTH, people_of_unit
from web.identity.sheets import Card, sheets

#: Sheets for more people are refused at once.
SHEETS_LIMIT = 500
IdText = Annotated[str, Field(max_length=36)]


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=2, max_length=100)]
    position: Annotated[str, Field(max_length=100)] = ""
    roles: list[Role] = []


class NewPerson(Person):
    unit: IdText = ""
    login: Annotated[str, Field(min_length=3, max_length=64, pattern=f"^{LOGIN.pattern}$")]


class Sheets(BaseModel):
    """Whose sheets: these people; where none are named, all of the unit who are not activated yet."""

    model_config = ConfigDict(extra="forbid")
    unit: IdText = ""
    people: Annotated[list[IdText], Field(max_length=SHEETS_LIMIT)] = []


async def list_people(request: web.Request) -> web.Response:
    """The people of one's own unit, or of all units for an administrator."""
    who = require(request, *MANAGERS)
    async with request.app[DATABASE].read() as session:
        rows = await people_of_unit(session, None if who.has(Role.ADMINISTRATOR) else who.unit)
        units = {one.id: one.name for one in (await units_on(session, local_time(now_ms()).date())).values()}
    found = [
        {
            "person": person.id,
            "name": person.name,
            "position": person.position,
            "unit": person.unit,
            "unit_name": units.get(person.unit, ""),
            "roles": [one for one in person.roles.split(",") if one],
            "active": person.active,
            "login": account.login if account else "",
            "activated": bool(account and account.password_hash),
        }
        for person, account in rows
    ]
    return answer({"people": found})


async def add_person(request: web.Request) -> web.Response:
    """A new person of the unit; the answer holds the one-time code of their activation sheet."""
    who = require(request, *MANAGERS)
    body = await read_body(request, NewPerson)
    unit, roles = body.unit or who.unit, frozenset(body.roles)
    people.expect_may_manage(who, unit, roles)
    identity = request.app[IDENTITY]
    async with request.app[DATABASE].read() as session:
        if body.unit and await session.get(Unit, unit) is None:
            raise NotFound("directory.unit_unknown", "Không tìm thấy đơn vị này. Hãy chọn lại.")
    person = await identity.add_person(body.name, unit, roles, body.login, position=body.position)
    return answer({"person": person, "code": await identity.issue_code(person)}, status=201)


async def change_person(request: web.Request) -> web.Response:
    """A new name, position or roles; a role taken away ends the person's room connections at once."""
    who = require(request, *MANAGERS)
    body = await read_body(request, Person)
    roles = frozenset(body.roles)
    async with request.app[DATABASE].write() as session:
        row = await people.find_managed(session, who, request.match_info["person"])
        people.expect_may_manage(who, row.unit, roles)
        if row.id == who.person and not roles >= people.roles_of(row):
            raise Forbidden("identity.own_role", "Quý vị không tự bỏ được vai trò của mình.")
        lost = people.change(row, body.name, body.position, roles)
    if lost:
        await request.app[IDENTITY].cut(row.id)
    return answer({"person": row.id})


async def _managed(request: web.Request, *, not_oneself: bool = False) -> str:
    who = require(request, *MANAGERS)
    async with request.app[DATABASE].read() as session:
        row = await people.find_managed(session, who, request.match_info["person"])
    if not_oneself and row.id == who.person:
        raise Forbidden("identity.oneself", "Quý vị không tự ngừng được tài khoản của mình.")
    return row.id


async def reset(request: web.Request) -> web.Response:
    """A new one-time code; the old password no longer works."""
    return answer({"code": await request.app[IDENTITY].issue_code(await _managed(request))})


async def remove(request: web.Request) -> web.Response:
    """The person can no longer sign in and is out of every room at once."""
    await request.app[IDENTITY].remove_person(await _managed(request, not_oneself=True))
    return web.Response(status=204)


async def list_sessions(request: web.Request) -> web.Response:
    """Where a person of the unit is signed in."""
    return answer(sessions_json(await request.app[IDENTITY].sessions_of(await _managed(request))))


async def end_sessions(request: web.Request) -> web.Response:
    """End all sessions of a person."""
    await request.app[IDENTITY].end_sessions(await _managed(request))
    return web.Response(status=204)


async def print_sheets(request: web.Request) -> web.Response:
    """New one-time codes as a PDF of cards, unit by unit; the codes are shown nowhere else."""
    who = require(request, *MANAGERS)
    body = await read_body(request, Sheets)
    scope = body.unit or None if who.has(Role.ADMINISTRATOR) else who.unit
    async with request.app[DATABASE].read() as session:
        rows = await people_of_unit(session, scope)
        units = {one.id: one.name for one in (await units_on(session, local_time(now_ms()).date())).values()}
    chosen = {person.id: (person, account.login) for person, account in rows if account and _gets_sheet(who, person)}
    waiting = [person.id for person, account in rows if account and not account.password_hash]
    wanted = [one for one in body.people or waiting if one in chosen]
    if not wanted:
        raise NotFound("identity.no_sheets", "Không có ai chờ kích hoạt. Hãy chọn người cần cấp lại mã.")
    if len(wanted) > SHEETS_LIMIT:
        raise TooLarge("identity.many_sheets", f"Mỗi lần in nhiều nhất {SHEETS_LIMIT} phiếu. Hãy chọn từng đơn vị.")
    codes = await request.app[IDENTITY].issue_codes(wanted)
    cards = [
        Card(units.get(person.unit, ""), person.name, person.position, login, codes[person.id])
        for person, login in (chosen[one] for one in wanted)
    ]
    until = f"{local_time(now_ms() + ACTIVATION_LENGTH):%d/%m/%Y}"
    made = await asyncio.to_thread(sheets, cards, origin_of(request), until)
    disposition = {"Content-Disposition": 'attachment; filename="phieu-kich-hoat.pdf"'}
    return web.Response(body=made, content_type="application/pdf", headers=disposition)


def _gets_sheet(who: Principal, person: PersonRow) -> bool:
    return person.active and person.id != who.person and people.may_manage(who, person.unit, people.roles_of(person))


async def _reading(request: web.Request) -> tuple[Principal, PeopleReading]:
    who = require(request, *MANAGERS)
    raw = b""
    async for chunk in request.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > SIZE_LIMIT:
            raise TooLarge("directory.file_too_large", "Tệp lớn quá 2 MB. Hãy chia nhỏ tệp.")
    return who, read_people(raw)


def _change_json(change: PeopleChange) -> dict[str, object]:
    return {
        "added": [{"line": one.line, "login": one.login, "name": one.name} for one in change.added],
        "changed": [
            {"line": one.line, "login": one.login, "name": one.name, "changes": changes}
            for one, changes in change.changed
        ],
        "unchanged": change.unchanged,
        "problems": [{"line": one.line, "column": one.column, "message": one.message} for one in change.problems],
    }


async def preview_import(request: web.Request) -> web.Response:
    """What the CSV in the body would change, and what is wrong with it."""
    who, reading = await _reading(request)
    async with request.app[DATABASE].read() as session:
        return answer(_change_json(await people.preview(session, who, reading)))


async def apply_import(request: web.Request) -> web.Response:
    """Apply the CSV in the body; with problems nothing is applied."""
    who, reading = await _reading(request)
    async with request.app[DATABASE].write() as session:
        change = await people.apply_people(session, who, reading)
    if change.problems:
        first = change.problems[0]
        raise Invalid(
            "identity.import_problems",
            f"Tệp có {len(change.problems)} lỗi nên chưa áp dụng. Lỗi đầu ở dòng {first.line}: {first.message}",
            problems=_change_json(change)["problems"],
        )
    for person in change.lost_roles:
        await request.app[IDENTITY].cut(person)
    return answer(_change_json(change))


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/people", list_people),
        web.post("/api/people", add_person),
        web.post("/api/people/sheets", print_sheets),
        web.post("/api/people/import/preview", preview_import),
        web.post("/api/people/import/apply", apply_import),
        web.patch("/api/people/{person}", change_person),
        web.post("/api/people/{person}/reset", reset),
        web.delete("/api/people/{person}", remove),
        web.get("/api/people/{person}/sessions", list_sessions),
        web.delete("/api/people/{person}/sessions", end_sessions),
    ]
