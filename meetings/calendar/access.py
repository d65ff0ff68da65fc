"""Who may see, change and answer for a meeting: decided here once, asked by every handler."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.service import find
from meetings.calendar.tables import Delegate, Meeting, Participant
from meetings.errors import Forbidden, NotFound
from meetings.http import DATABASE, Principal, Role, principal

#: Who may call a meeting in the name of their unit.
ORGANISERS = (Role.ADMINISTRATOR, Role.UNIT_ADMINISTRATOR, Role.SECRETARY)
#: Who may answer in the name of their unit's sites.
CLERKS = (Role.UNIT_ADMINISTRATOR, Role.SECRETARY, Role.RECORDS_CLERK)
#: Who sees every meeting of the province.
OVERSEERS = (Role.ADMINISTRATOR, Role.TECHNICIAN)


def own(who: Principal) -> ColumnElement[bool]:
    """Meetings that this person has a part in: chair, secretary, caller, delegate."""
    return or_(
        Meeting.chair == who.person,
        Meeting.secretary == who.person,
        Meeting.created_by == who.person,
        Meeting.id.in_(select(Delegate.meeting).where(Delegate.person == who.person)),
    )


def visible(who: Principal) -> ColumnElement[bool] | None:
    """Meetings that this person may know of; None means all of them."""
    if who.has(*OVERSEERS):
        return None
    conditions = own(who)
    if who.unit:
        conditions = or_(
            conditions,
            Meeting.unit == who.unit,
            Meeting.id.in_(select(Participant.meeting).where(Participant.unit == who.unit)),
        )
    return conditions


async def find_visible(session: AsyncSession, who: Principal, meeting_id: str) -> Meeting:
    """The meeting, if this person may know of it.

    Raises:
        NotFound: there is none, or it is not theirs to know; the two are not told apart.
    """
    condition = visible(who)
    statement = select(Meeting).where(Meeting.id == meeting_id)
    if condition is not None:
        statement = statement.where(condition)
    meeting = await session.scalar(statement)
    if meeting is None:
        raise NotFound("calendar.meeting_unknown", "Không tìm thấy cuộc họp. Hãy mở lại từ lịch họp.")
    return meeting


def may_change(who: Principal, meeting: Meeting) -> bool:
    """The secretary and the chair of the meeting, who called it, their unit's administrator, the province's."""
    return (
        who.person in (meeting.secretary, meeting.chair, meeting.created_by)
        or who.has(Role.ADMINISTRATOR)
        or (who.has(Role.UNIT_ADMINISTRATOR) and bool(who.unit) and who.unit == meeting.unit)
    )


async def find_changeable(session: AsyncSession, who: Principal, meeting_id: str) -> Meeting:
    """The meeting, if this person may change it.

    Raises:
        NotFound: there is none that they may know of.
        Forbidden: they may see it only.
    """
    meeting = await find_visible(session, who, meeting_id)
    if not may_change(who, meeting):
        raise Forbidden(
            "calendar.not_yours",
            "Chỉ thư ký, chủ trì hoặc đơn vị triệu tập mới được thay đổi cuộc họp này.",
        )
    return meeting


async def changer(request: web.Request) -> Principal:
    """Who asks, where they may change the meeting of the path: asked before a body is read.

    Raises:
        NotSignedIn, NotFound, Forbidden: they may not.
    """
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        await find_changeable(session, who, request.match_info["id"])
    return who


async def answerer(request: web.Request) -> Principal:
    """Who asks, where they may answer for some site of the meeting of the path: asked before a body is read.

    Raises:
        NotSignedIn, NotFound, Forbidden: they may not.
    """
    who, meeting_id = principal(request), request.match_info["id"]
    async with request.app[DATABASE].read() as session:
        if not await sites_answerable(session, who, await find(session, meeting_id)):
            await find_visible(session, who, meeting_id)
            raise _not_your_site()
    return who


async def sites_answerable(session: AsyncSession, who: Principal, meeting: Meeting) -> set[str]:
    """The sites of the meeting for which this person may answer."""
    rows = await session.execute(select(Participant.site, Participant.unit).where(Participant.meeting == meeting.id))
    sites = {row.site: row.unit for row in rows}
    if may_change(who, meeting):
        return set(sites)
    found = {site for site, unit in sites.items() if who.unit and unit == who.unit and who.has(*CLERKS)}
    chaired = await session.scalars(
        select(Delegate.site).where(
            Delegate.meeting == meeting.id, Delegate.person == who.person, Delegate.site_chair.is_(True)
        )
    )
    return found | set(chaired)


async def expect_answerable(session: AsyncSession, who: Principal, meeting_id: str, site: str) -> None:
    """Refuse an answer in the name of a site that is not this person's.

    Raises:
        NotFound: no such meeting.
        Forbidden: not theirs to answer for.
    """
    meeting = await find(session, meeting_id)
    if site not in await sites_answerable(session, who, meeting):
        await find_visible(session, who, meeting_id)
        raise _not_your_site()


def _not_your_site() -> Forbidden:
    return Forbidden(
        "calendar.not_your_site",
        "Quý vị không được trả lời thay điểm cầu này. Hãy liên hệ chủ trì hoặc văn thư của điểm cầu.",
    )
