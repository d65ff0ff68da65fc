"""Letters from draft to the file put forward for signature: revisions by compare and swap, numbers, frozen bytes."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.asks import service as asks
from meetings.calendar.access import find_visible, may_change
from meetings.calendar.tables import Guest, Meeting, Participant, Urgency
from meetings.errors import Forbidden, Invalid, NotFound, Refusal
from meetings.http import Principal
from meetings.ids import local_time, new_id
from meetings.letters.authority import expect_allowed
from meetings.letters.content import Kind, Letter, from_json, to_json
from meetings.letters.draft import Called
from meetings.letters.layout import render
from meetings.letters.tables import LetterFile, LetterRevision, LetterRow
from meetings.numbers import service as numbers
from meetings.numbers.routes import may_number
from meetings.numbers.tables import Kind as Series
from meetings.storage.database import Database


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a letter stands. `file` is set once it was put forward for signature."""

    row: LetterRow
    meeting: Meeting
    content: Letter
    history: tuple[LetterRevision, ...]
    number: int
    file: LetterFile | None

    @property
    def kind(self) -> Kind:
        return Kind(self.row.kind)

    @property
    def asked(self) -> asks.Document:
        return asks.Document(f"letter:{self.row.id}", Series(self.row.kind), self.row.meeting, self.content.abstract)

    def may_edit(self, who: Principal) -> bool:
        return self.file is None and may_change(who, self.meeting)

    def may_number(self, who: Principal) -> bool:
        return may_number(who, self.row.unit)

    def document(self, now: int) -> numbers.Document:
        """What the books of numbers know this letter as."""
        issued = self.content.issued_on
        year = int(issued[:4]) if issued else local_time(now).year
        return numbers.Document(
            self.row.unit, Series(self.row.kind), year, f"letter:{self.row.id}", self.content.abstract
        )


async def called_of(session: AsyncSession, meeting: Meeting) -> Called:
    """The meeting as its letters name it."""
    rows = await session.scalars(
        select(Participant).where(Participant.meeting == meeting.id).order_by(Participant.position)
    )
    sites = list(rows)
    hub = next((one.name for one in sites if one.site == meeting.hub_site), "")
    guests = await session.scalars(select(Guest.name).where(Guest.meeting == meeting.id).order_by(Guest.position))
    place = f"{hub} (điểm cầu trung tâm) và các điểm cầu trực tuyến" if len(sites) > 1 else hub
    return Called(
        meeting.title,
        meeting.starts_at,
        place,
        meeting.chair_name,
        Urgency(meeting.urgency),
        tuple((one.level, one.name) for one in sites),
        tuple(guests),
    )


async def create(session: AsyncSession, who: Principal, meeting: Meeting, kind: Kind, content: Letter, now: int) -> str:
    """Keep a first revision; the letter's id."""
    row = LetterRow(
        id=new_id(),
        meeting=meeting.id,
        unit=meeting.unit,
        kind=kind,
        revision=1,
        created_by=who.person,
        created_at=now,
    )
    session.add(row)
    session.add(_revision(row.id, 1, who, content, now))
    return row.id


async def load(session: AsyncSession, who: Principal, id: str) -> Standing:
    """The letter as it stands, with its number in the letterhead.

    Raises:
        NotFound: there is none, or its meeting is not theirs to know.
        Forbidden: drafts are for who may change the meeting and for the unit's records clerk.
    """
    row = await session.get(LetterRow, id)
    if row is None:
        raise NotFound("letters.unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
    if may_number(who, row.unit):
        meeting = await session.get(Meeting, row.meeting)
        if meeting is None:
            raise NotFound("letters.unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
    else:
        meeting = await find_visible(session, who, row.meeting)
        if not may_change(who, meeting):
            raise Forbidden(
                "letters.not_yours", "Dự thảo văn bản chỉ dành cho thư ký, chủ trì cuộc họp và văn thư của đơn vị."
            )
    history = await session.scalars(
        select(LetterRevision).where(LetterRevision.letter == id).order_by(LetterRevision.revision)
    )
    revisions = tuple(history)
    held = await numbers.held_by(session, f"letter:{id}")
    content = _numbered(from_json(Kind(row.kind), revisions[-1].content), held.number if held else 0)
    return Standing(row, meeting, content, revisions, held.number if held else 0, await session.get(LetterFile, id))


def _numbered(content: Letter, number: int) -> Letter:
    """The number is the books', never the editor's."""
    return replace(content, letterhead=replace(content.letterhead, number=str(number) if number else ""))


async def of_meeting(session: AsyncSession, meeting: str) -> list[LetterRow]:
    """The letters of a meeting, oldest first."""
    rows = await session.scalars(select(LetterRow).where(LetterRow.meeting == meeting).order_by(LetterRow.id))
    return list(rows)


async def save(database: Database, standing: Standing, who: Principal, belief: int, content: Letter, now: int) -> int:
    """Keep `content` as the next revision after `belief`, and return its number.

    Raises:
        Forbidden: not theirs to edit.
        Refusal: put forward for signature, or somebody saved in between (`stale`).
    """
    if standing.file is not None:
        raise _frozen()
    if not standing.may_edit(who):
        raise Forbidden("letters.not_editor", "Chỉ thư ký, chủ trì hoặc đơn vị triệu tập được sửa văn bản này.")
    try:
        async with database.write() as session:
            row = await _alone(session, standing.row.id, still_open=True)
            if row.revision != belief:
                raise _stale(row.revision)
            row.revision = belief + 1
            session.add(_revision(row.id, belief + 1, who, _numbered(content, 0), now))
            await session.flush()
    except IntegrityError:
        raise _stale(belief + 1) from None
    return belief + 1


async def put_forward(database: Database, standing: Standing, who: Principal, belief: int, now: int) -> str:
    """Freeze the bytes for signature; their SHA-256. From now on nothing in them changes but the reserved fields.

    Raises:
        Forbidden: not theirs.
        Invalid: the signature is not one that the decree knows.
        Refusal: already put forward, or not what was seen (`stale`).
    """
    if standing.file is not None:
        raise _frozen()
    if not standing.may_edit(who):
        raise Forbidden("letters.not_editor", "Chỉ thư ký, chủ trì hoặc đơn vị triệu tập được trình ký văn bản này.")
    issued = standing.content.issued_on
    expect_allowed(standing.content.signatory, date.fromisoformat(issued) if issued else local_time(now).date())
    pdf = (await asyncio.to_thread(render, standing.content)).pdf
    digest = hashlib.sha256(pdf).hexdigest()
    async with database.write() as session:
        row = await _alone(session, standing.row.id, still_open=True)
        held = await numbers.held_by(session, f"letter:{row.id}")
        if row.revision != belief or (held.number if held else 0) != standing.number:
            raise _stale(row.revision)
        session.add(LetterFile(letter=row.id, revision=belief, sha256=digest, pdf=pdf, by=who.person, at=now))
        await asks.settle(session, standing.asked.id)
        await asks.ask(session, standing.asked, "signer", now, standing.content.signatory.person)
    return digest


async def withdraw(database: Database, standing: Standing, who: Principal, reason: str, now: int) -> None:
    """The signature was refused: the draft opens again, and a number that it had is cancelled with the reason.

    Raises:
        Invalid: no reason.
        Forbidden: not theirs.
        Refusal: it was not put forward.
    """
    if not reason.strip():
        raise Invalid("letters.reason_missing", "Hãy ghi lý do trả lại văn bản.")
    if not may_change(who, standing.meeting) and not standing.may_number(who):
        raise Forbidden("letters.not_editor", "Chỉ thư ký, chủ trì hoặc văn thư được trả lại văn bản này.")
    async with database.write() as session:
        row = await _alone(session, standing.row.id)
        file = await session.get(LetterFile, row.id)
        if file is None:
            raise Refusal("letters.not_put_forward", "Văn bản chưa trình ký nên không cần trả lại.")
        await session.delete(file)
        await asks.settle(session, standing.asked.id)
        await asks.ask(session, standing.asked, asks.REDRAFT, now, file.by, reason=reason)
        if await numbers.held_by(session, f"letter:{row.id}"):
            await numbers.cancel(session, row.unit, f"letter:{row.id}", reason, who.person, now)


async def give_number(database: Database, standing: Standing, who: Principal, entered: int | None, now: int) -> int:
    """The register's next number, or the one that the unit's document system gave (`entered`).

    Raises:
        Forbidden: entering is the records clerk's; taking from the register also who may change the meeting.
        Refusal: put forward already without a number, or the books' own refusals.
    """
    allowed = standing.may_number(who) or (entered is None and may_change(who, standing.meeting))
    if not allowed:
        raise Forbidden("numbers.not_clerk", "Chỉ văn thư của đơn vị được nhập số văn bản.")
    async with database.write() as session:
        row = await _alone(session, standing.row.id)
        file, held = await session.get(LetterFile, row.id), await numbers.held_by(session, f"letter:{row.id}")
        if file and not held:
            raise Refusal("letters.number_reserved", "Văn bản đã trình ký: số được ghi vào ô chừa sẵn khi đóng dấu.")
        document = standing.document(now)
        if entered is None:
            return await numbers.take(session, document, who.person, now)
        return await numbers.enter(session, document, entered, who.person, now)


async def _alone(session: AsyncSession, id: str, still_open: bool = False) -> LetterRow:
    """Hold the letter's row to the end of the transaction; with `still_open`, refuse one put forward meanwhile."""
    row = await session.get(LetterRow, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("letters.unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
    if still_open and await session.get(LetterFile, id) is not None:
        raise _frozen()
    return row


def _revision(letter: str, revision: int, who: Principal, content: Letter, now: int) -> LetterRevision:
    return LetterRevision(
        letter=letter, revision=revision, by=who.person, by_name=who.name, at=now, content=to_json(content)
    )


def _stale(revision: int) -> Refusal:
    return Refusal(
        "stale",
        "Văn bản vừa được sửa ở nơi khác. Bản của quý vị vẫn còn trên màn hình; hãy đối chiếu rồi lưu lại.",
        revision=revision,
    )


def _frozen() -> Refusal:
    return Refusal("letters.frozen", "Văn bản đã trình ký nên không sửa được. Nếu cần sửa, hãy trả lại và ghi lý do.")
