"""Sound goes out first, pictures in turns of a few milliseconds, so that a key frame for everyone delays no sound.

What came in one reading of the port is a job each for its sound and its pictures: it goes through its receivers, a
picture as far as the turn reaches and on in the next; between two turns the port is read to its end.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

import structlog

log = structlog.get_logger()

#: The length of a turn, in seconds.
TURN = 0.002
#: Between two looks at the clock, jobs send so many packets.
STRIDE = 64
#: Jobs that wait; beyond that the oldest is given up (its receivers ask again).
WAITING = 4096


class Pace:
    """Runs jobs in the order they came. A job does some of its work at each step, and says how many packets it sent.

    While `crowded` says so, pictures wait.
    """

    def __init__(self, crowded: Callable[[], bool] = lambda: False) -> None:
        self._sounds: deque[Iterator[int]] = deque()
        self._jobs: deque[Iterator[int]] = deque()
        self._crowded = crowded
        self._planned = False
        self.given_up = self.left_out = 0

    def add(self, job: Iterator[int], sound: bool = False) -> None:
        """Do `job` soon, one of `sound` before all others."""
        jobs = self._sounds if sound else self._jobs
        if len(jobs) >= WAITING:
            jobs.popleft()
            self.given_up += 1
        jobs.append(job)
        if not self._planned:
            self._planned = True
            asyncio.get_running_loop().call_soon(self._run)

    def waited(self, since: float) -> float:
        """For how long what came at `since` has waited, in seconds."""
        return time.monotonic() - since

    def _run(self) -> None:
        self._planned = False
        self.turn(time.monotonic)
        if self._jobs:
            self._planned = True
            loop = asyncio.get_running_loop()
            # While it is crowded, waiting a moment is all that helps; else the port is read in between.
            loop.call_later(0.001, self._run) if self._crowded() else loop.call_soon(self._run)

    def turn(self, clock: Callable[[], float]) -> None:
        """Do all sound, then work until the jobs or the turn end, or it is crowded."""
        end, done = clock() + TURN, 0
        while self._sounds:
            while self._step(self._sounds[0]) is not None:
                pass
            self._sounds.popleft()
        if self._jobs and self._crowded():
            return
        while self._jobs:
            step = self._step(self._jobs[0])
            if step is None:
                self._jobs.popleft()
            done += step or 1
            if done >= STRIDE:
                if self._crowded() or clock() >= end:
                    return
                done = 0

    @staticmethod
    def _step(job: Iterator[int]) -> int | None:
        """One step; None where the job is done. One that breaks is given up: the others go on."""
        try:
            return next(job, None)
        except Exception:
            log.exception("media.job_broken")
            return None


class Paced(Protocol):
    """Where a stream puts its jobs."""

    #: Packets that were not sent to a receiver because they came too late.
    left_out: int

    def add(self, job: Iterator[int], sound: bool = False) -> None:
        """Do `job` soon, in order; one of `sound` before all others."""

    def waited(self, since: float) -> float:
        """For how long what came at `since` has waited, in seconds."""
