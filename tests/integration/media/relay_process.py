"""A real coturn in a process of its own."""

from __future__ import annotations

import asyncio
import shutil
import socket
from pathlib import Path

from tests.integration.media.engine_process import free_port

SECRET = "mot bi mat dung chung voi coturn"


class RelayProcess:
    """`turnserver` on loopback; `said` is its log so far."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port(socket.SOCK_STREAM)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    @property
    def said(self) -> str:
        log = self._folder / "turn.log"
        return log.read_text(errors="replace") if log.exists() else ""

    async def start(self) -> None:
        program = shutil.which("turnserver")
        assert program, "coturn is missing. Run: sudo apt-get install coturn"
        options = {
            "listening-ip": "127.0.0.1",
            "relay-ip": "127.0.0.1",
            "listening-port": str(self.port),
            "static-auth-secret": SECRET,
            "realm": "diemcau",
            "log-file": str(self._folder / "turn.log"),
            "pidfile": str(self._folder / "turn.pid"),
            "userdb": str(self._folder / "turn.sqlite3"),
        }
        flags = ["use-auth-secret", "allow-loopback-peers", "no-cli", "no-tls", "no-dtls", "simple-log", "verbose"]
        self._process = await asyncio.create_subprocess_exec(
            program,
            "-n",
            *(f"--{name}={value}" for name, value in options.items()),
            *(f"--{flag}" for flag in flags),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(20):
            while not self._listens():
                assert self._process.returncode is None, f"coturn did not start:\n{self.said}"
                await asyncio.sleep(0.1)

    def _listens(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
