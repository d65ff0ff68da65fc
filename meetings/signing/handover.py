"""Signing outside the server: the document goes out, comes back signed, and is checked before anything is kept."""

from __future__ import annotations

from meetings.errors import Refusal
from meetings.http import Principal
from meetings.signing import course, issuing
from meetings.signing.accept import accept
from meetings.signing.course import SEAL, Document, Signable
from meetings.signing.enrolment import expect_enrolled
from meetings.signing.tables import Signature
from meetings.signing.tickets import Handed
from meetings.storage.database import Database


async def give(
    database: Database, paper: Document, who: Principal, now: int, numbered: bool = True
) -> tuple[Handed, bytes]:
    """What the next signer signs. `numbered`: the seal is not given out before number and day are written.

    Raises:
        Forbidden, Refusal: as `course.expect_turn`, `issuing.expect_filled`.
    """
    role = course.expect_turn(paper, who)
    pdf = await course.given(database, paper, who.person, now)
    if role == SEAL and numbered:
        await issuing.expect_filled(pdf)
    return Handed(paper.document, paper.revision, await course.digest(pdf), role, who.person), pdf


async def take(
    database: Database, paper: Signable, handed: Handed, returned: bytes, trust: bytes, now: int
) -> Signature:
    """Keep `returned` as the signature of `handed`.

    Raises:
        Refusal: no longer current, another document, or not a signature of this signer that holds.
    """
    if not trust:
        raise Refusal(
            "signing.no_trust", "Máy chủ chưa có chứng thư gốc để kiểm tra chữ ký. Hãy báo quản trị viên cấu hình."
        )
    paper = await paper.readied(database, handed.person, now)
    given = await course.given(database, paper, handed.person, now)
    current = (paper.revision, course.next_role(paper), await course.digest(given))
    if current != (handed.revision, handed.role, handed.sha256):
        raise Refusal(
            "signing.outdated",
            "Văn bản đã thay đổi từ khi giao ký. Chữ ký vừa rồi không được dùng; hãy tải trang và ký bản mới.",
        )
    accepted = await accept(given, returned, handed.role, trust)
    written = ""
    if handed.role == SEAL and accepted.filled:
        issuing.expect_as_given(accepted.filled, paper.number, now)
        written = str(paper.number)
    owner = course.owner(paper, handed.role)
    async with database.read() as session:
        await expect_enrolled(session, owner, accepted.certificate)
    return await course.keep(database, paper, handed.person, returned, accepted.certificate, now, written=written)


async def still(database: Database, paper: Signable, handed: Handed, now: int) -> bytes:
    """The bytes that were handed out, where they still are what is to be signed.

    Raises:
        Refusal: the document changed meanwhile.
    """
    pdf = await course.given(database, paper, handed.person, now)
    if (course.next_role(paper), await course.digest(pdf)) != (handed.role, handed.sha256):
        raise Refusal("signing.outdated", "Văn bản đã thay đổi từ khi giao ký. Hãy tải trang và ký bản mới.")
    return pdf
