"""Issued documents as the dispatch sees them, and the message that carries one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Meeting
from meetings.dispatch.message import (
    Attachment,
    Business,
    BusinessInfo,
    Code,
    DocumentType,
    Header,
    Message,
    Organ,
    OtherInfo,
    Promulgation,
    ResponseFor,
    Signer,
    Trace,
    Traces,
)
from meetings.errors import NotFound, Refusal
from meetings.ids import local_time
from meetings.letters import service as letters
from meetings.letters.content import Kind, from_json
from meetings.letters.tables import LetterRevision, LetterRow
from meetings.minutes import service as minutes
from meetings.minutes.content import from_json as minutes_from_json
from meetings.minutes.tables import MinutesRevision
from meetings.numbers import service as numbers
from meetings.signing import course
from meetings.signing.tables import Signature, SignedFile, SigningEvent

TYPE_NAMES = {"BB": "Biên bản", "TB": "Thông báo", "GM": "Giấy mời"}
#: Độ khẩn as the exchange counts it.
PRIORITIES = {"normal": "0", "urgent": "1", "very_urgent": "2", "flash": "3"}


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed document, with what its message says of it."""

    id: str
    unit: str
    meeting: str
    kind: str
    number: str
    notation: str
    subject: str
    place: str
    day: date
    signer_title: str
    signer_name: str
    urgency: str
    pdf: bytes
    sha256: str

    @property
    def code(self) -> str:
        return f"{self.number}/{self.notation}"


async def find(session: AsyncSession, document: str) -> Issued:
    """The issued document `minutes:…` or `letter:…`.

    Raises:
        NotFound: there is none.
        Refusal: it is not signed, or was recalled.
    """
    kind, id, *_ = document.split(":") if ":" in document else ("", "")
    if kind == "minutes":
        return await _minutes(session, id)
    if kind == "letter":
        return await _letter(session, id)
    raise NotFound("dispatch.document_unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")


async def _minutes(session: AsyncSession, id: str) -> Issued:
    meeting = await session.get(Meeting, id)
    if meeting is None:
        raise NotFound("dispatch.document_unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
    file = await minutes.signed_file(session, id)
    if await course.recalled(session, file.document):
        raise Refusal("dispatch.recalled", "Biên bản đã được thu hồi nên không gửi đi được.")
    chair = await session.get(Signature, (file.document, "chair"))
    row = await session.get(MinutesRevision, (id, file.revision))
    head = minutes_from_json(row.content).letterhead if row else None
    held = await numbers.held_by(session, file.document)
    number = str(held.number) if held else (head.number if head else "")
    return Issued(
        file.document,
        meeting.unit,
        id,
        "BB",
        number.strip(),
        head.symbol if head else "BB",
        f"Biên bản {meeting.title}"[:500],
        head.place if head else "",
        local_time(chair.at if chair else meeting.ends_at).date(),
        "Chủ tọa",
        chair.name if chair else "",
        meeting.urgency,
        file.pdf,
        file.sha256,
    )


async def _letter(session: AsyncSession, id: str) -> Issued:
    row = await session.get(LetterRow, id)
    if row is None:
        raise NotFound("dispatch.document_unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
    document = letters.book_id(id)
    file = await session.get(SignedFile, document)
    if file is None or file.next_role:
        raise Refusal("dispatch.not_signed", "Văn bản chưa có đủ chữ ký và con dấu nên chưa gửi đi được.")
    if await course.recalled(session, document):
        raise Refusal("dispatch.recalled", "Văn bản đã được thu hồi nên không gửi đi được.")
    revision = await session.get(LetterRevision, (id, file.revision))
    assert revision is not None  # a file is of a revision that was saved
    content = from_json(Kind(row.kind), revision.content)
    held = await numbers.held_by(session, document)
    day = date.fromisoformat(content.issued_on) if content.issued_on else await _issued_on(session, file)
    return Issued(
        f"letter:{id}",
        row.unit,
        row.meeting,
        row.kind,
        str(held.number) if held else "",
        content.letterhead.symbol,
        content.abstract,
        content.letterhead.place,
        day,
        content.signatory.title,
        content.signatory.name,
        content.urgency,
        file.pdf,
        file.sha256,
    )


async def _issued_on(session: AsyncSession, file: SignedFile) -> date:
    """The day that was written into the field kept for it."""
    what = SigningEvent.document == file.document, SigningEvent.what == "numbered"
    at = await session.scalar(select(SigningEvent.at).where(*what).order_by(SigningEvent.at.desc()).limit(1))
    return local_time(at or file.at).date()


async def of_meeting(session: AsyncSession, meeting: str) -> list[tuple[str, Issued | None]]:
    """Every document of a meeting, with what is issued of it."""
    ids = [f"minutes:{meeting}"]
    rows = await session.scalars(select(LetterRow.id).where(LetterRow.meeting == meeting).order_by(LetterRow.id))
    ids += [f"letter:{one}" for one in rows]
    found: list[tuple[str, Issued | None]] = []
    for id in ids:
        try:
            found.append((id, await find(session, id)))
        except Refusal:
            found.append((id, None))
    return found


def message_of(
    issued: Issued,
    sender: Organ,
    to: tuple[Organ, ...],
    document_id: str,
    now: int,
    business: BusinessInfo | None = None,
    about: ResponseFor | None = None,
) -> Message:
    """The message that carries `issued`; a recall names the document and carries no file."""
    business = business or BusinessInfo(Business.NEW)
    header = Header(
        sender,
        to,
        Code(issued.number[:11], issued.notation.strip()[:30]),
        Promulgation(issued.place.strip()[:50].strip(), f"{issued.day:%Y/%m/%d}"),
        " ".join(issued.subject.split())[:500].strip(),
        document_id,
        DocumentType(name=TYPE_NAMES[issued.kind]),
        signer=Signer(position=issued.signer_title.strip()[:100], name=issued.signer_name.strip()[:50].strip()),
        other=OtherInfo(priority=PRIORITIES.get(issued.urgency, "0")),
        response_for=(about,) if about else (),
    )
    traces = Traces((Trace(sender.id, f"{local_time(now):%Y/%m/%d %H:%M:%S}"),), business)
    if business.type == Business.RECALL:
        return Message(header, traces)
    name = f"{issued.kind}-{issued.number or 'chua-so'}-{issued.sha256[:8]}.pdf"
    return Message(header, traces, (Attachment(issued.sha256[:32], name, issued.pdf),))
