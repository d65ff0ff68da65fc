"""A real Janus with the configuration of `deploy/janus`, in a namespace."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.integration.janus.namespace import Namespace

CONFIGURATION = Path(__file__).parents[3] / "deploy" / "janus"


class JanusProcess:
    """Debian's Janus; `folder` holds its configuration. `port` is its WebSocket's."""

    def __init__(self, space: Namespace, folder: Path, port: int = 8188, secret: str = "", loops: str = "2") -> None:
        self.url = f"ws://{space.inside}:{port}"
        self._space, self._folder, self._secret = space, folder, secret
        self._process: asyncio.subprocess.Process | None = None
        shutil.copytree(CONFIGURATION, folder)
        self._set("janus.transport.websockets.jcfg", 'ws_ip = "127.0.0.1"', f'ws_ip = "{space.inside}"')
        self._set("janus.transport.websockets.jcfg", "ws_port = 8188", f"ws_port = {port}")
        # not on veth, says the configuration, since containers have such; here it is the only way out
        self._set("janus.jcfg", '"vmnet,docker,veth,br-"', '"vmnet"')
        self._set("janus.jcfg", "event_loops = 2", f"event_loops = {loops}" if loops else "")
        if secret:
            self._set("janus.jcfg", '//api_secret = "..."', f'api_secret = "{secret}"')

    def _set(self, file: str, old: str, new: str) -> None:
        text = (self._folder / file).read_text()
        assert old in text, f"{file} has no {old}"
        (self._folder / file).write_text(text.replace(old, new))

    async def start(self) -> None:
        command = [
            "janus",
            "--configs-folder",
            str(self._folder),
            "--interface",
            self._space.inside,
            "--disable-colors",
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._space.enter, *command, stdout=log, stderr=asyncio.subprocess.STDOUT
            )

    @property
    def pid(self) -> int:
        """Janus's own: `ip netns exec` becomes it."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """End it as the kernel would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
