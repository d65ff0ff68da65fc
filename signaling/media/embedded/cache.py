"""A source's last packets, for receivers that ask again; bounded in time, number and bytes."""

from __future__ import annotations

from signaling.media.embedded.packet import Packet

#: How long a packet is kept, in seconds; who misses it longer wants a key frame.
SECONDS = 2.0
#: Packets and bytes of one source that are kept at most.
PACKETS, OCTETS = 1024, 1_000_000


class Cache:
    """Packets by their number, the oldest forgotten first."""

    __slots__ = ("_kept", "octets")

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Packet, float]] = {}  # in the order they came
        self.octets = 0

    def put(self, packet: Packet, now: float) -> None:
        former = self._kept.pop(packet.sequence, None)
        self.octets += len(packet.body) - (len(former[0].body) if former else 0)
        self._kept[packet.sequence] = (packet, now)
        while len(self._kept) > PACKETS or self.octets > OCTETS:
            self._forget(next(iter(self._kept)))

    def get(self, number: int) -> Packet | None:
        """The packet that the source numbered so, where it is still kept."""
        found = self._kept.get(number)
        return found[0] if found is not None else None

    def expire(self, now: float) -> None:
        """Forget what is too old."""
        while self._kept:
            number, (_, since) = next(iter(self._kept.items()))
            if now - since <= SECONDS:
                return
            self._forget(number)

    def clear(self) -> None:
        self._kept.clear()
        self.octets = 0

    def _forget(self, number: int) -> None:
        packet, _ = self._kept.pop(number)
        self.octets -= len(packet.body)
