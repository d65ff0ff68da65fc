"""The whole set-up of a sitting: the calendar's part and the agenda together."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agendas.items.tables import AgendaItem
from meetings.calendar.brief import load_brief


async def load_room_brief(session: AsyncSession, meeting_id: str) -> dict[str, object]:
    """`load_brief` with the agenda's items in their order.

    Raises:
        NotFound: there is no such meeting.
    """
    return await load_brief(session, meeting_id, await load_items(session, meeting_id))


async def load_items(session: AsyncSession, meeting_id: str) -> list[dict[str, object]]:
    """The agenda as `[{item, title, presenter, minutes}]`, in order."""
    rows = await session.scalars(
        select(AgendaItem).where(AgendaItem.meeting == meeting_id).order_by(AgendaItem.position)
    )
    return [{"item": row.id, "title": row.title, "presenter": row.presenter, "minutes": row.minutes} for row in rows]
