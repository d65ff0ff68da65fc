"""The send loop in Python: the reference for the one in C, and what serves where that cannot be compiled."""

from __future__ import annotations

from collections.abc import Sequence

from signaling.media.embedded.column import Column
from signaling.media.embedded.packet import Packet


class PythonLoop:
    """One receiver after the other, through the peers' own methods."""

    stride = 16

    def send(self, burst: Sequence[Packet], column: Column, begin: int, end: int, now: float, bulk: bool) -> None:
        for one in column.receivers[begin:end]:
            if one.lane.offsets is None or not one.peer.up:
                continue
            for packet in burst:
                data = one.lane.render(packet, now)
                if data is not None and not one.peer.send_rtp(data, bulk):
                    one.lane.numbers.dropped += 1
