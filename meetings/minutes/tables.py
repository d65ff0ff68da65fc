"""Rows of the minutes: revisions of the draft."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text
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
