"""Asking and settling, inside the transaction of the change that asks or answers; and what one person is asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.asks.tables import Ask
from meetings.calendar.tables import Meeting
from meetings.http import Principal, Role
from meetings.numbers.tables import Kind

DAY_MS = 86_400_000
#: The role of an ask for a draft that came back.
REDRAFT = "redraft"


@dataclass(frozen=True, slots=True)
class Document:
    """`id` as the books of numbers know it."""

    id: str
    kind: Kind
    meeting: str
    title: str


async def ask(
    session: AsyncSession, document: Document, role: str, now: int, person: str = "", unit: str = "", reason: str = ""
) -> None:
    """Ask `person`, or the records clerks of `unit`. Asked again, the newest words stand; nobody to ask: nothing."""
    if not person and not unit:
        return
    row = await session.get(Ask, (document.id, role))
    if row is None:
        row = Ask(document=document.id, role=role)
        session.add(row)
    row.kind, row.meeting, row.title = document.kind, document.meeting, document.title
    row.person, row.unit, row.asked_at, row.reason = person, unit, now, reason


async def settle(session: AsyncSession, document: str, role: str = "") -> None:
    """What was asked about `document` in `role` (in every role where empty) is answered."""
    wanted = delete(Ask).where(Ask.document == document)
    await session.execute(wanted.where(Ask.role == role) if role else wanted)


def _of(who: Principal) -> ColumnElement[bool]:
    mine = Ask.person == who.person
    if not who.unit or not who.has(Role.RECORDS_CLERK):
        return mine
    return or_(mine, and_(Ask.person == "", Ask.unit == who.unit))


async def asked_of(session: AsyncSession, who: Principal, limit: int = 200) -> list[tuple[Ask, Meeting]]:
    """What `who` is asked, oldest first, each with its meeting."""
    rows = await session.execute(
        select(Ask, Meeting)
        .join(Meeting, Meeting.id == Ask.meeting)
        .where(_of(who))
        .order_by(Ask.asked_at, Ask.document)
        .limit(limit)
    )
    return [(one, meeting) for one, meeting in rows]


def due_at(kind: str, asked_at: int, starts_at: int, days: int) -> int:
    """When it should be done: `days` after it was asked; an invitation before its meeting begins. UTC ms."""
    due = asked_at + days * DAY_MS
    return min(due, starts_at) if kind == Kind.INVITATION else due


async def counts(session: AsyncSession, people: Collection[Principal]) -> dict[str, int]:
    """How much each of `people` is asked, by person."""
    found = {one.person: 0 for one in people}
    rows = await session.execute(
        select(Ask.person, Ask.unit, func.count())
        .where(or_(Ask.person.in_(found), Ask.unit.in_({one.unit for one in people if one.unit})))
        .group_by(Ask.person, Ask.unit)
    )
    for person, unit, count in rows:
        if person in found:
            found[person] += count
        elif not person:
            for one in {one.person for one in people if one.unit == unit and one.has(Role.RECORDS_CLERK)}:
                found[one] += count
    return found
