"""HTTP of the technical check: the sheet of a meeting's sites, and its files."""

from __future__ import annotations

import asyncio

from aiohttp import web

from meetings.calendar.access import find_visible, may_change
from meetings.errors import Forbidden
from meetings.http import DATABASE, Role, answer, principal
from signaling.checks import export, service
from signaling.checks.rounds import Checks
from signaling.checks.service import Line

CHECKS: web.AppKey[Checks] = web.AppKey("checks", Checks)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def get_sheet(request: web.Request) -> web.Response:
    """Every site with its newest check, the thresholds, and which sites wait or measure now."""
    lines = await _lines(request)
    checks = request.app[CHECKS]
    sites = [
        {
            "site": one.site,
            "name": one.name,
            "level": one.level,
            "receive_only": one.receive_only,
            "result": service.as_json(one.result),
        }
        for one in lines
    ]
    progress = checks.progress(request.match_info["id"])
    return answer({"wanted": checks.wanted.model_dump(include=_THRESHOLDS), "sites": sites, **progress})


_THRESHOLDS = {"check_level", "check_lost", "check_round_trip", "check_up", "check_down"}


async def get_workbook(request: web.Request) -> web.Response:
    """The sheet as XLSX."""
    data = await asyncio.to_thread(export.workbook, await _lines(request))
    return _download(data, _XLSX, "kiem-tra-ky-thuat.xlsx")


async def get_table(request: web.Request) -> web.Response:
    """The sheet as CSV."""
    return _download(export.table(await _lines(request)), "text/csv", "kiem-tra-ky-thuat.csv")


async def _lines(request: web.Request) -> list[Line]:
    """The sheet, for technicians and for who prepares the meeting.

    Raises:
        NotFound: there is no such meeting that they may know of.
        Forbidden: they only take part in it.
    """
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting = await find_visible(session, who, request.match_info["id"])
        if not may_change(who, meeting) and not who.has(Role.TECHNICIAN):
            raise Forbidden("check.not_yours", "Chỉ kỹ thuật và người chuẩn bị cuộc họp xem được biên bản kiểm tra.")
        return await service.sheet(session, meeting.id)


def _download(data: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=data, content_type=kind, headers=headers)


def routes() -> list[web.RouteDef]:
    """The feature's routes."""
    return [
        web.get("/api/meetings/{id}/checks", get_sheet),
        web.get("/api/meetings/{id}/checks.xlsx", get_workbook),
        web.get("/api/meetings/{id}/checks.csv", get_table),
    ]
