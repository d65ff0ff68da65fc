"""One meeting in the engine: which track feeds which line of which slot, for whom."""

from __future__ import annotations

import time
from collections.abc import Callable

from signaling.media.embedded.column import SendLoop
from signaling.media.embedded.layers import Layers
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.publisher import Publisher, Track
from signaling.media.embedded.slots import LINES, Lines
from signaling.media.embedded.subscriber import Subscriber
from signaling.media.engine import Desired, Feed, Line, Simulcast, Slot, Source

#: A look at everybody's layers takes so many beats: each receiver's come up four times a second.
PARTS = 5
#: Receivers whose lines are measured at the same time.
PROBES = 4


class Room:
    """Wires publishers to streams as the last desired state says."""

    def __init__(self, pace: Paced, loop: SendLoop, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._loop, self._clock = pace, loop, clock
        self.generation = -1
        self._part = -1
        #: When somebody was last here, by the engine's clock.
        self.used_at = 0.0
        self.desired = Desired()
        self.publishers: dict[str, Publisher] = {}
        self.subscribers: dict[str, Subscriber] = {}
        self._stage = {line.mid: Layers(line, pace, loop) for line in LINES if line.slot is not Slot.TILE}

    def apply(self, generation: int, desired: Desired, close: Callable[[str], None]) -> list[Simulcast]:
        """Make `desired` so; an older generation changes nothing.

        Returns which publishers are to be told that other layers than before are received: a new speaker's page has
        stopped its camera's layers, and nothing is seen until it hears of it.
        """
        if generation < self.generation:
            return []
        self.generation, self.desired = generation, desired
        for session in [*self.publishers, *self.subscribers]:
            if session not in desired.sessions:
                close(session)
        self.wire()
        return self._simulcast(self._clock())

    def wire(self) -> None:
        """Let every line be fed by exactly what is desired; idempotent."""
        for line in self._stage.values():
            self._wire(line, self.desired.slots.get(line.line.slot, Feed()))
        for session, subscriber in self.subscribers.items():
            feed = self.desired.tiles.get(session, Feed())
            for line in subscriber.lines:
                if line.line.slot is Slot.TILE:
                    self._wire(line, feed)
        self.hurry()

    def hurry(self) -> None:
        """Ask at once for the key frames that somebody waits for, not with the next beat."""
        now = self._clock()
        for publisher in self.publishers.values():
            publisher.ask(now)

    def _wire(self, layers: Layers, feed: Feed) -> None:
        line = layers.line
        publisher = self.publishers.get(feed.session)
        if publisher is None or publisher.site != feed.site or not (feed.video if line.video else feed.audio):
            layers.feed((), "")
        else:
            layers.feed(publisher.layers(_source(line)), publisher.site)

    def lines_for(self, lines: tuple[Lines, ...]) -> list[Layers]:
        """The lines of a receive session: the stage's, and its own for the tile."""
        return [self._stage.get(line.mid) or Layers(line, self._pace, self._loop) for line in lines]

    def remove(self, session: str) -> None:
        """Forget a session that was closed."""
        subscriber = self.subscribers.pop(session, None)
        if subscriber is not None:
            for line in subscriber.lines:
                if line.line.slot is Slot.TILE:
                    line.feed((), "")
            subscriber.leave()
        publisher = self.publishers.pop(session, None)
        if publisher is not None:
            self.wire()
            publisher.leave()

    def audible(self) -> dict[str, Track]:
        """The microphones that feed a slot, by site."""
        return {
            line.site: line.track for line in self._stage.values() if line.track is not None and not line.line.video
        }

    def beat(self, now: float) -> list[Simulcast]:
        """Choose some receivers' layers anew, and after the last of them what that changes for all.

        Returns which publishers are to be told that other layers than before are received.
        """
        self._part = (self._part + 1) % PARTS
        probing = sum([one.ladder.probing for one in self.subscribers.values()])
        for session in list(self.subscribers)[self._part :: PARTS]:
            subscriber = self.subscribers[session]
            subscriber.ladder.told(self.desired.lines.get(session, Line()), now)
            subscriber.choose(self.chair_is_large, probing < PROBES, now)
            probing += subscriber.ladder.probing
        return self._simulcast(now) if self._part == PARTS - 1 else []

    def _simulcast(self, now: float) -> list[Simulcast]:
        wanted: set[Track] = set()
        tiles = [line for one in self.subscribers.values() for line in one.lines if line.line.slot is Slot.TILE]
        for line in [*self._stage.values(), *tiles]:
            if line.line.video:
                line.beat(now)
                wanted |= line.wanted(now)
        changed = []
        for session, publisher in self.publishers.items():
            layers = publisher.received(wanted, now)
            if layers is not None:
                changed.append(Simulcast(session, layers))
        return changed

    @property
    def chair_is_large(self) -> bool:
        """While nobody else is seen, the chair's picture is the large one."""
        return self._stage["speaker-video"].track is None

    @property
    def empty(self) -> bool:
        return not self.publishers and not self.subscribers


def _source(line: Lines) -> Source:
    if not line.video:
        return Source.MICROPHONE
    return Source.SCREEN if line.slot is Slot.SCREEN else Source.CAMERA
