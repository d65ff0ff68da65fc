"""Pictures of people's signatures and of units' seals, which stand on what the server signs."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from meetings.signing.appearance import Appearance
from meetings.storage.base import Base, Millis


class SigningPicture(Base):
    """One picture. `owner`: a person, or `enrolment.organ` of a unit, whose seal it is."""

    __tablename__ = "signing_pictures"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: A PNG that `appearance.checked_picture` wrote.
    png: Mapped[bytes] = mapped_column(LargeBinary)
    #: A seal's real diameter; 0 for signatures.
    millimetres: Mapped[int] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[Millis]


async def keep(session: AsyncSession, owner: str, png: bytes, millimetres: int, by: str, now: int) -> None:
    """Put `png` where the owner's picture is. What was signed before keeps what it shows."""
    row = await session.get(SigningPicture, owner)
    if row is None:
        row = SigningPicture(owner=owner)
        session.add(row)
    row.png, row.millimetres, row.by, row.at = png, millimetres, by, now


async def look(session: AsyncSession, owner: str, name: str, now: int, seal: bool = False) -> Appearance:
    """What the owner's signature shows at `now`: their picture; without one, name and time in a frame."""
    row = await session.get(SigningPicture, owner)
    if row is None:
        return Appearance(name, now, seal=seal)
    return Appearance(name, now, row.png, seal, row.millimetres)
