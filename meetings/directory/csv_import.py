"""Reading a directory of sites from CSV: what would change, and what is wrong, per line and column. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from meetings.directory.csv_table import SIZE_LIMIT, Problem, read_table
from meetings.directory.organ_ids import PUBLISHED, OrganIds

_REQUIRED = ("code", "name", "level", "valid_from")
_OPTIONAL = ("parent", "valid_to", "ma_dvhc", "receive_only")


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site of the file."""

    line: int
    code: str
    name: str
    level: str
    parent: str
    valid_from: date
    valid_to: date | None
    organ_code: str
    receive_only: bool = False


@dataclass(slots=True)
class Reading:
    rows: list[SiteRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Preview:
    """What applying the file would do to the directory."""

    added: list[SiteRow] = field(default_factory=list)
    changed: list[tuple[SiteRow, str]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def read_sites(raw: bytes, known: Collection[str] = (), ids_are: OrganIds = PUBLISHED) -> Reading:
    """The rows of a CSV file (UTF-8, heading first) and all that is wrong with them.

    `known` are codes of sites already in the directory, which may be parents too.
    """
    table = read_table(raw, _REQUIRED)
    reading = Reading(problems=table.problems)
    for line, cells in table.lines:
        row = _read_row(line, cells, ids_are, reading.problems)
        if row:
            reading.rows.append(row)
    _check_whole(reading, known)
    return reading


def _read_row(line: int, cells: dict[str, str], ids_are: OrganIds, problems: list[Problem]) -> SiteRow | None:
    before = len(problems)
    for name, longest in (("code", 32), ("name", 200), ("level", 32)):
        if not cells[name]:
            problems.append(Problem(line, name, "Ô này không được để trống."))
        elif len(cells[name]) > longest:
            problems.append(Problem(line, name, f"Ô này dài quá {longest} ký tự."))
    starts = _read_date(line, "valid_from", cells["valid_from"], problems)
    ends = _read_date(line, "valid_to", cells.get("valid_to", ""), problems) if cells.get("valid_to") else None
    if starts and ends and ends < starts:
        problems.append(Problem(line, "valid_to", "Ngày kết thúc trước ngày bắt đầu."))
    if problem := ids_are.wrong_code(cells.get("ma_dvhc", "")):
        problems.append(Problem(line, "ma_dvhc", problem))
    if len(problems) > before or starts is None:
        return None
    return SiteRow(
        line,
        cells["code"],
        cells["name"],
        cells["level"],
        cells.get("parent", ""),
        starts,
        ends,
        cells.get("ma_dvhc", ""),
        cells.get("receive_only", "") in ("1", "true", "x"),
    )


def _read_date(line: int, column: str, value: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        problems.append(Problem(line, column, f"“{value[:20]}” không phải ngày dạng năm-tháng-ngày (2025-07-01)."))
        return None


def _check_whole(reading: Reading, known: Collection[str]) -> None:
    first: dict[tuple[str, date], int] = {}
    for row in reading.rows:
        key = (row.code, row.valid_from)
        if key in first:
            reading.problems.append(Problem(row.line, "code", f"Mã “{row.code}” trùng với dòng {first[key]}."))
        first.setdefault(key, row.line)
    parents = {row.code: row.parent for row in reading.rows}
    for row in reading.rows:
        if row.parent and row.parent not in parents and row.parent not in known:
            reading.problems.append(Problem(row.line, "parent", f"Không có điểm cầu cấp trên mang mã “{row.parent}”."))
        elif _in_circle(row.code, parents):
            reading.problems.append(Problem(row.line, "parent", "Cấp trên tạo thành vòng tròn."))


def _in_circle(code: str, parents: dict[str, str]) -> bool:
    seen = {code}
    above = parents.get(code, "")
    while above:
        if above == code:
            return True
        if above in seen:
            return False
        seen.add(above)
        above = parents.get(above, "")
    return False


#: Columns that a file may have.
COLUMNS = _REQUIRED + _OPTIONAL
__all__ = ["COLUMNS", "SIZE_LIMIT", "Preview", "Problem", "Reading", "SiteRow", "read_sites"]
