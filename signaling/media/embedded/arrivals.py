"""Transport-wide feedback to a publisher, from which its page finds how much its line carries.

draft-holmer-rmcat-transport-wide-cc-extensions-01: status vectors of two bits, deltas of 250 µs.
"""

from __future__ import annotations

import struct

from signaling.media.embedded import rtcp
from signaling.media.embedded.rtp import Unwrapped

#: Between two feedbacks, in seconds.
EVERY = 0.1
#: More packets than this are not reported in one feedback; older ones are given up.
MOST = 1000
_TICK = 0.00025
_REFERENCE = 0.064
_SYMBOLS = 7


class Arrivals:
    """What arrived from one peer since the last feedback."""

    def __init__(self) -> None:
        self._sequence = Unwrapped()
        self._at: dict[int, float] = {}
        self._next = -1
        self._count = 0
        self._told_at = 0.0

    def note(self, sequence: int, now: float) -> None:
        """A packet with this transport-wide sequence arrived."""
        number = self._sequence.extend(sequence)
        if self._next < 0:
            self._next = number
        if number >= self._next:
            self._at.setdefault(number, now)

    def feedback(self, sender: int, ssrc: int, now: float) -> bytes | None:
        """The feedback that is due, about the packets up to the newest one."""
        if not self._at or now - self._told_at < EVERY:
            return None
        self._told_at = now
        last = max(self._at)
        first = max(self._next, last - MOST + 1)
        reference = int(min(at for number, at in self._at.items() if number >= first) / _REFERENCE)
        symbols, deltas = self._deltas(first, last, reference)
        body = struct.pack("!IIHH", sender, ssrc, first & 0xFFFF, len(symbols))
        body += (reference & 0xFFFFFF).to_bytes(3, "big") + bytes([self._count & 0xFF])
        for at in range(0, len(symbols), _SYMBOLS):
            chunk = 0xC000
            for place, symbol in enumerate(symbols[at : at + _SYMBOLS]):
                chunk |= symbol << (12 - 2 * place)
            body += struct.pack("!H", chunk)
        body += deltas
        body += bytes(-len(body) % 4)
        self._count += 1
        self._next = last + 1
        self._at.clear()
        head = struct.pack("!BBH", 0x80 | rtcp.TRANSPORT_CC, rtcp.TRANSPORT_FEEDBACK, len(body) // 4)
        return head + body

    def _deltas(self, first: int, last: int, reference: int) -> tuple[list[int], bytes]:
        symbols: list[int] = []
        deltas = bytearray()
        before = round(reference * _REFERENCE / _TICK)
        for number in range(first, last + 1):
            at = self._at.get(number)
            if at is None:
                symbols.append(0)
                continue
            ticks = int(at / _TICK)
            delta = max(-0x8000, min(0x7FFF, ticks - before))
            before += delta
            if 0 <= delta <= 0xFF:
                symbols.append(1)
                deltas.append(delta)
            else:
                symbols.append(2)
                deltas += struct.pack("!h", delta)
        return symbols, bytes(deltas)
