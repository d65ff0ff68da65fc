"""A stretch of padding on one receiver's line, for a technical check: so many bytes at so steady a rate."""

from __future__ import annotations

from signaling.media.embedded.lane import PADDING, Lane
from signaling.media.embedded.peer import Peer

#: The bytes of one padding packet in its datagram: RTP header, our extension, padding, the tag of AES-GCM.
DATAGRAM = 12 + 8 + PADDING + 16


class Probe:
    """`bitrate` in bit/s and `seconds` from `now` on; what falls due between two beats goes at once."""

    def __init__(self, lane: Lane, bitrate: int, seconds: float, now: float) -> None:
        self._lane, self._begun, self._seconds = lane, now, seconds
        self._packets = max(1, round(bitrate * seconds / 8 / DATAGRAM))
        self._sent = 0

    @property
    def octets(self) -> int:
        """All bytes that go."""
        return self._packets * DATAGRAM

    def beat(self, peer: Peer, now: float) -> bool:
        """Send what is due; whether that was all."""
        share = min(1.0, (now - self._begun) / self._seconds)
        due = round(self._packets * share) - self._sent
        for _ in range(due):
            peer.send_rtp(self._lane.padding(now), bulk=True)
        self._sent += due
        return self._sent >= self._packets
