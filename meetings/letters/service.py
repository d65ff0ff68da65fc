"""Letters from draft to the file put forward for signature; `signing.course` goes on from there."""

from __future__ import annotations

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
from meetings.layout.aside import aside
from meetings.layout.letterhead import replaced
from meetings.letters.authority import expect_allowed
from meetings.letters.content import Kind, Letter, from_json, to_json
from meetings.letters.draft import Called
from meetings.letters.layout import SIGNER, TYPE_NAMES, render
from meetings.letters.tables import LetterRevision, LetterRow
from meetings.numbers import service as numbers
from meetings.numbers.routes import may_number
from meetings.numbers.tables import Kind as Series
from meetings.signing import correcting, course, issuing
from meetings.signing.course import SEAL
from meetings.signing.fields import ISSUED, NUMBER, Place, reserve, seal_place
from meetings.signing.tables import Signature, SignedFile
from meetings.storage.database import Database

#: The reserved texts, by the name of the place that the layout keeps for them.
_OPEN = {NUMBER: "number", ISSUED: "date"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a letter stands (a `course.Signable`). `file` is set once it was put forward for signature."""

    row: LetterRow
    meeting_row: Meeting
    content: Letter
    history: tuple[LetterRevision, ...]
    number: int
    file: SignedFile | None
    signatures: tuple[Signature, ...] = ()

    @property
    def document(self) -> str:
        return book_id(self.row.id)

    @property
    def meeting(self) -> str:
        return self.row.meeting

    @property
    def unit(self) -> str:
        return self.row.unit

    @property
    def revision(self) -> int:
        return self.row.revision

    @property
    def asked(self) -> asks.Document:
        return asks.Document(self.document, Series(self.row.kind), self.meeting, self.content.abstract)

    @property
    def order(self) -> tuple[str, ...]:
        return (SIGNER, SEAL) if self.content.seal else (SIGNER,)

    @property
    def kind(self) -> Kind:
        return Kind(self.row.kind)

    def may_edit(self, who: Principal) -> bool:
        return self.file is None and may_change(who, self.meeting_row)

    def may_number(self, who: Principal) -> bool:
        return may_number(who, self.row.unit)

    def person_of(self, role: str) -> str:
        return self.content.signatory.person if role == SIGNER else ""

    def name_of(self, role: str) -> str:
        head = self.content.letterhead
        return (head.issuing or head.superior) if role == SEAL else self.content.signatory.name

    def may_recall(self, who: Principal) -> bool:
        return may_change(who, self.meeting_row) or who.person == self.content.signatory.person

    def expect_ready(self) -> None:
        """
        Raises:
            Refusal: it was not put forward.
        """
        if self.file is None:
            raise Refusal("letters.not_put_forward", "Văn bản chưa trình ký. Hãy trình ký trước.")

    def for_book(self, now: int) -> numbers.Document:
        """What the books of numbers know this letter as."""
        issued = self.content.issued_on
        year = int(issued[:4]) if issued else local_time(now).year
        return numbers.Document(self.row.unit, Series(self.row.kind), year, self.document, self.content.abstract)

    async def readied(self, database: Database, by: str, now: int) -> Standing:
        """
        Raises:
            Invalid: the authority by which it is signed is not in force today.
        """
        if course.next_role(self) == SIGNER:
            expect_allowed(self.content.signatory, local_time(now).date())
        return self

    async def to_sign(self) -> bytes:
        """The letter laid out, with a field for each signature, and for number and day where they are still open."""
        laid_out = await aside(render, self.content)
        places: dict[str, Place] = {SIGNER: laid_out.places[SIGNER]}
        if self.content.seal:
            places[SEAL] = seal_place(places[SIGNER])
        texts = {name: laid_out.places[place] for name, place in _OPEN.items() if place in laid_out.places}
        return await aside(reserve, laid_out.pdf, places, texts)

    async def alone(self, session: AsyncSession) -> None:
        """Hold the letter's row to the end of the transaction.

        Raises:
            Refusal: somebody saved another revision (`stale`).
        """
        row = await _alone(session, self.row.id)
        if row.revision != self.revision:
            raise course.stale(row.revision)

    async def reopen(self, session: AsyncSession, by: str, reason: str, now: int) -> None:
        if await numbers.held_by(session, self.document):
            await numbers.cancel(session, self.unit, self.document, reason, by, now)
        await asks.ask(session, self.asked, asks.REDRAFT, now, self.history[-1].by, reason=reason)


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


async def correct(database: Database, standing: Standing, who: Principal, reason: str, now: int) -> str:
    """Begin the letter that takes the place of a signed one; its id.

    Raises:
        Forbidden, Refusal: as `correcting.begin`.
    """
    name = TYPE_NAMES[type(standing.content)]
    signed = max((one.at for one in standing.signatures), default=now)
    words = replaced(name, standing.content.letterhead, signed, reason)
    content = replace(_numbered(standing.content, 0), replaces=words, issued_on="")
    async with database.write() as session:
        id = await create(session, who, standing.meeting_row, standing.kind, content, now)
        await correcting.begin(session, standing, book_id(id), who, reason, now)
    return id


async def load(session: AsyncSession, who: Principal, id: str) -> Standing:
    """The letter as it stands, with its number in the letterhead.

    Raises:
        NotFound: there is none, or its meeting is not theirs to know.
        Forbidden: it is for who may change the meeting, the unit's records clerk, and once put forward the signer.
    """
    found = await find(session, id)
    if found.may_number(who) or (found.file is not None and who.person == found.content.signatory.person):
        return found
    meeting = await find_visible(session, who, found.meeting)
    if not may_change(who, meeting):
        raise Forbidden(
            "letters.not_yours",
            "Văn bản này chỉ dành cho thư ký, chủ trì cuộc họp, người ký và văn thư của đơn vị.",
        )
    return found


async def find(session: AsyncSession, id: str) -> Standing:
    """The letter as it stands, whoever asks.

    Raises:
        NotFound: there is none.
    """
    row = await session.get(LetterRow, id)
    meeting = await session.get(Meeting, row.meeting) if row else None
    if row is None or meeting is None:
        raise NotFound("letters.unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
    history = await session.scalars(
        select(LetterRevision).where(LetterRevision.letter == id).order_by(LetterRevision.revision)
    )
    revisions = tuple(history)
    document = book_id(id)
    held = await numbers.held_by(session, document)
    number = held.number if held else 0
    content = _numbered(from_json(Kind(row.kind), revisions[-1].content), number)
    file = await session.get(SignedFile, document)
    return Standing(row, meeting, content, revisions, number, file, await course.signatures_of(session, document))


def book_id(letter: str) -> str:
    """What the books of numbers and the dispatch know a letter as."""
    return f"letter:{letter}"


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
                raise course.stale(row.revision)
            row.revision = belief + 1
            kept = replace(_numbered(content, 0), replaces=standing.content.replaces)
            session.add(_revision(row.id, belief + 1, who, kept, now))
            await session.flush()
    except IntegrityError:
        raise course.stale(belief + 1) from None
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
    pdf = await standing.to_sign()
    async with database.write() as session:
        row = await _alone(session, standing.row.id, still_open=True)
        held = await numbers.held_by(session, standing.document)
        if not row.revision == belief == standing.revision or (held.number if held else 0) != standing.number:
            raise course.stale(row.revision)
        await asks.settle(session, standing.document)
        await course.ask_next(session, standing, SIGNER, now)
        return (await course.freeze(session, standing, pdf, now)).sha256


async def withdraw(database: Database, standing: Standing, who: Principal, reason: str, now: int) -> None:
    """Back from the signer's desk: the draft opens again, and a number that it had is cancelled with the reason.

    Raises:
        Invalid: no reason.
        Forbidden: not theirs.
        Refusal: it was not put forward, or is signed.
    """
    if not reason.strip():
        raise Invalid("letters.reason_missing", "Hãy ghi lý do trả lại văn bản.")
    if not may_change(who, standing.meeting_row) and not standing.may_number(who):
        raise Forbidden("letters.not_editor", "Chỉ thư ký, chủ trì hoặc văn thư được trả lại văn bản này.")
    standing.expect_ready()
    async with database.write() as session:
        file = await course.unchanged(session, standing)
        if await course.signatures_of(session, standing.document):
            raise Refusal("letters.signed", "Văn bản đã có chữ ký. Người ký tiếp theo có thể từ chối và ghi lý do.")
        await course.fall_away(session, standing.document)
        await asks.settle(session, standing.document)
        await standing.reopen(session, who.person, reason, now)
        seen = file.sha256 if file else ""
        session.add(course.event(standing, "", who.person, "returned", seen, reason, now, who.name))


async def give_number(database: Database, standing: Standing, who: Principal, entered: int | None, now: int) -> int:
    """The register's next number, or the one that the unit's document system gave (`entered`).

    Raises:
        Forbidden: entering is the records clerk's; taking from the register also who may change the meeting.
        Refusal: it is being signed, or the books' own refusals.
    """
    allowed = standing.may_number(who) or (entered is None and may_change(who, standing.meeting_row))
    if not allowed:
        raise Forbidden("numbers.not_clerk", "Chỉ văn thư của đơn vị được nhập số văn bản.")
    return await issuing.number(database, standing, who.person, entered, now)


async def _alone(session: AsyncSession, id: str, still_open: bool = False) -> LetterRow:
    """Hold the letter's row to the end of the transaction; with `still_open`, refuse one put forward meanwhile."""
    row = await session.get(LetterRow, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("letters.unknown", "Không tìm thấy văn bản. Hãy mở lại từ trang cuộc họp.")
    if still_open and await session.get(SignedFile, book_id(id)) is not None:
        raise _frozen()
    return row


def _revision(letter: str, revision: int, who: Principal, content: Letter, now: int) -> LetterRevision:
    return LetterRevision(
        letter=letter, revision=revision, by=who.person, by_name=who.name, at=now, content=to_json(content)
    )


def _frozen() -> Refusal:
    return Refusal("letters.frozen", "Văn bản đã trình ký nên không sửa được. Nếu cần sửa, hãy trả lại và ghi lý do.")
