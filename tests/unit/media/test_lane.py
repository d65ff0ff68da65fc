"""Whatever happens to the sources, a receiver's numbers go on without a seam and are never used twice."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from signaling.media.embedded.lane import Lane
from signaling.media.embedded.packet import Packet, video_packet
from signaling.media.embedded.rtp import read
from signaling.media.embedded.slots import LINES
from signaling.media.embedded.vp8 import describe
from tests.unit.media.samples import rtp, vp8

VIDEO = LINES[1]


class Source:
    """A site's picture: its own numbers from anywhere, one packet a frame."""

    def __init__(self, sequence: int, timestamp: int, picture: int, layer: int) -> None:
        self.sequence, self.timestamp, self.picture, self.layer = sequence, timestamp, picture, layer
        self.kept: dict[int, Packet] = {}

    def skip(self, frames: int) -> None:
        self.sequence += frames
        self.timestamp += 3000 * frames
        self.picture += frames
        self.layer += frames

    def frame(self, now: float, key: bool = False) -> Packet:
        self.skip(1)
        raw = rtp(self.sequence, self.timestamp, vp8(self.picture, self.layer, key))
        header = read(raw)
        packet = video_packet(header, raw[header.start : header.end], self.sequence, now)
        self.kept[packet.sequence] = packet
        return packet


_STARTS = st.tuples(
    st.integers(0x10000, 0x30000), st.integers(0, 0xFFFFFFFF), st.integers(0, 0x7FFF), st.integers(0, 255)
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("frames"), st.integers(1, 40)),
        st.tuples(st.just("pause"), st.integers(1, 70_000)),
        st.tuples(st.just("switch"), st.integers(0, 2)),
    ),
    max_size=15,
)


@given(st.lists(_STARTS, min_size=3, max_size=3), _STEPS)
def test_numbers_go_on_across_wraps_pauses_and_switches(
    starts: list[tuple[int, int, int, int]], steps: list[tuple[str, int]]
) -> None:
    sources = [Source(*start) for start in starts]
    lane, current, now, out = Lane(VIDEO), sources[0], 1000.0, list[bytes]()
    assert lane.numbers.sequence < 0x8000
    for what, much in [("frames", 3), *steps, ("frames", 3)]:
        if what == "pause":
            current.skip(much)
            now += much / 30
            lane.rest()
        elif what == "switch":
            current = sources[much]
            lane.rest()
        else:
            for _ in range(much):
                now += 1 / 30
                packet = current.frame(now)
                if lane.offsets is None:
                    lane.start(packet, current.kept.get, now)
                data = lane.render(packet, now)
                assert data is not None
                out.append(data)
    headers = [read(one) for one in out]
    for before, after in itertools.pairwise(headers):
        assert (after.sequence - before.sequence) & 0xFFFF == 1
        assert 0 < (after.timestamp - before.timestamp) & 0xFFFFFFFF < 1 << 31
    frames = [describe(one[header.start :]) for one, header in zip(out, headers, strict=True)]
    for first, second in itertools.pairwise(frames):
        assert (second.picture - first.picture) & 0x7FFF == 1
        assert (second.layer - first.layer) & 0xFF == 1
    assert {(header.ssrc, header.payload_type) for header in headers} == {(VIDEO.ssrc, VIDEO.payload_type)}


def test_after_a_switch_the_old_source_is_not_heard_any_more() -> None:
    lane, old = Lane(VIDEO), Source(0x10000, 0, 0, 0)
    late, first = old.frame(1.0), old.frame(1.0)
    lane.start(first, old.kept.get, 1.0)
    assert lane.render(first, 1.0) is not None
    assert lane.render(late, 1.0) is None
    lane.rest()
    assert lane.render(old.frame(1.1), 1.1) is None


def test_a_late_packet_of_the_same_source_takes_its_own_place() -> None:
    lane, source = Lane(VIDEO), Source(0x10000, 0, 0, 0)
    first, second, third = (source.frame(1.0) for _ in range(3))
    lane.start(first, source.kept.get, 1.0)
    sequences = [read(lane.render(one, 1.0) or b"").sequence for one in (first, third, second)]
    assert [one - sequences[0] for one in sequences] == [0, 2, 1]


@given(st.integers(0, 90), st.booleans())
def test_a_lost_packet_is_found_again_also_from_before_a_switch(which: int, switched: bool) -> None:
    lane, source, sent = Lane(VIDEO), Source(0x1FFF0, 5, 5, 5), list[bytes]()
    for turn in range(100):
        if turn == 50 and switched:
            source = Source(0x12345, 9, 9, 9)
            lane.rest()
        packet = source.frame(1.0 + turn / 30)
        if lane.offsets is None:
            lane.start(packet, source.kept.get, 1.0 + turn / 30)
        sent.append(lane.render(packet, 1.0 + turn / 30) or b"")
    lost = sent[which]
    again = lane.again(read(lost).sequence, 9.0)
    assert again is not None
    header, original = read(again), read(lost)
    assert (header.ssrc, header.payload_type) == (VIDEO.again_ssrc, VIDEO.again_type)
    assert int.from_bytes(again[header.start : header.start + 2], "big") == original.sequence
    assert again[header.start + 2 :] == lost[original.start :]
    assert header.timestamp == original.timestamp
    second = lane.again(original.sequence, 9.1)
    assert second is not None
    assert read(second).sequence == header.sequence + 1, "the same index is never protected twice"


def test_what_was_never_sent_is_not_sent_again() -> None:
    lane, source = Lane(VIDEO), Source(0x10000, 0, 0, 0)
    packet = source.frame(1.0)
    lane.start(packet, source.kept.get, 1.0)
    lane.render(packet, 1.0)
    assert lane.again((lane.numbers.sequence + 1) & 0xFFFF, 1.0) is None
    assert lane.again((lane.numbers.sequence - 5) & 0xFFFF, 1.0) is None
