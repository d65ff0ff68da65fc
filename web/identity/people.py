"""The people of units: listing, changing, and applying an import; who may manage whom is decided here.

A role taken away ends the person's room connections at once; the caller does that with the ids returned.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.directory.csv_table import Problem
from meetings.directory.folding import fold
from meetings.directory.tables import PersonRow, Unit
from meetings.errors import Forbidden, NotFound
from meetings.http import Principal, Role
from meetings.ids import new_id
from web.identity.people_import import PeopleReading, PersonLine
from web.identity.tables import Account

MANAGERS = (Role.ADMINISTRATOR, Role.UNIT_ADMINISTRATOR)
_OTHER_UNIT = "Quý vị chỉ quản lý được tài khoản của đơn vị mình."


@dataclass(slots=True)
class PeopleChange:
    """What an import would do, or did."""

    added: list[PersonLine] = field(default_factory=list)
    changed: list[tuple[PersonLine, list[str]]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    #: People who lose a role by it.
    lost_roles: list[str] = field(default_factory=list)


def roles_of(row: PersonRow) -> frozenset[Role]:
    """The person's roles across the province."""
    return frozenset(Role(one) for one in row.roles.split(",") if one)


def may_manage(who: Principal, unit: str, roles: frozenset[Role]) -> bool:
    """Administrators manage everybody; a unit's administrator the unit's people below an administrator."""
    if who.has(Role.ADMINISTRATOR):
        return True
    return who.has(Role.UNIT_ADMINISTRATOR) and bool(who.unit) and unit == who.unit and Role.ADMINISTRATOR not in roles


def expect_may_manage(who: Principal, unit: str, roles: frozenset[Role]) -> None:
    """Refuse what `may_manage` does not allow.

    Raises:
        Forbidden: another unit, or an administrator.
    """
    if not may_manage(who, unit, roles):
        raise Forbidden("identity.other_unit", _OTHER_UNIT)


async def find_managed(session: AsyncSession, who: Principal, person: str) -> PersonRow:
    """The person, whom `who` may manage.

    Raises:
        NotFound: there is no such person.
        Forbidden: not theirs to manage.
    """
    row = await session.get(PersonRow, person)
    if row is None:
        raise NotFound("identity.unknown_person", "Không tìm thấy người này.")
    expect_may_manage(who, row.unit, roles_of(row))
    return row


def change(row: PersonRow, name: str, position: str, roles: frozenset[Role]) -> bool:
    """Give the person a name, a position and roles; whether a role was taken away."""
    lost = bool(roles_of(row) - roles)
    row.name, row.folded, row.position = name, fold(name), position
    row.roles = ",".join(sorted(roles))
    return lost


async def preview(session: AsyncSession, who: Principal, reading: PeopleReading) -> PeopleChange:
    """What applying the file would do, and what is wrong with it."""
    return await _apply(session, who, reading, do=False)


async def apply_people(session: AsyncSession, who: Principal, reading: PeopleReading) -> PeopleChange:
    """Apply a file without problems; with problems nothing is changed."""
    result = await _apply(session, who, reading, do=False)
    return result if result.problems else await _apply(session, who, reading, do=True)


async def _apply(session: AsyncSession, who: Principal, reading: PeopleReading, *, do: bool) -> PeopleChange:
    result = PeopleChange(problems=list(reading.problems))
    units = {row.code: row for row in await session.scalars(select(Unit))}
    rows = await session.execute(select(Account.login, PersonRow).join(PersonRow, PersonRow.id == Account.person))
    known = {row[0]: row[1] for row in rows}
    for line in reading.rows:
        unit = who.unit if not line.unit else units[line.unit].id if line.unit in units else None
        person = known.get(line.login)
        wrong = _wrong(who, line, unit, person)
        if wrong:
            result.problems.append(Problem(line.line, *wrong))
        elif person is None:
            result.added.append(line)
            if do:
                _add(session, line, unit or "")
        else:
            _compare(result, line, unit or "", person, do=do)
    result.problems.sort(key=lambda one: one.line)
    return result


def _wrong(who: Principal, line: PersonLine, unit: str | None, person: PersonRow | None) -> tuple[str, str] | None:
    """What forbids this line: column and sentence."""
    if unit is None:
        return "unit", f"Không có đơn vị mang mã “{line.unit[:40]}”."
    if not unit:
        return "unit", "Hãy ghi mã đơn vị."
    if Role.ADMINISTRATOR in line.roles and not who.has(Role.ADMINISTRATOR):
        return "roles", "Chỉ quản trị hệ thống mới giao được vai trò quản trị hệ thống."
    if not may_manage(who, unit, line.roles):
        return "unit", _OTHER_UNIT
    if person is None:
        return None
    if not may_manage(who, person.unit, roles_of(person)):
        return "login", f"Tên đăng nhập “{line.login}” thuộc đơn vị khác hoặc người quản trị."
    if not person.active:
        return "login", f"Tài khoản “{line.login}” đã ngừng. Hãy dùng tên đăng nhập khác."
    if person.id == who.person and not line.roles >= roles_of(person):
        return "roles", "Quý vị không tự bỏ được vai trò của mình."
    return None


def _compare(result: PeopleChange, line: PersonLine, unit: str, person: PersonRow, *, do: bool) -> None:
    before = roles_of(person)
    changes = [
        f"{what}: {old or '(trống)'} → {new or '(trống)'}"
        for what, old, new in (
            ("Họ tên", person.name, line.name),
            ("Chức vụ", person.position, line.position),
            ("Vai trò", ", ".join(sorted(before)), ", ".join(sorted(line.roles))),
        )
        if old != new
    ]
    if person.unit != unit:
        changes.append("Chuyển đơn vị")
    if not changes:
        result.unchanged += 1
        return
    result.changed.append((line, changes))
    if before - line.roles or person.unit != unit:
        result.lost_roles.append(person.id)
    if do:
        person.unit = unit
        change(person, line.name, line.position, line.roles)


def _add(session: AsyncSession, line: PersonLine, unit: str) -> None:
    person = PersonRow(id=new_id(), unit=unit, active=True, roles="")
    change(person, line.name, line.position, line.roles)
    session.add(person)
    session.add(Account(person=person.id, login=line.login, password_hash="", activation_hash="", activation_until=0))
