"""Rows of the tasks: what was asked, of whom, until when, and every step of it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class State(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Task(Base):
    """One task from a sitting's conclusions. `origin` is its id in the record, so that it is taken over once."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("meeting", "origin", name="uq_tasks_origin"), Index("ix_tasks_due", "due"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[Id] = mapped_column(index=True)
    origin: Mapped[str] = mapped_column(String(64))
    item: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text)
    #: The words of the record: a unit's or a person's name.
    assignee: Mapped[str] = mapped_column(String(500))
    unit: Mapped[str] = mapped_column(String(36), default="", index=True)
    person: Mapped[str] = mapped_column(String(36), default="", index=True)
    #: `2026-12-05`; empty without a day.
    due: Mapped[str] = mapped_column(String(10), default="")
    state: Mapped[str] = mapped_column(String(20), default=State.OPEN)
    #: Counts every change; compared on every write.
    revision: Mapped[int] = mapped_column(Integer, default=1)
    changed_at: Mapped[Millis]


class TaskStep(Base):
    """One change of a task: who, when, what it became and what they wrote."""

    __tablename__ = "task_steps"

    task: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[Millis]
    by: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
