"""A real engine in a process of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path


def free_port() -> int:
    """A UDP port that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class EngineProcess:
    """`python -m signaling.media.embedded`, with its socket at `socket`."""

    def __init__(self, path: Path) -> None:
        self.socket = path
        self.port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        settings = {"MEDIA_SOCKET": str(self.socket), "MEDIA_PORT": str(self.port), "MEDIA_HOST": "127.0.0.1"}
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
