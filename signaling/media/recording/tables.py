"""The parts of recordings, and what holds for the recordings of a meeting; no part of the record."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class RecordingPart(Base):
    """One file; a recording has several where the engine or the server was restarted meanwhile."""

    __tablename__ = "recording_parts"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    recording: Mapped[Id]
    number: Mapped[int]
    started_at: Mapped[Millis]
    ended_at: Mapped[Millis] = mapped_column(default=0)  # 0: it is being written
    size: Mapped[Millis] = mapped_column(default=0)  # bytes
    deleted_at: Mapped[Millis] = mapped_column(default=0)
    #: The engine, the server or the disk ended it, and nobody who may.
    broken_off: Mapped[bool] = mapped_column(default=False)


class RecordingRules(Base):
    """How long recordings of a meeting are kept after they ended, and who may download them."""

    __tablename__ = "recording_rules"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    keep_days: Mapped[int]
    access: Mapped[str] = mapped_column(String(10))
