"""Signing outside the server: the document goes out, comes back signed, and is checked before anything is kept."""

from __future__ import annotations

import hashlib

from sqlalchemy.exc import IntegrityError

from meetings.errors import Refusal
from meetings.http import Principal
from meetings.ids import now_ms
from meetings.minutes import numbering, service
from meetings.minutes.service import Standing
from meetings.minutes.tables import MinutesSignature
from meetings.signing.accept import accept
from meetings.signing.enrolment import expect_enrolled
from meetings.signing.tables import PreparedFile
from meetings.signing.tickets import Handed
from meetings.storage.database import Database


async def give(database: Database, standing: Standing, who: Principal) -> tuple[Handed, bytes]:
    """What the next signer signs. The first signer's document is rendered once and kept, so that it can be compared.

    Raises:
        Forbidden, Refusal: as `service.expect_turn`.
    """
    role = service.expect_turn(standing, who)
    pdf = await _given(database, await numbering.take(database, standing, who.person, now_ms()))
    digest = hashlib.sha256(pdf).hexdigest()
    return Handed(standing.meeting, standing.revision, digest, role, who.person), pdf


async def _given(database: Database, standing: Standing) -> bytes:
    if standing.file is not None:
        return standing.file.pdf
    key = (standing.meeting, standing.revision)
    async with database.read() as session:
        kept = await session.get(PreparedFile, key)
    if kept is not None:
        return kept.pdf
    pdf = await service.to_sign(standing)
    row = PreparedFile(
        meeting=standing.meeting, revision=standing.revision, sha256=hashlib.sha256(pdf).hexdigest(), pdf=pdf
    )
    try:
        async with database.write() as session:
            session.add(row)
    except IntegrityError:  # another request was first; its rendering is the one that counts
        async with database.read() as session:
            kept = await session.get(PreparedFile, key)
        return kept.pdf if kept is not None else pdf
    return pdf


async def take(
    database: Database, standing: Standing, handed: Handed, returned: bytes, trust: bytes, now: int
) -> MinutesSignature:
    """Keep `returned` as the signature of `handed`.

    Raises:
        Refusal: no longer current, another document, or not a signature of this signer that holds.
    """
    if not trust:
        raise Refusal(
            "signing.no_trust", "Máy chủ chưa có chứng thư gốc để kiểm tra chữ ký. Hãy báo quản trị viên cấu hình."
        )
    given = await _given(database, standing)
    current = (standing.revision, standing.next_role, hashlib.sha256(given).hexdigest())
    if current != (handed.revision, handed.role, handed.sha256):
        raise Refusal(
            "signing.outdated",
            "Văn bản đã thay đổi từ khi giao ký. Chữ ký vừa rồi không được dùng; hãy tải trang và ký bản mới.",
        )
    certificate = await accept(given, returned, handed.role, trust)
    async with database.read() as session:
        await expect_enrolled(session, handed.person, certificate)
    return await service.keep(database, standing, handed.person, returned, certificate, now)
