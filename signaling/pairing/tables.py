"""Rows of pairings, devices, hall tokens and claims, and guests' links; secrets only as hashes."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class Pairing(Base):
    """A device that waits to be paired."""

    __tablename__ = "pairings"

    id: Mapped[Id] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[Millis]
    #: The device made when a technician typed the code; empty before.
    device: Mapped[str] = mapped_column(String(36), default="")


class Device(Base):
    """A room PC paired with one site."""

    __tablename__ = "devices"

    id: Mapped[Id] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), index=True, default="")
    site: Mapped[Id] = mapped_column(index=True)
    unit: Mapped[Id] = mapped_column(index=True)
    paired_by: Mapped[Id]
    paired_at: Mapped[Millis]
    #: When the device last asked anything, to the minute; 0 before its first time.
    seen_at: Mapped[Millis] = mapped_column(default=0)
    revoked_at: Mapped[Millis] = mapped_column(default=0)


class HallToken(Base):
    """What a hall's QR code carries: one meeting, one site, ninety seconds."""

    __tablename__ = "hall_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    meeting: Mapped[Id]
    site: Mapped[Id]
    expires_at: Mapped[Millis] = mapped_column(index=True)


class HallClaim(Base):
    """A companion's browser that came by the hall's QR code."""

    __tablename__ = "hall_claims"

    id: Mapped[Id] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    meeting: Mapped[Id]
    site: Mapped[Id]
    expires_at: Mapped[Millis]


class GuestLink(Base):
    """A guest's personal link to one meeting."""

    __tablename__ = "guest_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    guest: Mapped[Id] = mapped_column(index=True)
    meeting: Mapped[Id]
    made_at: Mapped[Millis] = mapped_column(default=0)
