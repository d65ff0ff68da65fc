"""Rows of the record and of what lies beside it."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKeyConstraint, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class RecordEvent(Base):
    """One event; `payload` and `salt` are null where it was redacted."""

    __tablename__ = "record_events"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[Millis]
    type: Mapped[str] = mapped_column(String(64))
    v: Mapped[int] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(String(64))
    on_behalf_of: Mapped[str] = mapped_column(String(64))
    command_id: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    payload_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class RecordCommand(Base):
    """A command that was accepted: the same id with the same content gets the first answer again."""

    __tablename__ = "record_commands"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(64), primary_key=True)
    command_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    seq: Mapped[int] = mapped_column(Integer)


class RecordText(Base):
    """Free text that an event refers to by id and salted hash; both go with a redaction."""

    __tablename__ = "record_texts"
    __table_args__ = (
        ForeignKeyConstraint(["meeting", "seq"], ["record_events.meeting", "record_events.seq"], name="fk_text_event"),
    )

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    text: Mapped[str | None] = mapped_column(Text)


class MeetingHome(Base):
    """The lease of a meeting's home server; the epoch is checked inside every append."""

    __tablename__ = "meeting_homes"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer)
    server: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(255))
    expires_at: Mapped[Millis]


class NoteRevision(Base):
    """A revision of the secretary's notes on one item; the record holds its hash."""

    __tablename__ = "note_revisions"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[Millis]
    text: Mapped[str | None] = mapped_column(Text)


class SecretTotal(Base):
    """How many secret votes each choice has: the only trace of a choice."""

    __tablename__ = "secret_totals"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    ballot: Mapped[str] = mapped_column(String(36), primary_key=True)
    choice: Mapped[int] = mapped_column(Integer, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class SecretCastMark(Base):
    """That a mandate has cast in a secret ballot, and nothing more: no time, order, choice or device."""

    __tablename__ = "secret_casts"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    ballot: Mapped[str] = mapped_column(String(36), primary_key=True)
    mandate: Mapped[str] = mapped_column(String(64), primary_key=True)
