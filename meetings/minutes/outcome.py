"""What ends minutes before their time: the next signer refuses, chair or secretary recall what was signed."""

from __future__ import annotations

from sqlalchemy import delete

from meetings.asks import service as asks
from meetings.errors import Refusal
from meetings.http import Principal
from meetings.minutes import service
from meetings.minutes.numbering import forget_prepared
from meetings.minutes.service import Standing
from meetings.minutes.tables import MinutesFile, MinutesSignature
from meetings.numbers import service as numbers
from meetings.storage.database import Database


async def refuse(database: Database, standing: Standing, who: Principal, reason: str, now: int) -> None:
    """The next signer refuses: signatures so far fall away and the draft is open again.

    The reason stays, with the number in the book: cancelled, never given again.

    Raises:
        Forbidden: the next signature is not this person's.
        Refusal: not adjourned, all signed, or somebody signed in between.
    """
    role = service.expect_turn(standing, who)
    seen = standing.file.sha256 if standing.file else ""
    async with database.write() as session:
        await service.alone(session, standing.meeting)
        file = await session.get(MinutesFile, standing.meeting, with_for_update=True)
        if (file.sha256 if file else "") != seen:
            raise service.stale(standing.revision)
        await session.execute(delete(MinutesSignature).where(MinutesSignature.meeting == standing.meeting))
        if file is not None:
            await session.delete(file)
        await forget_prepared(session, standing.meeting)
        if await numbers.held_by(session, service.book_id(standing.meeting)):
            await numbers.cancel(session, standing.unit, service.book_id(standing.meeting), reason, who.person, now)
        session.add(service.event(standing, role, who.person, "refused", seen, reason, now))
        await asks.settle(session, service.book_id(standing.meeting))
        await asks.ask(session, standing.asked, "secretary", now, standing.person_of("secretary"), reason=reason)


async def recall(database: Database, standing: Standing, who: Principal, reason: str, now: int) -> None:
    """Say that the signed minutes are no longer in force; the file stays, and whoever verifies it is told.

    Raises:
        Forbidden: neither chair nor secretary.
        Refusal: not signed by both, or recalled before.
    """
    standing.expect_reader(who)
    if standing.file is None or standing.next_role:
        raise Refusal("minutes.not_signed", "Biên bản chưa có đủ chữ ký nên chưa thể thu hồi.")
    role = "secretary" if who.person == standing.content.secretary.person else "chair"
    async with database.write() as session:
        await service.alone(session, standing.meeting)
        if await service.recalled(session, standing.meeting):
            raise Refusal("minutes.recalled", "Biên bản này đã được thu hồi trước đó.")
        session.add(service.event(standing, role, who.person, "recalled", standing.file.sha256, reason, now))
