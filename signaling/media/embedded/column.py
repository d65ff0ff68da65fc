"""Who receives a line, as a column that a send loop goes through."""

from __future__ import annotations

from typing import Protocol

from signaling.media.embedded.lane import Lane
from signaling.media.embedded.packet import Packet
from signaling.media.embedded.peer import Peer


class Receiver:
    """One receiver of a line: where it sits, how it is reached, its numbers."""

    __slots__ = ("lane", "own", "peer", "site")

    def __init__(self, peer: Peer, site: str, lane: Lane) -> None:
        self.peer, self.site, self.lane = peer, site, lane
        #: A site never receives what it sends itself.
        self.own = False


class Column:
    """The receivers of a line at one time; a job goes through the column that it began with."""

    __slots__ = ("lanes", "receivers")

    def __init__(self, receivers: tuple[Receiver, ...] = ()) -> None:
        self.receivers = receivers
        #: The lanes as C reads them, once the C loop has made them.
        self.lanes: object = None


class SendLoop(Protocol):
    """Numbers, protects and sends one packet for each receiver of a column whose lane flows."""

    #: So many receivers at most between two looks at the clock.
    stride: int

    def send(self, packet: Packet, column: Column, begin: int, end: int, now: float, bulk: bool) -> None:
        """Do the receivers from `begin` to `end`; pictures (`bulk`) wait behind everything else."""
