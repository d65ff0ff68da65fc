"""Minutes over HTTP. `service` says who may do what, `calendar.access` whose meeting it is to know of."""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict, deque
from datetime import date
from typing import Any, Literal, Protocol

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import find_visible
from meetings.calendar.service import find
from meetings.calendar.tables import Meeting
from meetings.errors import Forbidden, Invalid, NotFound, TooLarge, TooMany
from meetings.http import DATABASE, PRINCIPAL, Principal, answer, principal, read_body
from meetings.ids import local_time, now_ms
from meetings.layout.aside import aside
from meetings.layout.word import MIME
from meetings.minutes import attesting, service
from meetings.minutes.content import Letterhead, MinutesContent, from_object, to_json
from meetings.minutes.layout import docx
from meetings.minutes.spreadsheet import workbook
from meetings.numbers.routes import may_number
from meetings.numbers.tables import Source
from meetings.record.store import read_events, read_texts
from meetings.signing import course, issuing
from meetings.signing.issued import as_issued, standing_of
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.tables import SignedFile
from meetings.signing.verify_process import SIZE_LIMIT, verify_apart


class Letterheads(Protocol):
    """The letterhead data of a unit as of a day (the directory brings it)."""

    async def __call__(self, session: AsyncSession, unit: str, day: date) -> Letterhead: ...


LETTERHEADS: web.AppKey[Letterheads] = web.AppKey("minutes_letterheads", Letterheads)
#: Set only with `SIGN_PKCS12=demo`.
SAMPLE_AUTHORITY: web.AppKey[SampleAuthority] = web.AppKey("minutes_sample_authority", SampleAuthority)
#: PEM of the certificates that the public page trusts.
TRUST: web.AppKey[bytes] = web.AppKey("minutes_trust", bytes)

#: Checks per address and minute, and at once in this server.
VERIFY_PER_MINUTE = 10
VERIFY_AT_ONCE = 4
_running: set[int] = set()
_asked: OrderedDict[str, deque[float]] = OrderedDict()


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/minutes", get_minutes),
        web.put("/api/meetings/{id}/minutes", put_minutes),
        web.get("/api/meetings/{id}/minutes/events", get_events),
        web.get("/api/meetings/{id}/minutes/revisions/{revision}", get_revision),
        web.get("/api/meetings/{id}/minutes/preview.pdf", get_preview),
        web.post("/api/meetings/{id}/minutes/preview.pdf", post_preview),
        web.get("/api/meetings/{id}/minutes/number", get_number),
        web.post("/api/meetings/{id}/minutes/number", put_number),
        web.post("/api/meetings/{id}/minutes/attestant", name_attestant),
        web.get("/api/meetings/{id}/minutes/file.pdf", get_file),
        web.get("/api/meetings/{id}/minutes/tables.xlsx", get_tables),
        web.get("/api/meetings/{id}/minutes/document.docx", get_docx),
        web.post("/api/verify", verify_file),
    ]


class SaveBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: The revision that was edited.
    revision: int = Field(ge=0)
    content: dict[str, Any]


class AttestantBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Literal["secretary", "chair"]
    person: str = Field(min_length=1, max_length=64)
    reason: str = Field(min_length=3, max_length=400)


class PreviewBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    content: dict[str, Any]


class NumberBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: What the unit's document system gave.
    number: int


async def current_standing(request: web.Request, meeting_id: str) -> service.Standing:
    """Where the minutes of a meeting stand, for whoever holds a ticket for them.

    Raises:
        NotFound: there is no such meeting.
    """
    async with request.app[DATABASE].read() as session:
        return await _load(request, session, await find(session, meeting_id))


async def _standing(request: web.Request, session: AsyncSession) -> tuple[Principal, service.Standing]:
    who = principal(request)
    return who, await _load(request, session, await find_visible(session, who, request.match_info["id"]))


async def _load(request: web.Request, session: AsyncSession, meeting: Meeting) -> service.Standing:
    letterheads = request.app.get(LETTERHEADS)
    day = local_time(meeting.starts_at).date()
    letterhead = await letterheads(session, meeting.unit, day) if letterheads else Letterhead()
    return await service.load(session, meeting.id, letterhead)


async def readable_standing(request: web.Request) -> tuple[Principal, service.Standing]:
    async with request.app[DATABASE].read() as session:
        who, standing = await _standing(request, session)
    standing.expect_reader(who)
    return who, standing


def _as_json(request: web.Request, who: Principal, standing: service.Standing) -> dict[str, object]:
    file = standing.file
    return {
        "meeting": standing.meeting,
        "revision": standing.revision,
        "edition": standing.edition,
        "content": json.loads(to_json(standing.content)),
        "adjourned": standing.adjourned,
        "history": [
            {"revision": one.revision, "by": one.by, "by_name": one.by_name, "at": one.at} for one in standing.history
        ],
        "signatures": [
            {"role": one.role, "name": one.name, "at": one.at, "sha256": one.sha256} for one in standing.signatures
        ],
        "next_role": standing.next_role,
        "sha256": file.sha256 if file else "",
        "may_edit": standing.may_edit(who),
        "may_sign": standing.may_sign(who),
        "may_name": standing.adjourned and bool(standing.next_role) and standing.may_name(who),
        "number": standing.number,
        "number_source": standing.source,
        "has_means": SAMPLE_AUTHORITY in request.app,
    }


async def get_minutes(request: web.Request) -> web.Response:
    """The newest revision, its history and who signs next; for secretary and chair."""
    return answer(_as_json(request, *await readable_standing(request)))


async def put_minutes(request: web.Request) -> web.Response:
    """Save the next revision."""
    who, standing = await readable_standing(request)
    body = await read_body(request, SaveBody)
    content = _edited(body.content)
    revision = await service.save(request.app[DATABASE], standing, who, body.revision, content, now_ms())
    return answer({"revision": revision})


def _edited(content: dict[str, Any]) -> MinutesContent:
    try:
        return from_object(content)
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(part) for part in one["loc"]), "problem": one["msg"]}
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        message = "Nội dung biên bản chưa đúng. Hãy xem lại các ô được đánh dấu."
        raise Invalid("minutes.invalid", message, fields=fields) from None


async def get_revision(request: web.Request) -> web.Response:
    """One saved revision, whole."""
    _, standing = await readable_standing(request)
    for one in standing.history:
        if str(one.revision) == request.match_info["revision"]:
            return answer({"revision": one.revision, "by_name": one.by_name, "at": one.at, **_content(one.content)})
    raise NotFound("minutes.unknown_revision", "Không có bản dự thảo này.")


def _content(text: str) -> dict[str, object]:
    return {"content": json.loads(text)}


async def get_events(request: web.Request) -> web.Response:
    """GET ?seq=4,5: the events that a line rests on, with their texts."""
    _, standing = await readable_standing(request)
    wanted = {int(one) for one in request.query.get("seq", "").split(",")[:200] if one.isdecimal()}
    async with request.app[DATABASE].read() as session:
        events = [one for one in await read_events(session, standing.meeting) if one.seq in wanted]
        texts = {one.id: one.text for one in await read_texts(session, standing.meeting)}
    return answer(
        {
            "events": [
                {
                    "seq": one.seq,
                    "at": one.at,
                    "type": one.type,
                    "texts": [
                        texts.get(str(value["text"]), "")
                        for key, value in one.payload.items()
                        if key != "brief" and isinstance(value, dict) and "text" in value
                    ],
                }
                for one in events
            ]
        }
    )


async def get_preview(request: web.Request) -> web.Response:
    """The draft as PDF, or the frozen bytes."""
    _, standing = await readable_standing(request)
    return _download(await service.preview(standing), "application/pdf", "du-thao-bien-ban.pdf", inline=True)


async def name_attestant(request: web.Request) -> web.Response:
    """The head of the unit names who attests instead of a secretary or chair who no longer can sign."""
    who, standing = await readable_standing(request)
    body = await read_body(request, AttestantBody)
    await attesting.name(request.app[DATABASE], standing, who, body.role, body.person, body.reason.strip(), now_ms())
    return web.Response(status=204)


async def post_preview(request: web.Request) -> web.Response:
    """The PDF of what is in the form, saved or not; nothing is kept."""
    _, standing = await readable_standing(request)
    body = await read_body(request, PreviewBody)
    pdf = await service.preview(standing, _edited(body.content))
    return _download(pdf, "application/pdf", "du-thao-bien-ban.pdf", inline=True)


async def get_number(request: web.Request) -> web.Response:
    """The minutes' number for the records clerk of the unit, and whether one may be entered now."""
    who, standing = await _for_clerk(request)
    asked = standing.adjourned and not standing.number and standing.source == Source.SYSTEM
    open_now = standing.file is None or course.people_have_signed(standing)
    return answer(
        {
            "number": standing.number,
            "source": standing.source,
            "may_enter": asked and open_now and may_number(who, standing.unit),
        }
    )


async def _for_clerk(request: web.Request) -> tuple[Principal, service.Standing]:
    async with request.app[DATABASE].read() as session:
        who, standing = await _standing(request, session)
    if not may_number(who, standing.unit):
        standing.expect_reader(who)
    return who, standing


async def put_number(request: web.Request) -> web.Response:
    """The records clerk enters the number that the unit's document system gave."""
    who, standing = await _for_clerk(request)
    body = await read_body(request, NumberBody)
    if not may_number(who, standing.unit):
        raise Forbidden("numbers.not_clerk", "Chỉ văn thư của đơn vị được nhập số văn bản.")
    await issuing.number(request.app[DATABASE], standing, who.person, body.number, now_ms())
    return answer({"number": body.number})


async def get_file(request: web.Request) -> web.Response:
    """The signed minutes in force, or ?edition=1 an earlier edition, for everybody who may know of the meeting."""
    who, asked = principal(request), request.query.get("edition", "")
    async with request.app[DATABASE].read() as session:
        meeting = await find_visible(session, who, request.match_info["id"])
        earlier = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
        file = await service.signed_file(session, meeting.id, earlier)
    return _download(file.pdf, "application/pdf", "bien-ban.pdf")


async def get_tables(request: web.Request) -> web.Response:
    """Attendance, ballots and tasks as XLSX."""
    _, standing = await readable_standing(request)
    data = await aside(workbook, standing.content)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(data, kind, "bien-ban-bang-bieu.xlsx")


async def get_docx(request: web.Request) -> web.Response:
    """The draft as .docx, for units that edit elsewhere."""
    _, standing = await readable_standing(request)
    data = await aside(docx, standing.content)
    return _download(data, MIME, "bien-ban.docx")


def _download(data: bytes, kind: str, name: str, inline: bool = False) -> web.Response:
    way = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f'{way}; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=data, content_type=kind, headers=headers)


async def verify_file(request: web.Request) -> web.Response:
    """Public: the body is the file itself, or an evidence package; the answer is `Verdict.as_json`. Nothing is kept."""
    _limit_rate(request.remote or "")
    if len(_running) >= VERIFY_AT_ONCE:
        raise TooMany("verify.busy", "Máy chủ đang kiểm tra nhiều tệp. Hãy đợi ít giây rồi thử lại.")
    _running.add(id(request))
    try:
        data = await _read_file(request)
        verdict = await verify_apart(data, request.app.get(TRUST, b""))
    finally:
        _running.discard(id(request))
    digest = verdict.package.pdf_sha256 if verdict.package else hashlib.sha256(data).hexdigest()
    async with request.app[DATABASE].read() as session:
        verdict = as_issued(verdict, await standing_of(session, digest))
    found = verdict.as_json()
    who: Principal | None = request.get(PRINCIPAL)
    if who is not None:
        # Whether it is a meeting's file is told only to those who may know of the meeting.
        found["record"] = await _matching(request, who, digest)
    return answer(found)


async def _matching(request: web.Request, who: Principal, digest: str) -> dict[str, str] | None:
    async with request.app[DATABASE].read() as session:
        meeting = await session.scalar(select(SignedFile.meeting).where(SignedFile.sha256 == digest))
        if meeting is None:
            return None
        try:
            found = await find_visible(session, who, meeting)
        except NotFound:
            return None
    return {"meeting": found.id, "title": found.title}


def _limit_rate(address: str) -> None:
    now = time.monotonic()
    times = _asked.setdefault(address, deque())
    _asked.move_to_end(address)
    while len(_asked) > 10_000:
        _asked.popitem(last=False)
    while times and now - times[0] > 60:
        times.popleft()
    if len(times) >= VERIFY_PER_MINUTE:
        raise TooMany("verify.rate", "Quý vị đã kiểm tra nhiều tệp liên tiếp. Hãy đợi một phút rồi thử lại.")
    times.append(now)


async def _read_file(request: web.Request) -> bytes:
    data = bytearray()
    async for part in request.content.iter_chunked(256 * 1024):
        data += part
        if len(data) > SIZE_LIMIT:
            raise TooLarge("verify.too_large", "Tệp lớn hơn 30 MB. Hãy chọn đúng tệp biên bản đã ký.")
    if not data:
        raise Invalid("verify.empty", "Chưa có tệp nào được gửi lên. Hãy chọn tệp PDF.")
    return bytes(data)
