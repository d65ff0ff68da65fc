"""One meeting in the engine: which track feeds which line of which slot, for whom."""

from __future__ import annotations

from collections.abc import Callable

from signaling.media.embedded.column import SendLoop
from signaling.media.embedded.forwarding import Stream
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.publisher import Publisher, Track
from signaling.media.embedded.slots import LINES, Lines
from signaling.media.embedded.subscriber import Subscriber
from signaling.media.engine import Desired, Feed, Slot, Source


class Room:
    """Wires publishers to streams as the last desired state says."""

    def __init__(self, pace: Paced, loop: SendLoop) -> None:
        self._pace, self._loop = pace, loop
        self.generation = -1
        #: When somebody was last here, by the engine's clock.
        self.used_at = 0.0
        self.desired = Desired()
        self.publishers: dict[str, Publisher] = {}
        self.subscribers: dict[str, Subscriber] = {}
        self._stage = {line.mid: Stream(line, pace, loop) for line in LINES if line.slot is not Slot.TILE}

    def apply(self, generation: int, desired: Desired, close: Callable[[str], None]) -> None:
        """Make `desired` so; an older generation changes nothing."""
        if generation < self.generation:
            return
        self.generation, self.desired = generation, desired
        for session in [*self.publishers, *self.subscribers]:
            if session not in desired.sessions:
                close(session)
        self.wire()

    def wire(self) -> None:
        """Let every line be fed by exactly what is desired; idempotent."""
        for stream in self._stage.values():
            self._wire(stream, self.desired.slots.get(stream.line.slot, Feed()))
        for session, subscriber in self.subscribers.items():
            feed = self.desired.tiles.get(session, Feed())
            for stream in subscriber.streams:
                if stream.line.slot is Slot.TILE:
                    self._wire(stream, feed)

    def _wire(self, stream: Stream, feed: Feed) -> None:
        line = stream.line
        publisher = self.publishers.get(feed.session)
        if publisher is None or publisher.site != feed.site or not (feed.video if line.video else feed.audio):
            stream.feed(None, "")
        else:
            stream.feed(_track(publisher, line), publisher.site)

    def streams_for(self, lines: tuple[Lines, ...]) -> list[Stream]:
        """The streams of a receive session: the stage's, and its own for the tile."""
        return [self._stage.get(line.mid) or Stream(line, self._pace, self._loop) for line in lines]

    def remove(self, session: str) -> None:
        """Forget a session that was closed."""
        subscriber = self.subscribers.pop(session, None)
        if subscriber is not None:
            for stream in subscriber.streams:
                if stream.line.slot is Slot.TILE:
                    stream.feed(None, "")
            subscriber.leave()
        publisher = self.publishers.pop(session, None)
        if publisher is not None:
            self.wire()
            publisher.leave()

    def audible(self) -> dict[str, Track]:
        """The microphones that feed a slot, by site."""
        return {
            stream.site: stream.track
            for stream in self._stage.values()
            if stream.track is not None and not stream.line.video
        }

    @property
    def empty(self) -> bool:
        return not self.publishers and not self.subscribers


def _track(publisher: Publisher, line: Lines) -> Track | None:
    if not line.video:
        return publisher.tracks.get(Source.MICROPHONE)
    return publisher.tracks.get(Source.SCREEN if line.slot is Slot.SCREEN else Source.CAMERA)
