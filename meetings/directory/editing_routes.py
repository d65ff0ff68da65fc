"""Editing the directory over HTTP: a site's names by day, its successor, and units' letterheads."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from meetings.directory import editing
from meetings.directory.organ_ids import ORGAN_IDS, PUBLISHED
from meetings.directory.service import pass_to_successor
from meetings.directory.tables import LetterheadRow, SitePeriod
from meetings.http import DATABASE, Role, answer, principal, read_body, require

Name = Annotated[str, Field(min_length=2, max_length=200)]
Line = Annotated[str, Field(max_length=200)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SiteChange(_Request):
    valid_from: date
    name: Name
    parent: Annotated[str, Field(max_length=32)] = ""
    receive_only: bool = False
    organ_code: Annotated[str, Field(max_length=32)] = ""


class Successor(_Request):
    unit: Annotated[str, Field(max_length=36)]
    day: date
    name: Name
    code: Annotated[str, Field(min_length=1, max_length=32)]


class Signatory(_Request):
    title: Annotated[str, Field(min_length=1, max_length=100)]
    name: Annotated[str, Field(min_length=2, max_length=100)]


class LetterheadChange(_Request):
    valid_from: date
    superior_line: Line = ""
    issuing_line: Line = ""
    code_group: Annotated[str, Field(max_length=30)] = ""
    place: Annotated[str, Field(max_length=100)] = ""
    signatories: Annotated[list[Signatory], Field(max_length=20)] = []


def _period(row: SitePeriod) -> dict[str, object]:
    return {
        "name": row.name,
        "code": row.code,
        "level": row.level,
        "parent": row.parent,
        "unit": row.unit,
        "organ_code": row.organ_code,
        "receive_only": row.receive_only,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }


def _letterhead(row: LetterheadRow) -> dict[str, object]:
    return {
        "valid_from": row.valid_from.isoformat(),
        "superior_line": row.superior_line,
        "issuing_line": row.issuing_line,
        "code_group": row.code_group,
        "place": row.place,
        "signatories": row.signatories,
    }


async def get_site(request: web.Request) -> web.Response:
    """A site under every name that it had, the latest first."""
    principal(request)
    async with request.app[DATABASE].read() as session:
        rows = await editing.history_of(session, request.match_info["site"])
    return answer({"periods": [_period(row) for row in rows]})


async def change_site(request: web.Request) -> web.Response:
    """From a day on, another name; the days before keep theirs."""
    require(request, Role.ADMINISTRATOR)
    body = await read_body(request, SiteChange)
    request.app.get(ORGAN_IDS, PUBLISHED).expect_code(body.organ_code)
    async with request.app[DATABASE].write() as session:
        row = await editing.rename_site(
            session,
            request.match_info["site"],
            body.valid_from,
            name=body.name,
            parent=body.parent,
            receive_only=body.receive_only,
            organ_code=body.organ_code,
        )
        return answer(_period(row))


async def give_successor(request: web.Request) -> web.Response:
    """From a day on the site belongs to another unit; it keeps its id, its devices and its history."""
    require(request, Role.ADMINISTRATOR)
    body = await read_body(request, Successor)
    site = request.match_info["site"]
    async with request.app[DATABASE].write() as session:
        await editing.find_unit(session, body.unit)
        await pass_to_successor(session, site, body.unit, body.day, body.name, body.code)
        rows = await editing.history_of(session, site)
    return answer({"periods": [_period(row) for row in rows]})


async def get_letterheads(request: web.Request) -> web.Response:
    """A unit's letterheads by day, the latest first."""
    principal(request)
    async with request.app[DATABASE].read() as session:
        unit = await editing.find_unit(session, request.match_info["unit"])
        rows = await editing.letterheads_of(session, unit.id)
    return answer({"unit": unit.id, "name": unit.name, "letterheads": [_letterhead(row) for row in rows]})


async def put_letterhead(request: web.Request) -> web.Response:
    """The unit's letterhead from a day on; the same day again corrects it."""
    who, unit_id = principal(request), request.match_info["unit"]
    editing.expect_may_edit(who, unit_id)
    body = await read_body(request, LetterheadChange)
    async with request.app[DATABASE].write() as session:
        unit = await editing.find_unit(session, unit_id)
        row = await session.get(LetterheadRow, (unit.id, body.valid_from))
        if row is None:
            row = LetterheadRow(unit=unit.id, valid_from=body.valid_from)
            session.add(row)
        for name, value in body.model_dump(exclude={"valid_from"}).items():
            setattr(row, name, value)
        return answer(_letterhead(row))


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/sites/{site}", get_site),
        web.put("/api/sites/{site}", change_site),
        web.post("/api/sites/{site}/successor", give_successor),
        web.get("/api/units/{unit}/letterheads", get_letterheads),
        web.put("/api/units/{unit}/letterheads", put_letterhead),
    ]
