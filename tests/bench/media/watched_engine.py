"""The media process with a watch on its loop: `python -m tests.bench.media.watched_engine`.

To each line on the standard input it answers `{"longest_ms", "longest_cpu_ms", "turns"}` about the callbacks since the
last one: the longest by the clock (in which others may have had the processor) and the longest by processor time.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio import events

from signaling.media.embedded.__main__ import serve
from signaling.media.settings import from_environment


class Watch:
    """Times every callback of the loop."""

    def __init__(self) -> None:
        self._run = events.Handle._run
        self._clock = self._cpu = 0
        self._turns = 0

    def begin(self) -> None:
        def timed(handle: events.Handle) -> None:
            clock, cpu = time.perf_counter_ns(), time.thread_time_ns()
            self._run(handle)
            self._clock = max(self._clock, time.perf_counter_ns() - clock)
            self._cpu = max(self._cpu, time.thread_time_ns() - cpu)
            self._turns += 1

        events.Handle._run = timed  # type: ignore[method-assign, assignment]

    def tell(self) -> None:
        sys.stdin.readline()
        found = {"longest_ms": self._clock / 1e6, "longest_cpu_ms": self._cpu / 1e6, "turns": self._turns}
        print(json.dumps({key: round(value, 2) for key, value in found.items()}), flush=True)
        self._clock = self._cpu = self._turns = 0


async def main() -> None:
    settings = from_environment()
    settings.begin_log()
    watch = Watch()
    watch.begin()
    asyncio.get_running_loop().add_reader(sys.stdin, watch.tell)
    await serve(settings)


if __name__ == "__main__":
    asyncio.run(main())
