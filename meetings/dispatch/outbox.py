"""The outbox: handing documents in, recalling and replacing them, and what a person may decide about a stuck one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Meeting
from meetings.directory.organ_ids import PUBLISHED, OrganIds
from meetings.dispatch.documents import Issued, message_of
from meetings.dispatch.message import Business, BusinessInfo, Message, Organ, ResponseFor, StatusCode, Trace
from meetings.dispatch.reader import read
from meetings.dispatch.statuses import Progress
from meetings.dispatch.tables import Dispatch, Mode, Recipient, State
from meetings.dispatch.units import exchange_of, organ_of
from meetings.dispatch.writer import expect_organ_ids, write
from meetings.errors import Invalid, NotFound, Refusal
from meetings.http import Principal
from meetings.ids import local_time, new_id

MOST_RECIPIENTS = 1000
#: States of a message that has not failed and was not cancelled.
ALIVE = (State.MANUAL, State.QUEUED, State.SENDING, State.UNKNOWN, State.SENT)


@dataclass(frozen=True, slots=True)
class Order:
    """A document, to whom, and the dispatch that it replaces, if any."""

    issued: Issued
    to: tuple[Organ, ...]
    replaces: str = ""
    reason: str = ""


async def hand_in(
    session: AsyncSession, who: Principal, order: Order, now: int, ids_are: OrganIds = PUBLISHED
) -> Dispatch:
    """Fix the message and its DocumentId, to be sent by the worker or taken along by the records clerk.

    Raises:
        Malformed: an organ id of another form than `ids_are`, or a field that breaks its rule.
        Invalid: nobody to send to, or twice to one.
        Refusal: the unit is not on the exchange, sent already to one of them, no number (direct), or the dispatch to
            replace was not sent or is another unit's.
    """
    issued = order.issued
    await session.get(Meeting, issued.meeting, with_for_update=True)  # two at once would send twice
    ids = [one.id for one in order.to]
    if not ids or len(ids) > MOST_RECIPIENTS:
        raise Invalid("dispatch.no_recipient", "Hãy chọn ít nhất một nơi nhận có mã định danh.")
    if len(set(ids)) < len(ids):
        raise Invalid("dispatch.recipient_twice", "Có nơi nhận được chọn hai lần. Hãy bỏ bớt.")
    exchange = await exchange_of(session, issued.unit)
    if exchange is None or not exchange.organ_id:
        raise Refusal(
            "dispatch.unit_not_set",
            "Đơn vị chưa khai báo mã định danh và cách gửi văn bản. Hãy khai báo ở trang Sổ văn bản.",
        )
    if exchange.organ_id in ids:
        raise Invalid("dispatch.to_oneself", "Nơi nhận không thể là chính đơn vị gửi.")
    if exchange.mode == Mode.DIRECT and not issued.number:
        raise Refusal("dispatch.no_number", "Văn bản chưa có số nên chưa gửi trực tiếp được. Hãy cấp số trước.")
    await _expect_new(session, issued, ids, order.replaces)
    business, about = BusinessInfo(Business.NEW), None
    if order.replaces:
        about = _response_for(await _sent(session, order.replaces, issued.unit))
        business = BusinessInfo(Business.REPLACE, about.document, order.reason.strip()[:500])
    document_id = new_id()
    sender = await organ_of(session, exchange)
    message = message_of(issued, sender, order.to, document_id, now, business, about)
    expect_organ_ids(message, ids_are)
    row = _row(who, issued.unit, issued.meeting, issued.id, issued.sha256, document_id, message, now)
    row.mode, row.about = exchange.mode, order.replaces or None
    row.state = State.QUEUED if exchange.by_itself else State.MANUAL
    _add(session, row, order.to)
    await session.flush()
    return row


async def _expect_new(session: AsyncSession, issued: Issued, ids: list[str], replaces: str) -> None:
    sent = await session.scalars(
        select(Recipient.name)
        .join(Dispatch, Dispatch.id == Recipient.dispatch)
        .where(
            Dispatch.document == issued.id,
            Dispatch.sha256 == issued.sha256,
            Dispatch.business != Business.RECALL,
            Dispatch.state.in_(ALIVE),
            Recipient.organ_id.in_(ids),
            Recipient.recall != StatusCode.RECALL_AGREED,
        )
        .limit(3)
    )
    if names := list(sent):
        raise Refusal("dispatch.already", f"Văn bản này đã gửi đến {', '.join(names)}. Hãy bỏ chọn các nơi đã gửi.")
    if replaces:
        again = select(Dispatch.id).where(
            Dispatch.about == replaces, Dispatch.business == Business.REPLACE, Dispatch.state.in_(ALIVE)
        )
        if await session.scalar(again.limit(1)):
            raise Refusal("dispatch.replaced_already", "Lần gửi này đã có văn bản thay thế. Hãy thay thế bản mới nhất.")


async def recall(session: AsyncSession, who: Principal, id: str, reason: str, now: int) -> Dispatch:
    """Ask every recipient to give the document back. The recall is a message of its own, with its own DocumentId.

    Raises:
        Invalid: no reason.
        Refusal: it was not sent, is a recall itself, or is being recalled.
    """
    if not reason.strip():
        raise Invalid("dispatch.reason_missing", "Hãy ghi lý do thu hồi để nơi nhận biết.")
    original = await find(session, id, lock=True)
    await _sent(session, id, original.unit)
    again = select(Dispatch.id).where(
        Dispatch.about == id, Dispatch.business == Business.RECALL, Dispatch.state.in_(ALIVE)
    )
    if await session.scalar(again.limit(1)):
        raise Refusal("dispatch.recalled_already", "Đã yêu cầu thu hồi lần gửi này. Hãy chờ nơi nhận trả lời.")
    exchange = await exchange_of(session, original.unit)
    if exchange is None or exchange.mode != original.mode:
        raise Refusal("dispatch.way_changed", "Cách gửi của đơn vị đã đổi. Hãy thu hồi ở hệ thống đã gửi văn bản.")
    sent = read(original.edxml)
    assert isinstance(sent, Message)
    about, document_id = _response_for(original), new_id()
    business = BusinessInfo(Business.RECALL, original.document_id, reason.strip()[:500])
    header = replace(sent.header, document=document_id, response_for=(about,))
    trace = Trace(header.sender.id, f"{local_time(now):%Y/%m/%d %H:%M:%S}")
    message = Message(header, replace(sent.traces, trace=(trace,), business=business))
    row = _row(who, original.unit, original.meeting, original.document, original.sha256, document_id, message, now)
    row.mode, row.about = original.mode, id
    row.state = State.QUEUED if exchange.by_itself else State.MANUAL
    _add(session, row, header.to)
    await session.flush()
    return row


async def find(session: AsyncSession, id: str, lock: bool = False) -> Dispatch:
    """
    Raises:
        NotFound: there is none.
    """
    row = await session.get(Dispatch, id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise NotFound("dispatch.unknown", "Không tìm thấy lần gửi này. Hãy tải lại trang.")
    return row


async def cancel(session: AsyncSession, id: str) -> None:
    """Take a message back that has certainly not left.

    Raises:
        Refusal: it left, or may have.
    """
    row = await find(session, id, lock=True)
    if row.state not in (State.MANUAL, State.QUEUED):
        raise Refusal("dispatch.left", "Văn bản đã hoặc có thể đã rời máy chủ nên không hủy được. Hãy thu hồi.")
    row.state = State.CANCELLED


async def retry(session: AsyncSession, id: str, now: int, absent: bool = False) -> None:
    """Try now: a refused message again with the same DocumentId, a waiting one without waiting longer.

    `absent`: the person has made sure that the gateway does not have it, so that nothing is asked.

    Raises:
        Refusal: it was sent, cancelled, or is being sent.
    """
    row = await find(session, id, lock=True)
    if row.state not in (State.REFUSED, State.QUEUED, State.UNKNOWN):
        raise Refusal(
            "dispatch.nothing_to_retry", "Lần gửi này không cần gửi lại. Hãy tải lại trang để xem tình trạng."
        )
    if row.state == State.REFUSED or absent:
        row.state = State.QUEUED
    row.next_at = now


async def confirm(session: AsyncSession, id: str, now: int) -> None:
    """The records clerk says that the document system has the message.

    Raises:
        Refusal: it goes by itself, or was confirmed.
    """
    row = await find(session, id, lock=True)
    if row.state not in (State.MANUAL, State.UNKNOWN):
        raise Refusal("dispatch.not_manual", "Lần gửi này không chờ xác nhận. Hãy tải lại trang để xem tình trạng.")
    await left(session, row, now)


async def left(session: AsyncSession, row: Dispatch, now: int) -> None:
    """The message is where it was to go. Whoever got a document that is now recalled is asked for it back."""
    row.state, row.sent_at, row.problem_code, row.problem = State.SENT, now, "", ""
    if row.business != Business.RECALL:
        return
    for one in await session.scalars(select(Recipient).where(Recipient.dispatch == row.about).with_for_update()):
        progress = Progress(one.processing, one.recall).asked_back()
        one.recall, one.changed_at = progress.recall, now


async def _sent(session: AsyncSession, id: str, unit: str) -> Dispatch:
    row = await find(session, id)
    if row.unit != unit or row.business == Business.RECALL:
        raise Refusal("dispatch.not_theirs", "Lần gửi này không phải của đơn vị, hoặc chính là một yêu cầu thu hồi.")
    if row.state != State.SENT:
        raise Refusal("dispatch.not_sent", "Văn bản chưa gửi xong. Hãy hủy lần gửi, hoặc chờ gửi xong rồi thử lại.")
    return row


def _response_for(row: Dispatch) -> ResponseFor:
    sent = read(row.edxml)
    assert isinstance(sent, Message)
    code = "/".join(one for one in (sent.header.code.number, sent.header.code.notation) if one)
    return ResponseFor(row.document_id, sent.header.sender.id, code, sent.header.promulgation.date)


def _row(
    who: Principal,
    unit: str,
    meeting: str,
    document: str,
    sha256: str,
    document_id: str,
    message: Message,
    now: int,
) -> Dispatch:
    return Dispatch(
        id=new_id(),
        unit=unit,
        meeting=meeting,
        document=document,
        document_id=document_id,
        sha256=sha256,
        business=message.traces.business.type,
        subject=message.header.subject,
        reason=message.traces.business.reason,
        edxml=write(message),
        attempts=0,
        next_at=now,
        by=who.person,
        by_name=who.name,
        at=now,
    )


def _add(session: AsyncSession, row: Dispatch, to: tuple[Organ, ...]) -> None:
    session.add(row)
    session.add_all(Recipient(dispatch=row.id, organ_id=one.id, name=one.name or one.id) for one in to)
