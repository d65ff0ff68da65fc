"""Pictures go out in turns of a few milliseconds, so that a key frame for everyone delays no sound.

Sound is forwarded as it comes. A burst of a picture is a job that goes through its receivers as far as the turn
reaches and goes on in the next; between two turns the port is read.
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
#: A picture that waited so long is left out, in seconds: more comes in than goes out.
BEHIND = 0.3
#: Jobs that wait; beyond that the oldest is given up (its receivers ask again).
WAITING = 4096


class Pace:
    """Runs jobs in the order they came. A job does some of its work at each step, and says how many packets it sent."""

    def __init__(self, blocked: Callable[[], bool] = lambda: False) -> None:
        self._jobs: deque[Iterator[int]] = deque()
        self._blocked = blocked
        self._planned = False
        self.given_up = self.left_out = 0

    def add(self, job: Iterator[int]) -> None:
        """Do `job` soon."""
        if len(self._jobs) >= WAITING:
            self._jobs.popleft()
            self.given_up += 1
        self._jobs.append(job)
        if not self._planned:
            self._planned = True
            asyncio.get_running_loop().call_soon(self._run)

    def behind(self, since: float) -> bool:
        """Whether what came at `since` waited so long that sending it would only make everything later."""
        return time.monotonic() - since > BEHIND

    def _run(self) -> None:
        self._planned = False
        self.turn(time.monotonic)
        if self._jobs:
            self._planned = True
            loop = asyncio.get_running_loop()
            # Where the kernel has no room, waiting a moment is all that helps; else the port is read in between.
            loop.call_later(0.001, self._run) if self._blocked() else loop.call_soon(self._run)

    def turn(self, clock: Callable[[], float]) -> None:
        """Work until the jobs or the turn end, or the kernel has no room."""
        end, done = clock() + TURN, 0
        while self._jobs:
            step = self._step(self._jobs[0])
            if step is None:
                self._jobs.popleft()
            done += step or 1
            if done >= STRIDE:
                if self._blocked() or clock() >= end:
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

    def add(self, job: Iterator[int]) -> None:
        """Do `job` soon, in order."""

    def behind(self, since: float) -> bool:
        """Whether what came at `since` is too late to be sent."""
