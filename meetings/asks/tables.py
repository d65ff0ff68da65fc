"""Rows of what is asked of people. A row stands while it is asked, and goes with the change that answers it."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class Ask(Base):
    """One thing asked about one document: of a person, or (`unit`) of the records clerks of a unit."""

    __tablename__ = "asks"

    #: What the books of numbers know the document as: `minutes:` or `letter:` and an id.
    document: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: What is asked: a signer's role, `seal`, or `redraft` (a draft that came back).
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: `BB`, `TB` or `GM`.
    kind: Mapped[str] = mapped_column(String(10))
    meeting: Mapped[Id]
    title: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(String(64), index=True)
    unit: Mapped[str] = mapped_column(String(36), index=True)
    asked_at: Mapped[Millis]
    #: Why it came back; empty where it did not.
    reason: Mapped[str] = mapped_column(Text)
