"""Minutes from draft to signed file: revisions by compare and swap, signing in order, bytes frozen by the first."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from asn1crypto.x509 import Certificate
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.asks import service as asks
from meetings.calendar.tables import Meeting
from meetings.errors import Forbidden, NotFound, Refusal
from meetings.http import Principal
from meetings.ids import new_id
from meetings.layout.page import Rendered
from meetings.minutes.content import Letterhead, MinutesContent, from_json, to_json
from meetings.minutes.draft import Sources, assemble
from meetings.minutes.excerpt import excerpt
from meetings.minutes.layout import render
from meetings.minutes.tables import MinutesFile, MinutesRevision, MinutesSignature
from meetings.numbers import service as numbers
from meetings.numbers.tables import Kind
from meetings.record.store import hashes_of, latest_notes, read_events, read_texts
from meetings.record.tables import RecordEvent
from meetings.signing.appearance import Appearance
from meetings.signing.authorities import PATIENCE_NOW
from meetings.signing.fields import NUMBER, reserve
from meetings.signing.longterm import prolong
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, Signed, apart, sign_once
from meetings.signing.tables import SigningEvent
from meetings.sitting.events import Event
from meetings.storage.database import Database

#: Who signs minutes, in this order.
ORDER = ("secretary", "chair")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a meeting's minutes stand. `file` is set from the first signature on."""

    meeting: str
    revision: int
    content: MinutesContent
    adjourned: bool
    history: tuple[MinutesRevision, ...]
    signatures: tuple[MinutesSignature, ...]
    file: MinutesFile | None
    #: The hash of each event of the record, in hexadecimal.
    hashes: Mapping[int, str] = field(default_factory=dict)
    #: The unit that issues the minutes, their number in its book (0: none yet), and where its numbers come from.
    unit: str = ""
    number: int = 0
    source: str = ""

    @property
    def next_role(self) -> str:
        """Who signs next, empty when all have."""
        done = {one.role for one in self.signatures}
        return next((role for role in ORDER if role not in done), "")

    @property
    def asked(self) -> asks.Document:
        return asks.Document(book_id(self.meeting), Kind.MINUTES, self.meeting, self.content.title)

    def person_of(self, role: str) -> str:
        return self.content.secretary.person if role == "secretary" else self.content.chair.person

    def may_edit(self, who: Principal) -> bool:
        return self.adjourned and self.file is None and who.person == self.content.secretary.person

    def may_sign(self, who: Principal) -> bool:
        role = self.next_role
        return self.adjourned and bool(role) and who.person == self.person_of(role)

    def expect_reader(self, who: Principal) -> None:
        """Drafts are read by secretary and chair alone.

        Raises:
            Forbidden: somebody else asks.
        """
        if who.person not in (self.content.secretary.person, self.content.chair.person):
            raise Forbidden(
                "minutes.draft_not_yours",
                "Dự thảo biên bản chỉ dành cho thư ký và chủ tọa. Biên bản đã ký đủ xem được ở trang cuộc họp.",
            )


async def load(session: AsyncSession, meeting: str, letterhead: Letterhead) -> Standing:
    """The newest revision, or the draft as the record gives it where none was saved.

    Raises:
        NotFound: the meeting has no record yet.
    """
    events = await read_events(session, meeting)
    if not any(one.type == "sitting.prepared" for one in events):
        raise NotFound("minutes.no_record", "Cuộc họp chưa diễn ra nên chưa có biên bản.")
    adjourned = next((one for one in reversed(events) if one.type == "sitting.adjourned"), None)
    drafted = await _draft(session, meeting, events, adjourned or events[-1], letterhead)
    rows = await session.scalars(
        select(MinutesRevision).where(MinutesRevision.meeting == meeting).order_by(MinutesRevision.revision)
    )
    history = tuple(rows)
    content = bound(from_json(history[-1].content), drafted) if history else drafted
    row = await session.get(Meeting, meeting)
    unit = row.unit if row else ""
    held = await numbers.held_by(session, book_id(meeting))
    number = held.number if held else 0
    signed = await session.scalars(
        select(MinutesSignature).where(MinutesSignature.meeting == meeting).order_by(MinutesSignature.at)
    )
    return Standing(
        meeting,
        history[-1].revision if history else 0,
        numbered(content, number),
        adjourned is not None,
        history,
        tuple(signed),
        await session.get(MinutesFile, meeting),
        await hashes_of(session, meeting),
        unit,
        number,
        await numbers.source_of(session, unit) or "",
    )


def book_id(meeting: str) -> str:
    """What the books of numbers know a meeting's minutes as."""
    return f"minutes:{meeting}"


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


def bound(edited: MinutesContent, drafted: MinutesContent) -> MinutesContent:
    """An edited text that still rests on the record: who signs, when it was and the record's head are the record's."""
    return replace(
        edited,
        record_head=drafted.record_head,
        start_at=drafted.start_at,
        end_at=drafted.end_at,
        start_events=drafted.start_events,
        end_events=drafted.end_events,
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
    if who.person != standing.content.secretary.person:
        raise Forbidden("minutes.not_secretary", "Chỉ thư ký của cuộc họp được sửa dự thảo biên bản.")
    _expect_adjourned(standing)
    if standing.file is not None:
        raise Refusal(
            "minutes.frozen",
            "Biên bản đã có chữ ký nên không sửa được nữa. Nếu có sai sót, hãy lập văn bản đính chính.",
        )
    if belief != standing.revision:
        raise stale(standing.revision)
    row = MinutesRevision(
        meeting=standing.meeting,
        revision=belief + 1,
        by=who.person,
        by_name=who.name,
        at=now,
        content=to_json(bound(content, standing.content)),
    )
    try:
        async with database.write() as session:
            await alone(session, standing.meeting)
            if await session.get(MinutesFile, standing.meeting) is not None:
                raise Refusal("minutes.frozen", "Biên bản vừa được ký nên không sửa được nữa. Hãy tải lại trang.")
            session.add(row)
            await session.flush()
    except IntegrityError:
        raise stale(belief + 1) from None
    return belief + 1


def _expect_adjourned(standing: Standing) -> None:
    if not standing.adjourned:
        raise Refusal("minutes.not_adjourned", "Cuộc họp chưa bế mạc. Biên bản được hoàn thiện sau khi bế mạc.")


def stale(revision: int) -> Refusal:
    return Refusal(
        "stale",
        "Dự thảo vừa được sửa ở nơi khác. Bản của quý vị vẫn còn trên màn hình; hãy đối chiếu rồi lưu lại.",
        revision=revision,
    )


async def preview(standing: Standing) -> bytes:
    """The draft as PDF; the frozen bytes once somebody has signed."""
    if standing.file is not None:
        return standing.file.pdf
    return (await asyncio.to_thread(rendered, standing)).pdf


def rendered(standing: Standing) -> Rendered:
    """The draft laid out, with the excerpt of the record that it rests on inside."""
    return render(standing.content, excerpt(standing.content, standing.hashes))


async def sign(
    database: Database,
    standing: Standing,
    who: Principal,
    authority: SampleAuthority | None,
    revision: int,
    sha256: str,
    now: int,
) -> MinutesSignature:
    """Sign in the next role. The signer names what they saw: the revision, and the file's hash once there is one.

    Raises:
        Forbidden: the next signature is not this person's.
        Refusal: not adjourned, all signed, no means to sign, or what was seen is no longer current (`stale`).
    """
    role = expect_turn(standing, who)
    if authority is None:
        raise Refusal(
            "minutes.no_means",
            "Máy chủ này không giữ khóa ký. Hãy ký bằng thiết bị ký của quý vị, hoặc tải về ký rồi tải lên.",
        )
    name = signer_name(standing, role)
    expect_seen(standing, revision, sha256)
    pdf = await to_sign(standing)
    key = KeyFile(await asyncio.to_thread(authority.key_file, who.person, name), PASSPHRASE)
    last = role == ORDER[-1]

    async def work() -> Signed:
        authorities = authority.authorities()
        stamps = authorities.timestamper(PATIENCE_NOW)
        signed = await sign_once(pdf, role, key.signer(), Appearance(name, now), stamps)
        return replace(signed, pdf=await prolong(signed.pdf, authorities)) if last else signed

    result = await apart(work)
    return await keep(database, standing, who.person, result.pdf, result.certificate, now, proven=last)


def expect_turn(standing: Standing, who: Principal) -> str:
    """The role in which `who` signs next.

    Raises:
        Forbidden: the next signature is not this person's.
        Refusal: not adjourned, or all signed.
    """
    _expect_adjourned(standing)
    role = standing.next_role
    if not role:
        raise Refusal("minutes.complete", "Biên bản đã có đủ chữ ký của thư ký và chủ tọa.")
    if not standing.may_sign(who):
        name = "thư ký" if role == "secretary" else "chủ tọa"
        raise Forbidden("minutes.not_your_turn", f"Chữ ký tiếp theo là của {name} cuộc họp, không phải của quý vị.")
    return role


def expect_seen(standing: Standing, revision: int, sha256: str) -> None:
    """
    Raises:
        Refusal: what the signer saw is no longer current (`stale`).
    """
    if revision != standing.revision or sha256 != (standing.file.sha256 if standing.file else ""):
        raise stale(standing.revision)


def signer_name(standing: Standing, role: str) -> str:
    return standing.content.secretary.name if role == "secretary" else standing.content.chair.name


async def to_sign(standing: Standing) -> bytes:
    """The bytes that the next signer signs: rendered with empty fields, or as the last one left them.

    Without a number a field is kept for it, to be filled after the chair's signature and by nothing else.
    """
    if standing.file is not None:
        return standing.file.pdf
    laid_out = await asyncio.to_thread(rendered, standing)
    texts = {} if standing.number else {NUMBER: laid_out.places["number"]}
    return await asyncio.to_thread(reserve, laid_out.pdf, laid_out.places, texts)


async def keep(
    database: Database,
    standing: Standing,
    person: str,
    pdf: bytes,
    certificate: Certificate,
    now: int,
    proven: bool = False,
) -> MinutesSignature:
    """Put `pdf`, newly signed in the next role, where what `standing` shows still is: all of it or nothing.

    `proven`: it holds long-term proof already.

    Raises:
        Refusal: somebody signed or saved in between (`stale`).
    """
    role = standing.next_role
    digest = hashlib.sha256(pdf).hexdigest()
    signature = MinutesSignature(
        meeting=standing.meeting,
        role=role,
        person=person,
        name=signer_name(standing, role),
        at=now,
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        sha256=digest,
    )
    try:
        async with database.write() as session:
            await alone(session, standing.meeting)
            await _keep(session, standing, standing.file.sha256 if standing.file else "", pdf, digest)
            session.add(signature)
            session.add(event(standing, role, person, "signed", digest, "", now))
            await asks.settle(session, book_id(standing.meeting), role)
            if role != ORDER[-1]:
                await asks.ask(session, standing.asked, ORDER[-1], now, standing.person_of(ORDER[-1]))
            if proven:
                session.add(event(standing, "", "", "prolonged", digest, "", now))
            await session.flush()
    except IntegrityError:
        raise stale(standing.revision) from None
    return signature


def event(standing: Standing, role: str, person: str, what: str, sha256: str, detail: str, now: int) -> SigningEvent:
    return SigningEvent(
        id=new_id(),
        meeting=standing.meeting,
        at=now,
        what=what,
        role=role,
        person=person,
        name=signer_name(standing, role),
        sha256=sha256,
        detail=detail,
    )


async def recalled(session: AsyncSession, meeting: str) -> bool:
    found = select(SigningEvent.id).where(SigningEvent.meeting == meeting, SigningEvent.what == "recalled")
    return await session.scalar(found.limit(1)) is not None


async def alone(session: AsyncSession, meeting: str) -> None:
    """Hold the meeting's row to the end of the transaction, so that saving and signing never pass each other."""
    await session.get(Meeting, meeting, with_for_update=True)


async def _keep(session: AsyncSession, standing: Standing, seen: str, pdf: bytes, digest: str) -> None:
    """Put the newly signed bytes where the bytes that were seen are, and nothing else."""
    file = await session.get(MinutesFile, standing.meeting, with_for_update=True)
    if (file.sha256 if file else "") != seen:
        raise stale(standing.revision)
    if file is None:
        newest = await session.scalar(
            select(MinutesRevision.revision)
            .where(MinutesRevision.meeting == standing.meeting)
            .order_by(MinutesRevision.revision.desc())
            .limit(1)
        )
        if (newest or 0) != standing.revision:
            raise stale(newest or 0)
        session.add(MinutesFile(meeting=standing.meeting, revision=standing.revision, sha256=digest, pdf=pdf))
    else:
        file.sha256, file.pdf = digest, pdf


async def signed_file(session: AsyncSession, meeting: str) -> MinutesFile:
    """The file that both have signed.

    Raises:
        NotFound: signatures are missing.
    """
    signed = set(await session.scalars(select(MinutesSignature.role).where(MinutesSignature.meeting == meeting)))
    file = await session.get(MinutesFile, meeting)
    if file is None or signed != set(ORDER):
        raise NotFound("minutes.not_signed", "Biên bản chưa có đủ chữ ký của thư ký và chủ tọa.")
    return file
