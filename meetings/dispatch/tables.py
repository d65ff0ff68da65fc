"""Rows of the dispatch: how each unit's documents leave, the outbox, its recipients, and every status that came."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class Mode(StrEnum):
    """How a unit's documents leave; one way at a time."""

    HANDOVER = "handover"  # to the unit's document system, which sends them on
    DIRECT = "direct"  # to the exchange, under a system id of our own


class State(StrEnum):
    """Where a message of the outbox stands."""

    MANUAL = "manual"  # the records clerk takes the file to the document system
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"  # it may have arrived: asked about before it is repeated
    SENT = "sent"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class UnitExchange(Base):
    """A unit on the document exchange."""

    __tablename__ = "dispatch_units"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(String(10), default=Mode.HANDOVER)
    organ_id: Mapped[str] = mapped_column(String(35), default="", index=True)
    #: The same organ in the other form of ids, old or new.
    other_organ_id: Mapped[str] = mapped_column(String(35), default="")
    #: A gateway that the settings name, with its address and key; empty where they are here.
    gateway: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    system_id: Mapped[str] = mapped_column(String(100), default="")
    #: Sealed (`sealing.Sealer`).
    secret: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[Millis]

    @property
    def by_itself(self) -> bool:
        """Whether messages leave without a person taking them along."""
        return bool(self.gateway or self.address)


class Dispatch(Base):
    """A message on its way. Its DocumentId and bytes are fixed when it is handed in."""

    __tablename__ = "dispatches"
    __table_args__ = (Index("ix_dispatches_due", "state", "next_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(36), index=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    #: `minutes:` and the meeting's id, or `letter:` and the letter's.
    document: Mapped[str] = mapped_column(String(80), index=True)
    document_id: Mapped[str] = mapped_column(String(200), unique=True)
    #: The document's bytes that it carries.
    sha256: Mapped[str] = mapped_column(String(64))
    business: Mapped[str] = mapped_column(String(1))
    #: The dispatch that this one recalls or replaces.
    about: Mapped[str | None] = mapped_column(String(36), index=True)
    mode: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(String(500), default="")
    edxml: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[Millis]
    problem_code: Mapped[str] = mapped_column(String(60), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[Millis]
    sent_at: Mapped[Millis] = mapped_column(default=0)


class Recipient(Base):
    """One recipient of a message, and where it stands there (`statuses`)."""

    __tablename__ = "dispatch_recipients"

    dispatch: Mapped[Id] = mapped_column(primary_key=True)
    organ_id: Mapped[str] = mapped_column(String(35), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    processing: Mapped[str] = mapped_column(String(2), default="")
    recall: Mapped[str] = mapped_column(String(2), default="")
    changed_at: Mapped[Millis] = mapped_column(default=0)


class StatusRow(Base):
    """A status as it came, believed or not. `taken`: believed, repeated, not_party, not_allowed."""

    __tablename__ = "dispatch_statuses"

    id: Mapped[Id] = mapped_column(primary_key=True)
    dispatch: Mapped[Id] = mapped_column(index=True)
    organ_id: Mapped[str] = mapped_column(String(35))
    code: Mapped[str] = mapped_column(String(2))
    description: Mapped[str] = mapped_column(Text)
    said_at: Mapped[str] = mapped_column(String(19))
    at: Mapped[Millis]
    taken: Mapped[str] = mapped_column(String(12))


class Received(Base):
    """A message that waited for a unit's system. `what`: status, document (left there), unreadable (left there)."""

    __tablename__ = "dispatch_received"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(200), primary_key=True)
    what: Mapped[str] = mapped_column(String(12))
    at: Mapped[Millis]
