"""What the signed-in person is asked, over HTTP."""

from __future__ import annotations

from aiohttp import web

from meetings.asks.service import asked_of, due_at
from meetings.asks.tables import Ask
from meetings.calendar.tables import Meeting
from meetings.http import DATABASE, answer, principal

#: Days that people have to sign what they are asked to.
SIGNING_DAYS: web.AppKey[int] = web.AppKey("asks_signing_days", int)


def routes() -> list[web.RouteDef]:
    return [web.get("/api/asks", list_asks)]


async def list_asks(request: web.Request) -> web.Response:
    """Signatures, seals and drafts that came back, of every kind of document, with what is due first."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        found = [_as_json(request, ask, meeting) for ask, meeting in await asked_of(session, who)]
    return answer({"asks": sorted(found, key=lambda one: (str(one["due_at"]), str(one["document"])))})


def _as_json(request: web.Request, ask: Ask, meeting: Meeting) -> dict[str, object]:
    kind, id, *_ = ask.document.split(":")
    return {
        "document": ask.document,
        "role": ask.role,
        "kind": ask.kind,
        "title": ask.title,
        "meeting": ask.meeting,
        "meeting_title": meeting.title,
        "held_at": meeting.starts_at,
        "asked_at": ask.asked_at,
        "due_at": due_at(ask.kind, ask.asked_at, meeting.starts_at, request.app.get(SIGNING_DAYS, 3)),
        "reason": ask.reason,
        "page": f"/letters/{id}" if kind == "letter" else f"/meetings/{ask.meeting}/minutes",
    }
