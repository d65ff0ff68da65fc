"""A meeting lives on one home server at a time: a lease with an epoch that rises at every take-over."""

from __future__ import annotations

from meetings.record.tables import MeetingHome
from meetings.storage.database import Database

#: How long a lease holds without renewal, in ms.
LEASE = 15_000


async def take(database: Database, meeting: str, server: str, address: str, now: int) -> int | None:
    """The new epoch where `server` may be the meeting's home, else None (another one holds a living lease)."""
    async with database.write() as session:
        row = await session.get(MeetingHome, meeting, with_for_update=True)
        if row is None:
            session.add(MeetingHome(meeting=meeting, epoch=1, server=server, address=address, expires_at=now + LEASE))
            return 1
        if row.server != server and row.expires_at > now:
            return None
        row.epoch += 1
        row.server, row.address, row.expires_at = server, address, now + LEASE
        return row.epoch


async def whereabouts(database: Database, meeting: str) -> str:
    """The address of the meeting's home, as that server gave it; empty where it gave none."""
    async with database.read() as session:
        row = await session.get(MeetingHome, meeting)
        return row.address if row else ""


async def renew(database: Database, meeting: str, epoch: int, now: int) -> bool:
    """Keep the lease; False where it was lost."""
    async with database.write() as session:
        row = await session.get(MeetingHome, meeting, with_for_update=True)
        if row is None or row.epoch != epoch:
            return False
        row.expires_at = now + LEASE
        return True


async def release(database: Database, meeting: str, epoch: int) -> None:
    """Give the meeting up, so that another server need not wait for the lease to end."""
    async with database.write() as session:
        row = await session.get(MeetingHome, meeting, with_for_update=True)
        if row is not None and row.epoch == epoch:
            row.expires_at = 0
