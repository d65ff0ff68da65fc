"""From packets to frames: order, and the payloads of VP8 (RFC 7741) and Opus (RFC 7587)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from signaling.media.embedded.rtp import Header, Malformed, Unwrapped

#: A hole is waited for so long, in seconds: by then the engine has asked the page again.
PATIENCE = 0.4
#: A picture larger than this, in bytes, is nobody's.
LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One packet in its order; `after_hole`: something before it never came."""

    timestamp: int
    marker: bool
    payload: bytes
    level: int | None  # RFC 6464: 0 loudest, 127 silence; None where the packet does not say
    after_hole: bool


class Order:
    """Puts the packets of one line in order; times are in seconds of one clock."""

    def __init__(self, level: int = 0) -> None:
        """`level`: the header extension that carries the level of sound; 0: none does."""
        self._level = level
        #: The newest sequence number, counted on over its wraps.
        self.highest = 0
        self._sequence = Unwrapped()
        self._next = -1
        self._held: dict[int, tuple[float, Piece]] = {}

    def take(self, header: Header, packet: bytes, now: float) -> Iterator[Piece]:
        """Take one packet; what is in order by now."""
        number = self._sequence.extend(header.sequence)
        self.highest = max(self.highest, number)
        if self._next < 0:
            self._next = number
        if number >= self._next:
            said = header.extensions.get(self._level)
            level = said[0] & 0x7F if said else None
            payload = packet[header.start : header.end]
            self._held.setdefault(number, (now, Piece(header.timestamp, header.marker, payload, level, False)))
        yield from self.due(now)

    def due(self, now: float) -> Iterator[Piece]:
        """What is in order, or waited long enough for what is missing before it."""
        while self._held:
            hole = self._next not in self._held
            if hole:
                first = min(self._held)
                if now - self._held[first][0] < PATIENCE:
                    return
                self._next = first
            _, piece = self._held.pop(self._next)
            self._next += 1
            yield Piece(piece.timestamp, piece.marker, piece.payload, piece.level, True) if hole else piece


@dataclass(frozen=True, slots=True)
class Picture:
    """One VP8 frame."""

    timestamp: int
    key: bool
    data: bytes
    width: int = 0  # of key frames
    height: int = 0


class Pictures:
    """Joins VP8's packets to frames; after a hole nothing comes until the next key frame."""

    def __init__(self) -> None:
        self.waits_for_key = True
        self._parts: list[bytes] = []
        self._key = False
        self._timestamp = 0

    def take(self, piece: Piece) -> Picture | None:
        """Take the next packet; the frame that it completes."""
        if piece.after_hole:
            self.waits_for_key, self._parts = True, []
        if not piece.payload:  # padding
            return None
        try:
            begins, data = _taken_apart(piece.payload)
        except Malformed:
            self.waits_for_key, self._parts = True, []
            return None
        if begins:
            self._key = not data[0] & 0x01
            self._parts, self._timestamp = [], piece.timestamp
        elif not self._parts or piece.timestamp != self._timestamp:
            self.waits_for_key, self._parts = True, []
            return None
        self._parts.append(data)
        if sum(map(len, self._parts)) > LARGEST:
            self.waits_for_key, self._parts = True, []
        return self._whole() if piece.marker and self._parts else None

    def _whole(self) -> Picture | None:
        data, self._parts = b"".join(self._parts), []
        if not self._key:
            return None if self.waits_for_key else Picture(self._timestamp, False, data)
        if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a":
            self.waits_for_key = True
            return None
        self.waits_for_key = False
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        return Picture(self._timestamp, True, data, width, height)


def _taken_apart(payload: bytes) -> tuple[bool, bytes]:
    """Whether a frame begins here, and the payload without its descriptor.

    Raises:
        Malformed: shorter than it says.
    """
    first, at = payload[0], 1
    try:
        if first & 0x80:
            fields, at = payload[1], 2
            if fields & 0x80:
                at += 2 if payload[at] & 0x80 else 1
            at += bool(fields & 0x40) + bool(fields & 0x30)
    except IndexError:
        raise Malformed("vp8") from None
    if at >= len(payload):
        raise Malformed("vp8")
    return bool(first & 0x10) and not first & 0x07, payload[at:]
