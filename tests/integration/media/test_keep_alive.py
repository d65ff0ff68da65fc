"""Who keeps the engine alive: it comes back when killed, and never outlives its keeper."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.media.choice import chosen
from signaling.media.embedded.link import Link
from signaling.media.engine import Closed, Event, Reached, Slot
from signaling.media.settings import MediaSettings
from tests.integration.media.engine_process import free_port
from tests.integration.media.pages import BLUE, RED, Receiver, Sender, until
from tests.integration.media.sitting import sitting


@pytest.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {"MEDIA_SOCKET": str(tmp_path / "media.sock"), "MEDIA_PORT": str(free_port())}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling.media.embedded.keep_alive", env=os.environ | settings
    )
    yield process
    if process.returncode is None:
        process.kill()
    await process.wait()


def children(parent: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def engine_of(keeper: int, number: int) -> int:
    """The process of one of the engines."""
    words = {one: Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0") for one in children(keeper)}
    return next(one for one, said in words.items() if said[-2] == str(number).encode())


async def test_a_killed_engine_comes_back_as_another(tmp_path: Path, keeper: asyncio.subprocess.Process) -> None:
    link = Link(tmp_path / "media.sock")
    link.start()
    await until(lambda: bool(link.epoch))
    before = link.epoch
    (engine,) = children(keeper.pid)
    os.kill(engine, signal.SIGKILL)
    await until(lambda: link.epoch not in ("", before))
    await link.stop()


async def test_the_engine_ends_with_its_keeper(tmp_path: Path, keeper: asyncio.subprocess.Process) -> None:
    await until((tmp_path / "media.sock").exists)
    (engine,) = children(keeper.pid)
    keeper.kill()
    await keeper.wait()
    await until(lambda: not (tmp_path / "media.sock").exists())
    await until(
        lambda: not Path(f"/proc/{engine}/cmdline").exists() or not Path(f"/proc/{engine}/cmdline").read_bytes()
    )


async def test_when_one_of_two_engines_dies_only_its_meeting_is_connected_anew(tmp_path: Path) -> None:
    first, ports = tmp_path / "media.sock", neighbours()
    settings = {"MEDIA_SOCKET": str(first), "MEDIA_PORT": str(ports[0]), "MEDIA_ENGINES": "2"}
    keeper = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling.media.embedded.keep_alive", env=os.environ | settings
    )
    engines = chosen(MediaSettings(media_socket=first, media_port=ports[0], media_engines=2))
    events: list[Event] = []
    engines.listen(events.append)
    await until(lambda: first.exists() and (tmp_path / "media-1.sock").exists())
    engines.start()
    await until(lambda: bool(engines.epoch))
    try:
        async with sitting(engines, "m1") as dies, sitting(engines, "m2") as lives:
            await dies.bring(Receiver(engines, "m1", "one"))
            stays = Receiver(engines, "m2", "two")
            await lives.bring(Sender(engines, "m2", "b", BLUE), stays)
            await lives.feed(Slot.SPEAKER, "b")
            await until(lambda: stays.shows("speaker", BLUE))
            assert [one.sessions for one in (await engines.state()).parts] == [1, 2]
            os.kill(engine_of(keeper.pid, 0), signal.SIGKILL)
            await until(lambda: Closed("receive-one", "restarted") in events)
            frames = stays.frames["speaker-video"]
            dies.pages.clear()
            again = Receiver(engines, "m1", "again")
            await dies.bring(Sender(engines, "m1", "a", RED), again)
            await dies.feed(Slot.SPEAKER, "a")
            await until(lambda: again.shows("speaker", RED) and again.hears("speaker"))
            await until(lambda: stays.frames["speaker-video"] > frames)
            assert [one for one in events if isinstance(one, Closed)] == [Closed("receive-one", "restarted")]
            await until(lambda: events.count(Reached(engines.epoch)) == 2)
            assert [(one.up, one.lost) for one in (await engines.state()).parts] == [(True, 1), (True, 0)]
    finally:
        await engines.stop()
        keeper.terminate()
        assert await keeper.wait() == 128 + signal.SIGTERM
    assert not first.exists(), "both have ended"


def neighbours() -> tuple[int, int]:
    """Two free ports, one after the other."""
    while True:
        port = free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, contextlib.suppress(OSError, OverflowError):
            one.bind(("127.0.0.1", port + 1))
            return port, port + 1


async def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    for settings, words in (
        ({"MEDIA_HOST": "somewhere"}, b"MEDIA_HOST is wrong"),
        ({"MEDIA_HOST": "0.0.0.0"}, b"set MEDIA_ANNOUNCE"),
        ({"MEDIA_HOST": "192.0.2.77"}, b"cannot listen on 192.0.2.77"),
        ({"MEDIA_PORT": "0"}, b"MEDIA_PORT is wrong"),
        ({"MEDIA_PORT": "65535", "MEDIA_ENGINES": "2"}, b"MEDIA_ENGINES is wrong"),
    ):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "signaling.media.embedded.keep_alive",
            env=os.environ | {"MEDIA_SOCKET": str(tmp_path / "x.sock")} | settings,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        assert process.returncode == 1
        assert words in said
