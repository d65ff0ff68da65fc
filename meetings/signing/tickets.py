"""Addresses for the signing service on an official's own computer: one use, ten minutes, one document and action.

They carry no session; only the hash of the token is stored, and no log names it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.errors import NotFound
from meetings.signing.tables import SigningTicket

LIFETIME_MS = 10 * 60_000


@dataclass(frozen=True, slots=True)
class Handed:
    """What a ticket stands for."""

    document: str
    revision: int
    sha256: str
    role: str
    person: str


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def issue(session: AsyncSession, handed: Handed, action: str, now: int) -> str:
    """A new token for `action` (`fetch` or `return`)."""
    await session.execute(delete(SigningTicket).where(SigningTicket.expires_at < now - LIFETIME_MS))
    token = secrets.token_urlsafe(32)
    session.add(
        SigningTicket(
            token=_hash(token),
            document=handed.document,
            revision=handed.revision,
            sha256=handed.sha256,
            role=handed.role,
            person=handed.person,
            action=action,
            expires_at=now + LIFETIME_MS,
            used_at=0,
        )
    )
    return token


async def spend(session: AsyncSession, token: str, action: str, now: int) -> Handed:
    """What the token stands for; it is worth nothing afterwards.

    Raises:
        NotFound: no such token, used before, too old, or for another action.
    """
    key = _hash(token)
    taken = await session.execute(
        update(SigningTicket)
        .where(
            SigningTicket.token == key,
            SigningTicket.action == action,
            SigningTicket.used_at == 0,
            SigningTicket.expires_at > now,
        )
        .values(used_at=now)
        .returning(
            SigningTicket.document,
            SigningTicket.revision,
            SigningTicket.sha256,
            SigningTicket.role,
            SigningTicket.person,
        )
    )
    row = taken.one_or_none()
    if row is None:
        message = "Địa chỉ ký đã dùng hoặc đã hết hạn. Hãy bấm Ký lại trên trang văn bản."
        raise NotFound("signing.ticket_spent", message)
    return Handed(row.document, row.revision, row.sha256, row.role, row.person)
