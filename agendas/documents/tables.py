"""Rows of the papers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class Document(Base):
    """A paper of a meeting; `removed_at` is 0 while it is there."""

    __tablename__ = "documents"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    item: Mapped[str] = mapped_column(String(36))
    title: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    pages: Mapped[int] = mapped_column(Integer)
    #: `delegates`, or `guests` where guests may read it too.
    audience: Mapped[str] = mapped_column(String(16))
    #: Who declared that a paper whose pages hold no text is not classified.
    declared_by: Mapped[str] = mapped_column(String(36))
    uploaded_by: Mapped[Id]
    uploaded_at: Mapped[Millis]
    removed_at: Mapped[Millis]


class RefusedDocument(Base):
    """That a secret paper was refused, or found later and erased: who, when and the file's hash, nothing else."""

    __tablename__ = "refused_documents"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[Id]
    sha256: Mapped[str] = mapped_column(String(64))
    by: Mapped[Id]
    at: Mapped[Millis]
    #: It had been kept and was found to be secret later: its content is refused from then on.
    found_later: Mapped[bool] = mapped_column(default=False)


class DocumentText(Base):
    """The text of one page of a content; `folded` is the same text without accents, letter for letter."""

    __tablename__ = "document_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    page: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)


class RunningUpload(Base):
    """How far an upload is that some server takes, and whether another was asked to give it up."""

    __tablename__ = "running_uploads"

    by: Mapped[Id] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(String(36), primary_key=True)
    stage: Mapped[str] = mapped_column(String(16))
    page: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer)
    given_up: Mapped[bool]
    at: Mapped[Millis]
