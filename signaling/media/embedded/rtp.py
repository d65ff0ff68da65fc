"""RTP as the port sees it: reading headers of hostile packets, unwrapping sequences (RFC 3550, RFC 8285)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass

HEADER = struct.Struct("!BBHII")
_WORD = struct.Struct("!HH")
ONE_BYTE, TWO_BYTE = 0xBEDE, 0x1000


class Malformed(Exception):
    """A packet that no honest client sends; it is dropped and counted."""


@dataclass(slots=True)
class Header:
    """One RTP packet taken apart; the payload lies in `start:end` of it."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    extensions: dict[int, bytes]
    start: int
    end: int


def read(packet: bytes) -> Header:
    """Take one packet apart.

    Raises:
        Malformed: truncated, of another version, or with lengths that do not fit.
    """
    size = len(packet)
    if size < 12:
        raise Malformed("truncated")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(packet)
    start = 12 + 4 * (first & 0x0F)
    if first >> 6 != 2 or start > size:
        raise Malformed("header")
    extensions: dict[int, bytes] = {}
    if first & 0x10:
        if start + 4 > size:
            raise Malformed("extension")
        profile, words = _WORD.unpack_from(packet, start)
        begin, start = start + 4, start + 4 + 4 * words
        if start > size:
            raise Malformed("extension")
        if profile == ONE_BYTE:
            extensions = _one_byte(packet, begin, start)
        elif profile & 0xFFF0 == TWO_BYTE:
            extensions = _two_byte(packet, begin, start)
    end = size
    if first & 0x20:
        end = size - packet[-1]
        if packet[-1] == 0 or end < start:
            raise Malformed("padding")
    return Header(bool(second & 0x80), second & 0x7F, sequence, timestamp, ssrc, extensions, start, end)


def _one_byte(packet: bytes, at: int, end: int) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while at < end:
        id, length = packet[at] >> 4, (packet[at] & 0x0F) + 1
        if packet[at] == 0:
            at += 1
            continue
        if id in (0, 15) or at + 1 + length > end:
            break  # RFC 8285 section 4.2: what came before counts, the rest does not
        found[id] = packet[at + 1 : at + 1 + length]
        at += 1 + length
    return found


def _two_byte(packet: bytes, at: int, end: int) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while at + 1 < end:
        id, length = packet[at], packet[at + 1]
        if id == 0:
            at += 1
            continue
        if at + 2 + length > end:
            break
        found[id] = packet[at + 2 : at + 2 + length]
        at += 2 + length
    return found


class Unwrapped:
    """Counts a 16-bit sequence on beyond its wraps, so that order is plain order."""

    __slots__ = ("highest",)

    def __init__(self) -> None:
        self.highest = -1

    def extend(self, sequence: int) -> int:
        """The sequence as a growing number; the nearest to the highest one so far."""
        if self.highest < 0:
            self.highest = 0x10000 + sequence
            return self.highest
        extended = near(sequence, self.highest)
        self.highest = max(self.highest, extended)
        return extended


def near(sequence: int, to: int) -> int:
    """The number with the low 16 bits `sequence` that lies nearest to `to`."""
    return to + ((sequence - to + 0x8000) & 0xFFFF) - 0x8000


class Window:
    """Which of the last 1,024 numbers have been seen; older ones count as seen."""

    __slots__ = ("_bits", "_top")
    SIZE = 1024
    _MASK = (1 << SIZE) - 1

    def __init__(self) -> None:
        self._top, self._bits = -1, 0

    def first_time(self, number: int) -> bool:
        """Note a number; whether it is new."""
        if self._top < 0 or number - self._top >= self.SIZE:
            self._top, self._bits = number, 1
            return True
        if number > self._top:
            self._bits = (self._bits << (number - self._top) | 1) & self._MASK
            self._top = number
            return True
        bit = 1 << (self._top - number)
        if self._top - number >= self.SIZE or self._bits & bit:
            return False
        self._bits |= bit
        return True


class Numbering:
    """Numbers packets without those that were left out, so that receivers see no hole."""

    __slots__ = ("_at", "_out")
    KEEP = 64

    def __init__(self) -> None:
        self._at: list[int] = []  # left-out numbers, ascending
        self._out: list[int] = [0]  # how many were left out before, at, and after each of them

    def leave_out(self, number: int) -> None:
        """Number `number`, higher than all before, is not passed on."""
        self._at.append(number)
        self._out.append(self._out[-1] + 1)
        if len(self._at) > self.KEEP:
            del self._at[0], self._out[0]

    def number(self, number: int) -> int:
        """What `number` is called without those left out before it."""
        if not self._at or number > self._at[-1]:
            return number - self._out[-1]
        return number - self._out[bisect_right(self._at, number)]
