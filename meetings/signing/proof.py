"""Adds long-term proof to signed documents while nobody waits: revocation data and an archive time stamp.

What is to do follows from the database alone, so that a restart resumes it; an authority that does not answer is asked
again, each time after a longer pause.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.apart.run import Failed
from meetings.ids import new_id, now_ms
from meetings.signing.authorities import PATIENCE_LATER, Authorities
from meetings.signing.longterm import Unanswered
from meetings.signing.sign import prolong_apart
from meetings.signing.tables import SignedFile, SigningEvent
from meetings.storage.database import Database

log = structlog.get_logger()
#: Seconds between two looks, and the longest pause after an authority did not answer.
PAUSE, LONGEST_PAUSE = 15.0, 600.0


async def waiting(session: AsyncSession) -> list[str]:
    """Documents that everybody has signed and that lack long-term proof."""
    proven = select(SigningEvent.sha256).where(SigningEvent.what == "prolonged")
    wanted = select(SignedFile.document).where(SignedFile.next_role == "", SignedFile.sha256.not_in(proven))
    return list(await session.scalars(wanted.order_by(SignedFile.document).limit(50)))


async def prove(database: Database, authorities: Authorities, document: str, patience: float = PATIENCE_LATER) -> bool:
    """Add proof to one document, whole or not at all; False where an authority did not answer."""
    async with database.read() as session:
        file = await session.get(SignedFile, document)
    if file is None:
        return True
    before, pdf = file.sha256, file.pdf
    try:
        proven = await prolong_apart(pdf, authorities, patience)
    except Failed:
        log.warning("signing.proof_failed", document=document)
        return False
    except Unanswered as nobody:
        log.info("signing.proof_waits", document=document, what=nobody.what)
        return False
    async with database.write() as session:
        current = await session.get(SignedFile, document, with_for_update=True)
        if current is not None and current.sha256 == before:
            current.pdf, current.sha256 = proven, hashlib.sha256(proven).hexdigest()
            session.add(_event(document, current))
    return True


def _event(document: str, file: SignedFile) -> SigningEvent:
    return SigningEvent(
        id=new_id(),
        document=document,
        meeting=file.meeting,
        at=now_ms(),
        what="prolonged",
        role="",
        person="",
        name="",
        sha256=file.sha256,
        detail="",
    )


async def keep_proving(database: Database, authorities: Authorities) -> None:
    """Look for documents to prove until cancelled."""
    pause = PAUSE
    while True:
        with contextlib.suppress(OSError):
            async with database.read() as session:
                todo = await waiting(session)
            answered = [await prove(database, authorities, one) for one in todo]
            pause = PAUSE if all(answered) else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)
