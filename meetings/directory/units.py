"""What a unit is called and how high it stands, by day; and which unit follows one that ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.directory.editing import continued, find_unit
from meetings.directory.tables import SitePeriod, Unit, UnitPeriod
from meetings.errors import Invalid, Refusal


@dataclass(frozen=True, slots=True)
class UnitOnDay:
    """A unit as of a day; `successor` is empty while the unit exists, `since` None before its first entered period."""

    id: str
    code: str
    name: str
    rank: int
    successor: str = ""
    since: date | None = None


async def units_on(session: AsyncSession, day: date, ids: Collection[str] | None = None) -> dict[str, UnitOnDay]:
    """Units (`ids`, else all, the highest first) as of `day`, those that had ended by then too."""
    wanted, held = select(Unit), select(UnitPeriod).where(UnitPeriod.valid_from <= day).order_by(UnitPeriod.valid_from)
    if ids is not None:
        wanted, held = wanted.where(Unit.id.in_(ids)), held.where(UnitPeriod.unit.in_(ids))
    rows = list(await session.scalars(wanted))
    latest = {one.unit: one for one in await session.scalars(held)}
    found = [_on_day(row, latest.get(row.id)) for row in rows]
    return {one.id: one for one in sorted(found, key=lambda one: (one.rank, one.code))}


def _on_day(row: Unit, period: UnitPeriod | None) -> UnitOnDay:
    if period is None:
        return UnitOnDay(row.id, row.code, row.name, row.rank)
    return UnitOnDay(row.id, row.code, period.name, period.rank, period.successor, period.valid_from)


async def unit_on(session: AsyncSession, unit: str, day: date) -> UnitOnDay | None:
    """One unit as of `day`; None where there is none."""
    return (await units_on(session, day, [unit])).get(unit)


async def periods_of(session: AsyncSession, unit: str) -> list[UnitPeriod]:
    """What was entered of the unit's name and rank, the latest first; its row holds before the first."""
    query = select(UnitPeriod).where(UnitPeriod.unit == unit).order_by(UnitPeriod.valid_from.desc())
    return list(await session.scalars(query))


async def rename_unit(session: AsyncSession, unit: str, day: date, name: str, rank: int) -> UnitPeriod:
    """From `day` the unit is called so and stands so high; the day of its present period corrects that period.

    Raises:
        NotFound: no such unit.
        Invalid: `day` lies before the present period.
        Refusal: the unit has ended.
    """
    last = await _present(session, unit, day)
    row = last if last is not None and last.valid_from == day else UnitPeriod(unit=unit, valid_from=day, successor="")
    row.name, row.rank = name, rank
    session.add(row)
    await session.flush()
    return row


async def end_unit(session: AsyncSession, unit: str, successor: str, day: date) -> UnitPeriod:
    """From `day` the unit is no more: `successor` follows it and has its sites, which keep all that they are.

    Raises:
        NotFound: no such unit, or no such successor.
        Invalid: `day` lies before the present period, or the successor is no other unit that exists on that day.
        Refusal: the unit has ended already.
    """
    last = await _present(session, unit, day)
    await find_unit(session, successor)
    before, follows = await unit_on(session, unit, day), await unit_on(session, successor, day)
    assert before is not None
    if successor == unit or follows is None or follows.successor:
        raise Invalid("directory.successor", "Đơn vị kế thừa phải là một đơn vị khác đang hoạt động vào ngày áp dụng.")
    row = last if last is not None and last.valid_from == day else UnitPeriod(unit=unit, valid_from=day)
    row.name, row.rank, row.successor = before.name, before.rank, successor
    session.add(row)
    await _pass_sites(session, unit, successor, day)
    await session.flush()
    return row


async def _pass_sites(session: AsyncSession, unit: str, successor: str, day: date) -> None:
    goes_on = or_(SitePeriod.valid_to.is_(None), SitePeriod.valid_to >= day)
    for period in list(await session.scalars(select(SitePeriod).where(SitePeriod.unit == unit, goes_on))):
        passed = period if period.valid_from >= day else continued(period, day)
        passed.unit = successor
        session.add(passed)


async def _present(session: AsyncSession, unit: str, day: date) -> UnitPeriod | None:
    """The unit's present period, None before the first, where something may follow it on `day`."""
    await find_unit(session, unit)
    periods = await periods_of(session, unit)
    if not periods:
        return None
    if periods[0].successor:
        raise Refusal("directory.unit_ended", "Đơn vị này đã có đơn vị kế thừa nên không sửa được nữa.")
    if day < periods[0].valid_from:
        raise Invalid("directory.day_before", "Ngày áp dụng phải từ ngày bắt đầu của tên hiện tại trở đi.")
    return periods[0]
