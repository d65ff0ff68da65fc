"""HTTP of joining without an account: from the hall by its QR code, and guests by a personal link."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import find_changeable
from meetings.calendar.tables import Delegate, Guest, Meeting, Participant
from meetings.errors import NotFound
from meetings.http import DATABASE, address_of, answer, origin_of, principal, read_body
from meetings.ids import now_ms
from signaling.pairing import guests, service
from signaling.pairing.cookies import keep
from signaling.pairing.rate import Rate
from signaling.pairing.revoking import cut_guest
from signaling.pairing.tables import HallClaim

_DAY = 86_400


class Token(BaseModel):
    token: str = Field(max_length=100)


class _Claims:
    """Claims by token: 300 a minute from one address, since a hall shares one."""

    def __init__(self) -> None:
        self._rate = Rate(300)

    async def hall(self, request: web.Request) -> web.Response:
        """The browser that scanned the hall's code gets a claim of its own; the names to choose from come with it."""
        self._rate.check(address_of(request))
        body = await read_body(request, Token)
        held = request.cookies.get("hall", "")
        async with request.app[DATABASE].write() as session:
            claim, secret = await service.claim_hall(session, body.token, held, now_ms())
            shown = await _hall(session, claim)
        response = answer(shown, 201)
        keep(request, response, "hall", secret, (claim.expires_at - now_ms()) // 1000)
        return response

    async def guest(self, request: web.Request) -> web.Response:
        """The guest's browser keeps the link; who they are and to which meeting they are invited."""
        self._rate.check(address_of(request))
        body = await read_body(request, Token)
        async with request.app[DATABASE].read() as session:
            link = await guests.guest_by_token(session, body.token, now_ms())
            if link is None:
                raise NotFound(
                    "pairing.guest_link", "Đường dẫn không còn dùng được. Hãy xin thư ký cuộc họp đường dẫn mới."
                )
            guest = await session.get(Guest, link.guest)
            shown = await _place(session, link.meeting, guest.site if guest else "")
        name = guest.name if guest else ""
        response = answer({"guest": link.guest, "name": name} | shown, 201)
        keep(request, response, "guest", body.token, _DAY)
        return response


async def my_hall(request: web.Request) -> web.Response:
    """The claim that this browser holds, with the names of its site's delegates."""
    async with request.app[DATABASE].read() as session:
        claim = await service.claim_by_secret(session, request.cookies.get("hall", ""), "", now_ms())
        if claim is None:
            raise NotFound("pairing.no_claim", "Máy này chưa quét mã. Hãy quét mã QR đang hiện trong phòng họp.")
        return answer(await _hall(session, claim))


async def _hall(session: AsyncSession, claim: HallClaim) -> dict[str, object]:
    rows = await session.scalars(
        select(Delegate)
        .where(Delegate.meeting == claim.meeting, Delegate.site == claim.site, Delegate.replaced_by.is_(None))
        .order_by(Delegate.position, Delegate.id)
    )
    people = [{"delegate": row.id, "name": row.name, "title": row.title} for row in rows]
    return {"claim": claim.id, "delegates": people} | await _place(session, claim.meeting, claim.site)


async def _place(session: AsyncSession, meeting_id: str, site: str) -> dict[str, object]:
    meeting = await session.get(Meeting, meeting_id)
    participant = await session.get(Participant, (meeting_id, site))
    assert meeting is not None  # claims and links are living only while their meeting is
    return {
        "meeting": meeting.id,
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "site": site,
        "site_name": participant.name if participant else "",
    }


async def list_links(request: web.Request) -> web.Response:
    """Which guests of a meeting hold a link, for those who may change it."""
    async with request.app[DATABASE].read() as session:
        meeting = await find_changeable(session, principal(request), request.match_info["id"])
        links = await guests.links_of(session, meeting.id)
    return answer({"links": dict(links)})


async def make_link(request: web.Request) -> web.Response:
    """A guest's new personal link, told this once; an earlier one stops working and its pages are closed."""
    who, guest = principal(request), request.match_info["guest"]
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        token = await guests.link_guest(session, meeting.id, guest, now_ms())
    await cut_guest(request.app, guest)
    return answer({"address": f"{origin_of(request)}/join/guest#{token}"}, 201)


async def withdraw_link(request: web.Request) -> web.Response:
    """The guest's link stops working and their pages are closed."""
    who, guest = principal(request), request.match_info["guest"]
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        await guests.withdraw_link(session, meeting.id, guest)
    await cut_guest(request.app, guest)
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    """The feature's routes."""
    claims = _Claims()
    link = "/api/meetings/{id}/guests/{guest}/link"
    return [
        web.post("/api/hall-claims", claims.hall),
        web.get("/api/hall-claims/mine", my_hall),
        web.post("/api/guest-claims", claims.guest),
        web.get("/api/meetings/{id}/guest-links", list_links),
        web.post(link, make_link),
        web.delete(link, withdraw_link),
    ]
