"""Signing over HTTP: what is handed out and comes back, refusals, and one-use addresses."""

from __future__ import annotations

from aiohttp import BodyPartReader, StreamReader, web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from meetings.errors import Invalid, Refusal, TooLarge
from meetings.http import DATABASE, PRINCIPAL, Principal, answer, read_body
from meetings.ids import now_ms
from meetings.minutes import outcome
from meetings.minutes.routes import TRUST, current_standing, readable_standing
from meetings.signing import handover, tickets
from meetings.signing.proof import waiting as proof_waiting
from meetings.signing.tables import SigningEvent
from meetings.signing.verify_process import SIZE_LIMIT

#: Where the signing service on an official's own computer listens.
LOCAL_SERVICE: web.AppKey[str] = web.AppKey("signing_local_service", str)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/minutes/signing", get_signing),
        web.get("/api/meetings/{id}/minutes/signing/document.pdf", get_document),
        web.post("/api/meetings/{id}/minutes/signing/upload", upload),
        web.post("/api/meetings/{id}/minutes/signing/handover", hand_over),
        web.post("/api/meetings/{id}/minutes/signing/refuse", refuse),
        web.post("/api/meetings/{id}/minutes/signing/recall", recall),
        web.get("/api/signing/handover/{token}/document.pdf", fetch),
        web.post("/api/signing/handover/{token}/document.pdf", bring_back),
    ]


class ReasonBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=3, max_length=500)


async def get_signing(request: web.Request) -> web.Response:
    """What happened so far, and by which means the next one may sign."""
    _, standing = await readable_standing(request)
    async with request.app[DATABASE].read() as session:
        rows = await session.scalars(
            select(SigningEvent).where(SigningEvent.meeting == standing.meeting).order_by(SigningEvent.at)
        )
        events = [
            {"what": one.what, "role": one.role, "name": one.name, "at": one.at, "detail": one.detail} for one in rows
        ]
        proof = standing.meeting in await proof_waiting(session)
    return answer(
        {"events": events, "proof_waits": proof, "upload": TRUST in request.app, "local_service": _local(request)}
    )


def _local(request: web.Request) -> str:
    return request.app.get(LOCAL_SERVICE, "") if TRUST in request.app else ""


async def get_document(request: web.Request) -> web.Response:
    """The document for the next signer to sign with a tool of their own."""
    who, standing = await readable_standing(request)
    handed, pdf = await handover.give(request.app[DATABASE], standing, who)
    return _pdf(pdf, handed.sha256)


def _pdf(pdf: bytes, digest: str) -> web.Response:
    headers = {
        "Content-Disposition": 'attachment; filename="bien-ban-cho-ky.pdf"',
        "Cache-Control": "no-store",
        "X-Document-SHA256": digest,
    }
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


async def upload(request: web.Request) -> web.Response:
    """The body is the document, signed."""
    who, standing = await readable_standing(request)
    database = request.app[DATABASE]
    handed, _ = await handover.give(database, standing, who)
    returned = await _read(request.content)
    signature = await handover.take(database, standing, handed, returned, request.app.get(TRUST, b""), now_ms())
    return answer({"role": signature.role, "at": signature.at, "sha256": signature.sha256})


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
    """Two one-use addresses for the service on the signer's own computer, and where the page finds that service."""
    who, standing = await readable_standing(request)
    database = request.app[DATABASE]
    handed, _ = await handover.give(database, standing, who)
    service_address = _local(request)
    if not service_address:
        raise Refusal("signing.no_local_service", "Máy chủ chưa bật ký bằng thiết bị trên máy tính. Hãy ký cách khác.")
    now = now_ms()
    async with database.write() as session:
        fetching = await tickets.issue(session, handed, "fetch", now)
        returning = await tickets.issue(session, handed, "return", now)
    return answer(
        {
            "service": f"{service_address}/SignApproved",
            "fetch": f"/api/signing/handover/{fetching}/document.pdf",
            "return": f"/api/signing/handover/{returning}/document.pdf",
            "sha256": handed.sha256,
            "expires_at": now + tickets.LIFETIME_MS,
        }
    )


async def fetch(request: web.Request) -> web.Response:
    """The local service fetches the document; no session, one use."""
    database = request.app[DATABASE]
    async with database.write() as session:
        handed = await tickets.spend(session, request.match_info["token"], "fetch", now_ms())
    request[PRINCIPAL] = Principal(handed.person, "", "", frozenset(), "")
    standing = await current_standing(request, handed.meeting)
    given, pdf = await handover.give(database, standing, request[PRINCIPAL])
    if given.sha256 != handed.sha256:
        raise Refusal("signing.outdated", "Văn bản đã thay đổi từ khi giao ký. Hãy tải trang và ký bản mới.")
    return _pdf(pdf, given.sha256)


async def bring_back(request: web.Request) -> web.Response:
    """The local service posts the signed document (multipart `uploadfile`); answers in its words."""
    try:
        database = request.app[DATABASE]
        async with database.write() as session:
            handed = await tickets.spend(session, request.match_info["token"], "return", now_ms())
        returned = await _uploaded(request)
        request[PRINCIPAL] = Principal(handed.person, "", "", frozenset(), "")
        standing = await current_standing(request, handed.meeting)
        signature = await handover.take(database, standing, handed, returned, request.app.get(TRUST, b""), now_ms())
    except Refusal as refusal:
        return answer({"Status": 1, "Message": refusal.message, "FileName": "", "FileServer": "", "Id": refusal.id})
    return answer({"Status": 0, "Message": "", "FileName": "bien-ban.pdf", "FileServer": signature.sha256})


async def _uploaded(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        raise Invalid("signing.not_multipart", "Dịch vụ ký gửi về dữ liệu không đúng quy cách.")
    reader = await request.multipart()
    async for part in reader:
        if isinstance(part, BodyPartReader) and part.name == "uploadfile":
            data = bytearray()
            while chunk := await part.read_chunk(256 * 1024):
                data += chunk
                if len(data) > SIZE_LIMIT:
                    raise TooLarge("verify.too_large", "Tệp lớn hơn 30 MB. Hãy chọn đúng tệp văn bản đã ký.")
            return bytes(data)
    raise Invalid("verify.empty", "Dịch vụ ký không gửi về tệp nào.")


async def refuse(request: web.Request) -> web.Response:
    """The next signer refuses with a reason; the draft is open again."""
    who, standing = await readable_standing(request)
    body = await read_body(request, ReasonBody)
    await outcome.refuse(request.app[DATABASE], standing, who, body.reason.strip(), now_ms())
    return web.Response(status=204)


async def recall(request: web.Request) -> web.Response:
    """Chair or secretary recall signed minutes with a reason."""
    who, standing = await readable_standing(request)
    body = await read_body(request, ReasonBody)
    await outcome.recall(request.app[DATABASE], standing, who, body.reason.strip(), now_ms())
    return web.Response(status=204)
