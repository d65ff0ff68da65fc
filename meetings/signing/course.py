"""The course of signing, whatever the document: whose turn it is, the bytes that only grow, refusal, recall.

The first signature freezes the bytes; each further one adds to them, in one transaction or not at all.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Protocol, Self, TypeVar

from asn1crypto.x509 import Certificate
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.asks import service as asks
from meetings.errors import Forbidden, NotFound, Refusal
from meetings.http import Principal, Role
from meetings.ids import new_id
from meetings.numbers import service as numbers
from meetings.signing.enrolment import organ
from meetings.signing.tables import PreparedFile, Signature, SignedFile, SigningEvent
from meetings.storage.database import Database

SEAL = "seal"
_WORDS = {"secretary": "thư ký cuộc họp", "chair": "chủ tọa", "signer": "người ký văn bản", SEAL: "văn thư"}


class Signable(Protocol):
    """Where a document stands, as far as signing sees it. What was seen and is no longer so is refused (`stale`)."""

    @property
    def document(self) -> str:
        """What the books of numbers and the dispatch know it as."""
        ...

    @property
    def asked(self) -> asks.Document:
        """As whoever is asked to sign sees it."""
        ...

    @property
    def meeting(self) -> str: ...
    @property
    def unit(self) -> str:
        """The unit that issues it."""
        ...

    @property
    def revision(self) -> int: ...
    @property
    def number(self) -> int:
        """0 while it has none."""
        ...

    @property
    def file(self) -> SignedFile | None: ...
    @property
    def order(self) -> tuple[str, ...]:
        """The roles that the document asks for, in the order in which they sign."""
        ...

    def person_of(self, role: str) -> str: ...
    def name_of(self, role: str) -> str: ...
    def expect_ready(self) -> None:
        """Raises Refusal where nobody may sign yet."""
        ...

    def may_recall(self, who: Principal) -> bool: ...
    async def readied(self, database: Database, by: str, now: int) -> Self:
        """What comes before a signature, such as the register's number; the document as it stands then.

        Raises Refusal where the signature may not be given today.
        """
        ...

    def for_book(self, now: int) -> numbers.Document:
        """What the books of numbers know it as."""
        ...

    async def to_sign(self) -> bytes:
        """The bytes for the first signature: laid out, with the fields that may be filled later."""
        ...

    async def alone(self, session: AsyncSession) -> None:
        """Hold the document's row, so that saving and signing never pass each other.

        Raises Refusal (`stale`) where another revision was saved meanwhile.
        """
        ...

    async def reopen(self, session: AsyncSession, by: str, reason: str, now: int) -> None:
        """What a refusal means beside signing: the number is cancelled, and whoever drafts is asked again."""
        ...


Document = TypeVar("Document", bound=Signable)


#: A longer file is hashed beside the loop, in bytes.
_LONG = 1 << 20


async def digest(pdf: bytes) -> str:
    """SHA-256 in hexadecimal; a long file holds nobody up."""
    if len(pdf) <= _LONG:
        return hashlib.sha256(pdf).hexdigest()
    return (await asyncio.to_thread(hashlib.sha256, pdf)).hexdigest()


def owner(paper: Signable, role: str) -> str:
    """By whose enrolled certificate `role` signs: a person's, or the organ's."""
    return organ(paper.unit) if role == SEAL else paper.person_of(role)


def next_role(paper: Signable) -> str:
    """Who signs next, empty when all have."""
    return paper.file.next_role if paper.file is not None else paper.order[0]


def people_have_signed(paper: Signable) -> bool:
    """Only the seal may be missing: number and day may be written now."""
    return paper.file is not None and paper.file.next_role in ("", SEAL)


def may_seal(who: Principal, unit: str) -> bool:
    """The organ's seal is in the hands of its records clerk alone."""
    return bool(unit) and who.unit == unit and who.has(Role.RECORDS_CLERK)


def may_sign(paper: Signable, who: Principal) -> bool:
    """Whether the next signature is this person's."""
    role = next_role(paper)
    return may_seal(who, paper.unit) if role == SEAL else bool(role) and who.person == paper.person_of(role)


def expect_turn(paper: Signable, who: Principal) -> str:
    """The role in which `who` signs next.

    Raises:
        Forbidden: the next signature is not this person's.
        Refusal: nobody may sign yet, or all have.
    """
    paper.expect_ready()
    role = next_role(paper)
    if not role:
        raise Refusal("signing.complete", "Văn bản đã có đủ chữ ký.")
    if not may_sign(paper, who):
        raise Forbidden(
            "signing.not_your_turn", f"Chữ ký tiếp theo là của {_WORDS[role]}, không phải của quý vị.", role=role
        )
    return role


def expect_seen(paper: Signable, revision: int, sha256: str) -> None:
    """
    Raises:
        Refusal: what the signer saw is no longer current (`stale`).
    """
    if revision != paper.revision or sha256 != (paper.file.sha256 if paper.file else ""):
        raise stale(paper.revision)


def stale(revision: int) -> Refusal:
    return Refusal(
        "stale",
        "Văn bản vừa thay đổi ở nơi khác. Bản của quý vị vẫn còn trên màn hình; hãy đối chiếu rồi thực hiện lại.",
        revision=revision,
    )


async def given(database: Database, paper: Signable, by: str, now: int) -> bytes:
    """What the next one signs. The first signer's document is rendered once and kept, to be compared with what returns.

    Raises:
        Refusal: as `Signable.readied`.
    """
    paper = await paper.readied(database, by, now)
    if paper.file is not None:
        return paper.file.pdf
    key = (paper.document, paper.revision)
    async with database.read() as session:
        kept = await session.get(PreparedFile, key)
    if kept is not None:
        return kept.pdf
    pdf = await paper.to_sign()
    row = PreparedFile(document=key[0], revision=key[1], sha256=await digest(pdf), pdf=pdf)
    try:
        async with database.write() as session:
            session.add(row)
    except IntegrityError:  # another request was first; its rendering is the one that counts
        async with database.read() as session:
            kept = await session.get(PreparedFile, key)
        return kept.pdf if kept is not None else pdf
    return pdf


async def forget_prepared(session: AsyncSession, document: str) -> None:
    """What was rendered for the first signer no longer says what the next rendering will."""
    await session.execute(delete(PreparedFile).where(PreparedFile.document == document))


async def freeze(session: AsyncSession, paper: Signable, pdf: bytes, now: int) -> SignedFile:
    """Keep `pdf` as the bytes that the first one signs."""
    role = paper.order[0]
    row = SignedFile(
        document=paper.document,
        meeting=paper.meeting,
        unit=paper.unit,
        revision=paper.revision,
        sha256=await digest(pdf),
        pdf=pdf,
        next_role=role,
        awaits=owner(paper, role),
        at=now,
    )
    session.add(row)
    return row


async def unchanged(session: AsyncSession, paper: Signable) -> SignedFile | None:
    """The document's file, held, where it still is the one that was seen.

    Raises:
        Refusal: it is not (`stale`).
    """
    await paper.alone(session)
    file = await session.get(SignedFile, paper.document, with_for_update=True, populate_existing=True)
    if (file.sha256 if file else "") != (paper.file.sha256 if paper.file else ""):
        raise stale(paper.revision)
    return file


async def keep(
    database: Database,
    paper: Signable,
    person: str,
    pdf: bytes,
    certificate: Certificate,
    now: int,
    proven: bool = False,
    written: str = "",
) -> Signature:
    """Put `pdf`, newly signed in the next role, where what `paper` shows still is: all of it or nothing.

    `proven`: it holds long-term proof already. `written`: the number that was written with the seal.

    Raises:
        Refusal: somebody signed or saved in between (`stale`).
    """
    role = next_role(paper)
    hashed = await digest(pdf)
    signature = Signature(
        document=paper.document,
        role=role,
        person=person,
        name=paper.name_of(role),
        at=now,
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        sha256=hashed,
    )
    try:
        async with database.write() as session:
            file = await unchanged(session, paper) or await freeze(session, paper, pdf, now)
            following = paper.order[paper.order.index(role) + 1 :]
            file.pdf, file.sha256 = pdf, hashed
            file.next_role = following[0] if following else ""
            file.awaits = owner(paper, following[0]) if following else ""
            await forget_prepared(session, paper.document)
            await asks.settle(session, paper.document, role)
            if following:
                await ask_next(session, paper, following[0], now)
            session.add(signature)
            if written:
                session.add(event(paper, "", person, "numbered", hashed, written, now))
            session.add(event(paper, role, person, "signed", hashed, "", now))
            if proven:
                session.add(event(paper, "", "", "prolonged", hashed, "", now))
            await session.flush()
    except IntegrityError:
        raise stale(paper.revision) from None
    return signature


async def ask_next(session: AsyncSession, paper: Signable, role: str, now: int) -> None:
    """Ask whoever signs in `role`; the seal is asked of the unit's records clerks."""
    sealing = role == SEAL
    person, unit = ("", paper.unit) if sealing else (paper.person_of(role), "")
    await asks.ask(session, paper.asked, role, now, person, unit)


async def refuse(database: Database, paper: Signable, who: Principal, reason: str, now: int) -> None:
    """The next signer refuses: signatures so far fall away and the draft is open again.

    The reason stays, with the number in the book: cancelled, never given again.

    Raises:
        Forbidden: the next signature is not this person's.
        Refusal: nobody may sign yet, all signed, or somebody signed in between.
    """
    role = expect_turn(paper, who)
    async with database.write() as session:
        await unchanged(session, paper)
        await fall_away(session, paper.document)
        await asks.settle(session, paper.document)
        await paper.reopen(session, who.person, reason, now)
        seen = paper.file.sha256 if paper.file else ""
        session.add(event(paper, role, who.person, "refused", seen, reason, now))


async def fall_away(session: AsyncSession, document: str) -> None:
    """Remove the file and its signatures: what was handed out of it counts no more."""
    await session.execute(delete(Signature).where(Signature.document == document))
    await session.execute(delete(SignedFile).where(SignedFile.document == document))
    await forget_prepared(session, document)


async def recall(database: Database, paper: Signable, who: Principal, reason: str, now: int) -> None:
    """Say that a signed document is no longer in force; the file stays, and whoever verifies it is told.

    Raises:
        Forbidden: not theirs to recall.
        Refusal: not complete, or recalled before.
    """
    if not paper.may_recall(who):
        raise Forbidden("signing.not_yours_to_recall", "Quý vị không được thu hồi văn bản này.")
    if paper.file is None or paper.file.next_role:
        raise Refusal("signing.not_signed", "Văn bản chưa có đủ chữ ký nên chưa thể thu hồi.")
    async with database.write() as session:
        await unchanged(session, paper)
        if await recalled(session, paper.document):
            raise Refusal("signing.recalled", "Văn bản này đã được thu hồi trước đó.")
        session.add(event(paper, "", who.person, "recalled", paper.file.sha256, reason, now, who.name))


async def recalled(session: AsyncSession, document: str) -> bool:
    found = select(SigningEvent.id).where(SigningEvent.document == document, SigningEvent.what == "recalled")
    return await session.scalar(found.limit(1)) is not None


def event(
    paper: Signable, role: str, person: str, what: str, sha256: str, detail: str, now: int, name: str = ""
) -> SigningEvent:
    return SigningEvent(
        id=new_id(),
        document=paper.document,
        meeting=paper.meeting,
        at=now,
        what=what,
        role=role,
        person=person,
        name=name or (paper.name_of(role) if role else ""),
        sha256=sha256,
        detail=detail,
    )


async def signatures_of(session: AsyncSession, document: str) -> tuple[Signature, ...]:
    """Who has signed, in order."""
    rows = await session.scalars(select(Signature).where(Signature.document == document).order_by(Signature.at))
    return tuple(rows)


async def signed_file(session: AsyncSession, document: str) -> SignedFile:
    """The file that everybody has signed.

    Raises:
        NotFound: there is none, or signatures are missing.
    """
    file = await session.get(SignedFile, document)
    if file is None or file.next_role:
        raise NotFound("signing.not_signed", "Văn bản chưa có đủ chữ ký.")
    return file
