"""Keeps the checks of a meeting's sites and reads them as one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Participant
from signaling.checks.figures import Criterion, Figures, Outcome, Result
from signaling.checks.tables import SiteCheck


@dataclass(frozen=True, slots=True)
class Line:
    """One site of the sheet; `result` is None while it was not checked."""

    site: str
    name: str
    level: str
    parent: str
    receive_only: bool
    result: Result | None = None


async def keep(session: AsyncSession, meeting: str, site: str, by: str, result: Result) -> None:
    """Keep a site's newest check in place of its last one."""
    row = SiteCheck(
        meeting=meeting,
        site=site,
        at=result.at,
        by=by,
        outcome=result.outcome,
        failed=" ".join(result.failed),
        figures=result.figures.model_dump_json() if result.figures else "",
    )
    await session.merge(row)


async def sheet(session: AsyncSession, meeting: str) -> list[Line]:
    """Every site of the meeting in the meeting's order."""
    rows = await session.scalars(select(SiteCheck).where(SiteCheck.meeting == meeting))
    results = {row.site: _result(row) for row in rows}
    order = select(Participant).where(Participant.meeting == meeting).order_by(Participant.position)
    return [
        Line(one.site, one.name, one.level, one.parent, one.receive_only, results.get(one.site))
        for one in await session.scalars(order)
    ]


async def receive_only(session: AsyncSession, meeting: str, site: str) -> bool:
    """Whether the site takes part without sending."""
    row = await session.get(Participant, (meeting, site))
    return row is not None and row.receive_only


async def rates(session: AsyncSession, meeting: str) -> dict[str, int]:
    """What each line to a site was found to carry, in bit/s."""
    rows = await session.scalars(select(SiteCheck).where(SiteCheck.meeting == meeting))
    results = {row.site: _result(row).figures for row in rows}
    return {site: one.down * 1000 for site, one in results.items() if one is not None and one.down}


def _result(row: SiteCheck) -> Result:
    figures = Figures.model_validate_json(row.figures) if row.figures else None
    return Result(row.at, Outcome(row.outcome), tuple(Criterion(one) for one in row.failed.split()), figures)


def as_json(result: Result | None) -> dict[str, Any] | None:
    """A result for a page."""
    if result is None:
        return None
    figures = result.figures.model_dump() if result.figures else None
    return {"at": result.at, "outcome": result.outcome, "failed": list(result.failed), "figures": figures}
