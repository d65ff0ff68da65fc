"""Create, change and cancel meetings: load, decide, save, tell."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.bodies import expect_choosable
from meetings.calendar.notices import tell
from meetings.calendar.occupancy import busy_between, hold_calendar, next_free, release, take
from meetings.calendar.setup import MeetingSetup, Organiser, Place
from meetings.calendar.tables import Answer, Delegate, Guest, Meeting, Participant, Status, Urgency
from meetings.errors import Forbidden, NotFound, Refusal
from meetings.ids import local_time, new_id

_URGENCY = list(Urgency)


def when(starts_at: int, ends_at: int) -> str:
    """`08:00–09:30 ngày 24/11/2026`, by the province's clock."""
    begins, ends = local_time(starts_at), local_time(ends_at)
    if begins.date() == ends.date():
        return f"{begins:%H:%M}–{ends:%H:%M} ngày {begins:%d/%m/%Y}"
    return f"{begins:%H:%M} ngày {begins:%d/%m/%Y} – {ends:%H:%M} ngày {ends:%d/%m/%Y}"


async def find(session: AsyncSession, meeting_id: str) -> Meeting:
    """The meeting's row.

    Raises:
        NotFound: there is none.
    """
    meeting = await session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("calendar.meeting_unknown", "Không tìm thấy cuộc họp. Hãy mở lại từ lịch họp.")
    return meeting


async def find_open(session: AsyncSession, meeting_id: str) -> Meeting:
    """The meeting's row, while it can still be changed, locked until the transaction ends.

    Raises:
        NotFound: there is none.
        Refusal: it was cancelled or held.
    """
    meeting = await session.get(Meeting, meeting_id, with_for_update=True)
    if meeting is None:
        return await find(session, meeting_id)
    if meeting.status == Status.CANCELLED:
        raise Refusal("calendar.cancelled", "Cuộc họp đã bị hủy. Hãy lập cuộc họp mới nếu cần.")
    if meeting.status == Status.HELD:
        raise Refusal("calendar.held", "Cuộc họp đã diễn ra, không thể thay đổi nữa.")
    return meeting


def expect_revision(meeting: Meeting, revision: int) -> None:
    """Refuse a change made on an older set-up.

    Raises:
        Refusal: `stale`, with the current revision.
    """
    if meeting.revision != revision:
        raise Refusal(
            "stale",
            "Cuộc họp vừa được người khác thay đổi. Hãy tải lại trang rồi thực hiện lại.",
            revision=meeting.revision,
        )


async def create(session: AsyncSession, organiser: Organiser, setup: MeetingSetup, now: int) -> Meeting:
    """Put a meeting into the calendar; everything it takes was free, or was taken with the right to.

    Raises:
        Invalid: the set-up is wrong by itself.
        Refusal: `calendar.taken`, with the other meetings and three free times.
        Forbidden: `calendar.not_higher`, an urgent meeting may not take from these.
    """
    setup.check(now)
    await expect_choosable(session, setup.body)
    await hold_calendar(session)
    meeting = Meeting(
        id=new_id(),
        unit=organiser.unit,
        unit_rank=organiser.rank,
        status=Status.SCHEDULED,
        cancel_reason="",
        displaced_by=None,
        revision=1,
        created_by=organiser.person,
        created_at=now,
        **_columns(setup),
    )
    displaced = await _clear_the_way(session, organiser, meeting.id, setup, now)
    session.add(meeting)
    await session.flush()
    await take(session, meeting.id, setup.resources(), setup.starts_at, setup.ends_at)
    for position, place in enumerate(setup.sites):
        session.add(_participant(meeting.id, place, position))
    await _tell_displaced(session, displaced, meeting, now)
    tell(
        session,
        {setup.chair, setup.secretary} - {organiser.person},
        meeting.id,
        "invited",
        f"Quý vị được mời họp “{setup.title}”, {when(setup.starts_at, setup.ends_at)}.",
        now,
    )
    await session.flush()
    return meeting


async def change(
    session: AsyncSession, organiser: Organiser, meeting_id: str, revision: int, setup: MeetingSetup, now: int
) -> Meeting:
    """Replace the set-up. Sites that stay keep their answers, unless the time changes.

    Raises:
        NotFound, Invalid, Refusal, Forbidden: as `create`; `stale` when `revision` is an older one.
    """
    await hold_calendar(session)
    meeting = await find_open(session, meeting_id)
    expect_revision(meeting, revision)
    moved = (meeting.starts_at, meeting.ends_at) != (setup.starts_at, setup.ends_at)
    setup.check(now if moved else 0)  # a sitting may run past its end
    if setup.body != meeting.body:
        await expect_choosable(session, setup.body)
    displaced = await _clear_the_way(session, organiser, meeting.id, setup, now)
    for column, value in _columns(setup).items():
        setattr(meeting, column, value)
    meeting.displaced_by = None
    meeting.revision += 1
    await take(session, meeting.id, setup.resources(), setup.starts_at, setup.ends_at)
    await _replace_sites(session, meeting.id, setup.sites, forget_answers=moved)
    await _tell_displaced(session, displaced, meeting, now)
    if moved:
        text = f"Cuộc họp “{setup.title}” đổi thời gian: {when(setup.starts_at, setup.ends_at)}."
        people = await people_of(session, meeting) - {organiser.person}
        tell(session, people, meeting.id, "changed", text, now)
    await session.flush()
    return meeting


async def cancel(
    session: AsyncSession, organiser: Organiser, meeting_id: str, revision: int, reason: str, now: int
) -> Meeting:
    """Cancel a meeting with a reason; meetings that it displaced get their places back where still free.

    Raises:
        NotFound: there is none.
        Refusal: cancelled or held already; `stale` when `revision` is an older one.
    """
    await hold_calendar(session)
    meeting = await find_open(session, meeting_id)
    expect_revision(meeting, revision)
    meeting.status = Status.CANCELLED
    meeting.cancel_reason = reason.strip()
    meeting.revision += 1
    await release(session, meeting.id)
    text = f"Cuộc họp “{meeting.title}” ({when(meeting.starts_at, meeting.ends_at)}) đã hủy: {reason.strip()}"
    tell(
        session,
        await people_of(session, meeting) - {organiser.person},
        meeting.id,
        "cancelled",
        text,
        now,
    )
    await _restore_displaced(session, meeting, now)
    await session.flush()
    return meeting


async def mark_held(session: AsyncSession, meeting_id: str) -> Meeting:
    """The sitting was adjourned: the set-up is history from now on.

    Raises:
        NotFound: there is no such meeting.
    """
    meeting = await find(session, meeting_id)
    meeting.status = Status.HELD
    return meeting


async def clashes(
    session: AsyncSession,
    names: dict[str, str],
    starts_at: int,
    ends_at: int,
    ignoring: Collection[str] = (),
) -> list[dict[str, object]]:
    """The meetings that hold any of `names` (resource → words) in that time, each with what it holds."""
    held: dict[str, list[str]] = {}
    for busy in await busy_between(session, names, starts_at, ends_at, ignoring):
        held.setdefault(busy.meeting, []).append(names[busy.resource])
    if not held:
        return []
    rows = await session.scalars(
        select(Meeting).where(Meeting.id.in_(list(held))).order_by(Meeting.starts_at, Meeting.id)
    )
    return [
        {
            "meeting": row.id,
            "title": row.title,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "urgency": row.urgency,
            "holds": held[row.id],
        }
        for row in rows
    ]


async def people_of(session: AsyncSession, meeting: Meeting) -> set[str]:
    """Everybody with an account who has to know when the meeting changes."""
    delegates = await session.scalars(select(Delegate.person).where(Delegate.meeting == meeting.id))
    return ({meeting.chair, meeting.secretary, meeting.created_by} | set(delegates)) - {""}


async def resources_of(session: AsyncSession, meeting: Meeting) -> set[str]:
    """What the meeting takes when it has a place in the calendar."""
    sites = await session.scalars(select(Participant.site).where(Participant.meeting == meeting.id))
    return {f"s:{site}" for site in sites} | {f"p:{meeting.chair}", f"p:{meeting.secretary}"}


def _columns(setup: MeetingSetup) -> dict[str, object]:
    return {
        "title": setup.title.strip(),
        "starts_at": setup.starts_at,
        "ends_at": setup.ends_at,
        "body": setup.body,
        "hub_site": setup.hub_site,
        "chair": setup.chair,
        "chair_name": setup.chair_name,
        "secretary": setup.secretary,
        "secretary_name": setup.secretary_name,
        "urgency": setup.urgency,
        "urgency_reason": setup.urgency_reason.strip(),
    }


def _participant(meeting: str, place: Place, position: int) -> Participant:
    return Participant(
        meeting=meeting,
        site=place.site,
        position=position,
        unit=place.unit,
        name=place.name,
        level=place.level,
        parent=place.parent,
        receive_only=place.receive_only,
        answer=Answer.NONE,
        reason="",
        names=[],
        answered_by="",
        answered_at=None,
    )


async def _replace_sites(
    session: AsyncSession, meeting: str, sites: tuple[Place, ...], *, forget_answers: bool
) -> None:
    rows = await session.scalars(select(Participant).where(Participant.meeting == meeting))
    there = {row.site: row for row in rows}
    for position, place in enumerate(sites):
        row = there.pop(place.site, None)
        if row is None:
            session.add(_participant(meeting, place, position))
            continue
        row.position, row.unit, row.name = position, place.unit, place.name
        row.level, row.parent, row.receive_only = place.level, place.parent, place.receive_only
        if forget_answers:
            row.answer, row.reason, row.answered_by, row.answered_at = Answer.NONE, "", "", None
    for row in there.values():
        await session.delete(row)
    if there:
        gone = list(there)
        await session.execute(delete(Delegate).where(Delegate.meeting == meeting, Delegate.site.in_(gone)))
        await session.execute(delete(Guest).where(Guest.meeting == meeting, Guest.site.in_(gone)))


async def _clear_the_way(
    session: AsyncSession, organiser: Organiser, meeting_id: str, setup: MeetingSetup, now: int
) -> list[Meeting]:
    names = setup.resources()
    found = await clashes(session, names, setup.starts_at, setup.ends_at, [meeting_id])
    if not found:
        return []
    others = [await find(session, str(one["meeting"])) for one in found]
    if setup.urgent:
        stronger = [other for other in others if not may_take_from(organiser, setup.urgency, other)]
        if not stronger:
            return others
    first = found[0]
    holds = first["holds"]
    assert isinstance(holds, list)
    what = ", ".join(holds[:3]) + (f" và {len(holds) - 3} điểm cầu khác" if len(holds) > 3 else "")
    free = await next_free(session, names, setup.ends_at - setup.starts_at, max(now, setup.starts_at), [meeting_id])
    busy_with = f"“{others[0].title}” ({when(others[0].starts_at, others[0].ends_at)})"
    if setup.urgent:
        raise Forbidden(
            "calendar.not_higher",
            f"Không thể lấy chỗ của cuộc họp {busy_with}: cuộc họp đó do đơn vị ngang hoặc cao hơn triệu tập, "
            "hoặc khẩn không kém. Hãy chọn giờ trống được gợi ý hoặc trao đổi với thư ký cuộc họp đó.",
            conflicts=found,
            free_times=free,
        )
    raise Refusal(
        "calendar.taken",
        f"Không xếp được vào giờ này: {what} đã có cuộc họp {busy_with}. "
        "Hãy chọn một giờ trống được gợi ý hoặc giờ khác.",
        conflicts=found,
        free_times=free,
    )


def may_take_from(organiser: Organiser, urgency: Urgency, other: Meeting) -> bool:
    """Whether a meeting of that urgency may take the place of `other`."""
    if _URGENCY.index(urgency) <= _URGENCY.index(Urgency(other.urgency)):
        return False
    return organiser.overrides_all or other.unit == organiser.unit or organiser.rank < other.unit_rank


async def _tell_displaced(session: AsyncSession, others: list[Meeting], urgent: Meeting, now: int) -> None:
    for other in others:
        other.displaced_by = urgent.id
        other.revision += 1
        await release(session, other.id)
    for other in others:
        free = await next_free(
            session, await resources_of(session, other), other.ends_at - other.starts_at, max(now, other.starts_at)
        )
        text = (
            f"Cuộc họp “{other.title}” ({when(other.starts_at, other.ends_at)}) phải nhường chỗ cho cuộc họp khẩn "
            f"“{urgent.title}”: {urgent.urgency_reason.rstrip(' .')}. Hãy chọn thời gian mới."
        )
        tell(
            session,
            {other.secretary, other.chair},
            other.id,
            "displaced",
            text,
            now,
            by=urgent.id,
            free_times=free,
        )


async def _restore_displaced(session: AsyncSession, urgent: Meeting, now: int) -> None:
    rows = await session.scalars(
        select(Meeting)
        .where(Meeting.displaced_by == urgent.id, Meeting.status == Status.SCHEDULED, Meeting.ends_at > now)
        .order_by(Meeting.created_at, Meeting.id)
    )
    for other in rows:
        resources = await resources_of(session, other)
        if await busy_between(session, resources, other.starts_at, other.ends_at):
            continue
        await take(session, other.id, resources, other.starts_at, other.ends_at)
        other.displaced_by = None
        other.revision += 1
        text = f"Cuộc họp khẩn đã hủy: “{other.title}” giữ lịch {when(other.starts_at, other.ends_at)}."
        tell(session, {other.secretary, other.chair}, other.id, "restored", text, now)
