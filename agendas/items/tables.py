"""Rows of a meeting's agenda: its revision, and its items in their order."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id


class Agenda(Base):
    """The revision that every change of a meeting's agenda compares and swaps."""

    __tablename__ = "agendas"

    meeting: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)


class AgendaItem(Base):
    """One item (nội dung): who presents it, and the minutes allotted."""

    __tablename__ = "agenda_items"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    #: 1, 2, 3 … without gaps.
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(500))
    #: A person's or a unit's name as the agenda prints it.
    presenter: Mapped[str] = mapped_column(String(200), default="")
    minutes: Mapped[int]
