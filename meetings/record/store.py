"""Appending to and reading from the record. One transaction takes what waits; all of it is kept, or nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.record.chain import GENESIS, SALT_SIZE, Header, canonical, hash_event, hash_payload
from meetings.record.tables import (
    MeetingHome,
    NoteRevision,
    RecordCommand,
    RecordEvent,
    RecordText,
    SecretCastMark,
    SecretTotal,
)
from meetings.sitting.events import CATALOGUE, Draft, Event
from meetings.sitting.registry import SecretCast, Text
from meetings.storage.base import Base
from meetings.storage.database import Database


class LeaseLost(Exception):
    """Another server has become the meeting's home; nothing was appended."""


@dataclass(frozen=True, slots=True)
class Note:
    """A revision of notes that goes in with the event that records its hash."""

    item: str
    revision: int
    by: str
    text: str


@dataclass(slots=True)
class Entry:
    """What one accepted command brings: its events, texts and what lies beside the record."""

    actor: str
    command_id: str
    drafts: list[Draft]
    on_behalf_of: str = ""
    content_hash: bytes = b""
    texts: Sequence[Text] = ()
    note: Note | None = None
    #: Filled by `seal`.
    events: list[Event] = field(default_factory=list)
    rows: list[Base] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a meeting: its number and hash."""

    seq: int
    at: int
    hash: bytes


async def head(session: AsyncSession, meeting: str) -> Head:
    """The record's head; number 0 and the genesis hash where nothing was recorded."""
    row = (
        await session.execute(
            select(RecordEvent.seq, RecordEvent.at, RecordEvent.hash)
            .where(RecordEvent.meeting == meeting)
            .order_by(RecordEvent.seq.desc())
            .limit(1)
        )
    ).first()
    return Head(row.seq, row.at, row.hash) if row else Head(0, 0, GENESIS)


def seal(meeting: str, last: Head, entry: Entry, now: int) -> Head:
    """Number, salt and chain the entry's events after `last`; fills its `events` and `rows`; the new head."""
    entry.events, entry.rows = [], []
    at = max(now, last.at)
    for draft in entry.drafts:
        row = _sealed(meeting, last, entry, draft, at)
        entry.rows.append(row)
        entry.events.append(_event(row))
        last = Head(row.seq, at, row.hash)
    entry.rows.extend(_beside(meeting, last, entry, at))
    return last


def _sealed(meeting: str, last: Head, entry: Entry, draft: Draft, at: int) -> RecordEvent:
    version = CATALOGUE[draft.type]
    header = Header(meeting, last.seq + 1, at, draft.type, version, entry.actor, entry.on_behalf_of, entry.command_id)
    salt, payload = secrets.token_bytes(SALT_SIZE), canonical(draft.payload)
    payload_hash = hash_payload(salt, payload)
    return RecordEvent(
        meeting=meeting,
        seq=header.seq,
        at=at,
        type=header.type,
        v=version,
        actor=header.actor,
        on_behalf_of=header.on_behalf_of,
        command_id=header.command_id,
        salt=salt,
        payload=payload,
        payload_hash=payload_hash,
        hash=hash_event(last.hash, header, payload_hash),
    )


def _beside(meeting: str, last: Head, entry: Entry, at: int) -> Iterator[Base]:
    for text in entry.texts:
        # A text belongs to the event whose payload names it, so that both are redacted together.
        seq = next((event.seq for event in entry.events if text.id in json.dumps(event.payload)), last.seq)
        yield RecordText(meeting=meeting, id=text.id, seq=seq, sha256=text.sha256, salt=text.salt, text=text.text)
    if entry.note:
        note = entry.note
        yield NoteRevision(meeting=meeting, item=note.item, revision=note.revision, by=note.by, at=at, text=note.text)
    if entry.content_hash:
        yield RecordCommand(
            meeting=meeting,
            actor=entry.actor,
            command_id=entry.command_id,
            content_hash=entry.content_hash,
            seq=last.seq,
        )


async def append(database: Database, meeting: str, epoch: int, entries: Sequence[Entry], erase: int = 0) -> None:
    """Keep all sealed `entries` in one transaction.

    `erase`: the number of an event whose texts, payload and salt go in the same transaction (see redaction).

    Raises:
        LeaseLost: `epoch` is not the meeting's epoch any more.
        sqlalchemy.exc.DBAPIError: the database refused (a full disk, for one); nothing was kept.
    """
    async with database.write() as session:
        lease = await session.get(MeetingHome, meeting, with_for_update=True)
        if lease is None or lease.epoch != epoch:
            raise LeaseLost(meeting)
        events = [row for entry in entries for row in entry.rows if isinstance(row, RecordEvent)]
        session.add_all(events)
        await session.flush()
        session.add_all(row for entry in entries for row in entry.rows if not isinstance(row, RecordEvent))
        if erase:
            await _erase(session, meeting, erase)


async def _erase(session: AsyncSession, meeting: str, seq: int) -> None:
    event = (RecordEvent.meeting == meeting, RecordEvent.seq == seq)
    await session.execute(update(RecordEvent).where(*event).values(payload=None, salt=None))
    texts = (RecordText.meeting == meeting, RecordText.seq == seq)
    await session.execute(update(RecordText).where(*texts).values(text=None, salt=None))


def _event(row: RecordEvent) -> Event:
    redacted = row.payload is None
    payload = {} if row.payload is None else json.loads(row.payload)
    return Event(row.seq, row.at, row.type, row.v, row.actor, row.on_behalf_of, row.command_id, payload, redacted)


async def read_events(session: AsyncSession, meeting: str, after: int = 0) -> list[Event]:
    """The events of a meeting with numbers above `after`."""
    rows = await session.scalars(
        select(RecordEvent).where(RecordEvent.meeting == meeting, RecordEvent.seq > after).order_by(RecordEvent.seq)
    )
    return [_event(row) for row in rows]


async def hashes_of(session: AsyncSession, meeting: str) -> dict[int, str]:
    """The hash of each event, in hexadecimal by number."""
    rows = await session.execute(select(RecordEvent.seq, RecordEvent.hash).where(RecordEvent.meeting == meeting))
    return {row.seq: row.hash.hex() for row in rows}


async def read_texts(session: AsyncSession, meeting: str) -> list[Text]:
    """The texts of a meeting that have not been redacted."""
    rows = await session.scalars(select(RecordText).where(RecordText.meeting == meeting))
    return [Text(row.id, row.salt, row.text) for row in rows if row.salt is not None and row.text is not None]


async def first_answer(session: AsyncSession, meeting: str, actor: str, command_id: str) -> tuple[bytes, int] | None:
    """`(content hash, number)` of a command that was accepted before."""
    row = await session.get(RecordCommand, (meeting, actor, command_id))
    return (row.content_hash, row.seq) if row else None


async def latest_notes(session: AsyncSession, meeting: str) -> dict[str, tuple[int, str]]:
    """`item → (revision, text)` of the newest notes."""
    rows = await session.scalars(
        select(NoteRevision).where(NoteRevision.meeting == meeting).order_by(NoteRevision.revision)
    )
    return {row.item: (row.revision, row.text or "") for row in rows}


async def add_secret_casts(database: Database, meeting: str, epoch: int, casts: Sequence[SecretCast]) -> None:
    """Count a shuffled batch of secret votes; in the database only totals and the marks of who has cast change.

    Raises:
        LeaseLost: `epoch` is not the meeting's epoch any more.
    """
    async with database.write() as session:
        lease = await session.get(MeetingHome, meeting, with_for_update=True)
        if lease is None or lease.epoch != epoch:
            raise LeaseLost(meeting)
        counts: dict[tuple[str, int], int] = {}
        for cast in casts:
            session.add(SecretCastMark(meeting=meeting, ballot=cast.ballot, mandate=cast.mandate))
            counts[(cast.ballot, cast.choice)] = counts.get((cast.ballot, cast.choice), 0) + 1
        for (ballot, choice), count in counts.items():
            result = await session.execute(
                update(SecretTotal)
                .where(SecretTotal.meeting == meeting, SecretTotal.ballot == ballot, SecretTotal.choice == choice)
                .values(count=SecretTotal.count + count)
                .returning(SecretTotal.count)
            )
            if result.first() is None:
                session.add(SecretTotal(meeting=meeting, ballot=ballot, choice=choice, count=count))


async def secret_totals(session: AsyncSession, meeting: str, ballot: str, choices: int) -> tuple[tuple[int, ...], int]:
    """`(totals per choice, number of casts)` of a secret ballot."""
    rows = await session.execute(
        select(SecretTotal.choice, SecretTotal.count.label("votes")).where(
            SecretTotal.meeting == meeting, SecretTotal.ballot == ballot
        )
    )
    by_choice = {row.choice: row.votes for row in rows}
    casts = await session.scalar(
        select(func.count())
        .select_from(SecretCastMark)
        .where(SecretCastMark.meeting == meeting, SecretCastMark.ballot == ballot)
    )
    return tuple(by_choice.get(choice, 0) for choice in range(choices)), casts or 0


async def secret_casts(session: AsyncSession, meeting: str) -> dict[str, set[str]]:
    """Who has cast in each secret ballot."""
    rows = await session.execute(
        select(SecretCastMark.ballot, SecretCastMark.mandate).where(SecretCastMark.meeting == meeting)
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.ballot, set()).add(row.mandate)
    return found
