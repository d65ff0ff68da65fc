"""Whose certificate is whose, over HTTP: enrolment with proof of the key, confirmation, withdrawal."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.directory.tables import PersonRow, Unit
from meetings.errors import Forbidden, NotFound, Refusal, TooLarge
from meetings.http import DATABASE, Principal, Role, answer, principal, read_body
from meetings.ids import now_ms
from meetings.letters.routes import download
from meetings.minutes.routes import TRUST
from meetings.signing import enrolment, possession, tickets
from meetings.signing.authorities import Authorities
from meetings.signing.certificate_check import expect_usable
from meetings.signing.local_service import LOCAL_SERVICE, Errand, expect_offered, kept, refused, send, uploaded
from meetings.signing.tables import SigningCertificate
from meetings.signing.tickets import Handed
from meetings.storage.database import Database

#: Who is asked about revocation; absent where none is configured.
AUTHORITIES: web.AppKey[Authorities] = web.AppKey("signing_authorities", Authorities)
_ONE = "/api/signing/certificates/{certificate}"
SLIP = Errand("slip.pdf", "slip_fetch", "slip_back")


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/signing/certificates", list_certificates),
        web.post("/api/signing/certificates", ask_for_certificate),
        web.post(_ONE, decide_certificate),
        web.get(f"{_ONE}/slip.pdf", get_slip),
        web.post(f"{_ONE}/slip.pdf", put_slip),
        web.post(f"{_ONE}/handover", hand_over_slip),
        web.get("/api/signing/handover/{token}/slip.pdf", fetch_slip),
        web.post("/api/signing/handover/{token}/slip.pdf", bring_back_slip),
    ]


class DecideBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Literal["enrolled", "retired"]


def owners(who: Principal) -> list[str]:
    """As whom `who` shows certificates: themselves and, for a records clerk, the unit's seal."""
    clerk = bool(who.unit) and who.has(Role.RECORDS_CLERK)
    return [who.person, enrolment.organ(who.unit)] if clerk else [who.person]


async def list_certificates(request: web.Request) -> web.Response:
    """One's own certificates and the seal's; a unit's administrator sees the unit's, an administrator everybody's."""
    who = principal(request)
    wanted = (
        select(SigningCertificate, PersonRow, Unit)
        .outerjoin(PersonRow, PersonRow.id == SigningCertificate.person)
        .outerjoin(Unit, or_(Unit.id == PersonRow.unit, SigningCertificate.person == "unit:" + Unit.id))
        .order_by(SigningCertificate.asked_at.desc())
        .limit(500)
    )
    if not who.has(Role.ADMINISTRATOR):
        mine = SigningCertificate.person.in_(owners(who))
        manages = bool(who.unit) and who.has(Role.UNIT_ADMINISTRATOR)
        wanted = wanted.where(or_(mine, Unit.id == who.unit) if manages else mine)
    async with request.app[DATABASE].read() as session:
        rows = (await session.execute(wanted)).all()
    listed = [_as_json(who, one, person, unit) for one, person, unit in rows]
    return answer(
        {
            "certificates": listed,
            "checked": TRUST in request.app,
            "organ": len(owners(who)) > 1,
            "local_service": request.app.get(LOCAL_SERVICE, ""),
        }
    )


def _as_json(
    who: Principal, one: SigningCertificate, person: PersonRow | None = None, unit: Unit | None = None
) -> dict[str, object]:
    mine = one.person in owners(who)
    return {
        "id": one.id,
        "person": one.person,
        "name": person.name if person else "",
        "unit_name": unit.name if unit else "",
        "organ": one.person.startswith(enrolment.organ("")),
        "subject": one.subject,
        "issuer": one.issuer,
        "serial": one.serial,
        "not_before": one.not_before,
        "not_after": one.not_after,
        "state": one.state,
        "asked_at": one.asked_at,
        "proved_at": one.proved_at,
        "decided_at": one.decided_at,
        "mine": mine,
        "may_confirm": one.state == "waiting" and one.proved_at > 0 and who.has(Role.ADMINISTRATOR),
        "may_retire": one.state != "retired" and (mine or _manages(who, unit.id if unit else "")),
    }


def _manages(who: Principal, unit: str) -> bool:
    own = bool(unit) and who.unit == unit and who.has(Role.UNIT_ADMINISTRATOR)
    return own or who.has(Role.ADMINISTRATOR)


async def ask_for_certificate(request: web.Request) -> web.Response:
    """The body is one's certificate (PEM or DER), with ?organ=1 the unit's seal's; its slip is to be signed next."""
    who, now = principal(request), now_ms()
    owner = who.person
    if request.query.get("organ"):
        owner = enrolment.organ(who.unit)
        if owner not in owners(who):
            raise Forbidden("signing.not_clerk", "Chỉ văn thư của đơn vị được ghi nhận chứng thư của con dấu.")
    certificate = enrolment.read_certificate(await _body(request, enrolment.CERTIFICATE_BYTES))
    await expect_usable(certificate, request.app.get(TRUST, b""), request.app.get(AUTHORITIES), now)
    async with request.app[DATABASE].write() as session:
        row = await enrolment.ask(session, owner, certificate, now)
        row.slip = await asyncio.to_thread(possession.slip, row, who.name, now)
    return answer(_as_json(who, row), 201)


async def _body(request: web.Request, limit: int) -> bytes:
    data = bytearray()
    async for part in request.content.iter_chunked(64 * 1024):
        data += part
        if len(data) > limit:
            raise TooLarge("signing.file_too_large", "Tệp quá lớn. Hãy chọn đúng tệp chứng thư hoặc phiếu đã ký.")
    return bytes(data)


async def _own(session: AsyncSession, request: web.Request, who: Principal) -> SigningCertificate:
    row = await enrolment.found(session, request.match_info["certificate"])
    if row.person not in owners(who):
        raise NotFound("signing.certificate_unknown", "Không có chứng thư này.")
    return row


async def get_slip(request: web.Request) -> web.Response:
    """The slip that the holder signs, with any tool."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        row = await _own(session, request, who)
        pdf = await _slip(session, row.id)
    return download(pdf, "application/pdf", "phieu-ghi-nhan-chung-thu.pdf")


async def _slip(session: AsyncSession, id: str) -> bytes:
    return await session.scalar(select(SigningCertificate.slip).where(SigningCertificate.id == id)) or b""


async def put_slip(request: web.Request) -> web.Response:
    """The body is the slip, signed; then an administrator confirms the certificate."""
    who, database = principal(request), request.app[DATABASE]
    async with database.read() as session:
        row = await _own(session, request, who)
        given = await _slip(session, row.id)
    returned = await _body(request, len(given) + possession.LARGEST_SIGNATURE)
    await possession.expect_proved(given, returned, row.key)
    return answer(_as_json(who, await _proved(database, row.id)))


async def _proved(database: Database, id: str) -> SigningCertificate:
    async with database.write() as session:
        row = await enrolment.found(session, id)
        row.proved_at = row.proved_at or now_ms()
    return row


async def hand_over_slip(request: web.Request) -> web.Response:
    """Two one-use addresses by which the service on the holder's own computer signs the slip, and where it listens."""
    who, database, now = principal(request), request.app[DATABASE], now_ms()
    service = expect_offered(request.app.get(LOCAL_SERVICE, ""))
    async with database.write() as session:
        row = await _own(session, request, who)
        handed = Handed(f"slip:{row.id}", 0, hashlib.sha256(await _slip(session, row.id)).hexdigest(), "", who.person)
        return answer(await send(session, f"{service}/SignApproved", SLIP, handed, now))


async def fetch_slip(request: web.Request) -> web.Response:
    """The local service fetches the slip; no session, one use."""
    async with request.app[DATABASE].write() as session:
        handed = await tickets.spend(session, request.match_info["token"], SLIP.fetching, now_ms())
        pdf = await _slip(session, handed.document.removeprefix("slip:"))
    return download(pdf, "application/pdf", "phieu-ghi-nhan-chung-thu.pdf")


async def bring_back_slip(request: web.Request) -> web.Response:
    """The local service posts the signed slip (multipart `uploadfile`); answers in its words."""
    database = request.app[DATABASE]
    try:
        async with database.write() as session:
            handed = await tickets.spend(session, request.match_info["token"], SLIP.returning, now_ms())
        async with database.read() as session:
            row = await enrolment.found(session, handed.document.removeprefix("slip:"))
            given = await _slip(session, row.id)
        returned = await uploaded(request, len(given) + possession.LARGEST_SIGNATURE)
        await possession.expect_proved(given, returned, row.key)
        await _proved(database, row.id)
    except Refusal as refusal:
        return refused(refusal)
    return kept(hashlib.sha256(returned).hexdigest())


async def decide_certificate(request: web.Request) -> web.Response:
    """An administrator confirms a certificate; its holder or who manages the holder's unit withdraws it."""
    who = principal(request)
    async with request.app[DATABASE].write() as session:
        row = await enrolment.found(session, request.match_info["certificate"])
        person = await session.get(PersonRow, row.person)
        unit = person.unit if person else row.person.removeprefix(enrolment.organ(""))
        if row.person not in owners(who) and not _manages(who, unit):
            raise NotFound("signing.certificate_unknown", "Không có chứng thư này.")
        body = await read_body(request, DecideBody)
        if body.state == "enrolled" and not who.has(Role.ADMINISTRATOR):
            raise Forbidden("identity.role_missing", "Chứng thư do quản trị viên của tỉnh xác nhận.")
        row = await enrolment.decide(session, row.id, body.state, who.person, now_ms())
    return answer(_as_json(who, row))
