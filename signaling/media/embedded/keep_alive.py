"""Starts the engine again when it dies: `python -m signaling.media.embedded.keep_alive`.

For where no service manager does it (the Procfile). When this process ends, however it ends, so does the engine:
it holds the other end of a pipe.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

#: Waited before a new start, in seconds; longer each time that the engine dies young.
FIRST, LONGEST, YOUNG = 0.2, 10.0, 30.0
#: In the engine's environment: the descriptor whose end of file ends it.
LIFELINE = "MEDIA_LIFELINE"


def main() -> None:
    """Keep one engine running until told to end, or until it ends by itself with a wrong setting."""
    reading = os.pipe()[0]  # the other end stays open as long as this process lives
    engine: subprocess.Popen[bytes] | None = None
    told = 0

    def stop(number: int, _: object) -> None:
        nonlocal told
        told = number
        if engine is not None:
            engine.terminate()  # the loop is waiting for it; waiting here too would never end

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)
    pause = FIRST
    while True:
        began = time.monotonic()
        command = [sys.executable, "-m", "signaling.media.embedded"]
        engine = subprocess.Popen(command, pass_fds=(reading,), env=os.environ | {LIFELINE: str(reading)})  # noqa: S603
        if told:
            engine.terminate()
        code = engine.wait()
        if told:
            sys.exit(128 + told)
        if code >= 0:
            sys.exit(code)  # it ended by itself, and has said why
        pause = FIRST if time.monotonic() - began > YOUNG else min(LONGEST, pause * 2)
        print(f"The media engine died (signal {-code}); starting it again.", file=sys.stderr, flush=True)
        engine = None
        time.sleep(pause)
        if told:
            sys.exit(128 + told)


if __name__ == "__main__":
    main()
