"""Sends what the outbox holds and fetches what waits for units that are directly on the exchange.

What is to do follows from the database alone, so that a restart, or a second server, goes on where the last one was.
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from sqlalchemy import select

from meetings.dispatch import incoming, outbox
from meetings.dispatch.gateway import Access, Gateway, Gateways, Outcome, Result, Unavailable
from meetings.dispatch.message import Status
from meetings.dispatch.reader import read
from meetings.dispatch.rules import Malformed
from meetings.dispatch.tables import Dispatch, Mode, Received, State, UnitExchange
from meetings.dispatch.units import Ways, access_of, exchange_of
from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.storage.database import Database

log = structlog.get_logger()
#: Milliseconds: how long one sending may take before another server asks about it; the first pause and the longest.
LEASE, FIRST_PAUSE, LONGEST_PAUSE = 5 * 60_000, 30_000, 60 * 60_000
#: Seconds between two looks, and between two fetches.
LOOK, FETCH = 3.0, 60.0


def pause(attempts: int) -> int:
    """Milliseconds until the next try, doubled with each."""
    return int(min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 20), LONGEST_PAUSE))


class Courier:
    """Carries messages between the database and gateways."""

    def __init__(self, database: Database, ways: Ways, gateways: Gateways) -> None:
        self._database, self._ways, self._gateways = database, ways, gateways

    async def send_next(self, now: int) -> bool:
        """Send, or ask about, the message that has waited longest; False where none is due."""
        async with self._database.write() as session:
            row = await session.scalar(
                select(Dispatch)
                .where(Dispatch.state.in_((State.QUEUED, State.SENDING, State.UNKNOWN)), Dispatch.next_at <= now)
                .order_by(Dispatch.next_at, Dispatch.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return False
            doubtful = row.state != State.QUEUED
            row.state, row.attempts, row.next_at = State.SENDING, row.attempts + 1, now + LEASE
            exchange = await exchange_of(session, row.unit)
        outcome = await self._carry(row, exchange, doubtful)
        await self._note(row, outcome, doubtful, now)
        return True

    async def _carry(self, row: Dispatch, exchange: UnitExchange | None, doubtful: bool) -> Outcome:
        if exchange is None or not exchange.by_itself or exchange.mode != row.mode:
            waiting = Result.UNKNOWN if doubtful else Result.NOT_SENT
            return Outcome(waiting, "no_gateway", "Đơn vị chưa khai báo địa chỉ gửi. Hãy khai báo ở trang Sổ văn bản.")
        try:
            gateway = self._gateways(access_of(exchange, self._ways))
        except Refusal as refusal:
            return Outcome(Result.UNKNOWN if doubtful else Result.NOT_SENT, refusal.id, refusal.message)
        if doubtful:
            known = await gateway.ask(row.document_id)
            if known.result is not Result.NOT_SENT:
                return known
        return await gateway.send(row.document_id, row.edxml)

    async def _note(self, row: Dispatch, outcome: Outcome, doubtful: bool, now: int) -> None:
        async with self._database.write() as session:
            current = await outbox.find(session, row.id, lock=True)
            if current.state != State.SENDING or current.attempts != row.attempts:
                return  # another server has taken it over, or a person has decided
            current.problem_code, current.problem = outcome.code[:60], outcome.message
            current.next_at = now + pause(current.attempts)
            match outcome.result:
                case Result.ACCEPTED:
                    await outbox.left(session, current, now)
                case Result.REFUSED:
                    current.state = State.REFUSED
                case Result.NOT_SENT:
                    current.state = State.QUEUED
                case Result.UNKNOWN:
                    current.state = State.UNKNOWN
        log.info("dispatch.tried", dispatch=row.id, result=outcome.result.value, code=outcome.code, asked=doubtful)

    async def fetch_all(self, now: int) -> None:
        """Take what waits for the units that are directly on the exchange. Others' own systems fetch for themselves."""
        async with self._database.read() as session:
            direct = list(await session.scalars(select(UnitExchange).where(UnitExchange.mode == Mode.DIRECT)))
        for one in direct:
            try:
                access = access_of(one, self._ways)
            except Refusal as refusal:
                log.warning("dispatch.key_unopened", unit=one.unit, problem=refusal.id)
                continue
            await self._fetch(one.unit, access, now)

    async def _fetch(self, unit: str, access: Access, now: int) -> None:
        gateway = self._gateways(access)
        try:
            for reference in await gateway.waiting():
                await self._take(unit, gateway, reference, now)
        except Unavailable as error:
            log.info("dispatch.gateway_unavailable", unit=unit, problem=str(error))

    async def _take(self, unit: str, gateway: Gateway, reference: str, now: int) -> None:
        """A status is kept, then acknowledged; anything else stays at the gateway, noted once."""
        async with self._database.read() as session:
            known = await session.get(Received, (unit, reference))
        if known is None:
            data = await gateway.fetch(reference)
            try:
                message = await asyncio.to_thread(read, data)
            except Malformed as error:
                log.warning("dispatch.unreadable", unit=unit, element=error.details["element"])
                message = None
            is_status = isinstance(message, Status)
            what = "status" if is_status else ("document" if message else "unreadable")
            async with self._database.write() as session:
                session.add(Received(unit=unit, reference=reference, what=what, at=now))
                if isinstance(message, Status):
                    taken = await incoming.take(session, unit, message, now)
                    log.info("dispatch.status", unit=unit, code=message.code, taken=taken)
        elif known.what != "status":
            return
        else:
            is_status = True
        if is_status:
            await gateway.acknowledge(reference)

    async def run(self) -> None:
        """Carry until cancelled."""
        fetch_at = 0
        while True:
            with contextlib.suppress(OSError):
                while await self.send_next(now_ms()):
                    pass
                if now_ms() >= fetch_at:
                    fetch_at = now_ms() + int(FETCH * 1000)
                    await self.fetch_all(now_ms())
            await asyncio.sleep(LOOK)
