"""The dispatch over HTTP. The issuing unit's records clerk and administrators send; who changes the meeting looks."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import find_visible, may_change
from meetings.calendar.tables import Meeting
from meetings.dispatch import documents, incoming, outbox, units
from meetings.dispatch.tables import Dispatch, Mode, Received, Recipient, UnitExchange
from meetings.errors import Forbidden, Invalid, NotFound
from meetings.http import DATABASE, Principal, Role, answer, principal, read_body
from meetings.ids import now_ms
from meetings.numbers.routes import expect_clerk, may_number

#: What the settings say of ways out.
WAYS: web.AppKey[units.Ways] = web.AppKey("dispatch_ways", units.Ways)
OrganId = Annotated[str, Field(min_length=1, max_length=35)]


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/dispatch", get_meeting),
        web.post("/api/meetings/{id}/dispatch", hand_in),
        web.post("/api/dispatches/{id}/recall", recall),
        web.post("/api/dispatches/{id}/retry", retry),
        web.post("/api/dispatches/{id}/cancel", cancel),
        web.post("/api/dispatches/{id}/confirm", confirm),
        web.get("/api/dispatches/{id}/message.edxml", get_message),
        web.get("/api/units/{unit}/exchange", get_exchange),
        web.put("/api/units/{unit}/exchange", put_exchange),
    ]


class HandInBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: str = Field(max_length=80)
    recipients: list[OrganId] = Field(max_length=outbox.MOST_RECIPIENTS)
    #: The dispatch that this one replaces.
    replaces: str = Field("", max_length=36)
    reason: str = Field("", max_length=500)


class RecallBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=500)


class RetryBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: The person has made sure that the gateway does not have the message.
    absent: bool = False


class ExchangeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mode: Mode
    organ_id: str = Field("", max_length=35)
    other_organ_id: str = Field("", max_length=35)
    #: One that the settings name; address and key are its own then.
    gateway: str = Field("", max_length=40)
    address: str = Field("", max_length=300)
    system_id: str = Field("", max_length=100, pattern=r"^[\x21-\x7e]*$")
    #: Empty keeps the key that there is; it is never given out again.
    secret: str = Field("", max_length=500, pattern=r"^[\x21-\x7e]*$")


async def _meeting(session: AsyncSession, who: Principal, id: str) -> tuple[Meeting, bool]:
    """The meeting, and whether this person sends its documents.

    Raises:
        NotFound, Forbidden: not theirs to look at.
    """
    meeting = await session.get(Meeting, id)
    if meeting is not None and may_number(who, meeting.unit):
        return meeting, True
    meeting = await find_visible(session, who, id)
    if not may_change(who, meeting):
        raise Forbidden(
            "dispatch.not_yours", "Việc gửi văn bản chỉ dành cho thư ký, chủ trì cuộc họp và văn thư của đơn vị."
        )
    return meeting, False


async def _sender(session: AsyncSession, who: Principal, id: str) -> Meeting:
    """The meeting, where this person sends its documents.

    Raises:
        NotFound, Forbidden: they do not.
    """
    meeting, sends = await _meeting(session, who, id)
    if not sends:
        raise _not_clerk()
    return meeting


async def get_meeting(request: web.Request) -> web.Response:
    """The meeting's documents, whom they may go to, and what became of each sending."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting, sends = await _meeting(session, who, request.match_info["id"])
        found = await documents.of_meeting(session, meeting.id)
        invited = await units.invited(session, meeting.id, meeting.unit, request.app[WAYS].organ_ids)
        exchange = await units.exchange_of(session, meeting.unit)
        left_there = await session.scalars(
            select(Received.reference).where(Received.unit == meeting.unit, Received.what != "status").limit(1000)
        )
        data: dict[str, object] = {
            "may_send": sends,
            "mode": exchange.mode if exchange and exchange.organ_id else "",
            "by_itself": bool(exchange and exchange.by_itself),
            "documents": [_document(id, one) for id, one in found],
            "recipients": [{"name": name, "organ_id": one.id if one else ""} for name, one in invited],
            "dispatches": await _dispatches(session, meeting.id),
            "left_at_gateway": len(list(left_there)),
        }
    return answer(data)


def _document(id: str, one: documents.Issued | None) -> dict[str, object]:
    if one is None:
        return {"id": id, "issued": False}
    return {"id": id, "issued": True, "kind": one.kind, "code": one.code, "subject": one.subject, "sha256": one.sha256}


async def _dispatches(session: AsyncSession, meeting: str) -> list[dict[str, object]]:
    rows = list(await session.scalars(select(Dispatch).where(Dispatch.meeting == meeting).order_by(Dispatch.id.desc())))
    ids = [one.id for one in rows]
    told = await incoming.history(session, ids)
    recipients = list(
        await session.scalars(select(Recipient).where(Recipient.dispatch.in_(ids)).order_by(Recipient.name))
    )
    return [
        {
            "id": row.id,
            "document": row.document,
            "document_id": row.document_id,
            "business": row.business,
            "about": row.about or "",
            "mode": row.mode,
            "subject": row.subject,
            "reason": row.reason,
            "state": row.state,
            "attempts": row.attempts,
            "next_at": row.next_at,
            "problem": row.problem,
            "by_name": row.by_name,
            "at": row.at,
            "sent_at": row.sent_at,
            "recipients": [
                {
                    "organ_id": one.organ_id,
                    "name": one.name,
                    "processing": one.processing,
                    "recall": one.recall,
                    "changed_at": one.changed_at,
                }
                for one in recipients
                if one.dispatch == row.id
            ],
            "statuses": [
                {"organ_id": s.organ_id, "code": s.code, "description": s.description, "at": s.at, "taken": s.taken}
                for s in told
                if s.dispatch == row.id
            ],
        }
        for row in rows
    ]


async def hand_in(request: web.Request) -> web.Response:
    """Send an issued document to units that take part."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        await _sender(session, who, request.match_info["id"])
    body = await read_body(request, HandInBody)
    ids = request.app[WAYS].organ_ids
    async with request.app[DATABASE].write() as session:
        meeting = await _sender(session, who, request.match_info["id"])
        issued = await documents.find(session, body.document)
        if issued.meeting != meeting.id:
            raise NotFound("dispatch.document_unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
        known = {one.id: one for _, one in await units.invited(session, meeting.id, meeting.unit, ids) if one}
        if unknown := [one for one in body.recipients if one not in known]:
            raise Invalid(
                "dispatch.recipient_unknown",
                f"Mã định danh {unknown[0]} không phải của đơn vị dự họp nào. Hãy tải lại trang và chọn lại.",
            )
        to = tuple(known[one] for one in body.recipients)
        row = await outbox.hand_in(session, who, outbox.Order(issued, to, body.replaces, body.reason), now_ms(), ids)
        return answer({"id": row.id, "document_id": row.document_id, "state": row.state}, 201)


async def _own(request: web.Request, session: AsyncSession) -> tuple[Principal, str]:
    who, row = principal(request), await session.get(Dispatch, request.match_info["id"])
    if row is None:
        raise NotFound("dispatch.unknown", "Không tìm thấy lần gửi này. Hãy tải lại trang.")
    if not may_number(who, row.unit):
        await _meeting(session, who, row.meeting)
        raise _not_clerk()
    return who, row.id


def _not_clerk() -> Forbidden:
    return Forbidden("dispatch.not_clerk", "Chỉ văn thư và quản trị của đơn vị ban hành được gửi và thu hồi văn bản.")


async def recall(request: web.Request) -> web.Response:
    """Ask every recipient to give the document back."""
    async with request.app[DATABASE].read() as session:
        await _own(request, session)
    body = await read_body(request, RecallBody)
    async with request.app[DATABASE].write() as session:
        who, id = await _own(request, session)
        row = await outbox.recall(session, who, id, body.reason, now_ms())
        return answer({"id": row.id, "document_id": row.document_id, "state": row.state}, 201)


async def retry(request: web.Request) -> web.Response:
    """Try again now."""
    async with request.app[DATABASE].read() as session:
        await _own(request, session)
    body = await read_body(request, RetryBody)
    async with request.app[DATABASE].write() as session:
        _, id = await _own(request, session)
        await outbox.retry(session, id, now_ms(), body.absent)
    return web.Response(status=204)


async def cancel(request: web.Request) -> web.Response:
    """Take back what has certainly not left."""
    async with request.app[DATABASE].write() as session:
        _, id = await _own(request, session)
        await outbox.cancel(session, id)
    return web.Response(status=204)


async def confirm(request: web.Request) -> web.Response:
    """The document system has it."""
    async with request.app[DATABASE].write() as session:
        _, id = await _own(request, session)
        await outbox.confirm(session, id, now_ms())
    return web.Response(status=204)


async def get_message(request: web.Request) -> web.Response:
    """The message as it leaves, for the unit's document system."""
    async with request.app[DATABASE].read() as session:
        _, id = await _own(request, session)
        row = await outbox.find(session, id)
    headers = {
        "Content-Disposition": f'attachment; filename="{row.document_id}.edxml"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=row.edxml, content_type="application/xml", headers=headers)


async def get_exchange(request: web.Request) -> web.Response:
    """How the unit's documents leave; for its clerk and administrators."""
    who, unit = principal(request), request.match_info["unit"]
    expect_clerk(who, unit)
    async with request.app[DATABASE].read() as session:
        return answer(_exchange(request, await units.exchange_of(session, unit)))


def _exchange(request: web.Request, row: UnitExchange | None) -> dict[str, object]:
    may_change = principal(request).has(Role.ADMINISTRATOR)
    named = request.app[WAYS].named.values()
    return {
        "mode": row.mode if row else Mode.HANDOVER,
        "organ_id": row.organ_id if row else "",
        "other_organ_id": row.other_organ_id if row else "",
        "gateway": row.gateway if row else "",
        "address": row.address if row else "",
        "system_id": row.system_id if row else "",
        "has_secret": bool(row and row.secret),
        "may_change": may_change,
        "gateways": [
            {"name": one.name, "title": one.title, "systems": sorted(one.keys)}
            for one in named
            if may_change or (row and row.gateway == one.name)
        ],
    }


async def put_exchange(request: web.Request) -> web.Response:
    """The province's administrators say how a unit's documents leave: the server itself calls the address."""
    who, unit = principal(request), request.match_info["unit"]
    if not who.has(Role.ADMINISTRATOR):
        raise Forbidden("dispatch.not_administrator", "Chỉ quản trị viên của tỉnh được khai báo cách gửi văn bản.")
    body = await read_body(request, ExchangeBody)
    wish = units.Wish(**body.model_dump())
    async with request.app[DATABASE].write() as session:
        await units.expect_unit(session, unit)
        row = await units.configure(session, unit, wish, request.app[WAYS], who.person, now_ms())
        return answer(_exchange(request, row))
