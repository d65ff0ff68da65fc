"""Which step a receiver stands on, from its loss and its own estimate; pure, with the clock passed in.

Down is decided by loss and by REMB, up only by a probe: a second of padding that fills the line to what the next step
needs. A probe that hurts is tried again later and later. A lower step bears more loss: what a lower rate does not
cure is not the rate's doing, and sound with holes is worth more than none. REMB alone decides nothing: a way that
became longer lowers it for a long time, and a line that loses nothing and grows no later carries what it is sent.
"""

from __future__ import annotations

from signaling.media.engine import Line, Step

LADDER = (Step.PAPERS, Step.AUDIO, Step.LOW, Step.HIGH)
#: What each step needs of the line in bit/s, with some room: what a place has to carry before it climbs there.
NEEDS = {Step.PAPERS: 0, Step.AUDIO: 60_000, Step.LOW: 450_000, Step.HIGH: 1_400_000}
#: The share of packets lost, smoothed, beyond which a receiver leaves a step.
BEARABLE = {Step.PAPERS: 1.0, Step.AUDIO: 0.45, Step.LOW: 0.2, Step.HIGH: 0.1}
#: Between two steps down, in seconds: the last one has to show what it does.
SETTLE = 2.5
#: An own estimate below this share of what is sent, which does not grow for so long, in seconds, is a full line: on
#: a free one it lags behind what is sent, but grows by some percent a second.
FULL, FULL_FOR, GROWS = 0.85, 2.5, 1.02
#: Such an estimate counts where the line shows it: it loses this share, or its round trip grew by so much more so
#: lately, in seconds.
STRAINED, SWELLS, LATELY = 0.05, 0.1, 1.5
#: A line that lost its packets by chance and now loses no more than this share is worth a probe at once.
CLEAR = 0.02
#: Rates below this say nothing about a line, in bit/s.
TOO_LITTLE = 100_000
PROBE = 1.0
#: After a probe its last report may still be on its way, in seconds.
VERDICT = 1.2
#: The wait before a probe, in seconds: at first, and at most after it failed again and again, each time longer by this.
WAIT, LONGEST, LONGER = 5.0, 80.0, 1.5
#: A step that held for so long has proved itself, in seconds.
PROVED = 30.0
#: The weight of a report in the smoothed loss, at most, where it is worse and where it is better; it counts fully
#: from so many packets on, since of few a lost one says little.
WORSE, BETTER, TELLING = 0.4, 0.8, 60


class Ladder:
    """One receiver's step. Rates are in bit/s, times in seconds of one clock."""

    def __init__(self, now: float) -> None:
        self.step = Step.HIGH
        self.fixed: Step | None = None
        self.lost = 0.0
        self._measured = 0
        self._moved_at = now
        self._grew: tuple[int, float] | None = None
        self._trip: float | None = None
        self._swelled_at = float("-inf")
        self._lossy = False
        self._wait = WAIT
        self._tried_at = now
        self._climbed_at: float | None = None
        self._probe_at: float | None = None

    @property
    def probing(self) -> bool:
        """Whether a probe runs or its verdict is awaited."""
        return self._probe_at is not None

    @property
    def thin(self) -> bool:
        """Whether the line holds the receiver below the top, rather than a person."""
        return self.fixed is None and self.step is not Step.HIGH

    def told(self, line: Line, now: float) -> None:
        """Somebody fixed the step or let it go, or the line was measured before the sitting; idempotent."""
        if line.measured and line.measured != self._measured:
            self._measured = line.measured
            if self.fixed is None:
                self._go(next(one for one in reversed(LADDER) if NEEDS[one] <= line.measured), now)
        if line.fixed != self.fixed:
            self.fixed = line.fixed
            self._probe_at, self._wait = None, WAIT
            if line.fixed is not None:
                self._go(line.fixed, now)

    def report(self, lost: float, packets: int, now: float) -> None:
        """The receiver reported the share of so many packets of a picture or a sound that it lost."""
        if self._probe_at is not None:
            if lost > BEARABLE[self._above()]:
                self._failed(now)
            return
        weight = min(packets / TELLING, WORSE if lost > self.lost else BETTER)
        self.lost += (lost - self.lost) * weight
        if self.lost > BEARABLE[self.step]:
            self._down(now)
        elif self.lost > BEARABLE[self._above()] / 2:
            self._lossy |= now - self._moved_at >= SETTLE  # before that it is of the step above
        elif self._lossy and self.lost < CLEAR:
            self._lossy, self._wait = False, WAIT
            self._tried_at = min(self._tried_at, now - WAIT)

    def trip(self, seconds: float, now: float) -> None:
        """The way to the receiver and back took so long."""
        if self._trip is not None and seconds > self._trip + SWELLS:
            self._swelled_at = now
        if self._trip is None or seconds < self._trip or seconds > self._trip + SWELLS:
            self._trip = seconds

    def estimate(self, bitrate: int, sent: int, now: float) -> None:
        """The receiver's own estimate (REMB), while `sent` of what it counts goes to it; high ones promise nothing."""
        if sent < TOO_LITTLE or bitrate >= FULL * sent:
            self._grew = None
        elif self._grew is None or bitrate > self._grew[0] * GROWS:
            self._grew = bitrate, now
        elif now - self._grew[1] >= FULL_FOR and self._strained(now):
            if self._probe_at is not None:
                self._failed(now)
            else:
                self._down(now)

    def _strained(self, now: float) -> bool:
        return self.lost > STRAINED or now - self._swelled_at < LATELY

    def hungry(self, now: float) -> None:
        """The receiver asked for more key frames than it may."""
        if self.step is Step.HIGH:
            self._down(now)

    def beat(self, now: float, may_probe: bool) -> bool:
        """Begin a probe where it is time and others leave room, end one; whether padding is to be sent now."""
        if self._probe_at is not None:
            if now - self._probe_at < PROBE:
                return True
            if now - self._probe_at >= PROBE + VERDICT:
                self._probe_at, self._climbed_at = None, now
                self._go(self._above(), now)
            return False
        if self._climbed_at is not None and now - self._climbed_at > PROVED:
            self._climbed_at, self._wait = None, WAIT
        if self.fixed is not None or self.step is Step.HIGH or not may_probe or now - self._tried_at < self._wait:
            return False
        self._probe_at = now
        return True

    def missing(self, sent: int) -> int:
        """What a probe has to send beside `sent`."""
        return max(0, NEEDS[self._above()] - sent)

    def _above(self) -> Step:
        return LADDER[min(LADDER.index(self.step) + 1, len(LADDER) - 1)]

    def _go(self, step: Step, now: float) -> None:
        self.step, self._moved_at, self._tried_at = step, now, now
        self.lost, self._grew = 0.0, None

    def _down(self, now: float) -> None:
        if self._probe_at is not None:
            self._failed(now)
        if self.fixed is not None or self.step is Step.PAPERS or now - self._moved_at < SETTLE:
            return
        if self._climbed_at is not None:
            self._climbed_at, self._wait = None, min(LONGEST, self._wait * LONGER)  # it climbed too early
        self._go(LADDER[LADDER.index(self.step) - 1], now)

    def _failed(self, now: float) -> None:
        self._probe_at, self._grew = None, None
        self._tried_at, self._wait = now, min(LONGEST, self._wait * LONGER)
        self._moved_at, self.lost = now, 0.0  # what the padding pushed aside is no fault of the step
