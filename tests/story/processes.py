"""The Procfile's processes, started for real, killed without warning and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from aiohttp import ClientError, ClientSession

ROOT = Path(__file__).parents[2]
#: How long a start may take, in seconds.
PATIENCE = 60.0


def procfile() -> dict[str, list[str]]:
    """`name → command` of every process that an office runs."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    named = (line.partition(":") for line in lines if line.strip())
    return {name: [sys.executable, *command.split()[1:]] for name, _, command in named}


class Processes:
    """All processes of one running system, each in a session of its own so that its children go with it."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self._environment = os.environ | environment
        self._logs = logs
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self.commands = procfile()
        self.kills = 0

    async def start(self, name: str) -> None:
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = await asyncio.create_subprocess_exec(
                *self.commands[name],
                env=self._environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if name == "web":
            await self._answers()

    async def _answers(self) -> None:
        end = time.monotonic() + PATIENCE
        address = f"http://127.0.0.1:{self._environment['PORT']}/healthz"
        async with ClientSession() as http:
            while True:
                try:
                    async with http.get(address) as answer:
                        if answer.status == 200:
                            return
                except ClientError:
                    pass
                if self._running["web"].returncode is not None or time.monotonic() > end:
                    raise AssertionError(f"the server did not start: {(self._logs / 'web.log').read_text()[-3000:]}")
                await asyncio.sleep(0.1)

    async def kill(self, name: str) -> None:
        """SIGKILL: the process and its children are gone at once."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        self.kills += 1

    async def stop(self) -> None:
        for name, process in self._running.items():
            if process.returncode is not None:
                told = (self._logs / f"{name}.log").read_text()[-3000:]
                raise AssertionError(f"the process {name} ended by itself, code {process.returncode}: {told}")
            os.killpg(process.pid, signal.SIGTERM)
        for name, process in self._running.items():
            try:
                await asyncio.wait_for(process.wait(), 20)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                raise AssertionError(f"the process {name} did not stop when asked to") from None
