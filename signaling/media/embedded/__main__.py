"""A media process: `python -m signaling.media.embedded [NUMBER]`, the first of `MEDIA_ENGINES` being 0."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys

import structlog

from signaling.media.embedded.column import SendLoop
from signaling.media.embedded.control import Control
from signaling.media.embedded.forwarder import Forwarder
from signaling.media.embedded.keep_alive import LIFELINE
from signaling.media.embedded.native_loop import NativeLoop, Unavailable
from signaling.media.embedded.port import Port
from signaling.media.embedded.python_loop import PythonLoop
from signaling.media.settings import MediaSettings, from_environment

log = structlog.get_logger()


async def serve(settings: MediaSettings) -> None:
    """Forward until the process is told to end.

    Raises:
        OSError: the port or the socket cannot be opened.
    """
    port = Port(settings.media_hosts, settings.media_port)
    control = Control(settings.media_socket)
    forwarder = Forwarder(port, settings.announced, control.tell, send_loop(port, settings.media_send_loop))
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    lifeline = os.environ.get(LIFELINE)
    if lifeline is not None:
        asyncio.get_running_loop().add_reader(int(lifeline), stop.set)  # readable only when the keeper is gone
    await control.start(forwarder)
    port.start()
    beat = asyncio.create_task(forwarder.run())
    try:
        await stop.wait()
    finally:
        beat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat
        await control.stop()
        port.close()


def send_loop(port: Port, wanted: str) -> SendLoop:
    """The loop that sends: in C where that is wanted and compiled, else in Python; the log says which."""
    why = "set"
    if wanted == "c":
        try:
            loop = NativeLoop(port.outgoings)
        except Unavailable as error:
            why = str(error)
        else:
            log.info("media.send_loop", loop="c")
            return loop
    log.warning("media.send_loop", loop="python", why=why)
    return PythonLoop()


def main() -> None:
    """Start with the settings of the environment, or say which one is wrong."""
    parser = argparse.ArgumentParser(prog="python -m signaling.media.embedded")
    parser.add_argument("number", type=int, nargs="?", default=0, help="which of the MEDIA_ENGINES; the first is 0")
    number = parser.parse_args().number
    settings = from_environment()
    if not 0 <= number < settings.media_engines:
        sys.exit(f"MEDIA_ENGINES is {settings.media_engines}: there is no engine {number}.")
    settings = settings.of_engine(number)
    settings.begin_log()
    if not settings.announced:
        sys.exit("MEDIA_HOST listens everywhere: set MEDIA_ANNOUNCE to the addresses that the sites reach.")
    try:
        asyncio.run(serve(settings))
    except OSError as error:
        sys.exit(
            f"The media engine cannot listen on {settings.media_host} port {settings.media_port}: {error.strerror}."
        )


if __name__ == "__main__":
    main()
