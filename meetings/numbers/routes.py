"""The books of numbers over HTTP: a unit's source, its series, every number in them."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from meetings.errors import Forbidden, Invalid
from meetings.http import DATABASE, Principal, Role, answer, principal, read_body
from meetings.ids import local_time, now_ms
from meetings.numbers import service
from meetings.numbers.tables import Kind, Source


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/units/{unit}/numbers", get_book),
        web.put("/api/units/{unit}/numbers/source", put_source),
        web.put("/api/units/{unit}/numbers/start", put_start),
    ]


class SourceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: Source


class StartBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Kind
    year: int = Field(ge=2020, le=2100)
    #: The last number of the unit's own book.
    last: int = Field(ge=0, le=service.LARGEST)


def may_number(who: Principal, unit: str) -> bool:
    """Who enters, cancels and looks up numbers of a unit: its records clerk and administrator, the province's."""
    own = bool(who.unit) and who.unit == unit and who.has(Role.RECORDS_CLERK, Role.UNIT_ADMINISTRATOR)
    return own or who.has(Role.ADMINISTRATOR)


def expect_clerk(who: Principal, unit: str) -> None:
    """Refuse who may not number documents of `unit`.

    Raises:
        Forbidden: they may not.
    """
    if not may_number(who, unit):
        raise Forbidden("numbers.not_clerk", "Chỉ văn thư và quản trị của đơn vị được làm việc với sổ văn bản.")


def this_year() -> int:
    return local_time(now_ms()).year


async def get_book(request: web.Request) -> web.Response:
    """GET ?kind=TB&year=2026: the unit's source and every number of the series, cancelled ones too."""
    who, unit = principal(request), request.match_info["unit"]
    expect_clerk(who, unit)
    try:
        kind = Kind(request.query.get("kind", Kind.NOTICE))
        year = int(request.query.get("year", this_year()))
    except ValueError:
        raise Invalid("request.invalid", "Loại văn bản hoặc năm chưa đúng.") from None
    async with request.app[DATABASE].read() as session:
        source = await service.source_of(session, unit)
        rows = await service.book(session, unit, kind, year)
    return answer(
        {
            "unit": unit,
            "kind": kind,
            "year": year,
            "source": source or "",
            "numbers": [
                {
                    "number": one.number,
                    "subject": one.subject,
                    "taken_at": one.taken_at,
                    "cancelled_at": one.cancelled_at or 0,
                    "reason": one.reason,
                }
                for one in rows
            ],
        }
    )


async def put_source(request: web.Request) -> web.Response:
    """Choose where the unit's numbers come from."""
    who, unit = principal(request), request.match_info["unit"]
    expect_clerk(who, unit)
    body = await read_body(request, SourceBody)
    async with request.app[DATABASE].write() as session:
        await service.choose_source(session, unit, body.source, this_year(), who.person, now_ms())
    return answer({"source": body.source})


async def put_start(request: web.Request) -> web.Response:
    """The register goes on after the last number of the unit's own book."""
    who, unit = principal(request), request.match_info["unit"]
    expect_clerk(who, unit)
    body = await read_body(request, StartBody)
    async with request.app[DATABASE].write() as session:
        await service.start_after(session, unit, body.kind, body.year, body.last)
    return answer({"last": body.last})
