"""What the room needs to know of a meeting before it opens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Body, Delegate, Guest, Meeting, Participant
from meetings.errors import NotFound


async def load_brief(
    session: AsyncSession, meeting_id: str, items: Sequence[dict[str, object]] = ()
) -> dict[str, object]:
    """The set-up of a sitting, in the form of `meetings.sitting.brief.Brief`, plus `status` and `unit`.

    `items` is the agenda, which lies on the floor above; `agendas.items.brief` composes both.

    Raises:
        NotFound: there is no such meeting.
    """
    meeting = await session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("calendar.meeting_unknown", "Không tìm thấy cuộc họp. Hãy mở lại từ lịch họp.")
    body = await session.get(Body, meeting.body) if meeting.body else None
    running = await session.get(Meeting, meeting.waits_for) if meeting.waits_for else None
    sites = await session.scalars(
        select(Participant).where(Participant.meeting == meeting_id).order_by(Participant.position)
    )
    delegates = await session.scalars(
        select(Delegate)
        .where(Delegate.meeting == meeting_id, Delegate.replaced_by.is_(None))
        .order_by(Delegate.position, Delegate.id)
    )
    guests = await session.scalars(select(Guest).where(Guest.meeting == meeting_id).order_by(Guest.position, Guest.id))
    return {
        "meeting": meeting.id,
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "revision": meeting.revision,
        "waits_for": running.title if running else "",
        "status": meeting.status,
        "unit": meeting.unit,
        "conference": body is None,
        "rules": _rules(body),
        "hub_site": meeting.hub_site,
        "chair": meeting.chair,
        "secretary": meeting.secretary,
        "sites": [_site(row) for row in sites],
        "delegates": [_delegate(row) for row in delegates],
        "guests": [{"guest": row.id, "site": row.site, "name": row.name} for row in guests],
        "items": list(items),
        "names": {meeting.chair: meeting.chair_name, meeting.secretary: meeting.secretary_name},
    }


def _rules(body: Body | None) -> dict[str, object]:
    if body is None:
        return {}
    quorum = None
    if body.quorum_num is not None and body.quorum_den is not None:
        quorum = [body.quorum_num, body.quorum_den]
    return {
        "members": body.members,
        "quorum": quorum,
        "choices": list(body.choices),
        "majority_base": body.majority_base,
        "threshold": [body.threshold_num, body.threshold_den],
        "tie": body.tie,
        "substitutes_vote": body.substitutes_vote,
    }


def _site(row: Participant) -> dict[str, object]:
    return {
        "site": row.site,
        "unit": row.unit,
        "name": row.name,
        "level": row.level,
        "parent": row.parent,
        "receive_only": row.receive_only,
    }


def _delegate(row: Delegate) -> dict[str, object]:
    return {
        "delegate": row.id,
        "person": row.person,
        "site": row.site,
        "name": row.name,
        "position": row.title,
        "votes": row.votes,
        "substitute": row.substitute,
        "site_chair": row.site_chair,
    }
