"""Who may sign a letter in which capacity (Decree 30/2020/NĐ-CP, article 13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from meetings.errors import Invalid
from meetings.letters.authority import COMBINATIONS, Authority, Capacity, Form, Signatory, expect_allowed

DAY = date(2026, 11, 24)
PAPER = Authority("Văn bản ủy quyền số 05/UQ-VP", "Ký giấy mời", "2026-11-01", "2026-11-30")


def signatory(*forms: Form, authority: Authority = PAPER) -> Signatory:
    capacities = tuple(Capacity(form, "" if form is Form.Q else "Chủ tịch") for form in forms)
    return Signatory("Nguyễn Văn Mẫu", "Chánh Văn phòng", capacities, authority, "p-signer")


def refusal(one: Signatory, day: date = DAY) -> str:
    with pytest.raises(Invalid) as caught:
        expect_allowed(one, day)
    return caught.value.id


def test_every_pair_of_forms_is_allowed_or_refused_by_the_table() -> None:
    for forms in [(), *((one,) for one in Form), *product(Form, Form)]:
        if forms in COMBINATIONS:
            expect_allowed(signatory(*forms), DAY)
        else:
            assert refusal(signatory(*forms)) == "letters.authority_form"


def test_an_authority_is_not_passed_on() -> None:
    assert refusal(signatory(Form.TUQ, Form.KT)) == "letters.authority_form"
    assert refusal(signatory(Form.KT, Form.TUQ)) == "letters.authority_form"


def test_tuq_needs_its_paper_its_scope_and_a_day_within_its_period() -> None:
    for missing in ("paper", "scope"):
        assert refusal(signatory(Form.TUQ, authority=replace(PAPER, **{missing: " "}))) == "letters.authority_paper"
    assert refusal(signatory(Form.TUQ, authority=replace(PAPER, valid_to=""))) == "letters.authority_period"
    for day in (date(2026, 10, 31), date(2026, 12, 1)):
        assert refusal(signatory(Form.TUQ), day) == "letters.authority_expired"
    for day in (date(2026, 11, 1), date(2026, 11, 30)):
        expect_allowed(signatory(Form.TUQ), day)


def test_name_title_and_whom_one_signs_for_are_needed() -> None:
    assert refusal(replace(signatory(), name=" ")) == "letters.signatory_missing"
    assert refusal(replace(signatory(), title="")) == "letters.signatory_missing"
    assert refusal(replace(signatory(), capacities=(Capacity(Form.TM),))) == "letters.authority_of"


def test_lines_above_the_signature() -> None:
    assert signatory(Form.TL).lines() == ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")
    assert signatory(Form.Q).lines() == ("Q. CHÁNH VĂN PHÒNG",)
    both = replace(
        signatory(),
        title="Phó Chủ tịch",
        capacities=(Capacity(Form.TM, "Ủy ban nhân dân"), Capacity(Form.KT, "Chủ tịch")),
    )
    assert both.lines() == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
