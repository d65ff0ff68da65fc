"""When what a line carries was seen and heard: the engine's one clock keeps all tracks in step, told by ours."""

from __future__ import annotations

from signaling.media.embedded.rtcp import SenderReport, unix_time


class Clock:
    """One line's clock: as its newest sender report says, and until one came as packets arrived."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._at = 0.0
        self._timestamp = 0
        self._set = False

    def report(self, report: SenderReport, offset: float = 0.0) -> None:
        """The sender says at which time its clock stood where; our clock is `offset` seconds ahead of it."""
        self._at, self._timestamp, self._set = unix_time(report.ntp) + offset, report.timestamp, True

    def time(self, timestamp: int, now: float) -> float:
        """The time of a packet, in seconds since 1970, where `now` is the time at which it came."""
        if not self._set:
            self._at, self._timestamp, self._set = now, timestamp, True
        elapsed = (timestamp - self._timestamp + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000
        return self._at + elapsed / self._rate
