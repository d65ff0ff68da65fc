"""The bodies that meet, and their rules of decision: configuration, kept by administrators."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Body, Meeting, Status
from meetings.errors import Invalid, NotFound, Refusal
from meetings.ids import new_id


@dataclass(frozen=True, slots=True)
class BodyRules:
    """How a body decides; fractions are `(numerator, denominator)`."""

    name: str
    members: int
    choices: tuple[str, ...]
    unit: str = ""
    quorum: tuple[int, int] | None = (2, 3)
    majority_base: str = "members"
    threshold: tuple[int, int] = (1, 2)
    tie: str = "fails"
    substitutes_vote: bool = False

    def check(self) -> None:
        """Refuse rules by which nothing could be decided.

        Raises:
            Invalid: names the field.
        """
        fractions = [("threshold", self.threshold)] + ([("quorum", self.quorum)] if self.quorum else [])
        for field, (above, below) in fractions:
            if below < 1 or above < 0 or above > below:
                raise _wrong(field, "Tỷ lệ phải nằm trong khoảng từ 0 đến 1.")
        if self.threshold[0] == self.threshold[1]:
            raise _wrong(
                "threshold", "Ngưỡng phải nhỏ hơn 1: không thể có quá toàn bộ số phiếu. Hãy nhập tỷ lệ nhỏ hơn."
            )
        if not self.name.strip():
            raise _wrong("name", "Hãy nhập tên cơ quan họp.")
        if self.members < 1:
            raise _wrong("members", "Số thành viên phải từ 1 trở lên.")
        if not all(choice.strip() for choice in self.choices):
            raise _wrong("choices", "Phương án biểu quyết không được để trống.")
        if len(self.choices) < 2 or len(set(self.choices)) != len(self.choices):
            raise _wrong("choices", "Cần ít nhất hai phương án biểu quyết khác nhau.")
        if self.majority_base not in {"members", "present", "valid"}:
            raise _wrong("majority_base", "Cơ sở tính đa số chưa đúng.")
        if self.tie not in {"chair", "fails"}:
            raise _wrong("tie", "Quy tắc khi số phiếu ngang nhau chưa đúng.")


async def save_body(session: AsyncSession, rules: BodyRules, body_id: str | None = None) -> Body:
    """Add a body, or change the one whose id is given, which stays its unit's; opened sittings keep the rules they had.

    Raises:
        Invalid: the rules are wrong.
        NotFound: there is no body of that id.
        Refusal: another body has the name.
    """
    rules.check()
    name = rules.name.strip()
    other = await session.scalar(select(Body).where(Body.name == name))
    if other is not None and other.id != body_id:
        raise Refusal("calendar.body_exists", f"Đã có cơ quan họp tên “{name}”. Hãy dùng tên khác.")
    if body_id is None:
        body = Body(id=new_id(), unit=rules.unit, revision=1)
        session.add(body)
    else:
        body = await find_body(session, body_id)
        body.revision += 1
    body.name, body.members = name, rules.members
    body.quorum_num, body.quorum_den = rules.quorum or (None, None)
    body.choices, body.majority_base = list(rules.choices), rules.majority_base
    body.threshold_num, body.threshold_den = rules.threshold
    body.tie, body.substitutes_vote = rules.tie, rules.substitutes_vote
    await session.flush()
    return body


async def expect_revision(session: AsyncSession, body_id: str, revision: int) -> Body:
    """The body's row, locked until the transaction ends, where nobody changed it since `revision`.

    Raises:
        NotFound: there is no body of that id.
        Refusal: `stale`, with the current revision.
    """
    body = await session.get(Body, body_id, with_for_update=True) or await find_body(session, body_id)
    if body.revision != revision:
        raise Refusal(
            "stale",
            f"“{body.name}” vừa được người khác sửa. Hãy đóng biểu mẫu, xem bản mới rồi sửa lại.",
            revision=body.revision,
        )
    return body


async def expect_untouched(session: AsyncSession, body_id: str, rules: BodyRules, now: int) -> None:
    """Refuse new rules that meetings yet to come would be held by; a new name alone touches none.

    Raises:
        NotFound: there is no body of that id.
        Refusal: `details.scheduled` says how many meetings.
    """
    kept = rules_of(await find_body(session, body_id))
    scheduled = (await scheduled_meetings(session, now)).get(body_id, 0)
    if scheduled and replace(rules, name=kept.name, unit=kept.unit) != kept:
        raise Refusal(
            "calendar.body_in_use",
            f"{scheduled} cuộc họp đã lên lịch sẽ theo quy tắc mới. Hãy xác nhận rồi lưu lại.",
            scheduled=scheduled,
        )


async def scheduled_meetings(session: AsyncSession, now: int) -> dict[str, int]:
    """How many scheduled meetings not over by `now` each body has; bodies without any are left out."""
    found = await session.execute(
        select(Meeting.body, func.count())
        .where(Meeting.body.is_not(None), Meeting.status == Status.SCHEDULED, Meeting.ends_at > now)
        .group_by(Meeting.body)
    )
    return {body: count for body, count in found if body is not None}


def rules_of(row: Body) -> BodyRules:
    """The rules that the row holds."""
    quorum = None if row.quorum_num is None or row.quorum_den is None else (row.quorum_num, row.quorum_den)
    return BodyRules(
        name=row.name,
        members=row.members,
        choices=tuple(row.choices),
        unit=row.unit,
        quorum=quorum,
        majority_base=row.majority_base,
        threshold=(row.threshold_num, row.threshold_den),
        tie=row.tie,
        substitutes_vote=row.substitutes_vote,
    )


async def find_body(session: AsyncSession, body_id: str) -> Body:
    """The body's row.

    Raises:
        NotFound: there is none.
    """
    body = await session.get(Body, body_id)
    if body is None:
        raise NotFound("calendar.body_unknown", "Không tìm thấy cơ quan họp. Hãy chọn lại trong danh sách.")
    return body


async def expect_choosable(session: AsyncSession, body_id: str | None) -> None:
    """Let a meeting have the body, or none.

    Raises:
        NotFound: there is no body of that id.
        Refusal: it is retired.
    """
    if body_id is not None and (body := await find_body(session, body_id)).retired:
        raise Refusal("calendar.body_retired", f"“{body.name}” đã ngừng dùng. Hãy chọn cơ quan họp khác.")


async def all_bodies(session: AsyncSession) -> list[Body]:
    """Every body, by name."""
    return list(await session.scalars(select(Body).order_by(Body.name)))


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("request.invalid", problem, fields=[{"field": field, "problem": problem}])
