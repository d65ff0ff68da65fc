"""What a site's page may say that it measured, which criteria that meets, and how the sheet leaves the house."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pydantic import ValidationError

from signaling.checks.export import HEAD, table, workbook
from signaling.checks.figures import Criterion, Figures, Outcome, Result, failures, judge
from signaling.checks.service import Line
from signaling.checks.settings import CheckSettings

GOOD: dict[str, Any] = {
    "camera": "ok",
    "width": 1280,
    "height": 720,
    "microphone": "ok",
    "level": 300,
    "connection": "up",
    "lost_up": 0,
    "lost_down": 5,
    "round_trip": 40,
    "up": 1800,
    "down": 3000,
    "up_way": "media",
    "down_way": "media",
}
WANTED = CheckSettings()


def failed(**other: Any) -> set[Criterion]:
    return set(failures(Figures.model_validate({**GOOD, **other}), WANTED, receive_only=False))


def test_each_criterion_is_held_against_its_own_figure() -> None:
    assert failed() == set()
    assert failed(camera="dark") == {Criterion.CAMERA}
    assert failed(camera="off") == {Criterion.CAMERA}
    assert failed(microphone="missing", level=0) == {Criterion.MICROPHONE}
    assert failed(level=WANTED.check_level - 1) == {Criterion.MICROPHONE}
    assert failed(connection="blocked") == {Criterion.CONNECTION}
    assert failed(lost_up=WANTED.check_lost + 1) == {Criterion.LOST}
    assert failed(lost_down=WANTED.check_lost + 1) == {Criterion.LOST}
    assert failed(round_trip=WANTED.check_round_trip + 1) == {Criterion.ROUND_TRIP}
    assert failed(up=WANTED.check_up - 1) == {Criterion.UP}
    assert failed(down=WANTED.check_down - 1) == {Criterion.DOWN}


def test_what_was_not_measured_is_not_held_against_a_site() -> None:
    assert failed(lost_up=None, lost_down=None, round_trip=None, up=None, down=None, connection="none") == set()


def test_a_site_that_only_receives_needs_no_devices() -> None:
    poor = Figures.model_validate({**GOOD, "camera": "missing", "microphone": "missing", "level": 0, "up": 10})
    assert failures(poor, WANTED, receive_only=True) == ()
    blocked = Figures.model_validate({**GOOD, "connection": "blocked"})
    assert failures(blocked, WANTED, receive_only=True) == (Criterion.CONNECTION,)


@pytest.mark.parametrize(
    "other",
    [
        {"down": -1},
        {"down": 10**12},
        {"down": 2.5},
        {"down": True},
        {"down": "3000"},
        {"lost_up": 1001},
        {"round_trip": 10**9},
        {"level": -5},
        {"width": 10**6},
        {"camera": "=cmd()"},
        {"connection": ""},
        {"extra": 1},
    ],
)
def test_figures_that_make_no_sense_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Figures.model_validate({**GOOD, **other})


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none_are_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        Figures.model_validate(json.loads(json.dumps(GOOD).replace("3000", word)))


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_more_room_on_the_line_never_fails_where_less_passes(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert (Criterion.DOWN in failed(down=less)) >= (Criterion.DOWN in failed(down=more))


def sheet() -> list[Line]:
    good = judge(Figures.model_validate(GOOD), WANTED, False, 1_780_000_000_000)
    bad = judge(Figures.model_validate({**GOOD, "camera": "dark", "lost_up": None}), WANTED, False, 1_780_000_000_000)
    return [
        Line("s1", "UBND xã Như Xuân (mẫu)", "commune", "UBND tỉnh", False, good),
        Line("s2", '=HYPERLINK("http://x","y")', "commune", "@SUM(A1)", False, bad),
        Line("s3", "Điểm cầu chưa vào", "commune", "", False, Result(1_780_000_000_000, Outcome.ABSENT)),
        Line("s4", "Điểm cầu chưa kiểm tra", "commune", "", False),
    ]


def test_the_sheet_opens_in_a_spreadsheet_program_and_holds_no_formula() -> None:
    found = load_workbook(io.BytesIO(workbook(sheet())))["Kiểm tra kỹ thuật"]
    rows = [[cell.value for cell in row] for row in found.iter_rows()]
    assert tuple(rows[0]) == HEAD
    assert [row[3] for row in rows[1:]] == ["Đạt", "Chưa đạt", "Chưa vào phòng họp", "Chưa kiểm tra"]
    assert (rows[2][4], rows[2][6], rows[1][15]) == ("Máy ảnh", "Hình tối đen", 3000)
    assert rows[2][1:3] == ['\'=HYPERLINK("http://x","y")', "'@SUM(A1)"]
    assert not any(cell.data_type == "f" for row in found.iter_rows() for cell in row)


def test_the_csv_says_the_same() -> None:
    data = table(sheet())
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {len(HEAD)}
    assert rows[1][:5] == ["1", "UBND xã Như Xuân (mẫu)", "UBND tỉnh", "Đạt", ""]
    assert rows[2][1].startswith("'=")
