"""Statuses from the exchange: believed only from a recipient of that DocumentId and where they may follow."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.dispatch.message import Business, Status
from meetings.dispatch.outbox import left
from meetings.dispatch.statuses import Progress
from meetings.dispatch.tables import Dispatch, Recipient, State, StatusRow
from meetings.dispatch.units import exchange_of, same_organ
from meetings.ids import new_id

Taken = Literal["believed", "repeated", "not_party", "not_allowed", "unknown"]


async def take(session: AsyncSession, unit: str, status: Status, now: int) -> Taken:
    """Keep `status`, which came to the unit's own system, and say what was made of it."""
    row = await session.scalar(
        select(Dispatch).where(
            Dispatch.unit == unit,
            Dispatch.document_id == status.about.document,
            Dispatch.state.in_((State.SENT, State.UNKNOWN, State.SENDING)),
        )
    )
    if row is None:
        return "unknown"
    about = row
    if row.business == Business.RECALL and row.about:  # answers to a recall may name the recall's own DocumentId
        about = await session.get_one(Dispatch, row.about)
    one = await _recipient(session, about, status)
    taken = _judge(one, status, now)
    if taken == "believed" and row.state == State.UNKNOWN:
        await left(session, row, now)  # nobody answers for what did not arrive
    session.add(
        StatusRow(
            id=new_id(),
            dispatch=about.id,
            organ_id=status.sender.id,
            code=status.code,
            description=status.description[:2000],
            said_at=status.at,
            at=now,
            taken=taken,
        )
    )
    return taken


async def _recipient(session: AsyncSession, about: Dispatch, status: Status) -> Recipient | None:
    exchange = await exchange_of(session, about.unit)
    ours = {exchange.organ_id, exchange.other_organ_id} if exchange else set()
    if status.about.organ and status.about.organ not in ours:
        return None
    ids = await same_organ(session, status.sender.id)
    found: Recipient | None = await session.scalar(
        select(Recipient).where(Recipient.dispatch == about.id, Recipient.organ_id.in_(ids)).limit(1).with_for_update()
    )
    return found


def _judge(one: Recipient | None, status: Status, now: int) -> Taken:
    if one is None:
        return "not_party"
    progress = Progress(one.processing, one.recall)
    if progress.repeats(status.code):
        return "repeated"
    after = progress.after(status.code)
    if after is None:
        return "not_allowed"
    one.processing, one.recall, one.changed_at = after.processing, after.recall, now
    return "believed"


async def history(session: AsyncSession, dispatches: list[str]) -> list[StatusRow]:
    """Every status that came, oldest first."""
    rows = await session.scalars(
        select(StatusRow).where(StatusRow.dispatch.in_(dispatches)).order_by(StatusRow.at, StatusRow.id)
    )
    return list(rows)
