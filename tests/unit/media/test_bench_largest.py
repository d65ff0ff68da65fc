"""How the bench finds the largest room that an engine carries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.bench.media.__main__ import next_size


@given(st.integers(0, 2000), st.integers(1, 1500))
def test_the_search_ends_within_a_twentieth_of_the_largest_room(largest: int, first: int) -> None:
    fits, fails, receivers, runs = 0, 0, first, 0
    while receivers:
        runs += 1
        fits, fails = (receivers, fails) if receivers <= largest else (fits, receivers)
        receivers = next_size(fits, fails)
    assert fits <= largest < fails
    assert fails - fits <= max(1, fails // 20)
    assert runs <= 25
