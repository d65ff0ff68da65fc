"""Who will sit where: delegates and guests by the secretary, and each site's own answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.notices import tell
from meetings.calendar.service import expect_revision, find_open
from meetings.calendar.setup import DelegateSetup, GuestSetup
from meetings.calendar.tables import Answer, Body, Delegate, Guest, Meeting, Participant
from meetings.errors import Invalid, NotFound
from meetings.ids import new_id

_WORDS = {
    Answer.ATTENDING: "tham dự",
    Answer.ABSENT: "vắng",
    Answer.SUBSTITUTE: "cử người dự thay",
}


async def answer(
    session: AsyncSession,
    meeting_id: str,
    site: str,
    *,
    by: str,
    kind: Answer,
    reason: str,
    names: Sequence[dict[str, str]],
    now: int,
) -> Participant:
    """Record a site's answer; a later one replaces it. The secretary is told of absences and substitutes.

    `names` are `{name, position, replaces?}`: those who come; a substitute replaces the delegate whose
    id is `replaces`, else the next of the site's delegates in order, and votes only if the body lets
    substitutes vote.

    Raises:
        NotFound: no such meeting, or the site is not invited.
        Invalid: an absence without a reason, a substitute without a name.
        Refusal: the meeting was cancelled or held.
    """
    meeting = await find_open(session, meeting_id)
    row = await session.get(Participant, (meeting_id, site))
    if row is None:
        raise NotFound("calendar.site_not_invited", "Điểm cầu này không có trong thành phần cuộc họp.")
    reason = reason.strip()
    people = [name for name in names if name.get("name", "").strip()]
    if kind is Answer.ABSENT and not reason:
        raise _wrong("reason", "Hãy ghi lý do vắng.")
    if kind is Answer.SUBSTITUTE and not people:
        raise _wrong("names", "Hãy ghi họ tên người dự thay.")
    if kind is Answer.NONE:
        raise _wrong("answer", "Hãy chọn Tham dự, Vắng hoặc Cử người dự thay.")
    if kind is Answer.ABSENT:
        people = []
    row.answer, row.reason = kind, reason
    row.names = [{"name": person["name"].strip(), "position": person.get("position", "").strip()} for person in people]
    row.answered_by, row.answered_at = by, now
    await _seat_reported(session, meeting, site, kind, people)
    if kind is not Answer.ATTENDING:
        detail = reason or ", ".join(person["name"].strip() for person in people)
        text = f"{row.name} báo {_WORDS[kind]} họp “{meeting.title}”: {detail}"
        tell(session, {meeting.secretary} - {by}, meeting_id, "answered", text, now, site=site)
    await session.flush()
    return row


async def set_delegates(
    session: AsyncSession, meeting_id: str, revision: int, delegates: Sequence[DelegateSetup], now: int
) -> list[Delegate]:
    """Replace the delegates that the secretary seats; those reported by sites stay.

    Raises:
        NotFound: no such meeting.
        Refusal: `stale`; or cancelled or held.
        Invalid: a delegate at a site not invited, seated twice, or two chairs at one site.
    """
    meeting = await find_open(session, meeting_id)
    expect_revision(meeting, revision)
    await _check_seats(session, meeting_id, delegates)
    rows = await session.scalars(select(Delegate).where(Delegate.meeting == meeting_id, Delegate.reported.is_(False)))
    there = {row.id: row for row in rows}
    added: set[str] = set()
    for position, one in enumerate(delegates):
        row = there.pop(one.id, None) if one.id else None
        if row is None:
            row = Delegate(id=new_id(), meeting=meeting_id, substitute=False, reported=False, replaced_by=None)
            session.add(row)
            added.add(one.person)
        row.site, row.name, row.person = one.site, one.name.strip(), one.person
        row.title, row.votes, row.site_chair = one.title.strip(), one.votes, one.site_chair
        row.position = position
    for row in there.values():
        await session.delete(row)
    meeting.revision += 1
    tell(session, added - {""}, meeting_id, "invited", f"Quý vị được mời họp “{meeting.title}”.", now)
    await session.flush()
    return await delegates_of(session, meeting_id)


async def set_guests(
    session: AsyncSession, meeting_id: str, revision: int, guests: Sequence[GuestSetup]
) -> list[Guest]:
    """Replace the guests; those whose id is given keep it.

    Raises:
        NotFound: no such meeting.
        Refusal: `stale`; or cancelled or held.
        Invalid: a guest without a name, or at a site that is not invited.
    """
    meeting = await find_open(session, meeting_id)
    expect_revision(meeting, revision)
    sites = await _invited(session, meeting_id)
    rows = await session.scalars(select(Guest).where(Guest.meeting == meeting_id))
    there = {row.id: row for row in rows}
    for position, one in enumerate(guests):
        if not one.name.strip():
            raise _wrong(f"guests.{position}.name", "Hãy nhập họ tên khách mời.")
        if one.site and one.site not in sites:
            raise _wrong(f"guests.{position}.site", "Điểm cầu của khách mời không có trong cuộc họp.")
        row = there.pop(one.id, None) if one.id else None
        if row is None:
            row = Guest(id=new_id(), meeting=meeting_id)
            session.add(row)
        row.site, row.name, row.position = one.site, one.name.strip(), position
    for row in there.values():
        await session.delete(row)
    meeting.revision += 1
    await session.flush()
    return await guests_of(session, meeting_id)


async def guests_of(session: AsyncSession, meeting_id: str) -> list[Guest]:
    """The guests in their order."""
    rows = await session.scalars(select(Guest).where(Guest.meeting == meeting_id).order_by(Guest.position, Guest.id))
    return list(rows)


async def delegates_of(session: AsyncSession, meeting_id: str) -> list[Delegate]:
    """All delegates in their order, also those replaced by a substitute."""
    rows = await session.scalars(
        select(Delegate).where(Delegate.meeting == meeting_id).order_by(Delegate.position, Delegate.id)
    )
    return list(rows)


async def _seat_reported(
    session: AsyncSession, meeting: Meeting, site: str, kind: Answer, people: Sequence[dict[str, str]]
) -> None:
    """Seat the people that the site reports, and undo what its earlier answer seated."""
    here = (Delegate.meeting == meeting.id, Delegate.site == site)
    await session.execute(delete(Delegate).where(*here, Delegate.reported.is_(True)))
    rows = await session.scalars(select(Delegate).where(*here).order_by(Delegate.position, Delegate.id))
    seated = list(rows)
    for row in seated:
        row.replaced_by = None
    body = await session.get(Body, meeting.body) if meeting.body else None
    known = {row.name.casefold() for row in seated}
    last = await session.scalar(select(func.max(Delegate.position)).where(Delegate.meeting == meeting.id))
    position = -1 if last is None else last
    for person in people:
        name = person["name"].strip()
        if name.casefold() in known:
            continue
        position += 1
        new = Delegate(
            id=new_id(),
            meeting=meeting.id,
            site=site,
            person="",
            name=name,
            title=person.get("position", "").strip(),
            # A body's mandates are the secretary's to give; a conference takes no binding votes.
            votes=body is None,
            substitute=kind is Answer.SUBSTITUTE,
            site_chair=False,
            reported=True,
            replaced_by=None,
            position=position,
        )
        if kind is Answer.SUBSTITUTE:
            replaced = _replaced(seated, person.get("replaces", ""))
            if replaced is not None:
                replaced.replaced_by = new.id
                new.site_chair = replaced.site_chair
                new.votes = replaced.votes and (body is None or body.substitutes_vote)
        session.add(new)


def _replaced(seated: Sequence[Delegate], wanted: str) -> Delegate | None:
    open_seats = [row for row in seated if row.replaced_by is None]
    if wanted:
        return next((row for row in open_seats if row.id == wanted), None)
    return open_seats[0] if open_seats else None


async def _check_seats(session: AsyncSession, meeting_id: str, delegates: Sequence[DelegateSetup]) -> None:
    sites = await _invited(session, meeting_id)
    people: set[str] = set()
    chairs: set[str] = set()
    for index, one in enumerate(delegates):
        if not one.name.strip():
            raise _wrong(f"delegates.{index}.name", "Hãy nhập họ tên đại biểu.")
        if one.site not in sites:
            raise _wrong(f"delegates.{index}.site", f"Điểm cầu của {one.name} không có trong cuộc họp.")
        if one.person and one.person in people:
            raise _wrong(f"delegates.{index}.person", f"{one.name} có hai lần trong danh sách đại biểu.")
        if one.site_chair and one.site in chairs:
            raise _wrong(f"delegates.{index}.site_chair", "Một điểm cầu chỉ có một chủ trì điểm cầu.")
        people.add(one.person)
        if one.site_chair:
            chairs.add(one.site)


async def _invited(session: AsyncSession, meeting_id: str) -> set[str]:
    return set(await session.scalars(select(Participant.site).where(Participant.meeting == meeting_id)))


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("request.invalid", problem, fields=[{"field": field, "problem": problem}])
