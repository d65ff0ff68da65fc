"""RTCP: what others write is read, what we write is read by others, nothing breaks the reader."""

from __future__ import annotations

import pytest
from aiortc import rtp as stock
from hypothesis import given
from hypothesis import strategies as st

from signaling.media.embedded import rtcp
from signaling.media.embedded.arrivals import EVERY, Arrivals
from signaling.media.embedded.rtp import Malformed


@given(st.binary(max_size=120), st.integers(0, 255), st.integers(200, 207))
def test_no_bytes_break_the_reader(data: bytes, first: int, kind: int) -> None:
    for packet in (data, bytes([first, kind]) + data, bytes([0x80 | first & 31, kind, 0, len(data) // 4]) + data):
        try:
            found = rtcp.read(packet)
        except Malformed:
            continue
        assert all(len(lost) <= rtcp.NACK_LIMIT for _, lost in found.nacks)


def test_a_request_for_everything_is_cut_short() -> None:
    packet = bytes(rtcp.nack(1, 2, [])) + b""
    bomb = packet[:2] + (2 + 300).to_bytes(2, "big") + packet[4:] + b"\x00\x05\xff\xff" * 300
    assert len(rtcp.read(bomb).nacks[0][1]) == rtcp.NACK_LIMIT
    many = b"".join(rtcp.nack(1, 2, range(first, first + 17)) for first in range(0, 1400, 17))
    assert sum(len(lost) for _, lost in rtcp.read(many).nacks) == rtcp.NACK_LIMIT


@given(st.sets(st.integers(0, 200), min_size=1, max_size=60), st.integers(0, 0xFFFF))
def test_lost_packets_are_asked_for_as_others_read_it(lost: set[int], base: int) -> None:
    numbers = [base + one for one in sorted(lost)]
    expected = [one & 0xFFFF for one in numbers]
    request = rtcp.nack(1, 9, numbers)
    (packet,) = stock.RtcpPacket.parse(request)
    assert isinstance(packet, stock.RtcpRtpfbPacket)
    assert [one & 0xFFFF for one in packet.lost] == expected
    assert rtcp.read(request).nacks == [(9, expected)]
    if expected == sorted(expected):  # aiortc itself writes no request that wraps
        assert rtcp.read(bytes(packet)).nacks == [(9, expected)]


def test_reports_are_read_by_others_and_back() -> None:
    block = rtcp.Block(9, 12, 345, 70_000, 88, 0x12345678, 65_536)
    data = rtcp.receiver_report(1, [block]) + rtcp.description([1], "name") + rtcp.picture_loss(1, 9)
    receiver, sdes, loss = stock.RtcpPacket.parse(data)
    assert isinstance(receiver, stock.RtcpRrPacket)
    assert receiver.reports[0].highest_sequence == 70_000
    assert receiver.reports[0].packets_lost == 345
    assert isinstance(sdes, stock.RtcpSdesPacket)
    assert sdes.chunks[0].items == [(1, b"name")]
    assert isinstance(loss, stock.RtcpPsfbPacket)
    found = rtcp.read(data)
    assert found.blocks == [block]
    assert found.key_frames == {9}


def test_a_sender_report_tells_clock_and_timestamp() -> None:
    ntp = rtcp.ntp_time(1_700_000_000.5)
    (packet,) = stock.RtcpPacket.parse(rtcp.sender_report(3, ntp, 77, 10, 1000))
    assert isinstance(packet, stock.RtcpSrPacket)
    assert packet.sender_info.ntp_timestamp == ntp
    assert rtcp.unix_time(ntp) == pytest.approx(1_700_000_000.5)
    assert rtcp.read(bytes(packet)).senders == [rtcp.SenderReport(3, ntp, 77)]


@given(st.integers(1000, 50_000_000))
def test_a_bitrate_survives_its_packing(bitrate: int) -> None:
    (packet,) = stock.RtcpPacket.parse(rtcp.bitrate_limit(1, [9, 10], bitrate))
    assert isinstance(packet, stock.RtcpPsfbPacket)
    told, ssrcs = stock.unpack_remb_fci(packet.fci)
    assert ssrcs == [9, 10]
    assert bitrate * 0.99 <= told <= bitrate
    assert rtcp.read(bytes(packet)).bitrate == told


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 400_000)), min_size=1, max_size=80), st.integers(0, 0xFFFF))
def test_arrivals_are_told_to_a_quarter_millisecond(steps: list[tuple[int, int]], base: int) -> None:
    arrivals, number, at, true = Arrivals(), base, 100.0, dict[int, float]()
    for step, microseconds in steps:
        arrivals.note(number & 0xFFFF, at)
        true[number] = at
        number, at = number + step, at + microseconds / 1_000_000
    packet = arrivals.feedback(1, 9, at + EVERY)
    assert packet is not None
    assert len(packet) == 4 + 4 * int.from_bytes(packet[2:4], "big")
    told = {base + number: at for number, at in _told(packet).items()}
    assert told.keys() == true.keys()
    assert all(abs(told[one] - true[one]) < 0.001 for one in true)


def _told(packet: bytes) -> dict[int, float]:
    """Read a transport-wide feedback by the draft's text: number from the first on → time."""
    count, reference = int.from_bytes(packet[14:16], "big"), int.from_bytes(packet[16:19], "big")
    at, symbols = 20, list[int]()
    while len(symbols) < count:
        chunk = int.from_bytes(packet[at : at + 2], "big")
        assert chunk >> 14 == 3
        symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        at += 2
    told, clock = dict[int, float](), reference * 0.064
    for number, symbol in enumerate(symbols[:count]):
        if symbol:
            clock += int.from_bytes(packet[at : at + symbol], "big", signed=symbol == 2) * 0.00025
            told[number], at = clock, at + symbol
    return told
