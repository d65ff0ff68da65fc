"""The bodies that meet, and their rules of decision: configuration, kept by administrators."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Body
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
        if not self.name.strip():
            raise _wrong("name", "Hãy nhập tên cơ quan họp.")
        if self.members < 1:
            raise _wrong("members", "Số thành viên phải từ 1 trở lên.")
        if len(self.choices) < 2 or len(set(self.choices)) != len(self.choices):
            raise _wrong("choices", "Cần ít nhất hai phương án biểu quyết khác nhau.")
        if self.majority_base not in {"members", "present", "valid"}:
            raise _wrong("majority_base", "Cơ sở tính đa số chưa đúng.")
        if self.tie not in {"chair", "fails"}:
            raise _wrong("tie", "Quy tắc khi số phiếu ngang nhau chưa đúng.")


async def save_body(session: AsyncSession, rules: BodyRules, body_id: str | None = None) -> Body:
    """Add a body, or change the one whose id is given; sittings already opened keep the rules they had.

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
        body = Body(id=new_id())
        session.add(body)
    else:
        body = await find_body(session, body_id)
    body.name, body.unit, body.members = name, rules.unit, rules.members
    body.quorum_num, body.quorum_den = rules.quorum or (None, None)
    body.choices, body.majority_base = list(rules.choices), rules.majority_base
    body.threshold_num, body.threshold_den = rules.threshold
    body.tie, body.substitutes_vote = rules.tie, rules.substitutes_vote
    await session.flush()
    return body


async def find_body(session: AsyncSession, body_id: str) -> Body:
    """The body's row.

    Raises:
        NotFound: there is none.
    """
    body = await session.get(Body, body_id)
    if body is None:
        raise NotFound("calendar.body_unknown", "Không tìm thấy cơ quan họp. Hãy chọn lại trong danh sách.")
    return body


async def all_bodies(session: AsyncSession) -> list[Body]:
    """Every body, by name."""
    return list(await session.scalars(select(Body).order_by(Body.name)))


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("request.invalid", problem, fields=[{"field": field, "problem": problem}])
