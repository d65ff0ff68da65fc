"""When secretary or chair no longer can sign, the head of the unit names who attests in their place."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from meetings.asks import service as asks
from meetings.directory.tables import PersonRow
from meetings.errors import Forbidden, Invalid, Refusal
from meetings.http import Principal
from meetings.minutes.service import PEOPLE, Standing
from meetings.signing import course
from meetings.signing.tables import Attestation
from meetings.storage.database import Database


async def name(
    database: Database, standing: Standing, who: Principal, role: str, person: str, reason: str, now: int
) -> None:
    """`person` signs in `role`. What others have signed falls away, since the minutes say who attests and why.

    Raises:
        Forbidden: `who` is not the head of the unit that called the meeting.
        Invalid: nobody of that unit, or somebody who signs the minutes anyway.
        Refusal: the sitting goes on, the role has signed, or the minutes changed meanwhile (`stale`).
    """
    if not standing.may_name(who):
        raise Forbidden("minutes.not_unit_head", "Chỉ thủ trưởng đơn vị triệu tập được cử người xác nhận biên bản.")
    standing.expect_ready()
    if standing.file is not None and standing.file.next_role != role and role not in _still_to_sign(standing):
        raise Refusal("minutes.role_signed", "Người này đã ký biên bản nên không cần cử người xác nhận thay.")
    async with database.write() as session:
        await course.unchanged(session, standing)
        named, head = await _of_unit(session, standing, person), await session.get(PersonRow, who.person)
        await course.fall_away(session, standing.document)
        row = await session.get(Attestation, (standing.document, role)) or Attestation(
            document=standing.document, role=role
        )
        row.person, row.name, row.position, row.reason, row.at = named.id, named.name, named.position, reason, now
        row.by, row.by_name, row.by_position = who.person, who.name, head.position if head else ""
        session.add(row)
        session.add(course.event(standing, role, named.id, "attested", "", reason, now, named.name))
        await asks.settle(session, standing.document)
        first = row.person if role == PEOPLE[0] else standing.person_of(PEOPLE[0])
        await asks.ask(session, standing.asked, PEOPLE[0], now, first, reason=reason)


def _still_to_sign(standing: Standing) -> tuple[str, ...]:
    signed = {one.role for one in standing.signatures}
    return tuple(one for one in PEOPLE if one not in signed)


async def _of_unit(session: AsyncSession, standing: Standing, person: str) -> PersonRow:
    found = await session.get(PersonRow, person)
    if found is None or not found.active or found.unit != standing.unit:
        raise Invalid("minutes.attestant_unknown", "Hãy chọn người xác nhận trong danh sách người của đơn vị.")
    if person in {standing.content.secretary.person, standing.content.chair.person, *map(standing.person_of, PEOPLE)}:
        raise Invalid("minutes.attestant_signs", "Người này đã có tên ký biên bản. Hãy chọn người khác.")
    return found
