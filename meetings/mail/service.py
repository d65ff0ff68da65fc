"""Inviting by e-mail, following what changes until it is cancelled, and taking replies as the sites' answers."""

from __future__ import annotations

import hashlib
import re
import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar import answers
from meetings.calendar.notices import tell
from meetings.calendar.tables import Answer as SiteAnswer
from meetings.calendar.tables import Delegate, Meeting, Participant, Status
from meetings.directory.units import unit_on
from meetings.errors import Invalid, NotFound, Refusal
from meetings.ids import local_time, new_id
from meetings.mail.calendar_mail import Answer, Invitation, Method, Reply, compose
from meetings.mail.tables import MailAddress, MailInvitation, MailMessage

#: One mailbox, in letters that e-mail carries everywhere.
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_REPLIES = {Reply.ACCEPTED: "đồng ý dự", Reply.DECLINED: "từ chối dự", Reply.TENTATIVE: "chưa chắc dự"}


async def set_address(session: AsyncSession, person: str, address: str) -> None:
    """Write to `person` at `address` from now on; empty: not at all.

    Raises:
        Invalid: not an address.
    """
    address = address.strip().lower()
    if address and (len(address) > 254 or not _ADDRESS.fullmatch(address)):
        raise Invalid("mail.address_invalid", "Địa chỉ thư điện tử chưa đúng, ví dụ: ten@donvi.gov.vn.")
    row = await session.get(MailAddress, person)
    if not address:
        if row is not None:
            await session.delete(row)
    elif row is None:
        session.add(MailAddress(person=person, address=address))
    else:
        row.address = address


async def invited(session: AsyncSession, meeting: str) -> list[tuple[Delegate, str]]:
    """The delegates who have a place in the directory, each with the address they are written to, or none."""
    rows = await session.execute(
        select(Delegate, MailAddress.address)
        .join(MailAddress, MailAddress.person == Delegate.person, isouter=True)
        .where(Delegate.meeting == meeting, Delegate.person != "")
        .order_by(Delegate.position, Delegate.id)
    )
    return [(row[0], row[1] or "") for row in rows]


async def invite(session: AsyncSession, meeting: Meeting, sender: str, now: int) -> int:
    """Write to every delegate with an address who has not this state of the invitation yet; how many.

    Raises:
        Refusal: the meeting was cancelled or held.
    """
    if meeting.status != Status.SCHEDULED:
        raise Refusal("mail.not_scheduled", "Cuộc họp đã hủy hoặc đã diễn ra nên không gửi thư mời được nữa.")
    await session.get(Meeting, meeting.id, with_for_update=True)  # two at once would write twice
    people = {one.person: (one.name, address) for one, address in await invited(session, meeting.id) if address}
    known = {one.person: one for one in await _invitations(session, meeting.id)}
    count = 0
    for person, (name, address) in people.items():
        row = known.get(person)
        if row is not None and row.address != address:
            await session.delete(row)  # the reply is to come from where the invitation went
            await session.flush()
            row = None
        if row is None:
            row = MailInvitation(
                meeting=meeting.id, person=person, token=secrets.token_hex(24), address=address, sequence=-1,
                method=Method.REQUEST, digest="", reply="", replied_at=0,
            )  # fmt: skip
            session.add(row)
        count += await _write(session, meeting, row, name, Method.REQUEST, sender, now)
    return count


async def resend(session: AsyncSession, meeting: str, person: str, now: int) -> None:
    """Put the person's newest message into the outbox again: it is the same invitation, not a newer one.

    Raises:
        NotFound: nothing was written to them.
        Refusal: it still waits for its first try.
    """
    row = await session.scalar(
        select(MailMessage)
        .where(MailMessage.meeting == meeting, MailMessage.person == person)
        .order_by(MailMessage.id.desc())
        .limit(1)
        .with_for_update()
    )
    if row is None:
        raise NotFound("mail.not_written", "Chưa có thư nào gửi cho người này. Hãy bấm Gửi thư mời.")
    if row.state == "queued" and not row.attempts:
        raise Refusal("mail.waiting", "Thư đang chờ gửi. Hãy đợi ít phút.")
    row.state, row.attempts, row.next_at, row.problem = "queued", 0, now, ""


async def follow(session: AsyncSession, sender: str, now: int) -> int:
    """Write to those already invited whose meeting changed or was cancelled, or who are no longer invited."""
    rows = await session.execute(
        select(MailInvitation, Meeting)
        .join(Meeting, Meeting.id == MailInvitation.meeting)
        .where(MailInvitation.method == Method.REQUEST, Meeting.ends_at > now)
    )
    count = 0
    for row, meeting in rows.all():
        name = await session.scalar(
            select(Delegate.name).where(Delegate.meeting == meeting.id, Delegate.person == row.person).limit(1)
        )
        called_off = meeting.status == Status.CANCELLED or name is None
        method = Method.CANCEL if called_off else Method.REQUEST
        count += await _write(session, meeting, row, name or row.address, method, sender, now)
    return count


async def _invitations(session: AsyncSession, meeting: str) -> list[MailInvitation]:
    return list(await session.scalars(select(MailInvitation).where(MailInvitation.meeting == meeting)))


async def _write(
    session: AsyncSession, meeting: Meeting, row: MailInvitation, name: str, method: Method, sender: str, now: int
) -> int:
    place = await session.scalar(
        select(Participant.name).where(Participant.meeting == meeting.id, Participant.site == meeting.hub_site)
    )
    unit = await unit_on(session, meeting.unit, local_time(meeting.starts_at).date())
    told = (method, meeting.title, meeting.starts_at, meeting.ends_at, place or "")
    digest = hashlib.sha256(repr(told).encode()).hexdigest()
    if digest == row.digest:
        return 0
    row.digest, row.method, row.sequence = digest, method, row.sequence + 1
    invitation = Invitation(
        row.token, method, row.sequence, meeting.title, meeting.starts_at, meeting.ends_at, place or "",
        unit.name if unit else "Điểm Cầu", name, row.address, meeting.cancel_reason,
    )  # fmt: skip
    message = compose(invitation, sender, now)
    session.add(
        MailMessage(
            id=new_id(), meeting=meeting.id, person=row.person, address=row.address, message=message, state="queued",
            attempts=0, next_at=now, problem="",
        )
    )  # fmt: skip
    return 1


async def take_reply(session: AsyncSession, answer: Answer, now: int) -> str:
    """Make `answer` the site's, where the person chairs the site; else tell the secretary. What was made of it:
    `site`, `told`, `repeated`, `outdated` or `unknown`."""
    row = await session.scalar(select(MailInvitation).where(MailInvitation.token == answer.token).with_for_update())
    if row is None or answer.address != row.address or row.method != Method.REQUEST:
        return "unknown"
    if answer.sequence != row.sequence:
        return "outdated"
    if row.reply == answer.reply:
        return "repeated"
    meeting = await session.get_one(Meeting, row.meeting)
    seat = await session.scalar(
        select(Delegate).where(Delegate.meeting == row.meeting, Delegate.person == row.person).limit(1)
    )
    if seat is None or meeting.status != Status.SCHEDULED or now >= meeting.ends_at:
        return "outdated"
    row.reply, row.replied_at = answer.reply, now
    words = f"{seat.name} {_REPLIES[answer.reply]} họp “{meeting.title}” (trả lời qua thư)"
    words += f": {answer.comment.strip()}" if answer.comment.strip() else "."
    if not seat.site_chair or answer.reply is Reply.TENTATIVE:
        tell(session, {meeting.secretary}, meeting.id, "answered", words, now, site=seat.site)
        return "told"
    declined = answer.reply is Reply.DECLINED
    await answers.answer(
        session,
        row.meeting,
        seat.site,
        by=row.person,
        kind=SiteAnswer.ABSENT if declined else SiteAnswer.ATTENDING,
        reason=(answer.comment.strip() or "Từ chối qua thư mời.") if declined else "",
        names=[],
        now=now,
    )
    return "site"
