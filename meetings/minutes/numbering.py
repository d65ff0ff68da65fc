"""Numbers of minutes: from the unit's register before the first signature, or written into the reserved field later."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.errors import Forbidden, Refusal
from meetings.http import Principal
from meetings.ids import local_time
from meetings.layout.letterhead import printed_number
from meetings.minutes import service
from meetings.minutes.service import Standing
from meetings.minutes.tables import MinutesFile
from meetings.numbers import service as numbers
from meetings.numbers.routes import may_number
from meetings.numbers.tables import Kind, Source
from meetings.signing.fields import NUMBER, fill
from meetings.signing.tables import PreparedFile
from meetings.storage.database import Database


async def take(database: Database, standing: Standing, by: str, now: int) -> Standing:
    """`standing` with the register's next number where the unit's numbers come from there; asked again, the same one.

    Raises:
        Refusal: somebody signed in between (`stale`).
    """
    if standing.file is not None or standing.number or standing.source != Source.REGISTER:
        return standing
    async with database.write() as session:
        await service.alone(session, standing.meeting)
        if await session.get(MinutesFile, standing.meeting) is not None:
            raise service.stale(standing.revision)
        number = await numbers.take(session, _document(standing, now), by, now)
    return replace(standing, number=number, content=service.numbered(standing.content, number))


def _document(standing: Standing, now: int) -> numbers.Document:
    """What the books of numbers know the minutes as."""
    id, year = service.book_id(standing.meeting), local_time(now).year
    return numbers.Document(standing.unit, Kind.MINUTES, year, id, f"Biên bản {standing.content.title}")


async def enter(database: Database, standing: Standing, who: Principal, number: int, now: int) -> None:
    """Keep the number that the unit's document system gave: before the first signature, or into the field kept for it.

    Raises:
        Forbidden: not the unit's records clerk.
        Refusal: between the first and the chair's signature, no field is kept, or the books' own refusals.
    """
    if not may_number(who, standing.unit):
        raise Forbidden("numbers.not_clerk", "Chỉ văn thư của đơn vị được nhập số văn bản.")
    pdf = await _with_number(standing, number) if standing.file else b""
    async with database.write() as session:
        await service.alone(session, standing.meeting)
        file = await session.get(MinutesFile, standing.meeting, with_for_update=True)
        if (file.sha256 if file else "") != (standing.file.sha256 if standing.file else ""):
            raise service.stale(standing.revision)
        await numbers.enter(session, _document(standing, now), number, who.person, now)
        await forget_prepared(session, standing.meeting)
        if file is not None:
            file.pdf, file.sha256 = pdf, hashlib.sha256(pdf).hexdigest()
            session.add(service.event(standing, "clerk", who.person, "numbered", file.sha256, str(number), now))


async def _with_number(standing: Standing, number: int) -> bytes:
    """The signed bytes with the number in the field that was kept for it."""
    assert standing.file is not None
    if standing.next_role:
        raise Refusal(
            "minutes.number_later",
            "Biên bản đang được ký. Số được ghi trước chữ ký đầu tiên hoặc sau chữ ký của chủ tọa.",
        )
    try:
        return await asyncio.to_thread(fill, standing.file.pdf, {NUMBER: printed_number(str(number))})
    except (KeyError, ValueError):
        raise Refusal("minutes.number_set", "Biên bản đã có số, hoặc không chừa ô ghi số.") from None


async def forget_prepared(session: AsyncSession, meeting: str) -> None:
    """What was rendered for the first signer shows another number than the next rendering will."""
    await session.execute(delete(PreparedFile).where(PreparedFile.meeting == meeting))
