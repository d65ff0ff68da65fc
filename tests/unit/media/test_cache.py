"""What is kept for those who ask again, and for how long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signaling.media.embedded.cache import OCTETS, PACKETS, SECONDS, Cache
from signaling.media.embedded.packet import Packet


def packet(number: int, size: int = 1000) -> Packet:
    return Packet(number, 0, 0, bytes(size))


def test_a_packet_is_found_until_it_is_too_old() -> None:
    cache = Cache()
    cache.put(packet(1), 10.0)
    cache.put(packet(2), 11.0)
    cache.expire(10.0 + SECONDS)
    assert cache.get(1) is not None
    cache.expire(10.5 + SECONDS)
    assert cache.get(1) is None
    assert cache.get(2) is not None


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 1400)), max_size=3000))
def test_never_more_is_kept_than_the_bounds_and_the_newest_always(course: list[tuple[int, int]]) -> None:
    cache, newest = Cache(), dict[int, int]()
    for number, size in course:
        cache.put(packet(number, size), 1.0)
        newest.pop(number, None)
        newest[number] = size
        assert cache.octets <= OCTETS
        assert cache.get(number) is not None
    kept = [number for number in newest if cache.get(number) is not None]
    assert len(kept) <= PACKETS
    assert kept == list(newest)[len(newest) - len(kept) :], "the oldest go first"
    assert cache.octets == sum(newest[number] for number in kept)
    cache.expire(1.1 + SECONDS)
    assert cache.octets == 0
