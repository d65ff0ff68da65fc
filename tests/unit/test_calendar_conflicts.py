"""Free times are really free, early and inside the office's hours, whatever the calendar holds."""

from __future__ import annotations

import itertools
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from meetings.calendar.conflicts import (
    MINUTE,
    STEP,
    WORKING_DAYS,
    Busy,
    free_times,
    merged,
    overlapping,
)
from meetings.ids import PROVINCE_ZONE, local_time

DAY = 24 * 60 * MINUTE
MONDAY = int(datetime(2026, 11, 23, tzinfo=PROVINCE_ZONE).timestamp() * 1000)

intervals = st.lists(
    st.tuples(st.integers(-600, 6000), st.integers(0, 600)).map(
        lambda pair: (MONDAY + pair[0] * MINUTE, MONDAY + (pair[0] + pair[1]) * MINUTE)
    ),
    max_size=30,
)
durations = st.integers(1, 40).map(lambda quarters: quarters * 15 * MINUTE)
afters = st.integers(0, 5000).map(lambda minutes: MONDAY + minutes * MINUTE)


def at(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=PROVINCE_ZONE).timestamp() * 1000)


def possible(busy: list[tuple[int, int]], start: int, duration: int, after: int, until: int) -> bool:
    begin, end = local_time(start), local_time(start + duration)
    noon, resumes = WORKING_DAYS.noon
    short = duration <= 4.5 * 60 * MINUTE  # fits into the morning
    return (
        start % STEP == 0
        and start >= after
        and start + duration <= until
        and begin.weekday() in WORKING_DAYS.weekdays
        and begin.date() == end.date()
        and begin.time() >= WORKING_DAYS.opens
        and end.time() <= WORKING_DAYS.closes
        and (not short or end.time() <= noon or begin.time() >= resumes)
        and not any(s < e and s < start + duration and start < e for s, e in busy)
    )


@given(intervals, durations, afters)
def test_free_times_are_the_first_possible_ones(busy: list[tuple[int, int]], duration: int, after: int) -> None:
    until = after + 7 * DAY
    expected: list[int] = []
    start = -(-after // STEP) * STEP
    while start < until and len(expected) < 3:
        if possible(busy, start, duration, after, until) and (not expected or start >= expected[-1] + duration):
            expected.append(start)
        start += STEP
    assert free_times(busy, duration, after, until) == expected


@given(intervals)
def test_merged_covers_exactly_the_same_moments(busy: list[tuple[int, int]]) -> None:
    joined = merged(busy)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(joined))
    edges = {edge + shift for start, end in busy for edge in (start, end) for shift in (-1, 0, 1)}
    for moment in edges:
        assert any(s <= moment < e for s, e in busy) == any(s <= moment < e for s, e in joined)


@given(st.integers(-50, 50), st.integers(1, 50), st.integers(-50, 50), st.integers(1, 50))
def test_overlap_means_sharing_a_moment(a: int, a_long: int, b: int, b_long: int) -> None:
    found = overlapping([Busy("s:1", "m", a, a + a_long)], b, b + b_long)
    assert bool(found) == bool(set(range(a, a + a_long)) & set(range(b, b + b_long)))


def test_the_weekend_and_the_night_are_skipped() -> None:
    # Friday 27 November 2026, 17:00: one hour no longer fits, so Monday morning comes first.
    assert free_times([], 60 * MINUTE, at(27, 17), at(27, 17) + 7 * DAY) == [
        at(30, 7),
        at(30, 8),
        at(30, 9),
    ]


def test_a_meeting_may_begin_when_another_ends() -> None:
    assert free_times([(at(23, 7), at(23, 9))], 60 * MINUTE, at(23, 7), at(23, 18))[0] == at(23, 9)


def test_longer_than_the_day_has_no_offer() -> None:
    assert free_times([], 11 * 60 * MINUTE, at(23, 7), at(23, 7) + 7 * DAY) == []


def test_the_midday_break_is_kept_free_where_the_day_allows() -> None:
    two_hours = free_times([(at(23, 8), at(23, 10))], 2 * 60 * MINUTE, at(23, 8), at(25, 18))
    assert two_hours == [at(23, 13, 30), at(23, 15, 30), at(24, 7)]
    assert free_times([], 8 * 60 * MINUTE, at(23, 7), at(23, 18)) == [at(23, 7)]
