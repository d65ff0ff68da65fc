"""A signed document is never changed: a correction is a new document that takes its place once it is signed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.errors import Forbidden, Refusal
from meetings.http import Principal
from meetings.signing import course
from meetings.signing.course import Signable
from meetings.signing.tables import Correction, SignedFile


@dataclass(frozen=True, slots=True)
class Links:
    """What a document corrects and why, and what corrects it; empty where nothing does. `done`: the newer is signed."""

    corrects: str = ""
    reason: str = ""
    corrected_by: str = ""
    done: bool = False


async def begin(session: AsyncSession, paper: Signable, document: str, who: Principal, reason: str, now: int) -> None:
    """Note that `document`, still to be drafted, corrects `paper`. Until it is signed the old one stays in force.

    Raises:
        Forbidden: not theirs to correct.
        Refusal: not complete, recalled, or being corrected already.
    """
    if not paper.may_recall(who):
        raise Forbidden("signing.not_yours_to_correct", "Quý vị không được lập văn bản thay thế văn bản này.")
    file = await course.unchanged(session, paper)
    if file is None or file.next_role:
        raise Refusal("signing.not_signed", "Văn bản chưa có đủ chữ ký. Hãy từ chối ký hoặc trả lại để sửa dự thảo.")
    if await course.recalled(session, paper.document):
        raise Refusal("signing.recalled", "Văn bản này đã được thu hồi. Hãy lập văn bản mới.")
    if await session.scalar(select(Correction.document).where(Correction.corrects == paper.document)):
        raise Refusal("signing.corrected", "Văn bản này đã có văn bản thay thế. Hãy mở văn bản thay thế đó.")
    session.add(Correction(document=document, corrects=paper.document, reason=reason, by=who.person, at=now))
    session.add(course.event(paper, "", who.person, "corrected", file.sha256, reason, now, who.name))


async def links_of(session: AsyncSession, document: str) -> Links:
    """What `document` corrects, and what corrects it."""
    older = await session.get(Correction, document)
    newer = await session.scalar(select(Correction.document).where(Correction.corrects == document))
    file = await session.get(SignedFile, newer) if newer else None
    return Links(
        older.corrects if older else "",
        older.reason if older else "",
        newer or "",
        file is not None and not file.next_role,
    )
