"""Pages that are GStreamer's webrtcbin, each in a process of its own."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

from signaling.media.engine import Source
from tests.integration.media.pages import Negotiator

_PROGRAM = Path(__file__).with_name("gstreamer_page.py")
#: Debian's Python: the GStreamer bindings are packaged for it alone.
_PYTHON = "/usr/bin/python3"


class _Process:
    def __init__(self, *what: str) -> None:
        self._what = what
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._described: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.colours: dict[str, tuple[int, int, int]] = {}
        self.frames: dict[str, int] = {}
        self.loudness: dict[str, float] = {}

    async def start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            _PYTHON, str(_PROGRAM), *self._what, stdin=pipe, stdout=pipe
        )
        self._listening = asyncio.create_task(self._listen())

    async def describe(self) -> str:
        """Its own description, with all its candidates."""
        async with asyncio.timeout(20):
            return await self._described

    async def take(self, sdp: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"description": sdp}).encode() + b"\n")
        await self._process.stdin.drain()

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            said = json.loads(line)
            if "description" in said and not self._described.done():
                self._described.set_result(said["description"])
            elif "picture" in said:
                y, u, v = said["picture"]
                self.colours[said["mid"]] = (y, u, v)
                self.frames[said["mid"]] = self.frames.get(said["mid"], 0) + 1
            elif "sound" in said:
                self.loudness[said["mid"]] = said["sound"]
        if not self._described.done():
            self._described.set_exception(RuntimeError("GStreamer did not start: run tests/packages.sh"))

    async def leave(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._listening is not None:
            await self._listening


class GStreamerSender(_Process):
    """Sends `colour` (RRGGBB) and a tone."""

    def __init__(self, engine: Negotiator, meeting: str, site: str, colour: str) -> None:
        super().__init__("send", colour)
        self._engine, self._meeting, self._site = engine, meeting, site
        self.session = f"send-{site}"

    async def join(self) -> None:
        await self.start()
        offer = await self.describe()
        kinds = {"audio": Source.MICROPHONE, "video": Source.CAMERA}
        lines = re.findall(r"^m=(\w+).*?^a=mid:(\S+)", offer, re.M | re.S)
        tracks = {mid: kinds[kind] for kind, mid in lines}
        await self.take(await self._engine.publish(self._meeting, self.session, "page", self._site, offer, tracks))


class GStreamerReceiver(_Process):
    """Receives the stage."""

    def __init__(self, engine: Negotiator, meeting: str, name: str, site: str = "") -> None:
        super().__init__("receive")
        self._engine, self._meeting, self._site = engine, meeting, site
        self.session = f"receive-{name}"

    async def join(self) -> None:
        await self.start()
        await self.take(await self._engine.offer(self._meeting, self.session, "page", self._site, False))
        await self._engine.answer(self.session, await self.describe())

    def shows(self, slot: str, colour: tuple[int, int, int]) -> bool:
        """Whether the last picture of a slot has this colour."""
        seen = self.colours.get(f"{slot}-video")
        return seen is not None and all(abs(one - other) < 30 for one, other in zip(seen, colour, strict=True))

    def hears(self, slot: str) -> bool:
        return self.loudness.get(f"{slot}-audio", -100.0) > -40
