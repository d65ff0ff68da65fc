"""Notices and invitations over HTTP. `service` says who may do what."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import changer, find_changeable, find_visible, may_change
from meetings.calendar.tables import Meeting
from meetings.errors import Invalid
from meetings.http import DATABASE, Principal, answer, principal, read_body
from meetings.ids import local_time, now_ms
from meetings.layout.aside import aside
from meetings.layout.letterhead import Letterhead
from meetings.layout.word import MIME
from meetings.letters import service, templates
from meetings.letters.content import Kind, Letter, from_object, to_json
from meetings.letters.draft import draft_invitation, draft_notice
from meetings.letters.layout import docx, render
from meetings.minutes import service as minutes
from meetings.minutes.routes import LETTERHEADS
from meetings.numbers.routes import expect_clerk, may_number
from meetings.numbers.tables import Kind as Series

PREFIX = "/api/letters/{letter}"


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/letters", list_letters),
        web.post("/api/meetings/{id}/letters", create_letter),
        web.get(PREFIX, get_letter),
        web.put(PREFIX, put_letter),
        web.get(f"{PREFIX}/file.pdf", get_file),
        web.get(f"{PREFIX}/document.docx", get_docx),
        web.post(f"{PREFIX}/preview.pdf", preview_letter),
        web.post(f"{PREFIX}/number", number_letter),
        web.post(f"{PREFIX}/put-forward", put_forward),
        web.post(f"{PREFIX}/withdraw", withdraw),
        web.get("/api/units/{unit}/templates/{kind}", get_template),
        web.put("/api/units/{unit}/templates/{kind}", put_template),
    ]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CreateBody(_Body):
    kind: Kind


class SaveBody(_Body):
    #: The revision that was edited.
    revision: int = Field(ge=1)
    content: dict[str, Any]


class PreviewBody(_Body):
    content: dict[str, Any]


class NumberBody(_Body):
    #: What the unit's document system gave; absent to take the register's next.
    number: int | None = None


class BeliefBody(_Body):
    revision: int = Field(ge=1)


class ReasonBody(_Body):
    reason: str = Field(max_length=2000)


async def _letterhead(request: web.Request, session: AsyncSession, meeting: Meeting) -> Letterhead:
    found = request.app.get(LETTERHEADS)
    day = local_time(now_ms()).date()
    return await found(session, meeting.unit, day) if found else Letterhead()


def _content(kind: Kind, value: dict[str, Any]) -> Letter:
    try:
        return from_object(kind, value)
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(part) for part in one["loc"]), "problem": one["msg"]}
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        message = "Nội dung văn bản chưa đúng. Hãy xem lại các ô được đánh dấu."
        raise Invalid("letters.invalid", message, fields=fields) from None


async def list_letters(request: web.Request) -> web.Response:
    """The letters of a meeting, and whether the person may begin one."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting = await find_visible(session, who, request.match_info["id"])
        if not may_change(who, meeting) and not may_number(who, meeting.unit):
            return answer({"letters": [], "may_create": False})
        found = []
        for row in await service.of_meeting(session, meeting.id):
            one = await service.load(session, who, row.id)
            found.append(_as_json(who, one))
    return answer({"letters": list(found), "may_create": may_change(who, meeting)})


async def create_letter(request: web.Request) -> web.Response:
    """Begin a notice (from the minutes) or an invitation (from the calendar)."""
    who = await changer(request)
    body = await read_body(request, CreateBody)
    database = request.app[DATABASE]
    async with database.read() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        letterhead = await _letterhead(request, session, meeting)
        template = await templates.template_of(session, meeting.unit, Series(body.kind))
        called = await service.called_of(session, meeting)
        if body.kind is Kind.NOTICE:
            standing = await minutes.load(session, meeting.id, letterhead)
            content: Letter = draft_notice(standing.content, called, letterhead, template)
        else:
            content = draft_invitation(called, letterhead, template)
    async with database.write() as session:
        id = await service.create(session, who, meeting, body.kind, content, now_ms())
    return answer({"letter": id}, status=201)


async def named(request: web.Request, id: str) -> service.Standing:
    """The letter with this id, whoever asks."""
    async with request.app[DATABASE].read() as session:
        return await service.find(session, id)


async def readable(request: web.Request) -> tuple[Principal, service.Standing]:
    """The letter that the address names, and who asks and may read it."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        return who, await service.load(session, who, request.match_info["letter"])


def _as_json(who: Principal, one: service.Standing) -> dict[str, object]:
    return {
        "letter": one.row.id,
        "meeting": one.meeting,
        "meeting_title": one.meeting_row.title,
        "unit": one.row.unit,
        "kind": one.kind,
        "abstract": one.content.abstract,
        "number": one.number,
        "revision": one.row.revision,
        "sha256": one.file.sha256 if one.file else "",
        "may_edit": one.may_edit(who),
        "may_number": one.may_number(who),
        "may_withdraw": one.file is not None
        and not one.signatures
        and (may_change(who, one.meeting_row) or one.may_number(who)),
    }


async def get_letter(request: web.Request) -> web.Response:
    """The newest revision, its history and its number."""
    who, one = await readable(request)
    history = [{"revision": old.revision, "by_name": old.by_name, "at": old.at} for old in one.history]
    return answer({**_as_json(who, one), "content": json.loads(to_json(one.content)), "history": history})


async def put_letter(request: web.Request) -> web.Response:
    """Save the next revision."""
    who, one = await readable(request)
    body = await read_body(request, SaveBody)
    content = _content(one.kind, body.content)
    revision = await service.save(request.app[DATABASE], one, who, body.revision, content, now_ms())
    return answer({"revision": revision})


async def preview_letter(request: web.Request) -> web.Response:
    """The PDF of what is in the form, saved or not; nothing is kept."""
    _, one = await readable(request)
    body = await read_body(request, PreviewBody)
    content = _content(one.kind, body.content)
    pdf = (await aside(render, content)).pdf
    return download(pdf, "application/pdf", "du-thao.pdf", inline=True)


async def get_file(request: web.Request) -> web.Response:
    """The bytes put forward for signature, or the draft as PDF."""
    _, one = await readable(request)
    pdf = one.file.pdf if one.file else (await aside(render, one.content)).pdf
    return download(pdf, "application/pdf", _name(one, "pdf"), inline=True)


async def get_docx(request: web.Request) -> web.Response:
    """The letter as .docx, for units that edit elsewhere."""
    _, one = await readable(request)
    data = await aside(docx, one.content)
    return download(data, MIME, _name(one, "docx"))


def _name(one: service.Standing, suffix: str) -> str:
    return f"{'thong-bao' if one.kind is Kind.NOTICE else 'giay-moi'}.{suffix}"


async def number_letter(request: web.Request) -> web.Response:
    """Take the register's next number, or enter the document system's."""
    who, one = await readable(request)
    body = await read_body(request, NumberBody)
    return answer({"number": await service.give_number(request.app[DATABASE], one, who, body.number, now_ms())})


async def put_forward(request: web.Request) -> web.Response:
    """Freeze the letter for signature."""
    who, one = await readable(request)
    body = await read_body(request, BeliefBody)
    return answer({"sha256": await service.put_forward(request.app[DATABASE], one, who, body.revision, now_ms())})


async def withdraw(request: web.Request) -> web.Response:
    """The signature was refused: open the draft again and cancel its number."""
    who, one = await readable(request)
    body = await read_body(request, ReasonBody)
    await service.withdraw(request.app[DATABASE], one, who, body.reason, now_ms())
    return answer({"letter": one.row.id})


def _series(request: web.Request) -> Series:
    try:
        return Series(request.match_info["kind"])
    except ValueError:
        raise Invalid("letters.kind_unknown", "Không có loại văn bản này.") from None


async def get_template(request: web.Request) -> web.Response:
    """The unit's template for a kind of document."""
    who, unit = principal(request), request.match_info["unit"]
    expect_clerk(who, unit)
    kind = _series(request)
    async with request.app[DATABASE].read() as session:
        found = await templates.template_of(session, unit, kind)
    return answer({"unit": unit, "kind": kind, "template": templates.as_object(found)})


async def put_template(request: web.Request) -> web.Response:
    """Keep the unit's template; letters begun before stay as they are."""
    who, unit = principal(request), request.match_info["unit"]
    expect_clerk(who, unit)
    kind = _series(request)
    body = await read_body(request, PreviewBody)
    try:
        template = templates.from_object(body.content)
    except ValidationError as error:
        fields = [".".join(str(part) for part in one["loc"]) for one in error.errors(include_input=False)]
        raise Invalid("letters.invalid", "Mẫu văn bản chưa đúng. Hãy xem lại các ô.", fields=fields) from None
    async with request.app[DATABASE].write() as session:
        await templates.keep_template(session, unit, kind, template, who.person, now_ms())
    return answer({"unit": unit, "kind": kind})


def download(data: bytes, kind: str, name: str, inline: bool = False) -> web.Response:
    """A file as a response that nobody keeps."""
    way = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f'{way}; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=data, content_type=kind, headers=headers)
