"""Means that the server itself drives: the sample key, a remote service, the organ's token. The same checks follow."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from meetings.errors import Refusal
from meetings.http import Principal
from meetings.signing import course, handover, issuing, pictures
from meetings.signing.authorities import Authorities
from meetings.signing.course import SEAL, Document
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, Means, sign_apart
from meetings.signing.tables import Signature
from meetings.storage.database import Database


@dataclass(frozen=True, slots=True)
class Checks:
    """What a signature is checked against and stamped by."""

    trust: bytes
    authorities: Authorities | None = None


async def by_sample_key(
    database: Database, paper: Document, who: Principal, authority: SampleAuthority | None, now: int
) -> Signature:
    """Sign in the next role with a sample key (demonstration only).

    Raises:
        Forbidden, Refusal: as `course.expect_turn`; there is no sample authority; somebody was faster (`stale`).
    """
    role = course.expect_turn(paper, who)
    if authority is None:
        raise Refusal(
            "signing.no_means",
            "Máy chủ này không giữ khóa ký. Hãy ký bằng thiết bị ký của quý vị, hoặc tải về ký rồi tải lên.",
        )
    name = paper.name_of(role)
    paper = await paper.readied(database, who.person, now)
    pdf = await course.given(database, paper, who.person, now)
    if role == SEAL:
        await issuing.expect_filled(pdf)
    key = KeyFile(await asyncio.to_thread(authority.key_file, course.owner(paper, role), name), PASSPHRASE)
    last = role == paper.order[-1]
    async with database.read() as session:
        look = await pictures.look(session, course.owner(paper, role), name, now, role == SEAL)
    result = await sign_apart(pdf, role, key, look, authority.authorities(), proven=last)
    return await course.keep(database, paper, who.person, result.pdf, result.certificate, now, proven=last)


async def by_means(
    database: Database, paper: Document, who: Principal, means: Means, checks: Checks, now: int
) -> Signature:
    """Sign in the next role through `means`, and take the result as if it had come from outside.

    Raises:
        Forbidden, Refusal: as `handover.give` and `handover.take`, or the means refused.
    """
    handed, pdf = await handover.give(database, paper, who, now)
    owner, name = course.owner(paper, handed.role), paper.name_of(handed.role)
    async with database.read() as session:
        look = await pictures.look(session, owner, name, now, handed.role == SEAL)
    signed = await sign_apart(pdf, handed.role, means, look, checks.authorities)
    return await handover.take(database, paper, handed, signed.pdf, checks.trust, now)
