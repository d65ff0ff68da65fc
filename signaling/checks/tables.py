"""The newest technical check of each site of a meeting; no part of the record."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class SiteCheck(Base):
    __tablename__ = "site_checks"

    meeting: Mapped[Id] = mapped_column(primary_key=True)
    site: Mapped[Id] = mapped_column(primary_key=True)
    at: Mapped[Millis]
    #: Who had the site checked.
    by: Mapped[Id]
    outcome: Mapped[str] = mapped_column(String(10))
    #: The criteria that were not met by the thresholds of that day, separated by spaces.
    failed: Mapped[str] = mapped_column(String(200), default="")
    #: `Figures` as JSON; empty where nothing was measured.
    figures: Mapped[str] = mapped_column(Text, default="")
