"""How a source arrives: loss, jitter, what to ask for again, what to report about it (RFC 3550 A.3, A.8)."""

from __future__ import annotations

from signaling.media.embedded.rtcp import Block
from signaling.media.embedded.rtp import Unwrapped, Window

#: A lost packet is asked for so often, and not after so many seconds.
ASKS, PATIENCE = 6, 1.0
#: Between two asks for the same packet, in seconds.
ASK_AGAIN = 0.08
#: A hole this wide is no loss but a jump; nothing of it is asked for.
JUMP = 300


class Reception:
    """What arrived of one SSRC with this clock rate."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.sequence = Unwrapped()
        self.jitter = 0.0
        self.received = 0
        self.lost_share = 0
        self._window = Window()
        self._base = -1
        self._transit = 0.0
        self._expected_before = self._received_before = 0
        self._missing: dict[int, list[float]] = {}  # number → [first seen, asked last, times]
        self.report_ntp = 0
        self.report_at = 0.0

    def arrived(self, sequence: int, timestamp: int, now: float, again: bool = False) -> tuple[int, bool] | None:
        """Note a packet; its number and whether it is the newest, or None where it came before.

        `again` marks a retransmission, which says nothing about jitter.
        """
        before = self.sequence.highest
        number = self.sequence.extend(sequence)
        if not self._window.first_time(number):
            return None
        self.received += 1
        if self._base < 0:
            self._base = number
        self._missing.pop(number, None)
        if number > before >= 0:
            if number - before <= JUMP:
                for hole in range(before + 1, number):
                    self._missing[hole] = [now, 0.0, 0]
            else:
                self._missing.clear()
        if not again:
            self._measure(timestamp, now)
        return number, number > before

    def _measure(self, timestamp: int, now: float) -> None:
        transit = now * self.rate - timestamp
        difference = abs(transit - self._transit)
        if self._transit and difference < 10 * self.rate:
            self.jitter += (difference - self.jitter) / 16
        self._transit = transit

    def ask(self, now: float) -> list[int]:
        """Which packets to ask for now, ascending; gives up on old ones."""
        due: list[int] = []
        for number, entry in list(self._missing.items()):
            first, last, times = entry
            if now - first > PATIENCE or times >= ASKS:
                del self._missing[number]
            elif now - last >= ASK_AGAIN:
                entry[1], entry[2] = now, times + 1
                due.append(number)
        return sorted(due)

    def reported(self, ntp: int, now: float) -> None:
        """The sender's report came."""
        self.report_ntp, self.report_at = ntp, now

    def block(self, ssrc: int, now: float) -> Block | None:
        """Our report about this source since the last one; None before anything came."""
        if self._base < 0:
            return None
        expected = self.sequence.highest - self._base + 1
        interval = expected - self._expected_before
        lost = max(0, interval - (self.received - self._received_before))
        self._expected_before, self._received_before = expected, self.received
        self.lost_share = min(255, lost * 256 // interval) if interval > 0 else 0
        last = self.report_ntp >> 16 & 0xFFFFFFFF
        delay = int((now - self.report_at) * 65536) & 0xFFFFFFFF if last else 0
        total = min(max(0, expected - self.received), 0x7FFFFF)
        highest = self.sequence.highest & 0xFFFFFFFF
        return Block(ssrc, self.lost_share, total, highest, int(self.jitter), last, delay)
