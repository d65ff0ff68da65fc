"""Reading a directory of sites: every fault is named by line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

import meetings.directory
from meetings.directory.csv_import import read_sites
from meetings.directory.folding import fold, sort_key

SAMPLES = Path(meetings.directory.__file__).parent / "sample"
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
        ("A,Xã A,commune\n", 2, ""),
        ('A,"Xã A,commune,,2025-07-01,,\n', 1, ""),
    ],
)
def test_a_fault_is_named_by_line_and_column(body: str, line: int, column: str) -> None:
    problems = read_sites((HEADING + body).encode()).problems
    assert (problems[0].line, problems[0].column) == (line, column)


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
