"""The directory over HTTP."""

from __future__ import annotations

from datetime import date

from aiohttp import web
from sqlalchemy import select

from meetings.directory.csv_import import SIZE_LIMIT, Reading, read_sites
from meetings.directory.organ_ids import ORGAN_IDS, PUBLISHED
from meetings.directory.service import apply_import, periods_on, preview, search
from meetings.directory.tables import SitePeriod
from meetings.errors import Invalid, TooLarge
from meetings.http import DATABASE, Role, answer, principal, require
from meetings.ids import local_time, now_ms


def asked_day(request: web.Request) -> date:
    """The day of ?date=, today where none is given."""
    text = request.query.get("date", "")
    if not text:
        return local_time(now_ms()).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("request.invalid", "Ngày chưa đúng dạng năm-tháng-ngày.") from None


def _site(row: SitePeriod) -> dict[str, object]:
    return {
        "site": row.site,
        "code": row.code,
        "name": row.name,
        "level": row.level,
        "parent": row.parent,
        "unit": row.unit,
        "organ_code": row.organ_code,
        "receive_only": row.receive_only,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }


async def list_sites(request: web.Request) -> web.Response:
    principal(request)
    day, text = asked_day(request), request.query.get("q", "").strip()[:100]
    async with request.app[DATABASE].read() as session:
        rows = await search(session, day, text) if text else await periods_on(session, day)
    return answer({"date": day.isoformat(), "sites": [_site(row) for row in rows]})


async def _reading(request: web.Request) -> Reading:
    require(request, Role.ADMINISTRATOR)
    raw = b""
    async for chunk in request.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > SIZE_LIMIT:
            raise TooLarge("directory.file_too_large", "Tệp lớn quá 2 MB. Hãy chia nhỏ tệp.")
    async with request.app[DATABASE].read() as session:
        known = set(await session.scalars(select(SitePeriod.code)))
    return read_sites(raw, known, request.app.get(ORGAN_IDS, PUBLISHED))


async def preview_import(request: web.Request) -> web.Response:
    """What the CSV in the body would change, and what is wrong with it."""
    reading = await _reading(request)
    async with request.app[DATABASE].read() as session:
        result = await preview(session, reading)
    return answer(
        {
            "added": [{"line": row.line, "code": row.code, "name": row.name} for row in result.added],
            "changed": [
                {"line": row.line, "code": row.code, "name": row.name, "before": before}
                for row, before in result.changed
            ],
            "unchanged": result.unchanged,
            "problems": [{"line": one.line, "column": one.column, "message": one.message} for one in result.problems],
        }
    )


async def apply(request: web.Request) -> web.Response:
    """Apply the CSV in the body; with problems nothing is applied."""
    reading = await _reading(request)
    async with request.app[DATABASE].write() as session:
        result = await apply_import(session, reading)
    if result.problems:
        first = result.problems[0]
        raise Invalid(
            "directory.import_problems",
            f"Tệp có {len(result.problems)} lỗi nên chưa áp dụng. Lỗi đầu ở dòng {first.line}: {first.message}",
            problems=[{"line": one.line, "column": one.column, "message": one.message} for one in result.problems],
        )
    return answer({"added": len(result.added), "changed": len(result.changed), "unchanged": result.unchanged})


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/sites", list_sites),
        web.post("/api/directory/import/preview", preview_import),
        web.post("/api/directory/import/apply", apply),
    ]
