"""Minutes from draft to the first signature: revisions by compare and swap; `signing.course` goes on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.asks import service as asks
from meetings.calendar.tables import Meeting
from meetings.errors import Forbidden, NotFound, Refusal
from meetings.http import Principal, Role
from meetings.ids import local_time
from meetings.layout.aside import aside
from meetings.layout.letterhead import replaced
from meetings.layout.page import Rendered
from meetings.letters.templates import template_of
from meetings.minutes.content import Attested, Letterhead, MinutesContent, from_json, to_json
from meetings.minutes.draft import Sources, assemble
from meetings.minutes.excerpt import excerpt
from meetings.minutes.layout import render
from meetings.minutes.tables import MinutesRevision
from meetings.numbers import service as numbers
from meetings.numbers.tables import Kind, Source
from meetings.record.store import hashes_of, latest_notes, read_events, read_texts
from meetings.record.tables import RecordEvent
from meetings.signing import correcting, course
from meetings.signing.course import SEAL
from meetings.signing.fields import NUMBER, Place, reserve, seal_place
from meetings.signing.tables import Attestation, Correction, Signature, SignedFile
from meetings.sitting.events import Event
from meetings.storage.database import Database

#: The people who sign minutes, in this order.
PEOPLE = ("secretary", "chair")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a meeting's minutes stand (a `course.Signable`). `file` is set from the first signature on."""

    meeting: str
    revision: int
    content: MinutesContent
    adjourned: bool
    history: tuple[MinutesRevision, ...]
    signatures: tuple[Signature, ...]
    file: SignedFile | None
    #: The hash of each event of the record, in hexadecimal.
    hashes: Mapping[int, str] = field(default_factory=dict)
    #: The unit that issues the minutes, their number in its book (0: none yet), and where its numbers come from.
    unit: str = ""
    number: int = 0
    source: str = ""
    #: 1 for the first minutes; each correction is the next edition, a document of its own.
    edition: int = 1
    #: Who attests in a role instead of the officer, by role.
    attesting: Mapping[str, Attestation] = field(default_factory=dict)

    @property
    def document(self) -> str:
        return book_id(self.meeting, self.edition)

    @property
    def asked(self) -> asks.Document:
        return asks.Document(self.document, Kind.MINUTES, self.meeting, self.content.title)

    @property
    def order(self) -> tuple[str, ...]:
        return (*PEOPLE, SEAL) if self.content.seal else PEOPLE

    @property
    def next_role(self) -> str:
        """Who signs next, empty when all have."""
        return course.next_role(self)

    def person_of(self, role: str) -> str:
        if role in self.attesting:
            return self.attesting[role].person
        return self.content.secretary.person if role == "secretary" else self.content.chair.person

    def name_of(self, role: str) -> str:
        if role == SEAL:
            return self.content.letterhead.issuing or self.content.letterhead.superior
        if role in self.attesting:
            return self.attesting[role].name
        return self.content.secretary.name if role == "secretary" else self.content.chair.name

    def may_edit(self, who: Principal) -> bool:
        return self.adjourned and self.file is None and who.person == self.person_of("secretary")

    def may_sign(self, who: Principal) -> bool:
        return self.adjourned and course.may_sign(self, who)

    def may_recall(self, who: Principal) -> bool:
        return who.person in (self.person_of("secretary"), self.person_of("chair"))

    def may_name(self, who: Principal) -> bool:
        """Whether `who` is the head of the unit, who names an attestant."""
        return bool(self.unit) and who.unit == self.unit and who.has(Role.UNIT_HEAD)

    def expect_reader(self, who: Principal) -> None:
        """Drafts are read by secretary and chair alone; the clerk who seals reads what both have signed.

        Raises:
            Forbidden: somebody else asks.
        """
        sealing = course.people_have_signed(self) and course.may_seal(who, self.unit)
        people = {self.content.secretary.person, self.content.chair.person, *map(self.person_of, PEOPLE)}
        if not sealing and not self.may_name(who) and who.person not in people:
            raise Forbidden(
                "minutes.draft_not_yours",
                "Dự thảo biên bản chỉ dành cho thư ký và chủ tọa. Biên bản đã ký đủ xem được ở trang cuộc họp.",
            )

    def expect_ready(self) -> None:
        """
        Raises:
            Refusal: the sitting goes on.
        """
        if not self.adjourned:
            raise Refusal("minutes.not_adjourned", "Cuộc họp chưa bế mạc. Biên bản được hoàn thiện sau khi bế mạc.")

    async def readied(self, database: Database, by: str, now: int) -> Standing:
        """With the register's next number where the unit's numbers come from there; asked again, the same one.

        Raises:
            Refusal: somebody signed in between (`stale`).
        """
        if self.file is not None or self.number or self.source != Source.REGISTER:
            return self
        async with database.write() as session:
            await course.unchanged(session, self)
            number = await numbers.take(session, self.for_book(now), by, now)
        return replace(self, number=number, content=numbered(self.content, number))

    def for_book(self, now: int) -> numbers.Document:
        """What the books of numbers know the minutes as."""
        title = f"Biên bản {self.content.title}"
        return numbers.Document(self.unit, Kind.MINUTES, local_time(now).year, self.document, title)

    async def to_sign(self) -> bytes:
        """The draft laid out, with a field for each signature.

        Without a number a field is kept for it, to be filled after the chair's signature and by nothing else.
        """
        laid_out = await aside(rendered, self.content, self.hashes)
        places: dict[str, Place] = {role: laid_out.places[role] for role in PEOPLE}
        if self.content.seal:
            places[SEAL] = seal_place(places["chair"])
        texts = {} if self.number else {NUMBER: laid_out.places["number"]}
        return await aside(reserve, laid_out.pdf, places, texts)

    async def alone(self, session: AsyncSession) -> None:
        """Hold the meeting's row to the end of the transaction.

        Raises:
            Refusal: somebody saved another revision (`stale`).
        """
        await session.get(Meeting, self.meeting, with_for_update=True)
        newest = select(func.max(MinutesRevision.revision)).where(MinutesRevision.meeting == self.meeting)
        found = await session.scalar(newest) or 0
        if found != self.revision:
            raise course.stale(found)

    async def reopen(self, session: AsyncSession, by: str, reason: str, now: int) -> None:
        if await numbers.held_by(session, self.document):
            await numbers.cancel(session, self.unit, self.document, reason, by, now)
        await asks.ask(session, self.asked, "secretary", now, self.person_of("secretary"), reason=reason)


async def load(session: AsyncSession, meeting: str, letterhead: Letterhead) -> Standing:
    """The newest revision, or the draft as the record gives it where none was saved.

    Raises:
        NotFound: the meeting has no record yet.
    """
    events = await read_events(session, meeting)
    if not any(one.type == "sitting.prepared" for one in events):
        raise NotFound("minutes.no_record", "Cuộc họp chưa diễn ra nên chưa có biên bản.")
    adjourned = next((one for one in reversed(events) if one.type == "sitting.adjourned"), None)
    row = await session.get(Meeting, meeting)
    unit = row.unit if row else ""
    drafted = await _draft(session, meeting, events, adjourned or events[-1], letterhead)
    template = await template_of(session, unit, Kind.MINUTES)
    drafted = replace(drafted, recipients=template.recipients or drafted.recipients)
    rows = await session.scalars(
        select(MinutesRevision).where(MinutesRevision.meeting == meeting).order_by(MinutesRevision.revision)
    )
    history = tuple(rows)
    content = _newest(history, drafted)
    edition = await edition_of(session, meeting)
    document = book_id(meeting, edition)
    held = await numbers.held_by(session, document)
    number = held.number if held else 0
    rows_of = await session.scalars(select(Attestation).where(Attestation.document == document))
    attesting = {one.role: one for one in rows_of}
    return Standing(
        meeting,
        history[-1].revision if history else 0,
        replace(numbered(content, number), attested=_attested(attesting.values())),
        adjourned is not None,
        history,
        await course.signatures_of(session, document),
        await session.get(SignedFile, document),
        await hashes_of(session, meeting),
        unit,
        number,
        await numbers.source_of(session, unit) or "",
        edition,
        attesting,
    )


def book_id(meeting: str, edition: int = 1) -> str:
    """What the books of numbers know a meeting's minutes as."""
    return f"minutes:{meeting}" if edition == 1 else f"minutes:{meeting}:{edition}"


async def edition_of(session: AsyncSession, meeting: str) -> int:
    """The newest edition: one more than there are corrections."""
    corrections = select(func.count()).where(Correction.document.startswith(f"{book_id(meeting)}:"))
    return 1 + (await session.scalar(corrections) or 0)


def numbered(content: MinutesContent, number: int) -> MinutesContent:
    """The number is the books', never the editor's."""
    return replace(content, letterhead=replace(content.letterhead, number=str(number) if number else ""))


async def _draft(
    session: AsyncSession, meeting: str, events: list[Event], last: Event, letterhead: Letterhead
) -> MinutesContent:
    texts = {one.id: one.text for one in await read_texts(session, meeting)}
    notes = {item: text for item, (_, text) in (await latest_notes(session, meeting)).items()}
    row = await session.get(RecordEvent, (meeting, last.seq))
    head = row.hash.hex() if row else ""
    # Folding a long record takes tens of milliseconds.
    return await asyncio.to_thread(assemble, Sources(meeting, events, texts, notes, head, letterhead))


def _newest(history: tuple[MinutesRevision, ...], drafted: MinutesContent) -> MinutesContent:
    if not history:
        return drafted
    kept = from_json(history[-1].content)
    return bound(kept, drafted, kept.replaces)


def _attested(rows: Iterable[Attestation]) -> tuple[Attested, ...]:
    return tuple(
        Attested(
            "chair" if one.role == "chair" else "secretary",
            one.name,
            one.position,
            one.reason,
            one.by_name,
            one.by_position,
        )
        for one in sorted(rows, key=lambda one: PEOPLE.index(one.role))
    )


def bound(edited: MinutesContent, drafted: MinutesContent, replaces: str) -> MinutesContent:
    """An edited text that still rests on the record: who signs, when it was and the record's head are the record's.

    What it `replaces` is the server's to say.
    """
    return replace(
        edited,
        record_head=drafted.record_head,
        start_at=drafted.start_at,
        end_at=drafted.end_at,
        start_events=drafted.start_events,
        end_events=drafted.end_events,
        replaces=replaces,
        chair=replace(edited.chair, person=drafted.chair.person, name=drafted.chair.name),
        secretary=replace(edited.secretary, person=drafted.secretary.person, name=drafted.secretary.name),
    )


async def save(
    database: Database, standing: Standing, who: Principal, belief: int, content: MinutesContent, now: int
) -> int:
    """Keep `content` as the next revision after `belief`, and return its number.

    Raises:
        Forbidden: not the secretary of this sitting.
        Refusal: not adjourned, already signed, or somebody saved in between (`stale`).
    """
    if who.person != standing.person_of("secretary"):
        raise Forbidden("minutes.not_secretary", "Chỉ thư ký của cuộc họp được sửa dự thảo biên bản.")
    standing.expect_ready()
    if standing.file is not None:
        raise Refusal(
            "minutes.frozen",
            "Biên bản đã có chữ ký nên không sửa được nữa. Nếu có sai sót, hãy lập văn bản đính chính.",
        )
    if belief != standing.revision:
        raise course.stale(standing.revision)
    row = MinutesRevision(
        meeting=standing.meeting,
        revision=belief + 1,
        by=who.person,
        by_name=who.name,
        at=now,
        content=to_json(bound(content, standing.content, standing.content.replaces)),
    )
    try:
        async with database.write() as session:
            await standing.alone(session)
            if await session.get(SignedFile, standing.document) is not None:
                raise Refusal("minutes.frozen", "Biên bản vừa được ký nên không sửa được nữa. Hãy tải lại trang.")
            session.add(row)
            await session.flush()
    except IntegrityError:
        raise course.stale(belief + 1) from None
    return belief + 1


async def preview(standing: Standing, edited: MinutesContent | None = None) -> bytes:
    """The draft (with what is `edited` and not yet kept) as PDF; the frozen bytes once somebody has signed."""
    if standing.file is not None:
        return standing.file.pdf
    if edited is not None:
        content = bound(edited, standing.content, standing.content.replaces)
        standing = replace(standing, content=numbered(content, standing.number))
    return (await aside(rendered, standing.content, standing.hashes)).pdf


def rendered(content: MinutesContent, hashes: Mapping[int, str]) -> Rendered:
    """The draft laid out, with the excerpt of the record that it rests on inside."""
    return render(content, excerpt(content, hashes))


async def signed_file(session: AsyncSession, meeting: str, earlier: int = 0) -> SignedFile:
    """The minutes in force (or the `earlier` edition), signed by everybody whom they ask for.

    Raises:
        NotFound: signatures are missing.
    """
    edition = earlier or await edition_of(session, meeting)
    file = await session.get(SignedFile, book_id(meeting, edition))
    if not earlier and edition > 1 and (file is None or file.next_role):
        edition -= 1  # the correction is still to be signed
    return await course.signed_file(session, book_id(meeting, edition))


async def correct(database: Database, standing: Standing, who: Principal, reason: str, now: int) -> int:
    """Begin the next edition of signed minutes: the draft opens again and says what it takes the place of.

    Raises:
        Forbidden, Refusal: as `correcting.begin`.
    """
    edition = standing.edition + 1
    signed = max((one.at for one in standing.signatures), default=now)
    content = replace(standing.content, replaces=replaced("Biên bản", standing.content.letterhead, signed, reason))
    row = MinutesRevision(
        meeting=standing.meeting, revision=standing.revision + 1, by=who.person, by_name=who.name, at=now,
        content=to_json(numbered(content, 0)),
    )  # fmt: skip
    async with database.write() as session:
        await correcting.begin(session, standing, book_id(standing.meeting, edition), who, reason, now)
        session.add(row)
        asked = replace(standing, edition=edition, file=None, number=0).asked
        await asks.ask(session, asked, "secretary", now, standing.person_of("secretary"), reason=reason)
    return edition
