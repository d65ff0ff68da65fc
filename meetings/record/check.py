"""Checking a record: every hash, every text, and what was redacted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.record.chain import GENESIS, Header, hash_event, hash_payload
from meetings.record.tables import RecordEvent, RecordText
from meetings.sitting.registry import Text


@dataclass(slots=True)
class Report:
    """`broken` lists `(seq, what)`; `redacted` the numbers whose content was lawfully erased."""

    meeting: str
    events: int = 0
    head: str = ""
    broken: list[tuple[int, str]] = field(default_factory=list)
    redacted: list[int] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.broken


async def check(session: AsyncSession, meeting: str) -> Report:
    """Recompute the whole chain of a meeting."""
    report = Report(meeting)
    prev, announced = GENESIS, set[int]()
    rows = await session.scalars(select(RecordEvent).where(RecordEvent.meeting == meeting).order_by(RecordEvent.seq))
    for row in rows:
        report.events += 1
        _check_event(report, row, prev)
        if row.type == "record.redacted" and row.payload is not None:
            announced.add(_redacted_seq(row.payload))
        prev = row.hash
    report.head = prev.hex()
    for seq in set(report.redacted) - announced:
        report.broken.append((seq, "content is missing and no redaction was recorded"))
    await _check_texts(session, report, announced)
    return report


def _check_event(report: Report, row: RecordEvent, prev: bytes) -> None:
    if row.seq != report.events:
        report.broken.append((row.seq, f"number {report.events} is missing"))
    header = Header(row.meeting, row.seq, row.at, row.type, row.v, row.actor, row.on_behalf_of, row.command_id)
    if row.payload is None or row.salt is None:
        report.redacted.append(row.seq)
    elif hash_payload(row.salt, row.payload) != row.payload_hash:
        report.broken.append((row.seq, "the payload was changed"))
    if hash_event(prev, header, row.payload_hash) != row.hash:
        report.broken.append((row.seq, "the chain does not fit"))


def _redacted_seq(payload: bytes) -> int:
    return int(json.loads(payload)["seq"])


async def _check_texts(session: AsyncSession, report: Report, announced: set[int]) -> None:
    for row in await session.scalars(select(RecordText).where(RecordText.meeting == report.meeting)):
        if row.text is None or row.salt is None:
            if row.seq not in announced:
                report.broken.append((row.seq, "a text is missing and no redaction was recorded"))
        elif Text(row.id, row.salt, row.text).sha256 != row.sha256:
            report.broken.append((row.seq, "a text was changed"))
