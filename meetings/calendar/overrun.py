"""A sitting that runs past its end: the next meetings at the same sites wait, and both secretaries are told."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.conflicts import MINUTE
from meetings.calendar.notices import tell
from meetings.calendar.service import find, resources_of, when
from meetings.calendar.tables import Meeting, Occupancy, Status

#: How long before its beginning a meeting is told that it will have to wait, in ms.
WARNING = 10 * MINUTE


async def let_wait(session: AsyncSession, meeting_id: str, now: int) -> list[str]:
    """Let the meetings that begin soon at a site of `meeting_id`, or with its people, wait for it; the new ones' ids.

    Each is told once; calling again finds only those that come near meanwhile.

    Raises:
        NotFound: there is no such meeting.
    """
    running = await find(session, meeting_id)
    if running.status != Status.SCHEDULED or now < running.ends_at:
        return []
    near = select(Occupancy.meeting).where(
        Occupancy.resource.in_(await resources_of(session, running)),
        Occupancy.starts_at >= running.ends_at,
        Occupancy.starts_at <= now + WARNING,
    )
    rows = await session.scalars(
        select(Meeting)
        .where(Meeting.id.in_(near), Meeting.status == Status.SCHEDULED, Meeting.waits_for.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    waiting = list(rows)
    for other in waiting:
        other.waits_for = running.id
        time = when(other.starts_at, other.ends_at)
        mine = (
            f"Cuộc họp “{running.title}” do quý vị làm thư ký đã quá giờ kết thúc mà chưa bế mạc. "
            f"Cuộc họp “{other.title}” ({time}) ở cùng điểm cầu hoặc cùng người chủ trì đang phải chờ. Hãy báo chủ trì."
        )
        theirs = (
            f"Cuộc họp “{other.title}” ({time}) do quý vị làm thư ký phải chờ: "
            f"cuộc họp “{running.title}” ở cùng điểm cầu hoặc cùng người chủ trì chưa bế mạc. "
            "Quý vị được báo ngay khi khai mạc được."
        )
        tell(session, {running.secretary}, other.id, "overrun", mine, now, by=running.id)
        tell(session, {other.secretary} - {running.secretary}, other.id, "overrun", theirs, now, by=running.id)
    return [other.id for other in waiting]


async def let_begin(session: AsyncSession, meeting_id: str, now: int) -> list[str]:
    """`meeting_id` has ended: what waited for it may begin, and its secretaries are told; their ids."""
    rows = await session.scalars(
        select(Meeting)
        .where(Meeting.waits_for == meeting_id, Meeting.status == Status.SCHEDULED)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    waiting = list(rows)
    for other in waiting:
        other.waits_for = None
        text = f"Cuộc họp trước đã bế mạc: “{other.title}” có thể khai mạc."
        tell(session, {other.secretary}, other.id, "overrun_ended", text, now, by=meeting_id)
    return [other.id for other in waiting]
