"""Letters beyond the decree's measures: open fields, long names, endless lists, the file to keep."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from meetings.letters.content import Letter, from_json, kind_of, to_json
from meetings.letters.layout import render as render_letter
from tests.unit.layout.measuring import MM, WIDTH, measured
from tests.unit.layout.test_archive import problems
from tests.unit.letters.samples import invitation, letterhead, notice


def test_an_open_number_and_day_keep_their_places_free() -> None:
    letter = replace(notice(), letterhead=letterhead("TB-VP", ""), issued_on="")
    one = measured(render_letter(letter))
    places = one.rendered.places
    assert set(places) == {"number", "date", "signer"}
    for name in ("number", "date"):
        box = places[name]
        assert box.page == 0
        inside = [
            w for w in one.leaves[0].words if box.left < w.centre < box.right and box.bottom < w.baseline < box.top
        ]
        assert [w.text for w in inside if w.text not in ("Số: /TB-VP",)] == [], name
    assert one.leaves[0].find("Tỉnh Mẫu,").text == "Tỉnh Mẫu,"


def test_very_long_names_stay_inside_the_page() -> None:
    head = replace(letterhead("TB-VP"), superior="Ủyban" * 60, issuing="Ban chỉ đạo " * 20)
    letter = replace(notice(recipients=0), letterhead=head, abstract="Kết luận " * 40, recipients=("Sở" * 200,))
    one = measured(render_letter(letter))
    assert all(word.right <= WIDTH - 15 * MM for word in one.words)


def test_a_list_of_215_recipients_goes_on_overleaf_and_loses_nobody() -> None:
    one = measured(render_letter(notice(1, 1, 215)))
    listed = [word.text for word in one.words if word.text.startswith("- UBND xã Mẫu số")]
    assert listed == [f"- UBND xã Mẫu số {index};" for index in range(1, 216)]
    assert one.text.count("TL. CHỦ TỊCH") == 1


def test_the_signature_keeps_the_last_words_company_and_a_long_list_leaves_no_empty_page_before_it() -> None:
    for lines in range(1, 9):
        for recipients in (3, 215):
            leaves = measured(render_letter(notice(1, lines, recipients))).leaves
            page = next(
                at for at, leaf in enumerate(leaves) if any("đề nghị các cơ quan" in w.text for w in leaf.words)
            )
            assert "TL. CHỦ TỊCH" in {word.text for word in leaves[page].words}, (lines, recipients)
            free = [min(word.baseline for word in leaf.words) for leaf in leaves[:page]]
            assert all(one < 90 * MM for one in free), (lines, recipients, free)


@pytest.mark.parametrize("letter", [notice(), notice(5, 3, 215), invitation(), invitation(20)])
def test_letters_are_pdf_a_2b_and_survive_their_json_form(letter: Letter, tmp_path: Path) -> None:
    assert problems(render_letter(letter).pdf, "2b", tmp_path) == []
    assert from_json(kind_of(letter), to_json(letter)) == letter
