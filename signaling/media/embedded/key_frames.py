"""When a source is asked for a key frame: at once and again where a switch waits for it, seldom otherwise."""

from __future__ import annotations

#: A switch repeats its request after so long, in seconds.
REPEAT = 0.25
#: After so many requests to a source of which nothing comes (its camera is off), each waits twice as long as the
#: one before, to this many seconds.
PATIENT, SILENT = 4, 4.0
#: Those who join share their key frames: at most one that somebody receives in this time, in seconds.
JOINING = 1.0
#: At most one unscheduled key frame of a source in this time, in seconds.
UNSCHEDULED = 3.0
#: What one receiver may ask for: so many in so many seconds.
BUDGET, SPAN = 2, 10.0


class KeyFrames:
    """The requests to one source."""

    def __init__(self) -> None:
        self.waiting = False
        self._asked = self._unscheduled = self._shared = float("-inf")
        self._joining = False
        self._unheard = 0

    def flows(self) -> None:
        """A packet of the source came: it is there to be asked."""
        self._unheard = 0

    def need(self) -> None:
        """A switch waits for a key frame."""
        self._unheard = 0
        self.waiting, self._joining = True, False

    def join(self) -> None:
        """A receiver that joins waits for the next one."""
        if not self.waiting:
            self.waiting = self._joining = True

    def beg(self, now: float) -> None:
        """A receiver lost its picture."""
        if not self.waiting and now - self._unscheduled >= UNSCHEDULED:
            self._unscheduled = now
            self.waiting, self._joining = True, False

    def came(self) -> None:
        self.waiting, self._unheard = False, 0

    def shared(self, now: float) -> None:
        """A key frame goes to somebody."""
        self._shared = now

    def rest(self) -> None:
        """Nobody receives the source any more."""
        self.waiting = False

    def due(self, now: float) -> bool:
        """Whether to send a request now; counts as sent."""
        if not self.waiting or now - self._asked < min(SILENT, REPEAT * 2 ** max(0, self._unheard - PATIENT)):
            return False
        if self._joining and now - self._shared < JOINING:
            return False
        self._asked = now
        self._unheard = min(self._unheard + 1, 16)
        return True


class Budget:
    """What one receiver may ask for."""

    def __init__(self) -> None:
        self._at: list[float] = []

    def allows(self, now: float) -> bool:
        self._at = [one for one in self._at if now - one < SPAN]
        if len(self._at) >= BUDGET:
            return False
        self._at.append(now)
        return True
