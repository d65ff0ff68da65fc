"""RTP headers, VP8 descriptors and numbers that wrap."""

from __future__ import annotations

import contextlib

from aiortc import rtp as stock
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from hypothesis import given
from hypothesis import strategies as st

from signaling.media.embedded.rtp import Malformed, Numbering, Unwrapped, Window, near, read
from signaling.media.embedded.vp8 import describe
from tests.unit.media.samples import vp8


@given(st.binary(max_size=80))
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for packet in (data, b"\x90" + data, b"\xbf\x60" + data):
        try:
            header = read(packet)
        except Malformed:
            continue
        assert 12 <= header.start <= header.end <= len(packet)
    with contextlib.suppress(Malformed):
        describe(data)


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.binary(min_size=1, max_size=50), st.integers(0, 9))
def test_what_another_library_writes_is_read_back(number: int, at: int, payload: bytes, padding: int) -> None:
    packet = stock.RtpPacket(payload_type=96, sequence_number=number, timestamp=at, ssrc=5, payload=payload)
    packet.padding_size = padding
    packet.extensions.mid, packet.extensions.audio_level = "1", (True, 33)
    extensions = stock.HeaderExtensionsMap()
    extensions.configure(_parameters())
    data = packet.serialize(extensions)
    header = read(data)
    assert (header.sequence, header.timestamp, header.ssrc) == (number, at, 5)
    assert data[header.start : header.end] == payload
    assert header.extensions[4] == b"1"
    assert header.extensions[14][0] & 0x7F == 33


def _parameters() -> RTCRtpParameters:
    return RTCRtpParameters(
        headerExtensions=[
            RTCRtpHeaderExtensionParameters(id=4, uri="urn:ietf:params:rtp-hdrext:sdes:mid"),
            RTCRtpHeaderExtensionParameters(id=14, uri="urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
        ]
    )


def test_a_key_frame_is_known_by_its_first_packet() -> None:
    assert describe(vp8(300, 7, key=True)).starts_key_frame
    assert not describe(vp8(300, 7, key=False)).starts_key_frame
    assert not describe(vp8(300, 7, key=True, begins=False)).starts_key_frame


def test_the_descriptor_tells_what_to_patch() -> None:
    found = describe(vp8(0x1234, 9))
    assert (found.picture, found.picture_at, found.picture_wide) == (0x1234, 2, True)
    assert (found.layer, found.layer_at) == (9, 4)
    short = describe(bytes([0x90, 0x80, 0x05, 0x01]))
    assert (short.picture, short.picture_at, short.picture_wide, short.layer_at) == (5, 2, False, -1)


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-300, 300), max_size=300))
def test_sequences_count_on_beyond_their_wraps(first: int, steps: list[int]) -> None:
    unwrapped, true = Unwrapped(), 0x10000 + first
    assert unwrapped.extend(first) == true
    highest = true
    for step in steps:
        number = highest + step
        assert unwrapped.extend(number & 0xFFFF) == number
        highest = max(highest, number)


@given(st.integers(0, 1 << 40), st.integers(-0x8000, 0x7FFF))
def test_near_finds_the_nearest_number(to: int, distance: int) -> None:
    assert near((to + distance) & 0xFFFF, to) == to + distance


@given(st.lists(st.integers(0, 3000), max_size=200))
def test_a_number_is_new_exactly_once(numbers: list[int]) -> None:
    window, seen, top = Window(), set[int](), -1
    for number in numbers:
        expected = number not in seen and (number > top - Window.SIZE or top < 0)
        assert window.first_time(number) is expected
        seen.add(number)
        top = max(top, number)


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_what_is_left_out_leaves_no_hole(kept: list[bool]) -> None:
    numbering, out = Numbering(), []
    for number, keep in enumerate(kept, 100):
        if keep:
            out.append(numbering.number(number))
        else:
            numbering.leave_out(number)
    assert out == list(range(out[0], out[0] + len(out))) if out else True


def test_a_late_packet_keeps_the_place_it_had() -> None:
    numbering = Numbering()
    numbering.leave_out(12)
    assert [numbering.number(one) for one in (13, 14, 11, 10)] == [12, 13, 11, 10]
