"""Rows of the e-mail: people's addresses, what each was invited to, and messages that wait to be sent."""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class MailAddress(Base):
    """Where a person is written to."""

    __tablename__ = "mail_addresses"

    person: Mapped[Id] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))


class MailInvitation(Base):
    """A person's invitation to a meeting, as it was sent last."""

    __tablename__ = "mail_invitations"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    person: Mapped[Id] = mapped_column(primary_key=True)
    #: Random, in the event's UID: whoever replies with it was sent it.
    token: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    sequence: Mapped[int] = mapped_column(Integer)
    method: Mapped[str] = mapped_column(String(10))
    #: What the invitation said; another digest makes an update.
    digest: Mapped[str] = mapped_column(String(64))
    reply: Mapped[str] = mapped_column(String(10), default="")
    replied_at: Mapped[Millis] = mapped_column(default=0)


class MailMessage(Base):
    """A message that waits for the mail server. `state`: queued, sent, refused."""

    __tablename__ = "mail_messages"
    __table_args__ = (Index("ix_mail_messages_due", "state", "next_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    person: Mapped[Id]
    address: Mapped[str] = mapped_column(String(254))
    message: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[Millis]
    problem: Mapped[str] = mapped_column(Text, default="")
