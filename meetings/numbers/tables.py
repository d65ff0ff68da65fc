"""Rows of the numbers: where a unit takes them from, its series, and every number with what became of it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class Source(StrEnum):
    """Where a unit's numbers come from."""

    REGISTER = "register"  # here: the unit has no document system
    SYSTEM = "system"  # the unit's document system; the records clerk enters what it gave


class Kind(StrEnum):
    """Kinds of documents with a series of their own, by their symbol."""

    MINUTES = "BB"
    NOTICE = "TB"
    INVITATION = "GM"


class NumberSource(Base):
    """A unit's source. Its row is also the lock under which the unit's numbers are given."""

    __tablename__ = "number_sources"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[Millis]


class NumberSeries(Base):
    """The last number that the register gave, or that the unit's books held before it."""

    __tablename__ = "number_series"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class DocumentNumber(Base):
    """One number. It is never deleted: a refused document's stays, cancelled with a reason."""

    __tablename__ = "document_numbers"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(String(10))
    document: Mapped[str] = mapped_column(String(80), index=True)
    #: The document again while the number is its own; empty (NULL) once cancelled, so that it holds one at most.
    holder: Mapped[str | None] = mapped_column(String(80), unique=True)
    subject: Mapped[str] = mapped_column(String(500), default="")
    taken_by: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[Millis]
    cancelled_by: Mapped[str] = mapped_column(String(64), default="")
    cancelled_at: Mapped[Millis | None]
    reason: Mapped[str] = mapped_column(Text, default="")
