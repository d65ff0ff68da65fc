"""The directory by day, searching it, and applying an import."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.setup import Place
from meetings.directory.csv_import import Preview, Reading, SiteRow
from meetings.directory.folding import fold, sort_key
from meetings.directory.tables import PersonRow, Site, SiteAlias, SitePeriod, Unit
from meetings.directory.units import unit_on
from meetings.errors import NotFound
from meetings.ids import new_id

_RANKS = {"province": 10, "district": 20, "commune": 30}


def _on(day: date) -> tuple[object, object]:
    return SitePeriod.valid_from <= day, or_(SitePeriod.valid_to.is_(None), SitePeriod.valid_to >= day)


async def periods_on(session: AsyncSession, day: date) -> list[SitePeriod]:
    """Every site in effect on `day`, under the names of that day, in the directory's order."""
    starts, ends = _on(day)
    rows = await session.scalars(
        select(SitePeriod).where(starts, ends).order_by(SitePeriod.position)  # type: ignore[arg-type]
    )
    return list(rows)


async def search(session: AsyncSession, day: date, text: str) -> list[SitePeriod]:
    """Sites whose name, code or alias holds `text`, with accents or without."""
    wanted = fold(text)
    aliases = await session.scalars(select(SiteAlias.site).where(SiteAlias.folded.contains(wanted, autoescape=True)))
    also = set(aliases)
    found = [one for one in await periods_on(session, day) if wanted in one.folded or one.site in also]
    return sorted(
        found or [one for one in await periods_on(session, day) if one.code.casefold() == text.casefold()],
        key=lambda one: sort_key(one.name),
    )


async def preview(session: AsyncSession, reading: Reading) -> Preview:
    """What applying `reading` would do."""
    known = {
        (row.code, row.valid_from): row for row in await session.scalars(select(SitePeriod).order_by(SitePeriod.id))
    }
    result = Preview(problems=list(reading.problems))
    for row in reading.rows:
        there = known.get((row.code, row.valid_from))
        if there is None:
            result.added.append(row)
        elif (there.name, there.level, there.parent, there.valid_to) != (row.name, row.level, row.parent, row.valid_to):
            result.changed.append((row, there.name))
        else:
            result.unchanged += 1
    return result


async def apply_import(session: AsyncSession, reading: Reading) -> Preview:
    """Apply a reading without problems; a reading with problems changes nothing."""
    result = await preview(session, reading)
    if result.problems:
        return result
    changed = {row.code for row, _ in result.changed}
    kept: dict[str, list[SitePeriod]] = {}
    for period in await session.scalars(select(SitePeriod).order_by(SitePeriod.valid_from)):
        kept.setdefault(period.code, []).append(period)
    for position, row in enumerate(reading.rows):
        periods = kept.setdefault(row.code, [])
        there = next((one for one in periods if one.valid_from == row.valid_from), None)
        if there is None:
            periods.append(_add(session, row, position, [one for one in periods if one.valid_from < row.valid_from]))
        elif row.code in changed:
            there.name, there.folded, there.level = row.name, fold(row.name), row.level
            there.parent, there.valid_to = row.parent, row.valid_to
    return result


def _add(session: AsyncSession, row: SiteRow, position: int, earlier: list[SitePeriod]) -> SitePeriod:
    """A new period of the site that has `earlier` ones under this code, or of a new site."""
    before = max(earlier, key=lambda one: one.valid_from, default=None)
    if before is not None:  # the same site under a new name
        site, unit = before.site, before.unit
        if before.valid_to is None or before.valid_to >= row.valid_from:
            before.valid_to = row.valid_from - timedelta(days=1)
    else:
        site, unit = new_id(), new_id()
        session.add(Site(id=site))
        session.add(
            Unit(
                id=unit,
                code=row.code,
                name=row.name,
                rank=_RANKS.get(row.level, 40),
                issuing_line=row.name.upper(),
                superior_line="",
                code_group="",
                place="",
            )
        )
    period = SitePeriod(
        id=new_id(),
        site=site,
        code=row.code,
        name=row.name,
        folded=fold(row.name),
        level=row.level,
        parent=row.parent,
        unit=unit,
        organ_code=row.organ_code,
        receive_only=row.receive_only,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        position=position,
    )
    session.add(period)
    return period


async def pass_to_successor(session: AsyncSession, site: str, successor: str, day: date, name: str, code: str) -> None:
    """From `day` the site belongs to unit `successor` under `name`; it keeps its id, its device and its history.

    Raises:
        NotFound: there is no such site in effect the day before.
    """
    starts, ends = _on(day - timedelta(days=1))
    last = await session.scalar(
        select(SitePeriod).where(SitePeriod.site == site, starts, ends)  # type: ignore[arg-type]
    )
    if last is None:
        raise NotFound("directory.site_unknown", "Không tìm thấy điểm cầu đang hoạt động. Hãy chọn lại.")
    last.valid_to = day - timedelta(days=1)
    session.add(SiteAlias(site=site, folded=last.folded))
    session.add(
        SitePeriod(
            id=new_id(),
            site=site,
            code=code,
            name=name,
            folded=fold(name),
            level=last.level,
            parent="",
            unit=successor,
            organ_code="",
            receive_only=last.receive_only,
            valid_from=day,
            valid_to=None,
            position=last.position,
        )
    )


class SiteDirectory:
    """The directory as the calendar asks it."""

    async def places(self, session: AsyncSession, day: date) -> dict[str, Place]:
        return {
            one.site: Place(one.site, one.unit, one.name, one.level, one.parent, one.receive_only)
            for one in await periods_on(session, day)
        }

    async def people(self, session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
        rows = await session.scalars(select(PersonRow).where(PersonRow.id.in_(ids), PersonRow.active))
        return {row.id: row.name for row in rows}

    async def search_people(self, session: AsyncSession, text: str, limit: int) -> list[dict[str, str]]:
        rows = await session.scalars(
            select(PersonRow)
            .where(PersonRow.folded.contains(fold(text), autoescape=True), PersonRow.active)
            .order_by(PersonRow.folded)
            .limit(limit)
        )
        return [{"id": row.id, "name": row.name, "position": row.position, "unit": row.unit} for row in rows]

    async def rank(self, session: AsyncSession, unit: str, day: date) -> int:
        found = await unit_on(session, unit, day)
        return found.rank if found else 100
