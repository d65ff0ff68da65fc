"""What is taken when, stored: seeks per resource, and one writer at a time on every database."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.conflicts import LONGEST, MINUTE, Busy, free_times
from meetings.calendar.tables import Occupancy

_DAY = 24 * 60 * MINUTE
#: How far ahead free times are looked for: first near, then farther when the near days are full.
_HORIZONS = (14 * _DAY, 60 * _DAY, 366 * _DAY)
#: Any constant: the key of the calendar's advisory lock in PostgreSQL.
_LOCK = 0x6C696368


async def hold_calendar(session: AsyncSession) -> None:
    """Until the transaction ends, nobody else changes what is taken.

    SQLite's writers already queue; PostgreSQL takes an advisory lock, without which two transactions
    could each find the hour free and both take it.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def busy_between(
    session: AsyncSession,
    resources: Collection[str],
    starts_at: int,
    ends_at: int,
    ignoring: Collection[str] = (),
) -> list[Busy]:
    """The entries of `resources` that overlap [starts_at, ends_at), without the meetings in `ignoring`."""
    statement = select(Occupancy.resource, Occupancy.meeting, Occupancy.starts_at, Occupancy.ends_at).where(
        Occupancy.resource.in_(list(resources)),
        Occupancy.starts_at < ends_at,
        Occupancy.starts_at > starts_at - LONGEST - 1,
        Occupancy.ends_at > starts_at,
    )
    if ignoring:
        statement = statement.where(Occupancy.meeting.not_in(list(ignoring)))
    rows = await session.execute(statement.order_by(Occupancy.starts_at, Occupancy.resource))
    return [Busy(*row) for row in rows]


async def next_free(
    session: AsyncSession,
    resources: Collection[str],
    duration: int,
    after: int,
    ignoring: Collection[str] = (),
) -> list[dict[str, int]]:
    """The next three times when all of `resources` are free for `duration` ms: `[{starts_at, ends_at}]`."""
    found: list[int] = []
    for horizon in _HORIZONS:
        until = after + horizon
        busy = await busy_between(session, resources, after, until, ignoring)
        taken = {(held.starts_at, held.ends_at) for held in busy}
        found = free_times(taken, duration, after, until)
        if len(found) == 3:
            break
    return [{"starts_at": start, "ends_at": start + duration} for start in found]


async def take(session: AsyncSession, meeting: str, resources: Collection[str], starts_at: int, ends_at: int) -> None:
    """Let `meeting` hold exactly `resources` from now on."""
    await release(session, meeting)
    await session.execute(
        insert(Occupancy),
        [
            {"resource": resource, "meeting": meeting, "starts_at": starts_at, "ends_at": ends_at}
            for resource in sorted(resources)
        ],
    )


async def release(session: AsyncSession, meeting: str) -> None:
    """Let `meeting` hold nothing."""
    await session.execute(delete(Occupancy).where(Occupancy.meeting == meeting))
