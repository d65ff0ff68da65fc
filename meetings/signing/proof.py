"""Adds long-term proof to signed minutes while nobody waits: revocation data and an archive time stamp.

What is to do follows from the database alone, so that a restart resumes it; an authority that does not answer is asked
again, each time after a longer pause.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.ids import new_id, now_ms
from meetings.minutes.service import ORDER
from meetings.minutes.tables import MinutesFile, MinutesSignature
from meetings.signing.authorities import PATIENCE_LATER, Authorities
from meetings.signing.longterm import Unanswered, prolong
from meetings.signing.sign import apart
from meetings.signing.tables import SigningEvent
from meetings.storage.database import Database

log = structlog.get_logger()
#: Seconds between two looks, and the longest pause after an authority did not answer.
PAUSE, LONGEST_PAUSE = 15.0, 600.0


async def waiting(session: AsyncSession) -> list[str]:
    """Meetings whose minutes everybody has signed and that lack long-term proof."""
    complete = select(MinutesSignature.meeting).group_by(MinutesSignature.meeting).having(func.count() == len(ORDER))
    proven = select(SigningEvent.sha256).where(SigningEvent.what == "prolonged")
    wanted = select(MinutesFile.meeting).where(MinutesFile.meeting.in_(complete), MinutesFile.sha256.not_in(proven))
    return list(await session.scalars(wanted.order_by(MinutesFile.meeting).limit(50)))


async def prove(database: Database, authorities: Authorities, meeting: str, patience: float = PATIENCE_LATER) -> bool:
    """Add proof to one meeting's minutes, whole or not at all; False where an authority did not answer."""
    async with database.read() as session:
        file = await session.get(MinutesFile, meeting)
    if file is None:
        return True
    before, pdf = file.sha256, file.pdf
    try:
        proven = await apart(lambda: prolong(pdf, authorities, patience))
    except Unanswered as nobody:
        log.info("signing.proof_waits", meeting=meeting, what=nobody.what)
        return False
    async with database.write() as session:
        current = await session.get(MinutesFile, meeting, with_for_update=True)
        if current is not None and current.sha256 == before:
            current.pdf, current.sha256 = proven, hashlib.sha256(proven).hexdigest()
            session.add(_event(meeting, current.sha256))
    return True


def _event(meeting: str, digest: str) -> SigningEvent:
    return SigningEvent(
        id=new_id(),
        meeting=meeting,
        at=now_ms(),
        what="prolonged",
        role="",
        person="",
        name="",
        sha256=digest,
        detail="",
    )


async def keep_proving(database: Database, authorities: Authorities) -> None:
    """Look for minutes to prove until cancelled."""
    pause = PAUSE
    while True:
        with contextlib.suppress(OSError):
            async with database.read() as session:
                todo = await waiting(session)
            answered = [await prove(database, authorities, one) for one in todo]
            pause = PAUSE if all(answered) else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)
