"""Rows of signing: enrolled certificates, what was handed to a signer, one-use tickets, and what happened."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class SigningCertificate(Base):
    """A certificate by which a person signs. `state`: waiting, enrolled, retired; rows are never deleted."""

    __tablename__ = "signing_certificates"

    id: Mapped[Id] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(64), index=True)
    #: SHA-256 of issuer and serial number, which together name one certificate in the world.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    issuer: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    not_before: Mapped[Millis] = mapped_column(default=0)
    not_after: Mapped[Millis]
    #: The slip that the holder signs to prove the key (`possession`), and when they did; 0: not yet.
    slip: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    proved_at: Mapped[Millis] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[Millis]
    decided_at: Mapped[Millis]
    #: The administrator who confirmed or retired it; empty while it waits.
    decided_by: Mapped[str] = mapped_column(String(64), default="")


class PreparedFile(Base):
    """The bytes that the first signer is given: rendered once per revision, so that what comes back can be compared."""

    __tablename__ = "signing_prepared"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)


class SigningTicket(Base):
    """One use of one address for one document, revision, signer and action; only the hash of its token is kept."""

    __tablename__ = "signing_tickets"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    meeting: Mapped[Id]
    revision: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(64))
    #: `fetch` or `return`.
    action: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[Millis]
    used_at: Mapped[Millis]


class SigningEvent(Base):
    """What happened to a document while it was signed, in order. `what`: signed, refused, recalled."""

    __tablename__ = "signing_events"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    at: Mapped[Millis]
    what: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    detail: Mapped[str] = mapped_column(Text)
