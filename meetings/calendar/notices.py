"""What a person must be told at once: written with the change itself, so that none is lost."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Notice
from meetings.errors import NotFound
from meetings.ids import new_id


def tell(
    session: AsyncSession,
    people: Collection[str],
    meeting: str,
    kind: str,
    text: str,
    now: int,
    **details: object,
) -> None:
    """Leave `text` for each of `people`; `kind` is one of displaced, restored, changed, cancelled,
    invited, overrun, overrun_ended."""
    for person in sorted({person for person in people if person}):
        session.add(
            Notice(
                id=new_id(),
                person=person,
                meeting=meeting,
                kind=kind,
                text=text,
                details=details,
                created_at=now,
                read_at=None,
            )
        )


async def unread(session: AsyncSession, person: str, limit: int = 100) -> list[Notice]:
    """The notices of `person` not yet read, newest first."""
    rows = await session.scalars(
        select(Notice)
        .where(Notice.person == person, Notice.read_at.is_(None))
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return list(rows)


def as_json(row: Notice) -> dict[str, object]:
    """The notice as pages get it."""
    return {
        "id": row.id,
        "meeting": row.meeting,
        "kind": row.kind,
        "text": row.text,
        "details": row.details,
        "created_at": row.created_at,
    }


async def mark_read(session: AsyncSession, person: str, notice_id: str, now: int) -> None:
    """The person has read it; a second time changes nothing.

    Raises:
        NotFound: no such notice, or another person's.
    """
    notice = await session.get(Notice, notice_id)
    if notice is None or notice.person != person:
        raise NotFound("calendar.notice_unknown", "Không tìm thấy thông báo này.")
    if notice.read_at is None:
        notice.read_at = now
