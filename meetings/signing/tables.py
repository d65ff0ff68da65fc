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

    document: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)


class SignedFile(Base):
    """The frozen bytes of a document; from its first signature on they only grow, and are never rendered again.

    `document` is what the books of numbers and the dispatch know it as: `minutes:…`, `letter:…`.
    """

    __tablename__ = "signed_files"

    document: Mapped[str] = mapped_column(String(80), primary_key=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    #: The unit that issues it.
    unit: Mapped[str] = mapped_column(String(36))
    #: The revision of the draft that was rendered.
    revision: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    #: The role that signs next, and by whose certificate: a person's, or the organ's (`unit:…`). Empty: complete.
    next_role: Mapped[str] = mapped_column(String(20))
    awaits: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[Millis]


class Signature(Base):
    """Who signed a document in which role, and with which certificate."""

    __tablename__ = "signatures"

    document: Mapped[str] = mapped_column(String(80), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: The person who signed, or who sealed for the organ.
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[Millis]
    issuer: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(String(64))
    #: The hash of the file after this signature.
    sha256: Mapped[str] = mapped_column(String(64), index=True)


class Correction(Base):
    """A document that takes the place of an earlier one once it is signed."""

    __tablename__ = "document_corrections"

    document: Mapped[str] = mapped_column(String(80), primary_key=True)
    corrects: Mapped[str] = mapped_column(String(80), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[Millis]


class Attestation(Base):
    """Who signs in a role instead of a secretary or chair who no longer can, as the head of the unit decided."""

    __tablename__ = "attestations"

    document: Mapped[str] = mapped_column(String(80), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    by_position: Mapped[str] = mapped_column(String(200))
    at: Mapped[Millis]


class SigningTicket(Base):
    """One use of one address for one document, revision, signer and action; only the hash of its token is kept."""

    __tablename__ = "signing_tickets"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(64))
    #: `fetch` or `return`.
    action: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[Millis]
    used_at: Mapped[Millis]


class SigningEvent(Base):
    """What happened to a document while it was signed, in order.

    `what`: signed, refused, returned, recalled, corrected, numbered, attested, prolonged (long-term proof added).
    """

    __tablename__ = "signing_events"

    id: Mapped[Id] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(String(80), index=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    at: Mapped[Millis]
    what: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    detail: Mapped[str] = mapped_column(Text)
