"""What feeds one layer of a line goes to everyone who receives it, each with their own numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signaling.media.embedded.column import Column, Receiver, SendLoop
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.packet import Packet
from signaling.media.embedded.publisher import Track
from signaling.media.embedded.slots import Lines


class Stream:
    """One layer of a line. What does not feed it is not forwarded, whatever its sender does."""

    def __init__(self, line: Lines, pace: Paced, loop: SendLoop, began: Callable[[Receiver, Stream], None]) -> None:
        """`began` is told whenever the layer begins to flow for somebody."""
        self.line = line
        self._pace, self._loop, self._began = pace, loop, began
        self.track: Track | None = None
        #: Those for whom it flows.
        self._column = Column()
        #: Those who begin here with the next packet that stands alone, wherever they are now.
        self.waiting: dict[Receiver, None] = {}  # in the order in which they came

    def feed(self, track: Track | None) -> None:
        """Let `track` feed the layer from now on, or nothing; idempotent."""
        if track is self.track:
            return
        if self.track is not None:
            self.track.sinks.remove(self)
            if not self.track.sinks:
                self.track.key_frames.rest()
        self.let_go(set(self._column.receivers))
        self.track = track
        if track is not None:
            track.sinks.append(self)

    def let_go(self, leaving: set[Receiver]) -> None:
        """Send to `leaving` no more."""
        self._column = Column(tuple(one for one in self._column.receivers if one not in leaving))
        for one in leaving:
            one.stream = None
            one.lane.rest()

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
        """Through all receivers, some at each step; yields how many. A layer begins with a key frame.

        Receivers change their layer only here: pictures go out in the order they came, so nothing of the former
        layer is on its way with the new numbers.
        """
        if track is not self.track:
            return
        if self.waiting:
            self._start(track, packet, now)
        column, stride = self._column, self._loop.stride
        for begin in range(0, len(column.receivers), stride):
            if track is not self.track:
                return  # something else feeds the line by now
            end = min(begin + stride, len(column.receivers))
            self._loop.send(packet, column, begin, end, now, self.line.video)
            yield end - begin

    def _start(self, track: Track, packet: Packet, now: float) -> None:
        """Let the packet flow to those who wait for it."""
        ready = [one for one in self.waiting if one.peer.up]
        if not ready:
            return
        if self.line.video and not packet.starts_key_frame:
            if any(one.stream is None for one in ready):
                track.key_frames.join()
            else:
                track.key_frames.beg(now)
            return
        self.waiting = {one: None for one in self.waiting if not one.peer.up}
        for former in {one.stream for one in ready if one.stream is not None}:
            former.let_go({one for one in ready if one.stream is former})
        for one in ready:
            one.stream = self
            one.lane.start(packet, track.cache.get, now)
            self._began(one, self)
        self._column = Column((*self._column.receivers, *ready))
