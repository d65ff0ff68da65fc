"""Lawful erasure: payload, text and salt go, `record.redacted` says so, and the chain still checks."""

from __future__ import annotations

from meetings.errors import NotFound
from meetings.record.store import Entry, append, head, seal
from meetings.record.tables import RecordEvent
from meetings.sitting.events import Draft
from meetings.storage.database import Database


async def redact(database: Database, meeting: str, epoch: int, seq: int, reason: str, by: str, now: int) -> None:
    """Erase the content of event `seq` and record that it was erased, in one transaction.

    Raises:
        NotFound: there is no such event.
        LeaseLost: `epoch` is not the meeting's epoch any more.
    """
    async with database.read() as session:
        if await session.get(RecordEvent, (meeting, seq)) is None:
            raise NotFound("record.unknown_event", "Không có sự kiện này trong hồ sơ cuộc họp.")
        last = await head(session, meeting)
    fact = Draft("record.redacted", {"seq": seq, "reason": reason, "by": by})
    entry = Entry(by, f"redact-{seq}-{now}", [fact])
    seal(meeting, last, entry, now)
    await append(database, meeting, epoch, [entry], erase=seq)
