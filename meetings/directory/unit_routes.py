"""Units over HTTP: their names and ranks by day, and their successors. Only an administrator changes them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.directory.editing import find_unit
from meetings.directory.routes import asked_day
from meetings.directory.units import end_unit, periods_of, rename_unit, units_on
from meetings.http import DATABASE, Role, answer, principal, read_body, require


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class UnitChange(_Request):
    valid_from: date
    name: Annotated[str, Field(min_length=2, max_length=200)]
    #: A smaller number stands higher.
    rank: Annotated[int, Field(ge=1, le=99)]


class UnitSuccessor(_Request):
    unit: Annotated[str, Field(max_length=36)]
    day: date


async def list_units(request: web.Request) -> web.Response:
    """GET ?date=: the units of that day, under its names; those that had ended by then are left out."""
    principal(request)
    async with request.app[DATABASE].read() as session:
        found = await units_on(session, asked_day(request))
    return answer(
        {
            "units": [
                {"unit": one.id, "code": one.code, "name": one.name, "rank": one.rank}
                for one in found.values()
                if not one.successor
            ]
        }
    )


async def get_unit(request: web.Request) -> web.Response:
    """A unit under every name and rank that it had, the latest first."""
    principal(request)
    async with request.app[DATABASE].read() as session:
        return answer(await _history(session, request.match_info["unit"]))


async def _history(session: AsyncSession, unit: str) -> dict[str, object]:
    row = await find_unit(session, unit)
    periods = await periods_of(session, unit)
    found: list[dict[str, object]] = [
        {"valid_from": one.valid_from.isoformat(), "name": one.name, "rank": one.rank, "successor": one.successor}
        for one in periods
    ]
    found.append({"valid_from": "", "name": row.name, "rank": row.rank, "successor": ""})
    return {"unit": row.id, "code": row.code, "periods": found}


async def change_unit(request: web.Request) -> web.Response:
    """From a day on, another name or rank; the days before keep theirs."""
    require(request, Role.ADMINISTRATOR)
    body = await read_body(request, UnitChange)
    unit = request.match_info["unit"]
    async with request.app[DATABASE].write() as session:
        await rename_unit(session, unit, body.valid_from, body.name, body.rank)
        return answer(await _history(session, unit))


async def give_successor(request: web.Request) -> web.Response:
    """From a day on another unit follows this one and has its sites."""
    require(request, Role.ADMINISTRATOR)
    body = await read_body(request, UnitSuccessor)
    unit = request.match_info["unit"]
    async with request.app[DATABASE].write() as session:
        await end_unit(session, unit, body.unit, body.day)
        return answer(await _history(session, unit))


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/units", list_units),
        web.get("/api/units/{unit}", get_unit),
        web.put("/api/units/{unit}", change_unit),
        web.post("/api/units/{unit}/successor", give_successor),
    ]
