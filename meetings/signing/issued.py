"""What became of a signed file after it left: in force, recalled, replaced. Only the issuing server knows."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.signing.course import recalled
from meetings.signing.tables import Correction, Signature, SignedFile, SigningEvent
from meetings.signing.verdict import Reason, Standing, Verdict


async def standing_of(session: AsyncSession, digest: str) -> Standing:
    """Where the file with this SHA-256 stands; `unknown` when it is none of this server's."""
    document = await session.scalar(select(SignedFile.document).where(SignedFile.sha256 == digest))
    if document is not None:
        if await recalled(session, document):
            return "recalled"
        return "replaced" if await corrected_by(session, document) else "current"
    earlier = await session.scalar(select(Signature.document).where(Signature.sha256 == digest).limit(1))
    returned = await session.scalar(select(SigningEvent.id).where(SigningEvent.sha256 == digest).limit(1))
    return "replaced" if earlier or returned else "unknown"


async def corrected_by(session: AsyncSession, document: str) -> str:
    """The document that took the place of `document`; empty while none is signed."""
    found = await session.scalar(
        select(Correction.document)
        .join(SignedFile, SignedFile.document == Correction.document)
        .where(Correction.corrects == document, SignedFile.next_role == "")
    )
    return str(found) if found else ""


def as_issued(verdict: Verdict, standing: Standing) -> Verdict:
    """The verdict with what the issuing server knows."""
    told = replace(verdict, standing=standing)
    if standing == "recalled":
        return told.because(Reason("verify.recalled", "Nơi phát hành đã thu hồi văn bản này.", "standing"))
    if standing == "replaced":
        message = "Đây không phải là bản cuối cùng: nơi phát hành có bản mới hơn hoặc đã trả lại bản này."
        return told.because(Reason("verify.replaced", message, "standing"))
    return told
