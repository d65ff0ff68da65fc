"""Papers in and out of a meeting."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agendas.documents.inspection import Finding, inspect
from agendas.documents.search import forget_texts, keep_texts
from agendas.documents.shown import derive
from agendas.documents.store import Received, Store
from agendas.documents.tables import Document, RefusedDocument
from agendas.documents.uploads import Progress, Stage
from agendas.items.service import items_of
from meetings.calendar.marks import title_is_marked
from meetings.errors import Invalid, NotFound
from meetings.ids import new_id
from meetings.storage.database import Database


@dataclass(frozen=True, slots=True)
class Upload:
    """What the uploader says of a paper."""

    meeting: str
    item: str
    title: str
    audience: str
    by: str
    #: The uploader declares that a paper without text is not classified.
    declared: bool


async def add(
    database: Database, store: Store, upload: Upload, received: Received, now: int, progress: Progress | None = None
) -> Document:
    """Inspect and keep a paper; a refused one leaves nothing but the fact of its refusal.

    Raises:
        Invalid: not a readable PDF, marked as a state secret, without the declaration that scans need, or wrong fields.
        NotFound: the agenda has no such item.
    """
    progress = progress or Progress()
    try:
        await _check_item(database, upload)
        finding = await inspect(received.path, progress)
        await _refuse_secret(database, upload, received, finding, now)
        if finding.blank and not upload.declared:
            raise Invalid(
                "document.declaration_needed",
                "Tệp có trang ảnh không đọc được chữ. Hãy xác nhận tài liệu không thuộc bí mật nhà nước rồi tải lại.",
                blank=finding.blank,
            )
        await derive(received)
        progress.go(Stage.KEEPING)
        await asyncio.to_thread(store.keep, received)
    finally:
        received.discard()
    row = Document(
        id=new_id(),
        meeting=upload.meeting,
        item=upload.item,
        title=upload.title,
        sha256=received.sha256,
        size=received.size,
        pages=finding.pages,
        audience=upload.audience,
        declared_by=upload.by if finding.blank else "",
        uploaded_by=upload.by,
        uploaded_at=now,
        removed_at=0,
    )
    async with database.write() as session:
        there = await _same(session, upload, received.sha256)
        if there is not None:
            return there
        session.add(row)
        await keep_texts(session, received.sha256, finding.texts)
    return row


async def _check_item(database: Database, upload: Upload) -> None:
    async with database.read() as session:
        _, items = await items_of(session, upload.meeting)
    if upload.item and upload.item not in {one.id for one in items}:
        raise NotFound("agenda.unknown_item", "Không có nội dung này trong chương trình.")


async def _refuse_secret(database: Database, upload: Upload, received: Received, finding: Finding, now: int) -> None:
    async with database.read() as session:
        known = await is_secret(session, received.sha256)
    if not known and not finding.marked and not title_is_marked(upload.title):
        return
    async with database.write() as session:
        session.add(RefusedDocument(id=new_id(), meeting=upload.meeting, sha256=received.sha256, by=upload.by, at=now))
    raise Invalid(
        "secrecy.marked",
        "Tài liệu có dấu độ mật nên không được đưa vào hệ thống này và không được lưu lại. "
        "Nếu đây là nhầm lẫn, hãy báo quản trị viên.",
    )


async def is_secret(session: AsyncSession, sha256: str) -> bool:
    """Whether a content was kept once and found to be secret later."""
    found = select(RefusedDocument.id).where(RefusedDocument.sha256 == sha256, RefusedDocument.found_later.is_(True))
    return await session.scalar(found.limit(1)) is not None


async def take_back_as_secret(database: Database, store: Store, document: Document, by: str, now: int) -> None:
    """Erase a paper that was found to be secret, in every meeting that has it; the fact stays: who, when, the hash."""
    await asyncio.to_thread(store.erase, document.sha256)
    async with database.write() as session:
        same = select(Document).where(Document.sha256 == document.sha256)
        for meeting in {row.meeting for row in await session.scalars(same)}:
            session.add(
                RefusedDocument(id=new_id(), meeting=meeting, sha256=document.sha256, by=by, at=now, found_later=True)
            )
        await session.execute(
            update(Document)
            .where(Document.sha256 == document.sha256)
            .values(title="Tài liệu đã thu hồi", removed_at=now)
        )
        await forget_texts(session, document.sha256)


async def _same(session: AsyncSession, upload: Upload, sha256: str) -> Document | None:
    """The same file at the same item, which is there already."""
    found: Document | None = await session.scalar(
        select(Document).where(
            Document.meeting == upload.meeting,
            Document.item == upload.item,
            Document.sha256 == sha256,
            Document.removed_at == 0,
        )
    )
    return found


async def documents_of(session: AsyncSession, meeting: str) -> list[Document]:
    """The papers of a meeting that are there."""
    rows = await session.scalars(
        select(Document).where(Document.meeting == meeting, Document.removed_at == 0).order_by(Document.uploaded_at)
    )
    return list(rows)


async def papers_shown(session: AsyncSession, meeting: str) -> dict[str, int]:
    """The papers of a meeting that may be shown, with their numbers of pages."""
    rows = await session.execute(
        select(Document.id, Document.pages).where(Document.meeting == meeting, Document.removed_at == 0)
    )
    return {row.id: row.pages for row in rows}


async def find(session: AsyncSession, id: str) -> Document:
    """A paper, removed or not.

    Raises:
        NotFound: there is none.
    """
    row = await session.get(Document, id)
    if row is None:
        raise unknown()
    return row


def unknown() -> NotFound:
    """There is no such paper, or it is not the asker's to know."""
    return NotFound("document.unknown", "Không tìm thấy tài liệu. Hãy tải lại trang.")
