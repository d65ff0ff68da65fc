"""Starts engines again when they die: `python -m signaling.media.embedded.keep_alive`.

For where no service manager does it (the Procfile). It keeps `MEDIA_ENGINES` of them, each by itself. When this process
ends, however it ends, so do they: it holds the other end of a pipe.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

from signaling.media.settings import from_environment

#: Waited before a new start, in seconds; longer each time that the engine dies young.
FIRST, LONGEST, YOUNG = 0.2, 10.0, 30.0
#: In an engine's environment: the descriptor whose end of file ends it.
LIFELINE = "MEDIA_LIFELINE"


class Keeper:
    """Keeps `count` engines running until it is told to end, or until one ends by itself with a wrong setting."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lifeline = os.pipe()[0]  # the other end stays open as long as this process lives

    async def keep(self) -> int:
        """Keep them; the exit code to end with."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[int] = loop.create_future()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _told, told, number)
        engines = [asyncio.ensure_future(self._keep_one(number)) for number in range(self._count)]
        done, others = await asyncio.wait([told, *engines], return_when=asyncio.FIRST_COMPLETED)
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return max(one.result() for one in done)

    async def _keep_one(self, number: int) -> int:
        """Start one engine again and again; its exit code once it ended by itself, and has said why."""
        pause = FIRST
        while True:
            began = time.monotonic()
            code = await self._run(number)
            if code >= 0:
                return code
            pause = FIRST if time.monotonic() - began > YOUNG else min(LONGEST, pause * 2)
            print(f"Media engine {number} died (signal {-code}); starting it again.", file=sys.stderr, flush=True)
            await asyncio.sleep(pause)

    async def _run(self, number: int) -> int:
        """One life of an engine; its exit code, below 0 where a signal ended it."""
        command = (sys.executable, "-m", "signaling.media.embedded", str(number))
        environment = os.environ | {LIFELINE: str(self._lifeline)}
        engine = await asyncio.create_subprocess_exec(*command, pass_fds=(self._lifeline,), env=environment)
        try:
            return await engine.wait()
        finally:
            if engine.returncode is None:
                engine.terminate()
                await engine.wait()


def _told(told: asyncio.Future[int], number: int) -> None:
    if not told.done():
        told.set_result(128 + number)


def main() -> None:
    settings = from_environment()
    sys.exit(asyncio.run(Keeper(settings.media_engines).keep()))


if __name__ == "__main__":
    main()
