"""Rows of the letters: drafts by revision, and each unit's templates."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class LetterRow(Base):
    """A notice or an invitation of a meeting, issued by a unit."""

    __tablename__ = "letters"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Millis]


class LetterRevision(Base):
    """One saved state of a letter, whole, as JSON; revisions count from 1."""

    __tablename__ = "letter_revisions"

    letter: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    by: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[Millis]
    content: Mapped[str] = mapped_column(Text)


class TemplateRow(Base):
    """What a unit's documents of one kind begin with, as JSON of `templates.Template`."""

    __tablename__ = "document_templates"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[Millis]
