"""In which authority a letter is signed: TM., KT., TL., TUQ., Q. (Decree 30/2020/NĐ-CP, article 13). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from meetings.errors import Invalid

Text = Annotated[str, Field(max_length=200)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


class Form(StrEnum):
    """The word before whom one signs for."""

    TM = "TM"  # thay mặt: for a collective
    KT = "KT"  # ký thay: a deputy for the head
    TL = "TL"  # thừa lệnh: by order of the head
    TUQ = "TUQ"  # thừa ủy quyền: with a written authority
    Q = "Q"  # quyền: acting head


#: The combinations that the decree knows, outermost first.
COMBINATIONS = frozenset(
    {(), (Form.TM,), (Form.KT,), (Form.TL,), (Form.TUQ,), (Form.Q,), (Form.TM, Form.KT), (Form.TL, Form.KT)}
)


@dataclass(frozen=True, slots=True)
class Capacity:
    """`TM. ỦY BAN NHÂN DÂN`: a form, and for whom. `Q.` stands before the signer's own title and needs nobody."""

    form: Form
    of: Text = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """The written authority of a TUQ. signature: the paper, what it covers, and its period (both days included)."""

    paper: Text = ""
    scope: Text = ""
    valid_from: Day = ""
    valid_to: Day = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a letter, and in which capacities. `person` is the id a signature is expected from."""

    name: Text = ""
    title: Text = ""
    capacities: Annotated[tuple[Capacity, ...], Field(max_length=2)] = ()
    authority: Authority = Authority()
    person: Annotated[str, Field(max_length=64)] = ""

    def lines(self) -> tuple[str, ...]:
        """What stands above the room for the signature, a line each."""
        found = [f"{one.form}. {one.of}".upper() for one in self.capacities if one.form is not Form.Q]
        acting = "Q. " if any(one.form is Form.Q for one in self.capacities) else ""
        return (*found, f"{acting}{self.title}".upper())


def expect_allowed(signatory: Signatory, day: date) -> None:
    """Refuse a signature that the decree does not know, as of `day`, the day of issue.

    Raises:
        Invalid: no name or title, nobody of the directory, an unknown combination, nobody it is signed for,
            or an authority that is missing, not in force that day, or passed on.
    """
    if not signatory.name.strip() or not signatory.title.strip():
        raise Invalid("letters.signatory_missing", "Chưa có chức vụ hoặc họ tên người ký. Hãy điền cả hai.")
    if not signatory.person:
        raise Invalid("letters.signatory_unknown", "Hãy chọn người ký trong danh bạ để hệ thống biết ai được ký.")
    forms = tuple(one.form for one in signatory.capacities)
    if forms not in COMBINATIONS:
        raise Invalid(
            "letters.authority_form",
            "Quyền hạn ký chưa đúng. Chỉ dùng TM., KT., TL., TUQ. hoặc Q.; có thể kết hợp TM. với KT., TL. với KT.",
        )
    if any(one.form is not Form.Q and not one.of.strip() for one in signatory.capacities):
        raise Invalid("letters.authority_of", "Hãy ghi rõ ký thay mặt, ký thay, thừa lệnh hay thừa ủy quyền của ai.")
    if Form.TUQ in forms:
        _expect_authority(signatory.authority, day)


def _expect_authority(authority: Authority, day: date) -> None:
    if not authority.paper.strip() or not authority.scope.strip():
        raise Invalid(
            "letters.authority_paper",
            "Ký thừa ủy quyền phải có văn bản ủy quyền: hãy ghi số, ngày và phạm vi ủy quyền.",
        )
    try:
        first, last = date.fromisoformat(authority.valid_from), date.fromisoformat(authority.valid_to)
    except ValueError:
        raise Invalid("letters.authority_period", "Hãy ghi thời hạn ủy quyền: từ ngày nào đến ngày nào.") from None
    if not first <= day <= last:
        raise Invalid(
            "letters.authority_expired",
            "Ngày ban hành nằm ngoài thời hạn ủy quyền. Hãy kiểm tra lại văn bản ủy quyền hoặc đổi người ký.",
        )
