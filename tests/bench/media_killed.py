"""Something is killed in the middle of a sitting: `python -m tests.bench.media_killed [RECEIVERS] [--cases …]`.

A speaker and so many sites that look (50), through the room's own server and signals as pages do it. The media
process, one of two, a Janus, or the room's server is killed (SIGKILL); the service manager's part is done at once. A
line of JSON each: how long the sites had no picture that can be decoded, and after how long the last of them had one
again. Needs root for a network namespace, and Janus.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from signaling.media.embedded.dtls import Certificate
from tests.bench.media.room_pages import RoomPage, SendingPage, WatchingPage
from tests.integration.janus.janus_process import JanusProcess
from tests.integration.janus.namespace import Namespace, namespace

CASES = ("embedded-media", "embedded-one", "embedded-web", "janus-media", "janus-web")
#: A picture that is missing for less is no interruption, in seconds.
NOTICED = 0.5
#: All is well when every site has had pictures for so long; given up after so long. Seconds.
WELL, PATIENCE = 5.0, 90.0

#: The settings of the room's server, and what kills the engine.
Engine = tuple[dict[str, str], Callable[[], Awaitable[None]]]


class Sitting:
    """The room's server, its engine and its pages."""

    def __init__(self, space: Namespace, folder: Path, receivers: int, settings: dict[str, str]) -> None:
        self._settings = os.environ | settings | {"LOG_LEVEL": "error"}
        self._folder, self._receivers = folder, receivers
        self._server: asyncio.subprocess.Process | None = None
        self.address = ""
        certificate = Certificate()
        self.chair = RoomPage("person:chair", "office", self.where, space.outside, certificate)
        self.speaker = SendingPage("room:s1", "room", self.where, space.outside, certificate)
        self.sites = [WatchingPage(2 + one, self.where, space.outside, certificate) for one in range(receivers)]

    def where(self) -> str:
        """Where pages find the server; nowhere while it starts."""
        return self.address or "http://127.0.0.1:9/"

    async def serve(self) -> None:
        """Start the room's server."""
        database = f"sqlite+aiosqlite:///{self._folder / 'room.sqlite3'}"
        command = ["-m", "tests.bench.media.room_server", database, str(self._receivers + 2)]
        self._server = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=self._settings, stdout=PIPE, stderr=DEVNULL
        )
        assert self._server.stdout is not None
        while not self.address.startswith("http"):
            line = await self._server.stdout.readline()
            if not line:
                raise RuntimeError("the room's server ended")
            self.address = line.decode().strip()

    async def kill_server(self) -> None:
        """SIGKILL, and a new one."""
        self.stop()
        self.address = ""
        await self.serve()

    def stop(self) -> None:
        if self._server is not None and self._server.returncode is None:
            self._server.kill()

    async def begin(self) -> list[asyncio.Task[None]]:
        """Everybody comes, the speaker has the floor, and everybody sees it."""
        chair = asyncio.create_task(self.chair.live())
        await _until(lambda: self.chair.page is not None)
        assert self.chair.page is not None
        await self.chair.page.done("sitting.open")
        tasks = [chair, asyncio.create_task(self.speaker.live())]
        await _until(lambda: bool(self.speaker.session))
        await self.chair.page.done("floor.invite", {"site": "s1"})
        tasks += [asyncio.create_task(one.live()) for one in self.sites]
        tasks.append(asyncio.create_task(self._report()))
        await _until(lambda: all(one.last > 0 for one in self.sites))
        return tasks

    async def _report(self) -> None:
        while True:
            for one in self.sites:
                one.beat(time.monotonic())
            await asyncio.sleep(0.02)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 — what is waited for happens in other processes
            await asyncio.sleep(0.05)


def child(process: int) -> int:
    """The first process that `process` has started."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])


@asynccontextmanager
async def embedded(space: Namespace, folder: Path, engines: int = 1) -> AsyncIterator[Engine]:
    """Embedded engines under their keeper: settings for the server, and what kills the first, where the meeting is."""
    settings = {"MEDIA_SOCKET": str(folder / "media.sock"), "MEDIA_HOST": space.inside, "MEDIA_ENGINE": "embedded"}
    settings["MEDIA_ENGINES"] = str(engines)
    command = [*space.enter, sys.executable, "-m", "signaling.media.embedded.keep_alive"]
    keeper = await asyncio.create_subprocess_exec(
        *command, env=os.environ | settings | {"LOG_LEVEL": "error"}, stderr=DEVNULL
    )

    async def kill() -> None:
        os.kill(child(keeper.pid), signal.SIGKILL)

    try:
        await _until(lambda: len(list(folder.glob("media*.sock"))) == engines)
        yield settings, kill
    finally:
        keeper.terminate()
        await keeper.wait()


@asynccontextmanager
async def janus(space: Namespace, folder: Path) -> AsyncIterator[Engine]:
    """Two instances of Janus: what kills the one that has the meeting, which then goes to the other."""
    instances = [JanusProcess(space, folder / f"janus-{one}", 8188 + one) for one in range(2)]
    for one in instances:
        await one.start()

    async def kill() -> None:
        await max(instances, key=lambda one: len(os.listdir(f"/proc/{one.pid}/fd"))).kill()

    try:
        await asyncio.sleep(2)
        yield {"MEDIA_ENGINE": "janus", "JANUS_URLS": ",".join(one.url for one in instances)}, kill
    finally:
        for one in instances:
            await one.kill()


async def run(case: str, space: Namespace, receivers: int) -> dict[str, object]:
    """One sitting, one kill; what the sites noticed."""
    engine, _, what = case.partition("-")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        database = Database(f"sqlite+aiosqlite:///{folder / 'room.sqlite3'}")
        await migrate(database)
        await database.close()
        running = janus(space, folder) if engine == "janus" else embedded(space, folder, 2 if what == "one" else 1)
        settings, kill_engine = await stack.enter_async_context(running)
        sitting = Sitting(space, folder, receivers, settings)
        stack.callback(sitting.stop)
        await sitting.serve()
        tasks = await sitting.begin()
        await asyncio.sleep(WELL)
        for one in sitting.sites:
            one.begin()
        killed = time.monotonic()
        await (sitting.kill_server() if what == "web" else kill_engine())
        found = await _recovered(sitting, killed)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for page in (sitting.speaker, *sitting.sites):
            await page.close()
        return {"bench": "media_killed", "engine": engine, "killed": what, "receivers": receivers, **found}


async def _recovered(sitting: Sitting, killed: float) -> dict[str, object]:
    """Wait until all is well again."""
    well_since = float("inf")
    while (now := time.monotonic()) - killed < PATIENCE:
        pages = [sitting.speaker, *sitting.sites]
        well = all(one.page is not None for one in pages) and all(now - one.last < NOTICED for one in sitting.sites)
        well_since = min(well_since, now) if well else float("inf")
        if now - well_since > WELL:
            break
        await asyncio.sleep(0.05)
    gaps = [one.gap for one in sitting.sites]
    interrupted = [one.gap_end - killed for one in sitting.sites if one.gap > NOTICED]
    return {
        "interrupted": len(interrupted),
        "without_picture_median_s": round(statistics.median(gaps), 2),
        "without_picture_worst_s": round(max(gaps), 2),
        "all_decode_again_s": round(max(interrupted, default=0.0), 2),
        "all_well": well_since < float("inf"),
    }


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.media_killed")
    parser.add_argument("receivers", type=int, nargs="?", default=50)
    parser.add_argument("--cases", default=",".join(CASES), help="separated by commas")
    options = parser.parse_args()
    with namespace() as space:
        for case in options.cases.split(","):
            print(json.dumps(await run(case, space, options.receivers)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
