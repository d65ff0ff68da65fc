"""Reading people from CSV: what is wrong per line and column, before anything is looked up. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from meetings.directory.csv_table import Problem, Table, read_table
from meetings.directory.folding import fold
from meetings.http import Role

_REQUIRED = ("name", "login")
LOGIN = re.compile(r"[a-zA-Z0-9._@-]{3,64}")
#: Roles as people write them, folded; the codes serve too.
_ROLES = {
    "quan tri": Role.ADMINISTRATOR,
    "quan tri he thong": Role.ADMINISTRATOR,
    "quan tri don vi": Role.UNIT_ADMINISTRATOR,
    "thu ky": Role.SECRETARY,
    "ky thuat": Role.TECHNICIAN,
    "van thu": Role.RECORDS_CLERK,
    "thu truong": Role.UNIT_HEAD,
    "thu truong don vi": Role.UNIT_HEAD,
} | {role.value: role for role in Role}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of the file; `unit` is a unit's code, empty for the importer's own unit."""

    line: int
    name: str
    position: str
    unit: str
    login: str
    roles: frozenset[Role]


@dataclass(slots=True)
class PeopleReading:
    rows: list[PersonLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_people(raw: bytes) -> PeopleReading:
    """The people of a CSV file (UTF-8, heading `name,login[,position][,unit][,roles]`) and all that is wrong."""
    table = read_table(raw, _REQUIRED)
    reading = PeopleReading(problems=table.problems)
    first: dict[str, int] = {}
    for line, cells in table.lines:
        row = _read(line, cells, table)
        if row is None:
            continue
        if row.login in first:
            table.wrong(f"Tên đăng nhập “{row.login}” trùng với dòng {first[row.login]}.", line, "login")
        first.setdefault(row.login, line)
        reading.rows.append(row)
    return reading


def _read(line: int, cells: dict[str, str], table: Table) -> PersonLine | None:
    before = len(table.problems)
    name, login, position = cells["name"], cells["login"].casefold(), cells.get("position", "")
    if not 2 <= len(name) <= 100:
        table.wrong("Họ tên cần từ 2 đến 100 ký tự.", line, "name")
    if not LOGIN.fullmatch(login):
        table.wrong("Tên đăng nhập gồm 3–64 chữ không dấu, chữ số và . _ @ -", line, "login")
    if len(position) > 100:
        table.wrong("Chức vụ dài quá 100 ký tự.", line, "position")
    roles = set()
    for word in re.split(r"[;|]", cells.get("roles", "")):
        if word.strip() and (role := _ROLES.get(fold(word))) is None:
            table.wrong(f"Không có vai trò “{word.strip()[:40]}”.", line, "roles")
        elif word.strip():
            roles.add(role)
    if len(table.problems) > before:
        return None
    return PersonLine(line, name, position, cells.get("unit", ""), login, frozenset(one for one in roles if one))
