"""What feeds one layer of a line goes to everyone who receives it, each with their own numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signaling.media.embedded.column import Column, Receiver, SendLoop
from signaling.media.embedded.key_frames import UNSCHEDULED
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.packet import Packet, evened, shown_at_once
from signaling.media.embedded.publisher import Track
from signaling.media.embedded.slots import Lines
from signaling.media.embedded.structures import TRAIN

#: A picture that waited so long is left out, in seconds: more comes in than goes out. A key frame is worth waiting
#: for: without it nobody begins, and it comes seldom.
BEHIND, KEY_BEHIND = 0.3, 3.0


class Burst:
    """Packets of one source that go out together: what came while those before it went out."""

    __slots__ = ("key", "now", "open", "packets")

    def __init__(self, packets: list[Packet], now: float, key: bool) -> None:
        """`key`: they are of a key frame."""
        self.packets, self.now, self.key = packets, now, key
        self.open = True

    def takes(self, packet: Packet, key: bool) -> bool:
        """Whether `packet` may go along; a key frame begins a burst of its own, since receivers begin with it."""
        return self.open and len(self.packets) < TRAIN and key == self.key and not packet.starts_key_frame

    @property
    def patience(self) -> float:
        """It is left out where it waited longer than this, in seconds."""
        return KEY_BEHIND if self.key else BEHIND


class Stream:
    """One layer of a line. What does not feed it is not forwarded, whatever its sender does."""

    def __init__(self, line: Lines, pace: Paced, loop: SendLoop, began: Callable[[Receiver, Stream], None]) -> None:
        """`began` is told whenever the layer begins to flow for somebody."""
        self.line = line
        self._pace, self._loop, self._began = pace, loop, began
        self.track: Track | None = None
        #: Those for whom it flows.
        self._column = Column()
        self._burst = Burst([], 0.0, False)
        self._key_time: int | None = None
        self._burst.open = False
        self._behind_at = float("-inf")
        #: Those who begin here with the next packet that stands alone, wherever they are now.
        self.waiting: dict[Receiver, None] = {}  # in the order in which they came

    def feed(self, track: Track | None) -> None:
        """Let `track` feed the layer from now on, or nothing; idempotent."""
        if track is self.track:
            return
        if self.track is not None:
            self.track.sinks.remove(self)
            self._burst.open = False
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
        """Send a packet of the source on: sound before all else, pictures in their turn."""
        if self.track is None:
            return
        if packet.starts_key_frame:
            self._key_time = packet.timestamp
        key = packet.timestamp == self._key_time
        if self._burst.takes(packet, key):
            self._burst.packets.append(packet)
            return
        self._burst = Burst([packet], now, key)
        self._pace.add(self._send(self.track, self._burst), not self.line.video)

    def _send(self, track: Track, burst: Burst) -> Iterator[int]:
        """Through all receivers, some at each step; yields how many packets. A layer begins with a key frame.

        Receivers change their layer only here: pictures go out in the order they came, so nothing of the former
        layer is on its way with the new numbers.
        """
        burst.open = False
        if track is not self.track:
            return
        new = self._start(track, burst.packets[0], burst.now) if self.waiting else 0
        packets = evened(burst.packets) if len(burst.packets) > 1 else burst.packets
        opening = [shown_at_once(packets[0]), *packets[1:]] if new else packets
        column, begin, end = self._column, 0, 0
        if column.receivers and packets[0].starts_key_frame:
            track.key_frames.shared(burst.now)
        stride = max(1, self._loop.stride // len(packets)) if self.line.video else len(column.receivers)
        while end < len(column.receivers):
            begin = end
            if track is not self.track:
                return  # something else feeds the line by now
            if self.line.video and self._pace.waited(burst.now) > burst.patience:
                self._leave_out(track, column.receivers[begin:], len(packets), burst.now)
                return
            end = min(begin + stride, new if begin < new else len(column.receivers))
            sent = opening if begin < new else packets
            self._loop.send(sent, column, begin, end, burst.now, self.line.video)
            yield (end - begin) * len(packets)

    def _leave_out(self, track: Track, late: tuple[Receiver, ...], packets: int, now: float) -> None:
        """The engine is behind: the receivers `late` go on with the next key frame, and without a hole until then."""
        leaving = [one for one in late if one.stream is self]
        for one in leaving:
            one.lane.numbers.dropped += packets
        self._pace.left_out += packets * len(leaving)
        self.let_go(set(leaving))
        self.waiting |= dict.fromkeys(leaving)
        self._behind_at = now
        track.key_frames.beg(now)

    def _start(self, track: Track, packet: Packet, now: float) -> int:
        """Let the packet flow to those who wait for it.

        Returns how many receivers, the first of the column, get a picture where they had none of the source before:
        they are not to wait for it until the sound that belongs to it is due.
        """
        ready = [one for one in self.waiting if one.peer.up]
        if not ready:
            return 0
        if self.line.video and not packet.starts_key_frame:
            if any(one.stream is None for one in ready) and now - self._behind_at > UNSCHEDULED:
                track.key_frames.join()
            else:
                track.key_frames.beg(now)
            return 0
        self.waiting = {one: None for one in self.waiting if not one.peer.up}
        ready.sort(key=lambda one: one.stream is not None)
        new = sum(one.stream is None for one in ready) if self.line.video else 0
        for former in {one.stream for one in ready if one.stream is not None}:
            former.let_go({one for one in ready if one.stream is former})
        for one in ready:
            one.stream = self
            one.lane.start(packet, track.cache.get, now)
            self._began(one, self)
        self._column = Column((*ready, *self._column.receivers))  # first: whoever was left out is not again the last
        return new
