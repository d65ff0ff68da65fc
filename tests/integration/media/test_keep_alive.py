"""Who keeps the engine alive: it comes back when killed, and never outlives its keeper."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.media.embedded.link import Link
from tests.integration.media.engine_process import free_port
from tests.integration.media.pages import until


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


async def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    for settings, words in (
        ({"MEDIA_HOST": "somewhere"}, b"MEDIA_HOST is wrong"),
        ({"MEDIA_HOST": "0.0.0.0"}, b"set MEDIA_ANNOUNCE"),
        ({"MEDIA_HOST": "192.0.2.77"}, b"cannot listen on 192.0.2.77"),
        ({"MEDIA_PORT": "0"}, b"MEDIA_PORT is wrong"),
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
