"""Reading a CSV file that people made: cells by column name, and all that is wrong with its shape. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

#: Larger files are refused, in bytes.
SIZE_LIMIT = 2 * 1024 * 1024
#: More rows are refused.
ROW_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: line 1 is the heading."""

    line: int
    column: str
    message: str


@dataclass(slots=True)
class Table:
    """Lines with their cells by column name (in lower case), and what is wrong."""

    lines: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, message: str, line: int = 1, column: str = "") -> Table:
        self.problems.append(Problem(line, column, message))
        return self


def read_table(raw: bytes, required: Sequence[str]) -> Table:
    """The lines of a CSV file (UTF-8, heading first, blank lines left out)."""
    table = Table()
    if len(raw) > SIZE_LIMIT:
        return table.wrong(f"Tệp lớn hơn {SIZE_LIMIT // 1024 // 1024} MB. Hãy chia nhỏ tệp.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return table.wrong("Tệp không phải mã UTF-8. Hãy lưu lại dạng “CSV UTF-8”.", line)
    if "\x00" in text:
        return table.wrong("Tệp không phải tệp CSV. Hãy chọn tệp khác.")
    try:
        rows = list(csv.reader(io.StringIO(unicodedata.normalize("NFC", text)), strict=True))
    except csv.Error:
        return table.wrong("Tệp CSV có dấu ngoặc kép chưa đóng. Hãy sửa rồi chọn lại.")
    heading = [name.strip().lower() for name in rows[0]] if rows else []
    for name in required:
        if name not in heading:
            table.wrong(f"Thiếu cột “{name}”.", column=name)
    if not table.problems:
        _fill(table, heading, rows[1:])
    return table


def _fill(table: Table, heading: list[str], rows: list[list[str]]) -> None:
    for number, values in enumerate(rows, 2):
        if not any(value.strip() for value in values):
            continue
        if len(table.lines) >= ROW_LIMIT:
            table.wrong(f"Tệp có hơn {ROW_LIMIT} dòng. Hãy chia nhỏ tệp.", number)
            return
        if len(values) != len(heading):
            table.wrong(f"Dòng có {len(values)} cột, cần {len(heading)}.", number)
            continue
        table.lines.append((number, {name: value.strip() for name, value in zip(heading, values, strict=True)}))
