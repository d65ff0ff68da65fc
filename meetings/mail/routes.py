"""Invitations by e-mail over HTTP: for who may change the meeting."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from meetings.calendar.access import changer, find_changeable
from meetings.calendar.tables import Participant, Status
from meetings.errors import Invalid, Refusal
from meetings.http import DATABASE, answer, principal, read_body
from meetings.ids import now_ms
from meetings.mail import service
from meetings.mail.tables import MailInvitation, MailMessage

#: The address that invitations come from; absent while no mail server is configured.
SENDER: web.AppKey[str] = web.AppKey("mail_sender", str)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/mail", get_mail),
        web.put("/api/meetings/{id}/mail/addresses", put_addresses),
        web.post("/api/meetings/{id}/mail/invitations", invite),
        web.post("/api/meetings/{id}/mail/people/{person}/resend", resend),
    ]


class AddressesBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: By the delegates' ids in the directory; empty: not written to.
    addresses: dict[str, Annotated[str, Field(max_length=254)]] = Field(max_length=2000)


async def get_mail(request: web.Request) -> web.Response:
    """The delegates with their addresses, what was sent to each and what they replied."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        people = await service.invited(session, meeting.id)
        invitations = {
            one.person: one
            for one in await session.scalars(select(MailInvitation).where(MailInvitation.meeting == meeting.id))
        }
        messages = {
            one.person: one
            for one in await session.scalars(
                select(MailMessage).where(MailMessage.meeting == meeting.id).order_by(MailMessage.id)
            )
        }
        sites = {
            one.site: one for one in await session.scalars(select(Participant).where(Participant.meeting == meeting.id))
        }
    found: list[object] = []
    for one, address in people:
        sent, message, site = invitations.get(one.person), messages.get(one.person), sites.get(one.site)
        found.append(
            {
                "person": one.person,
                "name": one.name,
                "address": address,
                "state": message.state if message else "",
                "problem": message.problem if message else "",
                "method": sent.method if sent else "",
                "sequence": sent.sequence if sent else 0,
                "reply": sent.reply if sent else "",
                "replied_at": sent.replied_at if sent else 0,
                "site_name": site.name if site else "",
                "site_chair": one.site_chair,
                "site_answer": site.answer if site else "",
            }
        )
    return answer(
        {
            "enabled": SENDER in request.app,
            "title": meeting.title,
            "scheduled": meeting.status == Status.SCHEDULED,
            "people": found,
        }
    )


async def put_addresses(request: web.Request) -> web.Response:
    """Where delegates of this meeting are written to."""
    who = await changer(request)
    body = await read_body(request, AddressesBody)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        seated = {one.person for one, _ in await service.invited(session, meeting.id)}
        if not body.addresses.keys() <= seated:
            raise Invalid("mail.not_seated", "Có người không còn trong danh sách đại biểu. Hãy tải lại trang.")
        for person, address in body.addresses.items():
            await service.set_address(session, person, address)
    return web.Response(status=204)


async def invite(request: web.Request) -> web.Response:
    """Write to the delegates with an address; changes and a cancellation follow by themselves."""
    who = principal(request)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        sender = request.app.get(SENDER)
        if sender is None:
            raise Refusal("mail.off", "Máy chủ chưa cấu hình gửi thư nên chưa gửi thư mời được. Hãy báo quản trị viên.")
        count = await service.invite(session, meeting, sender, now_ms())
    return answer({"written": count})


async def resend(request: web.Request) -> web.Response:
    """Send one person's newest message once more, the same words to the same address."""
    who = principal(request)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        if SENDER not in request.app:
            raise Refusal("mail.off", "Máy chủ chưa cấu hình gửi thư nên chưa gửi thư mời được. Hãy báo quản trị viên.")
        await service.resend(session, meeting.id, request.match_info["person"], now_ms())
    return web.Response(status=204)
