"""When a meeting can be: overlaps, and the next free times. Pure: time comes in as an argument.

Times are UTC milliseconds; intervals are half open, so a meeting may begin when another ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from meetings.ids import PROVINCE_ZONE, local_time

MINUTE = 60_000
#: Offered times start on this grid of the province's clock.
STEP = 30 * MINUTE
#: A meeting lasts at most this long, which bounds how far back an overlapping one can begin.
LONGEST = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Busy:
    """A resource (site or person) that a meeting holds from `starts_at` to `ends_at`."""

    resource: str
    meeting: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When free times are offered, by the province's clock; weekdays count from Monday as 0."""

    opens: time = time(7, 0)
    closes: time = time(17, 30)
    #: The midday break, which only a meeting too long for either half of the day is offered across.
    noon: tuple[time, time] = (time(11, 30), time(13, 30))
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})


#: The hours offered to a meeting that fits into a working day.
WORKING_DAYS = OfficeHours()


def overlapping(busy: Iterable[Busy], starts_at: int, ends_at: int) -> list[Busy]:
    """The entries of `busy` that share a moment with [starts_at, ends_at)."""
    return [held for held in busy if held.starts_at < ends_at and starts_at < held.ends_at]


def free_times(
    busy: Iterable[tuple[int, int]],
    duration: int,
    after: int,
    until: int,
    *,
    hours: OfficeHours = WORKING_DAYS,
    count: int = 3,
) -> list[int]:
    """The first `count` beginnings on the grid, from `after` on, where `duration` ms are free.

    A later time is offered only when it does not overlap the one before it, so that the offers are real
    alternatives. Every offer lies within `hours` of one day, beside its midday
    break where it can, and ends by `until`. Fewer come back when
    there are no more; none when `duration` is longer than the day's hours.
    """
    taken = merged(busy)
    found: list[int] = []
    earliest = after
    for opens, closes in _windows(duration, after, until, hours):
        closes = min(closes, until)
        start = max(opens, _on_grid(earliest))
        while start + duration <= closes:
            blocked_until = _blocked_until(taken, start, start + duration)
            if blocked_until is None:
                found.append(start)
                if len(found) == count:
                    return found
                start = _on_grid(start + duration)
            else:
                start = _on_grid(blocked_until)
            earliest = start
    return found


def merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same moments as disjoint intervals in order; empty intervals vanish."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _blocked_until(taken: Sequence[tuple[int, int]], start: int, end: int) -> int | None:
    low, high = 0, len(taken)
    while low < high:  # the first interval that ends after `start`
        middle = (low + high) // 2
        if taken[middle][1] > start:
            high = middle
        else:
            low = middle + 1
    if low < len(taken) and taken[low][0] < end:
        return taken[low][1]
    return None


def _on_grid(at: int) -> int:
    # The province's offset is a whole multiple of the step, so the grid is the same in UTC.
    return -(-at // STEP) * STEP


def _windows(duration: int, after: int, until: int, hours: OfficeHours) -> Iterator[tuple[int, int]]:
    day = local_time(after).date()
    last = local_time(until).date()
    while day <= last:
        if day.weekday() in hours.weekdays:
            opens, closes = _moment(day, hours.opens), _moment(day, hours.closes)
            halves = [(opens, _moment(day, hours.noon[0])), (_moment(day, hours.noon[1]), closes)]
            fits = any(end - start >= duration for start, end in halves)
            yield from halves if fits else [(opens, closes)]
        day += timedelta(days=1)


def _moment(day: date, at: time) -> int:
    return int(datetime.combine(day, at, PROVINCE_ZONE).timestamp() * 1000)
