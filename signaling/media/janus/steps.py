"""What a receiver at Janus gets of each line. Janus adapts nothing by itself: the embedded engine's ladder decides.

Janus tells how many packets a receiver lost within a second where they are many (`slowlink`, whose threshold stands in
`deploy/janus`). It sends no padding of ours, so a step up is tried with the picture itself and left again where it
loses, tried later and later.
"""

from __future__ import annotations

from dataclasses import dataclass

from signaling.media.embedded.layers import HIGH, NOTHING, most
from signaling.media.embedded.quality import Ladder
from signaling.media.embedded.slots import Lines
from signaling.media.engine import Line, Step

#: Packets that the picture of a step, or the sound, has in a second, about.
PACKETS = {Step.HIGH: 100, Step.LOW: 25, Step.AUDIO: 50, Step.PAPERS: 50}
SOUND = PACKETS[Step.AUDIO]
#: Janus looks once a second whether anything was lost, and what it tells of a step may come so much later, in seconds.
LOOK, LATE = 1.0, 4.0


@dataclass(frozen=True, slots=True)
class Share:
    """What Janus sends of a line: nothing, or the layers up to `substream`."""

    sends: bool = True
    substream: int = 2


#: What Janus sends of a line that was just opened or switched.
WHOLE = Share()


def share(line: Lines, step: Step, chair_is_large: bool) -> Share:
    """What a receiver on this step gets of a line."""
    highest = most(line, step, chair_is_large)
    if highest == NOTHING:
        return Share(False)
    return WHOLE if highest == HIGH or not line.video else Share(True, highest)


class Steps:
    """One receiver's way up and down; times in seconds of one clock."""

    def __init__(self, now: float) -> None:
        self._ladder = Ladder(now)
        self._looked_at = self._moved_at = now
        self._stood = self._ladder.step

    @property
    def step(self) -> Step:
        return self._ladder.step

    def lost(self, packets: int, video: bool, now: float) -> None:
        """Janus told that so many packets of a picture or a sound were lost within a second."""
        step = self._stood if now - self._moved_at < LATE else self.step
        sent = PACKETS[step] if video else SOUND
        self._looked_at = now
        self._report(min(1.0, packets / sent), sent, now)

    def beat(self, line: Line, now: float) -> None:
        """Called more than once a second, with what is known of the line."""
        self._ladder.told(line, now)
        if now - self._looked_at > LOOK:
            self._looked_at = now
            self._report(0.0, PACKETS[self.step], now)
        self._ladder.beat(now, may_probe=True)

    def _report(self, lost: float, packets: int, now: float) -> None:
        before = self.step
        self._ladder.report(lost, packets, now)
        if self.step is not before:
            self._stood, self._moved_at = before, now
