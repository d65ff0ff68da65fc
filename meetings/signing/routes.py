"""Signing a document over HTTP, minutes and letters alike: what goes out and comes back, seals, refusals, recall."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from aiohttp import StreamReader, web
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import select

from meetings.errors import Invalid, Refusal, TooLarge
from meetings.http import DATABASE, Principal, answer, read_body
from meetings.ids import local_time, now_ms
from meetings.layout.letterhead import day, printed_number
from meetings.letters import routes as letters
from meetings.letters import service as letters_service
from meetings.letters.service import Standing as Letter
from meetings.minutes import routes as minutes
from meetings.minutes import service as minutes_service
from meetings.minutes.routes import SAMPLE_AUTHORITY, TRUST
from meetings.minutes.service import Standing as Minutes
from meetings.signing import correcting, course, handover, issuing, means, tickets
from meetings.signing.certificate_routes import AUTHORITIES
from meetings.signing.course import SEAL
from meetings.signing.local_service import LOCAL_SERVICE, Errand, expect_offered, kept, refused, send, uploaded
from meetings.signing.proof import waiting as proof_waiting
from meetings.signing.remote import RemoteService
from meetings.signing.tables import Signature, SigningEvent
from meetings.signing.token import Token
from meetings.signing.verify_process import SIZE_LIMIT

#: The remote signing service, without a person's credential.
REMOTE: web.AppKey[RemoteService] = web.AppKey("signing_remote", RemoteService)
#: The tokens at this server, by the unit whose seal each holds.
TOKENS: web.AppKey[dict[str, Token]] = web.AppKey("signing_tokens", dict)
DOCUMENT = Errand("document.pdf", "fetch", "return")

Paper: TypeAlias = Minutes | Letter
_PREFIXES = ("/api/meetings/{id}/minutes", "/api/letters/{letter}")


def routes() -> list[web.RouteDef]:
    found = [
        web.get("/api/signing/handover/{token}/document.pdf", fetch),
        web.post("/api/signing/handover/{token}/document.pdf", bring_back),
    ]
    for prefix in _PREFIXES:
        found += [
            web.get(f"{prefix}/signing", get_signing),
            web.get(f"{prefix}/signing/document.pdf", get_document),
            web.post(f"{prefix}/sign", sign),
            web.post(f"{prefix}/signing/upload", upload),
            web.post(f"{prefix}/signing/handover", hand_over),
            web.post(f"{prefix}/signing/remote", sign_remotely),
            web.post(f"{prefix}/signing/number", write_number),
            web.post(f"{prefix}/signing/seal", seal),
            web.post(f"{prefix}/signing/refuse", refuse),
            web.post(f"{prefix}/signing/recall", recall),
            web.post(f"{prefix}/signing/correct", correct),
        ]
    return found


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignBody(_Body):
    #: What the signer saw: the draft's revision and, once there is one, the file's hash.
    revision: int = Field(ge=0)
    sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")


class RemoteBody(SignBody):
    #: The person's credential at the remote service, and its PIN where the service asks for one; neither is kept.
    credential: str = Field(min_length=1, max_length=200)
    pin: SecretStr = SecretStr("")


class SealBody(SignBody):
    #: What the unit's document system gave; absent to take the register's next, or where the document has its number.
    number: int | None = None


class HandOverBody(_Body):
    number: int | None = None


class ReasonBody(_Body):
    reason: str = Field(min_length=3, max_length=500)


async def _paper(request: web.Request) -> tuple[Principal, Paper]:
    """The document that the address names, for somebody who may read it."""
    if "letter" in request.match_info:
        return await letters.readable(request)
    return await minutes.readable_standing(request)


async def _named(request: web.Request, document: str) -> Paper:
    """The document that a ticket names."""
    kind, _, id = document.partition(":")
    if kind == "letter":
        return await letters.named(request, id)
    return await minutes.current_standing(request, id.partition(":")[0])


def _signed(signature: Signature) -> web.Response:
    return answer({"role": signature.role, "at": signature.at, "sha256": signature.sha256})


async def get_signing(request: web.Request) -> web.Response:
    """Who has signed, who is next, what happened so far, and by which means the next one may sign."""
    who, paper = await _paper(request)
    async with request.app[DATABASE].read() as session:
        rows = await session.scalars(
            select(SigningEvent).where(SigningEvent.document == paper.document).order_by(SigningEvent.at)
        )
        events = [
            {"what": one.what, "role": one.role, "name": one.name, "at": one.at, "detail": one.detail} for one in rows
        ]
        proof = paper.document in await proof_waiting(session)
        links = await correcting.links_of(session, paper.document)
    signed = {one.role: one.at for one in paper.signatures}
    number_open = bool(paper.file and await issuing.open_texts(paper.file.pdf))
    role = _next(paper)
    mine = bool(role) and course.may_sign(paper, who)
    return answer(
        {
            "roles": [
                {"role": one, "name": paper.name_of(one), "signed_at": signed.get(one, 0)} for one in paper.order
            ],
            "next_role": role,
            "may_sign": mine,
            "may_recall": paper.file is not None and not paper.file.next_role and paper.may_recall(who),
            "revision": paper.revision,
            "sha256": paper.file.sha256 if paper.file else "",
            "number": paper.number,
            "number_open": number_open,
            "sample": SAMPLE_AUTHORITY in request.app,
            "token": role == SEAL and paper.unit in request.app.get(TOKENS, {}),
            "remote": role != SEAL and REMOTE in request.app and TRUST in request.app,
            "upload": TRUST in request.app,
            "local_service": _local(request),
            "corrects": {"page": _page(links.corrects), "reason": links.reason} if links.corrects else None,
            "corrected_by": {"page": _page(links.corrected_by), "done": links.done} if links.corrected_by else None,
            "events": events,
            "proof_waits": proof,
        }
    )


def _page(document: str) -> str:
    """Where people look at a document: one page for all editions of a meeting's minutes."""
    kind, id, *_ = document.split(":")
    return f"/letters/{id}" if kind == "letter" else f"/meetings/{id}/minutes"


def _next(paper: Paper) -> str:
    try:
        paper.expect_ready()
    except Refusal:
        return ""
    return course.next_role(paper)


def _local(request: web.Request) -> str:
    return request.app.get(LOCAL_SERVICE, "") if TRUST in request.app else ""


async def get_document(request: web.Request) -> web.Response:
    """The document for the next signer to sign with a tool of their own."""
    who, paper = await _paper(request)
    handed, pdf = await handover.give(request.app[DATABASE], paper, who, now_ms())
    return _pdf(pdf, handed.sha256)


def _pdf(pdf: bytes, digest: str) -> web.Response:
    headers = {
        "Content-Disposition": 'attachment; filename="van-ban-cho-ky.pdf"',
        "Cache-Control": "no-store",
        "X-Document-SHA256": digest,
    }
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


async def sign(request: web.Request) -> web.Response:
    """Sign in the next role with the sample key (demonstration only)."""
    who, paper = await _paper(request)
    body = await read_body(request, SignBody)
    course.expect_turn(paper, who)
    course.expect_seen(paper, body.revision, body.sha256)
    authority = request.app.get(SAMPLE_AUTHORITY)
    return _signed(await means.by_sample_key(request.app[DATABASE], paper, who, authority, now_ms()))


async def sign_remotely(request: web.Request) -> web.Response:
    """Sign in the next role through the remote service, with the person's own credential."""
    who, paper = await _paper(request)
    body = await read_body(request, RemoteBody)
    course.expect_turn(paper, who)
    course.expect_seen(paper, body.revision, body.sha256)
    service = request.app.get(REMOTE)
    if service is None:
        raise Refusal("signing.no_remote", "Máy chủ chưa được nối với dịch vụ ký số từ xa. Hãy ký cách khác.")
    mine = replace(service, credential=body.credential, pin=body.pin.get_secret_value())
    return _signed(await means.by_means(request.app[DATABASE], paper, who, mine, _checks(request), now_ms()))


def _checks(request: web.Request) -> means.Checks:
    return means.Checks(request.app.get(TRUST, b""), request.app.get(AUTHORITIES))


async def seal(request: web.Request) -> web.Response:
    """The records clerk's one button: number and day where they are open, then the organ's seal from its token."""
    who, paper = await _paper(request)
    body = await read_body(request, SealBody)
    database = request.app[DATABASE]
    _expect_sealing(course.expect_turn(paper, who))
    course.expect_seen(paper, body.revision, body.sha256)
    token = request.app.get(TOKENS, {}).get(paper.unit)
    authority = request.app.get(SAMPLE_AUTHORITY)
    if token is None and authority is None:
        raise Refusal(
            "signing.no_seal", "Máy chủ không giữ con dấu số của đơn vị. Hãy đóng dấu bằng thiết bị trên máy của mình."
        )
    if await _write_number(request, who, paper, body.number):
        _, paper = await _paper(request)
    if token is None:
        return _signed(await means.by_sample_key(database, paper, who, authority, now_ms()))
    return _signed(await means.by_means(database, paper, who, token, _checks(request), now_ms()))


async def write_number(request: web.Request) -> web.Response:
    """Number and day into the fields kept for them, for a clerk who seals with a tool that writes none."""
    who, paper = await _paper(request)
    body = await read_body(request, SealBody)
    _expect_sealing(course.expect_turn(paper, who))
    course.expect_seen(paper, body.revision, body.sha256)
    await _write_number(request, who, paper, body.number)
    return web.Response(status=204)


async def _write_number(request: web.Request, who: Principal, paper: Paper, entered: int | None) -> bool:
    """Whether there was something to write."""
    if paper.file is None or not await issuing.open_texts(paper.file.pdf):
        return False
    await issuing.number(request.app[DATABASE], paper, who.person, entered, now_ms())
    return True


def _expect_sealing(role: str) -> None:
    if role != SEAL:
        raise Refusal("signing.not_seal", "Chưa đến lượt đóng dấu: văn bản còn chờ người có thẩm quyền ký.")


async def upload(request: web.Request) -> web.Response:
    """The body is the document, signed."""
    who, paper = await _paper(request)
    database = request.app[DATABASE]
    handed, _ = await handover.give(database, paper, who, now_ms())
    returned = await _read(request.content)
    return _signed(await handover.take(database, paper, handed, returned, request.app.get(TRUST, b""), now_ms()))


async def _read(stream: StreamReader) -> bytes:
    data = bytearray()
    async for part in stream.iter_chunked(256 * 1024):
        data += part
        if len(data) > SIZE_LIMIT:
            raise TooLarge("verify.too_large", "Tệp lớn hơn 30 MB. Hãy chọn đúng tệp văn bản đã ký.")
    if not data:
        raise Invalid("verify.empty", "Chưa có tệp nào được gửi lên. Hãy chọn tệp PDF.")
    return bytes(data)


async def hand_over(request: web.Request) -> web.Response:
    """Two one-use addresses for the service on the signer's own computer, and where the page finds that service.

    For the seal the service also writes number and day, in the fields that are kept for them.
    """
    who, paper = await _paper(request)
    body = await read_body(request, HandOverBody)
    database, now = request.app[DATABASE], now_ms()
    role = course.expect_turn(paper, who)
    service = expect_offered(_local(request))
    number = paper.number
    if role == SEAL and paper.file is not None and await issuing.open_texts(paper.file.pdf):
        number = await issuing.in_book(database, paper, who.person, body.number, now)
    handed, _ = await handover.give(database, paper, who, now, numbered=role != SEAL)
    function = f"{service}/{'SignIssued' if role == SEAL else 'SignApproved'}"
    printed, issued = printed_number(str(number)) if number else "", day(local_time(now)) if role == SEAL else ""
    async with database.write() as session:
        return answer(await send(session, function, DOCUMENT, handed, now, printed, issued))


async def fetch(request: web.Request) -> web.Response:
    """The local service fetches the document; no session, one use."""
    database = request.app[DATABASE]
    async with database.write() as session:
        handed = await tickets.spend(session, request.match_info["token"], DOCUMENT.fetching, now_ms())
    paper = await _named(request, handed.document)
    return _pdf(await handover.still(database, paper, handed, now_ms()), handed.sha256)


async def bring_back(request: web.Request) -> web.Response:
    """The local service posts the signed document (multipart `uploadfile`); answers in its words."""
    try:
        database = request.app[DATABASE]
        async with database.write() as session:
            handed = await tickets.spend(session, request.match_info["token"], DOCUMENT.returning, now_ms())
        returned = await uploaded(request, SIZE_LIMIT)
        paper = await _named(request, handed.document)
        signature = await handover.take(database, paper, handed, returned, request.app.get(TRUST, b""), now_ms())
    except Refusal as refusal:
        return refused(refusal)
    return kept(signature.sha256)


async def refuse(request: web.Request) -> web.Response:
    """The next signer refuses with a reason; the draft is open again."""
    who, paper = await _paper(request)
    body = await read_body(request, ReasonBody)
    await course.refuse(request.app[DATABASE], paper, who, body.reason.strip(), now_ms())
    return web.Response(status=204)


async def recall(request: web.Request) -> web.Response:
    """Whoever answers for a signed document recalls it with a reason."""
    who, paper = await _paper(request)
    body = await read_body(request, ReasonBody)
    await course.recall(request.app[DATABASE], paper, who, body.reason.strip(), now_ms())
    return web.Response(status=204)


async def correct(request: web.Request) -> web.Response:
    """Begin the document that takes the place of a signed one; where to go on writing it."""
    who, paper = await _paper(request)
    body = await read_body(request, ReasonBody)
    reason = body.reason.strip()
    if isinstance(paper, Letter):
        id = await letters_service.correct(request.app[DATABASE], paper, who, reason, now_ms())
        return answer({"page": f"/letters/{id}"}, 201)
    await minutes_service.correct(request.app[DATABASE], paper, who, reason, now_ms())
    return answer({"page": _page(paper.document)}, 201)
