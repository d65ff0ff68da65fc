"""Papers over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from aiohttp import BodyPartReader, HttpVersion11, web
from pydantic import BaseModel

from agendas.documents.readers import READER, READS, Audience, Reader
from agendas.documents.search import search
from agendas.documents.service import Upload, add, documents_of, find, is_secret, take_back_as_secret, unknown
from agendas.documents.store import Received, Store
from agendas.documents.tables import Document
from agendas.documents.uploads import Progress, Uploads
from meetings.calendar.access import find_changeable, find_visible
from meetings.errors import Forbidden, Invalid, NotFound
from meetings.http import DATABASE, answer, principal, read_body
from meetings.ids import now_ms

STORE: web.AppKey[Store] = web.AppKey("documents", Store)
UPLOADS: web.AppKey[Uploads] = web.AppKey("uploads", Uploads)
_FIELDS = frozenset({"item", "title", "audience", "declared", "ticket"})


class PaperChange(BaseModel):
    """For whom a paper is marked from now on."""

    audience: Audience


def _document(row: Document) -> dict[str, object]:
    return {
        "document": row.id,
        "item": row.item,
        "title": row.title,
        "size": row.size,
        "pages": row.pages,
        "audience": row.audience,
        "uploaded_at": row.uploaded_at,
        "sha256": row.sha256,
    }


async def list_documents(request: web.Request) -> web.Response:
    """The papers that the asker may read; nothing tells that there are others."""
    meeting = request.match_info["id"]
    reader = await _reader(request, meeting)
    async with request.app[DATABASE].read() as session:
        rows = await documents_of(session, meeting)
    papers = [_document(row) for row in rows if row.audience in READS[reader]]
    return answer({"documents": papers, "largest": request.app[STORE].limit})


async def search_documents(request: web.Request) -> web.Response:
    """The pages of the papers that the asker may read, which hold every word of `q`."""
    meeting = request.match_info["id"]
    reader = await _reader(request, meeting)
    async with request.app[DATABASE].read() as session:
        papers = [row for row in await documents_of(session, meeting) if row.audience in READS[reader]]
        hits = await search(session, papers, request.query.get("q", "")[:200])
    return answer({"hits": [asdict(one) for one in hits]})


async def _reader(request: web.Request, meeting: str) -> Reader:
    reader = await request.app[READER](request, meeting)
    if reader is not None:
        return reader
    async with request.app[DATABASE].read() as session:
        await find_visible(session, principal(request), meeting)
    raise Forbidden("document.not_yours", "Tài liệu chỉ dành cho người dự họp. Hãy liên hệ thư ký cuộc họp.")


async def upload_document(request: web.Request) -> web.Response:
    """A paper as multipart: the fields `item`, `title`, `audience`, `declared`, `ticket` first, then `file`.

    The sender may ask how far the upload named `ticket` is, and give it up.
    """
    who, database, store = principal(request), request.app[DATABASE], request.app[STORE]
    async with database.read() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
    if _too_large(request):
        raise store.too_large()
    fields, received = await _multipart(request)
    title = (fields.get("title") or "Tài liệu").strip()[:200]
    audience = Audience.GUESTS if fields.get("audience") == Audience.GUESTS else Audience.DELEGATES
    upload = Upload(meeting.id, fields.get("item", ""), title, audience, who.person, fields.get("declared") == "1")
    progress = Progress()
    try:
        work = add(database, store, upload, received, now_ms(), progress)
        row = await request.app[UPLOADS].run(who.person, fields.get("ticket", ""), progress, work)
    finally:
        received.discard()
    return answer(_document(row), status=201)


def _too_large(request: web.Request) -> bool:
    return (request.content_length or 0) > request.app[STORE].limit + 1024 * 1024


async def _invite_body(request: web.Request) -> None:
    """Who asks before sending is asked for the bytes only where they will be taken."""
    if request.version >= HttpVersion11 and not _too_large(request):
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


async def upload_progress(request: web.Request) -> web.Response:
    """How far an upload of one's own has come after its bytes arrived."""
    found = await request.app[UPLOADS].progress(principal(request).person, request.match_info["ticket"])
    return answer({"stage": found.stage, "page": found.page, "pages": found.pages})


async def give_up_upload(request: web.Request) -> web.Response:
    """End an upload of one's own; nothing of it is kept."""
    await request.app[UPLOADS].give_up(principal(request).person, request.match_info["ticket"])
    return web.Response(status=204)


async def _multipart(request: web.Request) -> tuple[dict[str, str], Received]:
    fields: dict[str, str] = {}
    if not request.content_type.startswith("multipart/"):
        raise Invalid("request.invalid", "Hãy gửi tệp theo biểu mẫu tải lên.")
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                break
            if part.name == "file":
                return fields, await request.app[STORE].receive(_chunks(part))
            if part.name not in _FIELDS:
                break
            fields[part.name] = (await part.read_chunk(4096)).decode()
    except (ValueError, UnicodeDecodeError):
        pass  # a misshapen body is refused below
    raise Invalid("request.invalid", "Không thấy tệp trong yêu cầu tải lên. Hãy chọn tệp rồi thử lại.")


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(256 * 1024):
        yield chunk


async def _readable(request: web.Request) -> Document:
    async with request.app[DATABASE].read() as session:
        row = await session.get(Document, request.match_info["document"])
    reader = await request.app[READER](request, row.meeting) if row is not None else None
    if row is None or reader is None:
        principal(request)
        raise unknown()
    if row.audience not in READS[reader]:
        raise Forbidden("document.not_for_guests", "Tài liệu này không dành cho khách mời.")
    if row.removed_at:
        raise NotFound("document.removed", "Tài liệu đã được thu hồi.")
    return row


async def download(request: web.Request) -> web.StreamResponse:
    """The file; ranges are served. A kept copy is asked about each time, so that what was taken back is gone."""
    row = await _readable(request)
    return _file(row, request.app[STORE].path(row.sha256))


async def shown(request: web.Request) -> web.StreamResponse:
    """The file as viewers read it in parts: a large one under another tree of pages, and said to be derived."""
    row = await _readable(request)
    path = request.app[STORE].shown(row.sha256)
    derived = path != request.app[STORE].path(row.sha256)
    return _file(row, path, {"X-Derived-From": f"sha256:{row.sha256}"} if derived else {})


def _file(row: Document, path: Path, more: Mapping[str, str] = MappingProxyType({})) -> web.FileResponse:
    headers = {
        **more,
        "Content-Type": "application/pdf",
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(row.title)}.pdf",
        "Cache-Control": "private, no-cache",
    }
    return web.FileResponse(path, headers=headers)


async def thumbnail(request: web.Request) -> web.StreamResponse:
    """A picture of the first page."""
    path = request.app[STORE].thumbnail((await _readable(request)).sha256)
    return web.FileResponse(path, headers={"Content-Type": "image/png", "Cache-Control": "private, no-cache"})


async def take_back_secret(request: web.Request) -> web.Response:
    """Erase a paper that was found to be secret; nothing undoes it."""
    who, database = principal(request), request.app[DATABASE]
    async with database.read() as session:
        row = await find(session, request.match_info["document"])
        await find_changeable(session, who, row.meeting)
    await take_back_as_secret(database, request.app[STORE], row, who.person, now_ms())
    return web.Response(status=204)


async def change(request: web.Request) -> web.Response:
    """Open a paper to guests, or close it to them."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        await find_changeable(session, who, (await find(session, request.match_info["document"])).meeting)
    body = await read_body(request, PaperChange)
    async with request.app[DATABASE].write() as session:
        row = await find(session, request.match_info["document"])
        await find_changeable(session, who, row.meeting)
        if row.removed_at:
            raise NotFound("document.removed", "Tài liệu đã được thu hồi.")
        row.audience = body.audience
        return answer(_document(row))


async def _set_removed(request: web.Request, at: int) -> web.Response:
    who = principal(request)
    async with request.app[DATABASE].write() as session:
        row = await find(session, request.match_info["document"])
        await find_changeable(session, who, row.meeting)
        if await is_secret(session, row.sha256):
            raise NotFound("document.erased", "Tài liệu đã bị xóa vì nội dung mật nên không lấy lại được.")
        row.removed_at = at
    return web.Response(status=204)


async def remove(request: web.Request) -> web.Response:
    """Take a paper back; `restore` undoes it."""
    return await _set_removed(request, now_ms())


async def restore(request: web.Request) -> web.Response:
    return await _set_removed(request, 0)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/documents", list_documents),
        web.post("/api/meetings/{id}/documents", upload_document, expect_handler=_invite_body),
        web.get("/api/meetings/{id}/documents/search", search_documents),
        web.get("/api/uploads/{ticket}", upload_progress),
        web.delete("/api/uploads/{ticket}", give_up_upload),
        web.get("/api/documents/{document}/file", download),
        web.get("/api/documents/{document}/shown", shown),
        web.get("/api/documents/{document}/thumbnail", thumbnail),
        web.post("/api/documents/{document}/secret", take_back_secret),
        web.patch("/api/documents/{document}", change),
        web.delete("/api/documents/{document}", remove),
        web.post("/api/documents/{document}/restore", restore),
    ]
