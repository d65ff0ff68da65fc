"""Which layer of a line's picture each receiver gets: the best that flows, up to what its line carries.

A receiver changes its layer at a key frame and is sent the former one until then, but not over a line that cannot
carry it: the key frame would be late or lost. A layer that its source stopped (a poor line up) is left for one that
flows.
"""

from __future__ import annotations

from collections.abc import Iterable

from signaling.media.embedded.column import Receiver, SendLoop
from signaling.media.embedded.forwarding import Stream
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.publisher import Track
from signaling.media.embedded.slots import Lines
from signaling.media.engine import Slot, Step

#: Layers of a camera; everything else has one.
CAMERA = 2
HIGH, LOW, NOTHING = CAMERA - 1, 0, -1


def most(line: Lines, step: Step, chair_is_large: bool) -> int:
    """The highest layer of a line for a receiver on this step; a small picture is sent small."""
    if step is Step.PAPERS or (line.video and step is Step.AUDIO):
        return NOTHING
    small = line.slot is Slot.TILE or (line.slot is Slot.CHAIR and not chair_is_large)
    return LOW if small or step is Step.LOW or not line.video else HIGH


class Layers:
    """One line of a slot for everyone, in the layers that its source sends."""

    def __init__(self, line: Lines, pace: Paced, loop: SendLoop) -> None:
        self.line = line
        count = CAMERA if line.video and line.slot is not Slot.SCREEN else 1
        self.streams = [Stream(line, pace, loop, self._began) for _ in range(count)]
        self.site = ""
        self._receivers: list[Receiver] = []

    @property
    def track(self) -> Track | None:
        """What feeds the line; of several layers the smallest picture."""
        return self.streams[0].track

    def feed(self, tracks: Iterable[Track], site: str) -> None:
        """Let the layers `tracks` of `site`, the smallest first, feed the line from now on; idempotent."""
        fed: list[Track | None] = [*tracks, *[None] * len(self.streams)]
        del fed[len(self.streams) :]
        if site == self.site and fed == [one.track for one in self.streams]:
            return
        self.site = site
        for stream, track in zip(self.streams, fed, strict=True):
            stream.feed(track)
        for one in self._receivers:
            one.own = bool(site) and one.site == site
            self._aim(one, 0.0)
        for stream in self.streams:
            if stream.track is not None and stream.waiting:
                stream.track.key_frames.need()

    def join(self, receiver: Receiver) -> None:
        receiver.own = bool(self.site) and receiver.site == self.site
        self._receivers.append(receiver)
        self._aim(receiver, 0.0)

    def leave(self, peer: Peer) -> None:
        for one in [one for one in self._receivers if one.peer is peer]:
            self._receivers.remove(one)
            self._stop(one)

    def allow(self, receiver: Receiver, most: int, now: float, thin: bool = False) -> None:
        """Let a receiver have the layers up to `most` (-1: nothing); a `thin` line carries no more than that."""
        receiver.thin = thin
        if receiver.most != most:
            receiver.most = most
            self._aim(receiver, now)

    def want_picture(self) -> None:
        """A receiver came up and has no picture yet."""
        for stream in self.streams:
            if stream.track is not None and stream.waiting:
                stream.track.key_frames.join()

    def beat(self, now: float) -> None:
        """Lead receivers on where layers came or went."""
        if not self._fed():
            return
        best = {most: self._best(most, now) for most in range(NOTHING, CAMERA)}
        for one in self._receivers:
            if one.stream is None or one.stream is not best[one.most]:
                self._aim(one, now)

    def wanted(self, now: float) -> set[Track]:
        """The tracks that somebody receives or waits for; the smallest stands in for one that does not flow."""
        fed = self._fed()
        if not fed:
            return set()
        wishes = {(one.most, one.stream) for one in self._receivers if not one.own and one.most >= 0 and one.peer.up}
        found = {stream.track for _, stream in wishes if stream is not None and stream.track is not None}
        for most in {most for most, _ in wishes}:
            aimed = fed[min(most, len(fed) - 1)]
            found |= {aimed} if aimed.flows(now) else {aimed, fed[0]}
        return found

    def _fed(self) -> list[Track]:
        """What feeds the layers, the smallest picture first."""
        return [stream.track for stream in self.streams if stream.track is not None]

    def _best(self, most: int, now: float) -> Stream | None:
        """The highest layer up to `most` that flows, else the lowest that does."""
        flowing = [stream for stream in self.streams if stream.track is not None and stream.track.flows(now)]
        fitting = [stream for stream in self.streams[: most + 1] if stream in flowing]
        return fitting[-1] if fitting else flowing[0] if flowing else None

    def _aim(self, one: Receiver, now: float) -> None:
        """Let a receiver wait for the layers that are better for it than what it gets now."""
        if one.own or one.most < 0:
            self._stop(one)
            return
        best = self._best(one.most, now)
        if one.thin and best in self.streams[: one.most + 1] and one.stream in self.streams[one.most + 1 :]:
            self._stop(one)
        at = self.streams.index(one.stream) if one.stream is not None else NOTHING
        for place, stream in enumerate(self.streams):
            better = at < place <= one.most or stream is best
            if better and stream is not one.stream and stream.track is not None:
                stream.waiting[one] = None
            else:
                stream.waiting.pop(one, None)

    def _began(self, one: Receiver, at: Stream) -> None:
        """A receiver begins at a layer: it goes on from there to a better one alone."""
        for stream in self.streams[: self.streams.index(at)]:
            stream.waiting.pop(one, None)

    def _stop(self, one: Receiver) -> None:
        for stream in self.streams:
            stream.waiting.pop(one, None)
        if one.stream is not None:
            one.stream.let_go({one})
            if one.thin:
                one.lane.forget()
