"""A real engine in a process of its own."""

from __future__ import annotations

import asyncio
import functools
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from signaling.media.embedded.compile_loop import compiled


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """A port that nobody has, for UDP where nothing else is said."""
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@functools.cache
def _compiled() -> str:
    """Compile the send loop, once for all tests; why that failed."""
    return compiled()


class EngineProcess:
    """`python -m signaling.media.embedded`, with its socket at `socket`."""

    def __init__(self, path: Path, send_loop: str = "c") -> None:
        self.socket, self.send_loop = path, send_loop
        self.port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        if self.send_loop == "c":
            assert _compiled() == ""
        settings = {
            "MEDIA_SEND_LOOP": self.send_loop,
            "MEDIA_SOCKET": str(self.socket),
            "MEDIA_PORT": str(self.port),
            "MEDIA_HOST": "127.0.0.1",
        }
        self.socket.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "signaling.media.embedded", env=os.environ | settings
        )
        await self.until(self.socket.exists)

    async def until(self, holds: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until `holds()`."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 — what is waited for happens in another process
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """End it as the kernel would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None
