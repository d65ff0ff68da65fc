"""Rows of the directory. A site keeps its id while its names, level, parent and unit change over time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from meetings.storage.base import Base, Id


class Unit(Base):
    """A unit (cơ quan, đơn vị) with its letterhead; `rank`: a smaller number stands higher."""

    __tablename__ = "units"

    id: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    rank: Mapped[int] = mapped_column(Integer, default=20)
    superior_line: Mapped[str] = mapped_column(String(200), default="")
    issuing_line: Mapped[str] = mapped_column(String(200), default="")
    code_group: Mapped[str] = mapped_column(String(30), default="")
    place: Mapped[str] = mapped_column(String(100), default="")


class UnitPeriod(Base):
    """What a unit is called and how high it stands from a day on; the columns of `Unit` hold before the first one.

    With a `successor` the unit is no more from that day, and that unit follows it.
    """

    __tablename__ = "unit_periods"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    rank: Mapped[int] = mapped_column(Integer)
    successor: Mapped[str] = mapped_column(String(36), default="")


class LetterheadRow(Base):
    """A unit's letterhead from a day on; the columns of `Unit` hold before the first one."""

    __tablename__ = "letterheads"

    unit: Mapped[Id] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    superior_line: Mapped[str] = mapped_column(String(200))
    issuing_line: Mapped[str] = mapped_column(String(200))
    code_group: Mapped[str] = mapped_column(String(30))
    place: Mapped[str] = mapped_column(String(100))
    #: Who signs for the unit: `[{"title", "name"}]`.
    signatories: Mapped[list[dict[str, str]]] = mapped_column(JSON)


class Site(Base):
    """A site (điểm cầu), for as long as it has existed under any name."""

    __tablename__ = "sites"

    id: Mapped[Id] = mapped_column(primary_key=True)


class SitePeriod(Base):
    """What a site was called and whom it belonged to from `valid_from` to `valid_to` (both included)."""

    __tablename__ = "site_periods"

    id: Mapped[Id] = mapped_column(primary_key=True)
    site: Mapped[Id] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(32))
    parent: Mapped[str] = mapped_column(String(32))
    unit: Mapped[Id] = mapped_column(index=True)
    organ_code: Mapped[str] = mapped_column(String(32))
    receive_only: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    position: Mapped[int] = mapped_column(Integer)


class SiteAlias(Base):
    """Another name by which people look for a site."""

    __tablename__ = "site_aliases"

    site: Mapped[Id] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(String(200), primary_key=True)


class PersonRow(Base):
    """A person of a unit; `roles` is a comma-separated list of province-wide roles."""

    __tablename__ = "people"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(100), index=True)
    position: Mapped[str] = mapped_column(String(100), default="")
    unit: Mapped[Id] = mapped_column(index=True)
    roles: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
