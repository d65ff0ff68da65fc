"""Rows of the minutes: revisions of the draft, the frozen file, and who signed it."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class MinutesRevision(Base):
    """One saved state of the draft, whole, as JSON of `MinutesContent`; revisions count from 1."""

    __tablename__ = "minutes_revisions"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    by: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[Millis]
    content: Mapped[str] = mapped_column(Text)


class MinutesFile(Base):
    """The signed bytes. From the first signature on they are never rendered again."""

    __tablename__ = "minutes_files"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    #: The revision of the draft that was rendered; 0 is the draft as the record gives it.
    revision: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)


class MinutesSignature(Base):
    """Who signed in which role, and with which certificate."""

    __tablename__ = "minutes_signatures"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[Millis]
    issuer: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(String(64))
    #: The hash of the file after this signature.
    sha256: Mapped[str] = mapped_column(String(64))
