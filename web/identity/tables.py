"""Rows of accounts and sessions."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class Account(Base):
    """How a person signs in."""

    __tablename__ = "accounts"

    person: Mapped[Id] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255), default="")
    #: SHA-256 of a one-time activation code, empty where there is none.
    activation_hash: Mapped[str] = mapped_column(String(64), default="")
    activation_until: Mapped[Millis] = mapped_column(default=0)


class Session(Base):
    """A signed-in browser; only the token's hash is kept."""

    __tablename__ = "sessions"

    id: Mapped[Id] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person: Mapped[Id] = mapped_column(index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Millis]
    seen_at: Mapped[Millis]
    expires_at: Mapped[Millis]
    #: Which browser, in words for the session's owner; empty where unknown.
    browser: Mapped[str] = mapped_column(String(60), default="")
