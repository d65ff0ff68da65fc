"""Rows of the calendar: bodies and their rules, meetings, who takes part, what each site answered.

Ids of people, units and sites belong to `meetings.directory`; here they are plain strings, so that the
history of the directory never blocks a meeting of the past.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id, Millis


class Status(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    HELD = "held"


class Urgency(StrEnum):
    """Mức độ khẩn: anything but `normal` may take places from meetings of lower units, with a reason."""

    NORMAL = "normal"
    URGENT = "urgent"  # khẩn
    VERY_URGENT = "very_urgent"  # thượng khẩn
    FLASH = "flash"  # hỏa tốc


class Answer(StrEnum):
    NONE = ""
    ATTENDING = "attending"
    ABSENT = "absent"
    SUBSTITUTE = "substitute"


class Body(Base):
    """A body that decides, and how: all of it is configuration (domain §3)."""

    __tablename__ = "bodies"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    #: The organising unit whose administrators keep this body; empty for the province's administrators alone.
    unit: Mapped[str] = mapped_column(String(36), default="")
    members: Mapped[int]
    quorum_num: Mapped[int | None]
    quorum_den: Mapped[int | None]
    choices: Mapped[list[str]] = mapped_column(JSON)
    majority_base: Mapped[str] = mapped_column(String(10))
    threshold_num: Mapped[int]
    threshold_den: Mapped[int]
    tie: Mapped[str] = mapped_column(String(10))
    substitutes_vote: Mapped[bool]
    #: No longer offered for new meetings; those it has stay its own.
    retired: Mapped[bool] = mapped_column(default=False)
    #: Rises with every change; a change made on an older one is refused.
    revision: Mapped[int] = mapped_column(default=1)


class Meeting(Base):
    """One meeting: a body's, or a conference when `body` is None."""

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_starts_at", "starts_at", "ends_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[Millis]
    ends_at: Mapped[Millis]
    body: Mapped[str | None] = mapped_column(ForeignKey("bodies.id"))
    #: The unit that calls the meeting.
    unit: Mapped[str] = mapped_column(String(36), index=True)
    #: Its standing on the meeting's day: a smaller number is a higher unit.
    unit_rank: Mapped[int]
    hub_site: Mapped[str] = mapped_column(String(36))
    chair: Mapped[str] = mapped_column(String(36), index=True)
    chair_name: Mapped[str] = mapped_column(String(200), default="")
    secretary: Mapped[str] = mapped_column(String(36), index=True)
    secretary_name: Mapped[str] = mapped_column(String(200), default="")
    urgency: Mapped[str] = mapped_column(String(20), default=Urgency.NORMAL)
    urgency_reason: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default=Status.SCHEDULED, index=True)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    #: The urgent meeting that took this one's places; it has to be given a new time.
    displaced_by: Mapped[str | None] = mapped_column(String(36), index=True)
    #: The sitting beyond its end at the same sites, for which this meeting waits.
    waits_for: Mapped[str | None] = mapped_column(String(36), index=True)
    #: Counts every change of the set-up; compared on every write.
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(36), index=True)
    created_at: Mapped[Millis]


class Participant(Base):
    """A site invited to a meeting, by the names of the meeting's day, and its answer."""

    __tablename__ = "meeting_participants"

    meeting: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    site: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    position: Mapped[int]
    unit: Mapped[str] = mapped_column(String(36), index=True)
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(40), default="")
    parent: Mapped[str] = mapped_column(String(200), default="")
    receive_only: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(String(20), default=Answer.NONE)
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Who comes: `[{"name", "position"}]`.
    names: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    answered_by: Mapped[str] = mapped_column(String(36), default="")
    answered_at: Mapped[Millis | None]


class Delegate(Base):
    """A mandate in one meeting: a person (or, without an account, a name) who sits at a site."""

    __tablename__ = "meeting_delegates"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    site: Mapped[str] = mapped_column(String(36))
    person: Mapped[str] = mapped_column(String(36), default="", index=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200), default="")
    votes: Mapped[bool]
    substitute: Mapped[bool] = mapped_column(default=False)
    site_chair: Mapped[bool] = mapped_column(default=False)
    #: Came with the site's own answer, and goes when the site answers anew.
    reported: Mapped[bool] = mapped_column(default=False)
    #: The substitute who comes instead; such a delegate is not expected.
    replaced_by: Mapped[str | None] = mapped_column(String(36))
    position: Mapped[int]


class Guest(Base):
    """Somebody invited without a mandate."""

    __tablename__ = "meeting_guests"

    id: Mapped[Id] = mapped_column(primary_key=True)
    meeting: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    site: Mapped[str] = mapped_column(String(36), default="")
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class Occupancy(Base):
    """What a meeting takes while it lasts: `s:` and a site's id, or `p:` and a person's.

    Rows exist for meetings that hold their place only, so that finding a free hour is one seek per
    resource in the primary key.
    """

    __tablename__ = "calendar_occupancy"

    resource: Mapped[str] = mapped_column(String(40), primary_key=True)
    starts_at: Mapped[Millis] = mapped_column(primary_key=True)
    meeting: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True, index=True)
    ends_at: Mapped[Millis]


class Notice(Base):
    """Something a person must be told at once, shown until they have read it."""

    __tablename__ = "calendar_notices"
    __table_args__ = (Index("ix_calendar_notices_person", "person", "read_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(36))
    meeting: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Millis]
    read_at: Mapped[Millis | None]
