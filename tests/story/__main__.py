"""A whole sitting of the province, in real browsers and over the wire, on PostgreSQL and then on SQLite.

    python -m tests.story [postgresql|sqlite]…

Each run ends with a line `story: ok events=N sites=N minutes=SHA256 database=…`; pictures go to `build/story/`.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from playwright.async_api import async_playwright

from meetings.record.store import first_answer
from meetings.storage.database import Database
from tests.browser.peers import STATES
from tests.browser.sample import PASSWORD
from tests.integration.media.engine_process import free_port
from tests.postgresql import Cluster
from tests.story import paper
from tests.story.model import Meeting
from tests.story.processes import ROOT, Processes
from tests.story.province import BROWSERS, Office, prepare
from tests.story.screens import Cast, Screen
from tests.story.sitting import Sitting
from tests.story.wire import Line, Synthetic
from web.app import STATIC
from web.demo import prepare as prepare_demo
from web.settings import Settings


def say(text: str) -> None:
    print(f"story: {text}", flush=True)


class Story:
    """One run on one database."""

    def __init__(self, database_url: str, work: Path, pictures: Path) -> None:
        self.work, self.pictures = work, pictures
        self.environment = {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(work / "data"),
            "PORT": str(free_port(socket.SOCK_STREAM)),
            "MEDIA_SOCKET": str(work / "media.sock"),
            "MEDIA_PORT": str(free_port(socket.SOCK_DGRAM)),
            "SIGN_PKCS12": "demo",
            "LOG_LEVEL": "warning",
            "DEMO_PASSWORD": PASSWORD,
        }
        self.address = f"http://127.0.0.1:{self.environment['PORT']}"
        self.database = Database(database_url)
        self.processes = Processes(self.environment, work)

    async def play(self) -> tuple[int, int, str]:
        """The whole story: `(events, sites, SHA-256 of the minutes)`."""
        os.environ["DEMO_PASSWORD"] = PASSWORD
        await prepare_demo(Settings(database_url=self.database.url, data_dir=self.work / "data"))
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            stack.push_async_callback(self.processes.stop)
            for name in self.processes.commands:
                await self.processes.start(name)
            secretary, administrator = [Office(self.address, one) for one in ("thuky", "quantri")]
            for one in (secretary, administrator):
                stack.push_async_callback(one.close)
                await one.sign_in()
            playwright = await stack.enter_async_context(async_playwright())
            cast = Cast(playwright, stack, self.address, self.work)
            desk = await cast.sign_in("thuky", "secretary")
            keeper = await cast.sign_in("quantri", "keeper")
            meeting = await prepare(self.database, secretary, administrator, desk, keeper)
            await keeper.page.close()
            say(f"a body, {len(meeting.sites)} people and a meeting of their sites were made by the pages' forms")
            sitting = await self._enter(stack, meeting, cast, desk)
            await self._course(sitting)
            return await self._end(sitting, secretary)

    async def _enter(self, stack: AsyncExitStack, meeting: Meeting, cast: Cast, desk: Screen) -> Sitting:
        http = await stack.enter_async_context(
            ClientSession(cookie_jar=DummyCookieJar(), connector=TCPConnector(limit=0))
        )

        def line(cookie: str, endpoint: str) -> Line:
            one = Line(http, self.address, meeting.id, cookie, endpoint)
            stack.push_async_callback(one.close)
            return one

        watcher = line(f"session={meeting.sites[2].session}", "companion")
        watcher.view = {}
        screens = await cast.open(meeting, desk)
        say("chair, secretary, two halls, a companion and the technicians' wall are open")
        others = [meeting.sites[0], *meeting.sites[1 + BROWSERS :]]
        synthetic = [
            Synthetic(
                room=line(f"device={one.device}", "room"),
                delegate=line(f"session={one.session}", "companion"),
                site=one.site,
                mandate=one.delegate,
                person=one.person,
            )
            for one in others
        ]
        return Sitting(meeting, screens, synthetic, watcher, self.processes)

    async def _course(self, sitting: Sitting) -> None:
        scenes: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("everybody is there and the sitting is open", sitting.gather),
            ("two sites were seen and heard, and a muted one was not", sitting.speak),
            ("the paper was followed", sitting.present),
            ("the open ballot counted every vote, the server killed midway", sitting.vote_openly),
            ("the media came back after its process was killed", sitting.lose_the_engine),
            ("notes were typed", sitting.write),
            ("the secret ballot counted every vote", sitting.vote_secretly),
            ("what was answered before is answered again", sitting.ask_again),
            ("the sitting is adjourned", sitting.adjourn),
        ]
        for told, scene in scenes:
            started = time.monotonic()
            try:
                await scene()
            except BaseException as error:
                say(f"FAILED before: {told}: {error!r}")
                for name, screen in sitting.screens.all():
                    await screen.picture(f"failed-{name}")
                    say(f"{name}: {await screen.page.evaluate('window.peers ? (' + STATES + ')() : []')}")
                raise
            say(f"{told} ({time.monotonic() - started:.0f} s)")

    async def _end(self, sitting: Sitting, secretary: Office) -> tuple[int, int, str]:
        meeting = sitting.meeting.id
        await self._nothing_lost(sitting)
        screens = sitting.screens
        await paper.sign(screens.secretary, self.address, meeting, "secretary")
        await paper.sign(screens.chair, self.address, meeting, "chair")
        await paper.look_around(screens.secretary, self.address, meeting)
        digest = await paper.check(secretary, meeting, self.work / "data", self.work)
        code, told = await paper.run(
            sys.executable, "-m", "web", "record", "check", meeting, environment=self.environment
        )
        assert code == 0, told
        found = re.search(r"intact events=(\d+)", told)
        assert found, told
        return int(found.group(1)), len(sitting.meeting.sites), digest

    async def _nothing_lost(self, sitting: Sitting) -> None:
        """Every command that was acknowledged is in the record under the number that its sender was told."""
        acknowledged = 0
        async with self.database.read() as session:
            for one in sitting.synthetic:
                for kept in one.delegate.acknowledged:
                    found = await first_answer(session, sitting.meeting.id, one.person, kept.id)
                    assert found is not None, f"acknowledged and lost: {kept}"
                    assert found[1] == kept.seq
                    acknowledged += 1
        assert acknowledged >= len(sitting.synthetic)
        say(f"{acknowledged} acknowledged commands of the delegates are all in the record")


def keep(work: Path, pictures: Path) -> None:
    """Leave pictures and logs where people look for them; the rest goes."""
    shutil.rmtree(pictures, ignore_errors=True)
    shutil.copytree(work / "pictures", pictures)
    for log in work.glob("*.log"):
        shutil.copy(log, pictures)
    shutil.rmtree(work, ignore_errors=True)


async def run(kind: str) -> None:
    pictures = ROOT / "build" / "story" / kind
    work = Path(tempfile.mkdtemp(prefix="diemcau-story-"))
    (work / "pictures").mkdir()
    cluster = Cluster(durable=True) if kind == "postgresql" else None
    try:
        url = cluster.create("story") if cluster else f"sqlite+aiosqlite:///{work / 'story.sqlite3'}"
        events, sites, digest = await Story(url, work, pictures).play()
        print(f"story: ok events={events} sites={sites} minutes={digest} database={kind}", flush=True)
    finally:
        keep(work, pictures)
        if cluster:
            cluster.stop()


if __name__ == "__main__":
    assert (STATIC / "index.html").exists(), "The client is not built: run `make client`."
    for wanted in sys.argv[1:] or ["postgresql", "sqlite"]:
        asyncio.run(run(wanted))
