"""Reading a directory of sites: every fault is named by line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

import meetings.directory
from meetings.directory.csv_import import read_sites
from meetings.directory.folding import fold, sort_key
from meetings.directory.organ_ids import PUBLISHED, OrganIds

SAMPLES = Path(meetings.directory.__file__).parent / "sample"
CODES = ("", "14773", "000.00.25.H56", "H56", "H56.1.12")
HEADING = "code,name,level,parent,valid_from,valid_to,ma_dvhc\n"


@pytest.mark.parametrize("age", ["2020", "2025"])
def test_the_sample_directories_have_215_sites_and_no_fault(age: str) -> None:
    reading = read_sites((SAMPLES / f"sites-{age}.csv").read_bytes())
    assert (len(reading.rows), reading.problems) == (215, [])


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("A,Xã A,commune,,2025-07-01,,\nA,Xã B,commune,,2025-07-01,,\n", 3, "code"),
        ("A,Xã A,commune,Z,2025-07-01,,\n", 2, "parent"),
        ("A,Xã A,commune,B,2025-07-01,,\nB,Xã B,commune,A,2025-07-01,,\n", 2, "parent"),
        ("A,,commune,,2025-07-01,,\n", 2, "name"),
        ("A,Xã A,commune,,01/07/2025,,\n", 2, "valid_from"),
        ("A,Xã A,commune,,2025-07-01,2024-01-01,\n", 2, "valid_to"),
        ("A,Xã A,commune,,2025-07-01,,000.00.1.H56\n", 2, "ma_dvhc"),
        ("A,Xã A,commune\n", 2, ""),
        ('A,"Xã A,commune,,2025-07-01,,\n', 1, ""),
    ],
)
def test_a_fault_is_named_by_line_and_column(body: str, line: int, column: str) -> None:
    problems = read_sites((HEADING + body).encode()).problems
    assert (problems[0].line, problems[0].column) == (line, column)


def test_a_code_is_a_divisions_or_an_organ_id_in_a_form_that_the_province_has() -> None:
    body = HEADING + "".join(f"{n},Xã {n},commune,,2025-07-01,,{code}\n" for n, code in enumerate(CODES))
    assert read_sites(body.encode()).problems == []
    narrow = read_sites(body.encode(), ids_are=OrganIds("XXX.XX.XX.A00")).problems
    assert [(one.line, one.column) for one in narrow] == [(5, "ma_dvhc"), (6, "ma_dvhc")]
    assert "theo một trong các mẫu XXX.XX.XX.A00 (" in narrow[0].message
    for forms in ("", "  ", "[0-9]+", "000.00.00.h56"):
        with pytest.raises(ValueError, match="give forms"):
            OrganIds(forms)
    for id in (
        "",
        "h56",
        "H56.",
        "H56..1",
        "000.00.00.H5",
        "000.00.00.H56\n",
        "０００.00.00.H56",
        "H56" + ".12345" * 6,
    ):
        assert not PUBLISHED.fits(id), id


def test_another_encoding_is_said_and_where() -> None:
    raw = (HEADING + "A,Xã A,commune,,2025-07-01,,\n").encode("latin-1")
    assert read_sites(raw).problems[0].line == 2


def test_a_missing_column_is_named() -> None:
    assert [one.column for one in read_sites(b"code,name\n").problems] == ["level", "valid_from"]


def test_names_are_found_without_accents() -> None:
    assert fold("Như Xuân") == "nhu xuan"
    assert fold("ĐÔNG SƠN") == fold("đông sơn") == "dong son"


def test_names_are_sorted_as_a_dictionary_has_them() -> None:
    names = ["Đông", "Dân", "Ân", "An", "Ăn", "Bàn", "Bản", "Ban"]
    assert sorted(names, key=sort_key) == ["An", "Ăn", "Ân", "Ban", "Bàn", "Bản", "Dân", "Đông"]
