"""The calendar as people read it: meetings of a span of days, and one meeting in full."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import may_change, own, sites_answerable, visible
from meetings.calendar.answers import delegates_of, guests_of
from meetings.calendar.tables import Answer, Body, Meeting, Participant, Status
from meetings.errors import Invalid
from meetings.http import Principal
from meetings.ids import PROVINCE_ZONE
from meetings.record.tables import RecordEvent

#: A list covers at most this many days.
LONGEST_SPAN = 93


def day_bounds(first: date, last: date) -> tuple[int, int]:
    """From the first moment of `first` to the last of `last` on the province's clock, as [ms, ms).

    Raises:
        Invalid: `last` before `first`, or more than `LONGEST_SPAN` days.
    """
    if last < first or (last - first).days >= LONGEST_SPAN:
        raise Invalid(
            "calendar.span", f"Khoảng ngày chưa đúng. Hãy chọn từ ngày đến ngày, nhiều nhất {LONGEST_SPAN} ngày."
        )
    start = datetime.combine(first, time(0), PROVINCE_ZONE)
    end = datetime.combine(last + timedelta(days=1), time(0), PROVINCE_ZONE)
    return int(start.timestamp() * 1000), int(end.timestamp() * 1000)


async def meetings_between(
    session: AsyncSession,
    who: Principal,
    starts_at: int,
    ends_at: int,
    *,
    only_own: bool = False,
    unit: str = "",
    site: str = "",
    status: str = "",
) -> list[dict[str, object]]:
    """What `who` may know of in [starts_at, ends_at), by time, own meetings marked `own`."""
    statement = (
        select(Meeting, Body.name, own(who).label("own"))
        .outerjoin(Body, Body.id == Meeting.body)
        .where(Meeting.starts_at < ends_at, Meeting.ends_at > starts_at)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    condition = own(who) if only_own else visible(who)
    if condition is not None:
        statement = statement.where(condition)
    if unit:
        statement = statement.where(Meeting.unit == unit)
    if site:
        statement = statement.where(Meeting.id.in_(select(Participant.meeting).where(Participant.site == site)))
    if status == "displaced":
        statement = statement.where(Meeting.displaced_by.is_not(None), Meeting.status == Status.SCHEDULED)
    elif status:
        statement = statement.where(Meeting.status == status)
    rows = (await session.execute(statement)).all()
    counts = await _answer_counts(session, [row[0].id for row in rows])
    return [
        summary(meeting, body) | {"own": bool(mine), "answers": counts.get(meeting.id, {})}
        for meeting, body, mine in rows
    ]


#: How long after its planned end a sitting that goes on is still looked for, in ms.
OVERRUN_MS = 12 * 3_600_000


async def next_meeting_of_site(session: AsyncSession, site: str, now: int) -> str | None:
    """The id of the meeting that the site is in now, however long it runs, or comes to next; None without one."""
    opened = select(RecordEvent).where(RecordEvent.meeting == Meeting.id, RecordEvent.type == "sitting.opened")
    return await session.scalar(
        select(Meeting.id)
        .join(Participant, Participant.meeting == Meeting.id)
        .where(
            Participant.site == site,
            Meeting.status == Status.SCHEDULED,
            Meeting.displaced_by.is_(None),
            or_(Meeting.ends_at > now, and_(Meeting.ends_at > now - OVERRUN_MS, opened.exists())),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )


def summary(meeting: Meeting, body: str | None) -> dict[str, object]:
    """The meeting as a line of the calendar."""
    return {
        "id": meeting.id,
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "status": meeting.status,
        "displaced": meeting.displaced_by is not None and meeting.status == Status.SCHEDULED,
        "urgency": meeting.urgency,
        "body": meeting.body,
        "body_name": body,
        "unit": meeting.unit,
        "hub_site": meeting.hub_site,
        "chair": meeting.chair,
        "chair_name": meeting.chair_name,
        "secretary": meeting.secretary,
        "secretary_name": meeting.secretary_name,
        "revision": meeting.revision,
    }


async def in_full(session: AsyncSession, who: Principal, meeting: Meeting) -> dict[str, object]:
    """The meeting with its sites, answers, delegates and guests, and what `who` may do with it."""
    body = await session.get(Body, meeting.body) if meeting.body else None
    rows = await session.scalars(
        select(Participant).where(Participant.meeting == meeting.id).order_by(Participant.position)
    )
    participants = list(rows)
    guests = await guests_of(session, meeting.id)
    answerable = await sites_answerable(session, who, meeting)
    return summary(meeting, body.name if body else None) | {
        "urgency_reason": meeting.urgency_reason,
        "cancel_reason": meeting.cancel_reason,
        "may_change": may_change(who, meeting),
        "answerable": sorted(answerable),
        "unanswered": sum(row.answer == Answer.NONE for row in participants),
        "sites": [participant_json(row) for row in participants],
        "delegates": [
            {
                "id": row.id,
                "site": row.site,
                "person": row.person,
                "name": row.name,
                "title": row.title,
                "votes": row.votes,
                "substitute": row.substitute,
                "site_chair": row.site_chair,
                "reported": row.reported,
                "replaced_by": row.replaced_by,
            }
            for row in await delegates_of(session, meeting.id)
        ],
        "guests": [{"id": row.id, "site": row.site, "name": row.name} for row in guests],
    }


def participant_json(row: Participant) -> dict[str, object]:
    """A site of the meeting with its answer."""
    return {
        "site": row.site,
        "unit": row.unit,
        "name": row.name,
        "level": row.level,
        "parent": row.parent,
        "receive_only": row.receive_only,
        "answer": row.answer,
        "reason": row.reason,
        "names": row.names,
        "answered_at": row.answered_at,
    }


async def _answer_counts(session: AsyncSession, meetings: list[str]) -> dict[str, dict[str, int]]:
    rows = await session.execute(
        select(Participant.meeting, Participant.answer, func.count())
        .where(Participant.meeting.in_(meetings))
        .group_by(Participant.meeting, Participant.answer)
    )
    counts: dict[str, dict[str, int]] = {}
    for meeting, answered, count in rows:
        counts.setdefault(meeting, {})[answered or "none"] = count
    return counts
