"""What feeds a line of a slot goes to everyone who receives it, each with their own numbers."""

from __future__ import annotations

from collections.abc import Iterator

from signaling.media.embedded.column import Column, Receiver, SendLoop
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.packet import Packet
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.publisher import Track
from signaling.media.embedded.slots import Lines


class Stream:
    """One line of a slot for everyone. What does not feed it is not forwarded, whatever its sender does."""

    def __init__(self, line: Lines, pace: Paced, loop: SendLoop) -> None:
        self.line = line
        self._pace, self._loop = pace, loop
        self.track: Track | None = None
        self.site = ""
        self._column = Column()
        #: Those for whom nothing flows yet.
        self._resting: set[Receiver] = set()

    def feed(self, track: Track | None, site: str) -> None:
        """Let `track` of `site` feed the line from now on, or nothing; idempotent."""
        if track is self.track and site == self.site:
            return
        if self.track is not None:
            self.track.sinks.remove(self)
            if not self.track.sinks:
                self.track.key_frames.rest()
        self.track, self.site = track, site
        for one in self._column.receivers:
            one.own = bool(site) and one.site == site
            one.lane.rest()
        self._resting = set(self._column.receivers)
        if track is not None:
            track.sinks.append(self)
            if self._column.receivers:
                track.key_frames.need()

    def join(self, receiver: Receiver) -> None:
        receiver.own = bool(self.site) and receiver.site == self.site
        self._column = Column((*self._column.receivers, receiver))
        self._resting.add(receiver)

    def leave(self, peer: Peer) -> None:
        self._column = Column(tuple(one for one in self._column.receivers if one.peer is not peer))
        self._resting = {one for one in self._resting if one.peer is not peer}

    def want_picture(self) -> None:
        """A receiver came up and has no picture yet."""
        if self.track is not None:
            self.track.key_frames.join()

    def forward(self, packet: Packet, now: float) -> None:
        """Send a packet of the source on: sound at once, pictures in their turn."""
        if self.track is None:
            return
        job = self._send(self.track, packet, now)
        if self.line.video:
            self._pace.add(job)
        else:
            for _ in job:
                pass

    def _send(self, track: Track, packet: Packet, now: float) -> Iterator[int]:
        """Through all receivers, some at each step; yields how many. New video is held until its key frame."""
        column, stride = self._column, self._loop.stride
        if self._resting:
            self._start(track, packet, now)
        for begin in range(0, len(column.receivers), stride):
            if track is not self.track:
                return  # something else feeds the line by now
            end = min(begin + stride, len(column.receivers))
            self._loop.send(packet, column, begin, end, now, self.line.video)
            yield end - begin

    def _start(self, track: Track, packet: Packet, now: float) -> None:
        """Let the packet flow to those who wait for it."""
        waiting = [one for one in self._resting if not one.own and one.peer.up]
        if waiting and self.line.video and not packet.starts_key_frame:
            track.key_frames.join()
            return
        for one in waiting:
            one.lane.start(packet, track.cache.get, now)
            self._resting.discard(one)
