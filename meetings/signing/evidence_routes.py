"""The evidence package over HTTP, for those who answer for the minutes."""

from __future__ import annotations

import asyncio

from aiohttp import web

from meetings.calendar.access import find_visible
from meetings.errors import Forbidden
from meetings.http import DATABASE, principal
from meetings.ids import now_ms
from meetings.minutes import service
from meetings.minutes.routes import TRUST
from meetings.numbers.routes import may_number
from meetings.signing import evidence
from meetings.signing.verify_process import verify_apart

#: Lists a meeting's papers; where it is missing, the package names none.
PAPERS: web.AppKey[evidence.PapersOf] = web.AppKey("evidence_papers")


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/minutes/evidence.zip", get_evidence),
        web.get("/api/verify/guide.txt", get_guide),
    ]


async def get_evidence(request: web.Request) -> web.Response:
    """The package of signed minutes: for chair, secretary, and the records clerk of the unit that called."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting = await find_visible(session, who, request.match_info["id"])
        if who.person not in (meeting.chair, meeting.secretary) and not may_number(who, meeting.unit):
            raise Forbidden(
                "evidence.not_yours",
                "Gói hồ sơ chỉ dành cho chủ trì, thư ký của cuộc họp và văn thư của đơn vị triệu tập.",
            )
        file = await service.signed_file(session, meeting.id)
        record, texts = await evidence.record_of(session, meeting.id)
        course = await evidence.course_of(session, file.document)
        papers = await request.app[PAPERS](session, meeting.id) if PAPERS in request.app else []
    trust = request.app.get(TRUST, b"")
    verdict = await verify_apart(file.pdf, trust)
    members = {
        evidence.PDF: file.pdf,
        evidence.RECORD: record,
        evidence.TEXTS: texts,
        evidence.PAPERS: evidence.papers_of(papers),
        evidence.TRUST: trust,
        evidence.REPORT: evidence.report_of(verdict, now_ms()),
        evidence.COURSE: course,
    }
    data = await asyncio.to_thread(evidence.pack, members)
    headers = {
        "Content-Disposition": 'attachment; filename="goi-ho-so.zip"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=data, content_type="application/zip", headers=headers)


async def get_guide(request: web.Request) -> web.Response:
    """Public: how to check a package with public tools alone."""
    return web.Response(body=evidence.guide(), content_type="text/plain", charset="utf-8")
