"""What became of a signed file after it left: in force, recalled, replaced. Only the issuing server knows."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.minutes.tables import MinutesFile, MinutesSignature
from meetings.signing.tables import SigningEvent
from meetings.signing.verdict import Reason, Standing, Verdict


async def standing_of(session: AsyncSession, digest: str) -> Standing:
    """Where the file with this SHA-256 stands; `unknown` when it is none of this server's."""
    meeting = await session.scalar(select(MinutesFile.meeting).where(MinutesFile.sha256 == digest))
    if meeting is not None:
        recalled = select(SigningEvent.id).where(SigningEvent.meeting == meeting, SigningEvent.what == "recalled")
        return "recalled" if await session.scalar(recalled.limit(1)) else "current"
    earlier = await session.scalar(select(MinutesSignature.meeting).where(MinutesSignature.sha256 == digest))
    returned = await session.scalar(select(SigningEvent.id).where(SigningEvent.sha256 == digest).limit(1))
    return "replaced" if earlier or returned else "unknown"


def as_issued(verdict: Verdict, standing: Standing) -> Verdict:
    """The verdict with what the issuing server knows."""
    told = replace(verdict, standing=standing)
    if standing == "recalled":
        return told.because(Reason("verify.recalled", "Nơi phát hành đã thu hồi văn bản này.", "standing"))
    if standing == "replaced":
        message = "Đây không phải là bản cuối cùng: nơi phát hành có bản mới hơn hoặc đã trả lại bản này."
        return told.because(Reason("verify.replaced", message, "standing"))
    return told
