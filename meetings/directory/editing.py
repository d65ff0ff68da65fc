"""Changing sites and units one by one: by day, so that a sitting of before keeps the names of before."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.directory.folding import fold
from meetings.directory.tables import LetterheadRow, SiteAlias, SitePeriod, Unit
from meetings.errors import Forbidden, Invalid, NotFound
from meetings.http import Principal, Role
from meetings.ids import new_id


def expect_may_edit(who: Principal, unit: str) -> None:
    """The unit's own administrator and records clerk keep its letterhead; the province's administrators every one.

    Raises:
        Forbidden: not theirs.
    """
    own = bool(who.unit) and who.unit == unit and who.has(Role.UNIT_ADMINISTRATOR, Role.RECORDS_CLERK)
    if not own and not who.has(Role.ADMINISTRATOR):
        raise Forbidden("directory.other_unit", "Quý vị chỉ sửa được dữ liệu của đơn vị mình.")


async def history_of(session: AsyncSession, site: str) -> list[SitePeriod]:
    """What the site was called, the latest first.

    Raises:
        NotFound: there is no such site.
    """
    rows = list(
        await session.scalars(select(SitePeriod).where(SitePeriod.site == site).order_by(SitePeriod.valid_from.desc()))
    )
    if not rows:
        raise NotFound("directory.site_unknown", "Không tìm thấy điểm cầu này. Hãy chọn lại.")
    return rows


async def rename_site(
    session: AsyncSession, site: str, day: date, *, name: str, parent: str, receive_only: bool, organ_code: str
) -> SitePeriod:
    """From `day` on the site is called so; the day on which its present period began corrects that period.

    Raises:
        NotFound: no such site, or no parent with that code.
        Invalid: `day` lies before the present period.
    """
    last = (await history_of(session, site))[0]
    if parent and await session.scalar(select(SitePeriod.id).where(SitePeriod.code == parent).limit(1)) is None:
        raise NotFound("directory.parent_unknown", f"Không có điểm cầu cấp trên mang mã “{parent}”.")
    if day < last.valid_from:
        raise Invalid("directory.day_before", "Ngày áp dụng phải từ ngày bắt đầu của tên hiện tại trở đi.")
    row = last
    if day > last.valid_from:
        await _remember(session, site, last.folded)
        row = continued(last, day)
    row.name, row.folded, row.parent = name, fold(name), parent
    row.receive_only, row.organ_code = receive_only, organ_code
    session.add(row)
    await session.flush()
    return row


def continued(last: SitePeriod, day: date) -> SitePeriod:
    """A period from `day` on that is as `last` was, which ends the day before."""
    row = SitePeriod(
        id=new_id(),
        site=last.site,
        code=last.code,
        name=last.name,
        folded=last.folded,
        level=last.level,
        parent=last.parent,
        unit=last.unit,
        organ_code=last.organ_code,
        receive_only=last.receive_only,
        valid_from=day,
        valid_to=last.valid_to,
        position=last.position,
    )
    last.valid_to = day - timedelta(days=1)
    return row


async def _remember(session: AsyncSession, site: str, folded: str) -> None:
    """People look for a site by the names it had."""
    if await session.get(SiteAlias, (site, folded)) is None:
        session.add(SiteAlias(site=site, folded=folded))


async def find_unit(session: AsyncSession, unit: str) -> Unit:
    """The unit's row.

    Raises:
        NotFound: there is none.
    """
    row = await session.get(Unit, unit)
    if row is None:
        raise NotFound("directory.unit_unknown", "Không tìm thấy đơn vị này. Hãy chọn lại.")
    return row


async def letterheads_of(session: AsyncSession, unit: str) -> list[LetterheadRow]:
    """The unit's letterheads, the latest first."""
    rows = await session.scalars(
        select(LetterheadRow).where(LetterheadRow.unit == unit).order_by(LetterheadRow.valid_from.desc())
    )
    return list(rows)


async def letterhead_on(session: AsyncSession, unit: str, day: date) -> LetterheadRow | None:
    """The letterhead in effect on `day`; None where none was entered for that day."""
    found: LetterheadRow | None = await session.scalar(
        select(LetterheadRow)
        .where(LetterheadRow.unit == unit, LetterheadRow.valid_from <= day)
        .order_by(LetterheadRow.valid_from.desc())
        .limit(1)
    )
    return found
