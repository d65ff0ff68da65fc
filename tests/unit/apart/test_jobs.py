"""Work in processes beside the server's: what comes back, what such a process may not do, and what a fault costs."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from meetings.apart import run
from meetings.apart.child import say
from meetings.apart.confinement import Limits
from meetings.apart.run import Failed, Turns, apart, confined
from meetings.errors import NotFound

LIMITS = Limits(memory=1 << 30, processor=5)
kept: list[bytes] = []


def keep(secret: bytes) -> tuple[int, list[bytes]]:
    """What this process held before, and the secret from now on."""
    before = list(kept)
    kept.append(secret)
    return os.getpid(), before


def refuse() -> None:
    raise NotFound("a.b", "Không có.", where="đây")


def environment(name: str) -> bytes:
    return os.environ.get(name, "").encode() + Path("/proc/self/environ").read_bytes()


def knows(name: str) -> bool:
    return name in os.environ


def reach_out() -> None:
    socket.create_connection(("127.0.0.1", 9))


def start_a_program() -> None:
    subprocess.run(["true"], check=True)


def write_a_file(path: Path) -> None:
    path.write_bytes(b"x" * 100)


def eat_memory() -> None:
    bytes(2 << 30)


def outcome(harm: Callable[..., None], *arguments: object) -> bytes:
    """How an attempt ends."""
    try:
        harm(*arguments)
    except Exception as error:
        return type(error).__name__.encode() + (b" 27" if getattr(error, "errno", 0) == errno.EFBIG else b"")
    return b"done"


def never_end() -> bytes:
    while True:
        pass


def descriptors() -> bytes:
    return str(len(os.listdir("/proc/self/fd"))).encode()


def start_and_sleep(note: Path) -> bytes:
    other = subprocess.Popen(["sleep", "60"])
    note.write_text(f"{os.getpid()} {other.pid}")
    time.sleep(60)
    return b""


def count() -> bytes:
    for number in range(3):
        say(str(number).encode())
    return b"done"


async def test_no_job_sees_what_another_one_held() -> None:
    first, second = await apart(keep, b"one"), await apart(keep, b"two")
    assert first[0] != second[0]
    assert (first[1], second[1], kept) == ([], [], [])
    assert await apart(keep, b"x" * 40_000_000) != (0, []), "large ones too"


async def test_what_a_job_raises_is_raised_here() -> None:
    with pytest.raises(NotFound) as raised:
        await apart(refuse)
    assert raised.value.as_json() == {"id": "a.b", "message": "Không có.", "details": {"where": "đây"}}


async def test_settings_are_known_to_our_own_jobs_and_not_where_files_of_strangers_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEAL_PIN", "bi-mat-1234")
    assert await apart(knows, "SEAL_PIN")
    assert b"bi-mat" not in await confined(Limits(1 << 30, 5), environment, "SEAL_PIN")


async def test_who_reads_files_of_strangers_can_do_no_harm(tmp_path: Path) -> None:
    assert await confined(LIMITS, outcome, reach_out) == b"PermissionError"
    assert await confined(LIMITS, outcome, start_a_program) == b"PermissionError"
    assert await confined(LIMITS, outcome, eat_memory) == b"MemoryError"
    assert await confined(LIMITS, outcome, write_a_file, tmp_path / "note") == b"OSError 27", "too large a file"
    assert (
        await confined(Limits(1 << 30, 5, writes=100, programs=True), outcome, write_a_file, tmp_path / "note")
        == b"done"
    )
    assert await confined(Limits(1 << 30, 5, programs=True), outcome, start_a_program) == b"done"


async def test_work_without_end_is_ended() -> None:
    with pytest.raises(Failed):
        await confined(Limits(1 << 30, processor=1), never_end)


async def test_a_job_holds_no_other_jobs_line(tmp_path: Path) -> None:
    alone = await confined(LIMITS, descriptors)
    others = [
        asyncio.create_task(confined(Limits(1 << 30, 5, 100, True), start_and_sleep, tmp_path / str(n)))
        for n in range(3)
    ]
    await until(lambda: all((tmp_path / str(n)).exists() for n in range(3)))
    assert await confined(LIMITS, descriptors) == alone
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def test_who_stops_waiting_ends_the_job_and_what_it_started(tmp_path: Path) -> None:
    note = tmp_path / "note"
    task = asyncio.create_task(confined(Limits(1 << 30, 5, writes=100, programs=True), start_and_sleep, note))
    await until(lambda: note.exists() and bool(note.read_text()))
    processes = [int(one) for one in note.read_text().split()]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not any(Path(f"/proc/{one}").exists() for one in processes))


async def test_a_job_tells_how_far_it_is() -> None:
    heard: list[bytes] = []
    assert await confined(LIMITS, count, heard=heard.append) == b"done"
    assert heard == [b"0", b"1", b"2"]


async def test_the_nursery_can_die_and_the_next_job_is_done() -> None:
    await apart(keep, b"")
    nursery = run._running
    assert nursery is not None
    os.kill(nursery._process.pid, signal.SIGKILL)
    nursery._process.wait()
    assert (await apart(keep, b"again"))[1] == []
    assert run._running is not nursery


async def test_turns_are_kept() -> None:
    turns, at_once, most = Turns(2), 0, 0

    async def one() -> None:
        nonlocal at_once, most
        async with turns():
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            at_once -= 1

    await asyncio.gather(*(one() for _ in range(6)))
    assert most == 2


async def until(so: Callable[[], bool]) -> None:
    for _ in range(1000):
        if so():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never came")


prepared: list[str] = []


def prepare() -> None:
    prepared.append("so")


def is_prepared() -> list[str]:
    return prepared


async def test_what_was_prepared_once_is_at_hand_in_every_job() -> None:
    await run.ready(prepare)
    await run.ready(prepare)
    assert await apart(is_prepared) == ["so"]
    assert prepared == [], "not in the server"
