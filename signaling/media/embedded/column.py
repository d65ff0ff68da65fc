"""Who receives a line, as a column that a send loop goes through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from signaling.media.embedded.lane import Lane
from signaling.media.embedded.packet import Packet
from signaling.media.embedded.peer import Peer

if TYPE_CHECKING:
    from signaling.media.embedded.forwarding import Stream


class Receiver:
    """One receiver of a line: where it sits, how it is reached, its numbers, and which layer it gets."""

    __slots__ = ("lane", "most", "own", "peer", "site", "stream", "thin")

    def __init__(self, peer: Peer, site: str, lane: Lane) -> None:
        self.peer, self.site, self.lane = peer, site, lane
        #: A site never receives what it sends itself.
        self.own = False
        #: The highest layer that it is to get; -1: nothing of this line.
        self.most = 0
        #: Its line carries no more than that: what is above stops at once.
        self.thin = False
        #: Where it gets its packets from now; None while nothing flows.
        self.stream: Stream | None = None


class Column:
    """The receivers of a line at one time; a job goes through the column that it began with."""

    __slots__ = ("lanes", "receivers")

    def __init__(self, receivers: tuple[Receiver, ...] = ()) -> None:
        self.receivers = receivers
        #: The lanes as C reads them, once the C loop has made them.
        self.lanes: object = None


class SendLoop(Protocol):
    """Numbers, protects and sends a burst for each receiver of a column whose lane flows."""

    #: So many packets to send, about, between two looks at the clock.
    stride: int

    def send(self, burst: Sequence[Packet], column: Column, begin: int, end: int, now: float, bulk: bool) -> None:
        """Do the receivers from `begin` to `end`; pictures (`bulk`) wait behind everything else.

        A burst is of one source, in order, `TRAIN` packets at most, and does not change any more.
        """
