"""Guests' personal links: made by the secretary, shown once, withdrawn at once.

Times are UTC milliseconds. The caller checks who may do this for the meeting.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Guest, Meeting
from meetings.errors import NotFound
from signaling.pairing.codes import digest, new_token
from signaling.pairing.service import is_open
from signaling.pairing.tables import GuestLink


async def link_guest(session: AsyncSession, meeting: str, guest: str, now: int) -> str:
    """The token of a guest's new personal link; earlier links stop working.

    Raises:
        NotFound: the meeting has no such guest.
    """
    await _expect(session, meeting, guest)
    await session.execute(delete(GuestLink).where(GuestLink.guest == guest))
    token = new_token()
    session.add(GuestLink(token_hash=digest(token), guest=guest, meeting=meeting, made_at=now))
    return token


async def withdraw_link(session: AsyncSession, meeting: str, guest: str) -> None:
    """The guest's link no longer works; without one nothing changes.

    Raises:
        NotFound: the meeting has no such guest.
    """
    await _expect(session, meeting, guest)
    await session.execute(delete(GuestLink).where(GuestLink.guest == guest))


async def links_of(session: AsyncSession, meeting: str) -> dict[str, int]:
    """Guests of the meeting who hold a link, and since when."""
    rows = await session.execute(select(GuestLink.guest, GuestLink.made_at).where(GuestLink.meeting == meeting))
    return {row.guest: row.made_at for row in rows}


async def guest_by_token(session: AsyncSession, token: str, now: int) -> GuestLink | None:
    """The guest's link, while the guest is invited and the meeting is not over."""
    link = await session.get(GuestLink, digest(token)) if token else None
    if link is None or await session.get(Guest, link.guest) is None:
        return None
    meeting = await session.get(Meeting, link.meeting)
    return link if meeting is not None and is_open(meeting, now) else None


async def _expect(session: AsyncSession, meeting: str, guest: str) -> None:
    row = await session.get(Guest, guest)
    if row is None or row.meeting != meeting:
        raise NotFound("pairing.guest", "Không tìm thấy khách mời này. Hãy tải lại danh sách.")
