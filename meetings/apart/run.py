"""Running a job in a process beside the server's, as seen from the server.

The loop writes the job to a socket and reads the answer; starting the process is the nursery's work. A job's process
is forked for it and ends with it, so no job sees another's memory and no fault outlives its job.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from meetings.apart.child import Job
from meetings.apart.confinement import Limits
from meetings.apart.wire import HEAD, JOB, NAME_LENGTH, RESULT, WORD

P = ParamSpec("P")
T = TypeVar("T")
Heard = Callable[[bytes], None]
#: How far the processes stand back behind the server's own: those that a person waits for, those that judge files.
NICENESS, NICENESS_OF_CHECKS = 5, 10
#: The most that a job that reads strangers' files may answer, in bytes.
LARGEST_ANSWER = 64 * 1024 * 1024
#: What of the environment everybody there may know; settings and their secrets are not among it.
_HARMLESS = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")


class Failed(Exception):
    """The job's process ended without an answer: a fault, or more memory or time than it may use."""


class Turns:
    """So many at a time; the others wait. Any event loop, each with turns of its own."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._of: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    def __call__(self) -> asyncio.Semaphore:
        return self._of.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._at_once))


async def apart(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `work` gives for the arguments, done in a process of its own; all of them travel between processes.

    For what the server made or has checked. The process knows the server's environment.

    Raises:
        Failed: the process ended without an answer; or what `work` raises.
    """
    kind, answer = await _ask(Job(work, arguments, named, NICENESS, dict(os.environ)), None, sys.maxsize)
    found = pickle.loads(answer)  # noqa: S301 — from a process of ours that read nothing of strangers
    if kind == RESULT:
        result: T = found
        return result
    raise found


async def confined(limits: Limits, work: Callable[..., bytes], *arguments: object, heard: Heard | None = None) -> bytes:
    """What `work` gives, done in a process that can do no harm. For files of strangers.

    What comes back is as little to be trusted as the file. `heard` gets what the job says meanwhile (`child.say`).

    Raises:
        Failed: it ended without an answer, or took more than `limits`.
    """
    kind, answer = await _ask(Job(work, arguments, {}, NICENESS_OF_CHECKS, {}, limits), heard, LARGEST_ANSWER)
    if kind != RESULT:
        raise Failed
    return answer


async def ready(*warm: Callable[[], None]) -> None:
    """Have what `warm` prepares, and its module, at hand in every job to come: it is called where jobs are forked.

    What cannot be had now is had when it is first needed.
    """
    for one in warm:
        with contextlib.suppress(Failed):
            await _ask(Job(int, (), {}, NICENESS, {}), None, sys.maxsize, f"{one.__module__}:{one.__qualname__}")


async def _ask(job: Job, heard: Heard | None, largest: int, place: str = "") -> tuple[bytes, bytes]:
    asked = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
    name = place or job.work.__module__
    for _ in range(2):
        known = _running
        nursery = known if known is not None else await asyncio.to_thread(_started)
        try:
            return await _answered(nursery, name, asked, heard, largest)
        except (EOFError, OSError):
            if nursery.alive:
                break
        nursery.close()  # it was killed, or the machine had no memory for it: the next one begins anew
    raise Failed


async def _answered(
    nursery: _Nursery, name: str, asked: bytes, heard: Heard | None, largest: int
) -> tuple[bytes, bytes]:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            nursery.hand_over(name, theirs)
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(ours, HEAD.pack(JOB, len(asked)))
        await loop.sock_sendall(ours, asked)
        while True:
            kind, length = HEAD.unpack(await _exactly(ours, HEAD.size))
            if length > largest:
                raise Failed
            data = await _exactly(ours, length)
            if kind != WORD:
                return kind, data
            if heard is not None:
                heard(data)


async def _exactly(line: socket.socket, length: int) -> bytes:
    loop, data = asyncio.get_running_loop(), bytearray()
    while len(data) < length:
        part = await loop.sock_recv(line, min(length - len(data), 256 * 1024))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


class _Nursery:
    """The nursery's process and the line to it."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._control.setblocking(False)
            known = {name: os.environ[name] for name in _HARMLESS if name in os.environ}
            command = [sys.executable, "-m", "meetings.apart.nursery", str(theirs.fileno()), *sys.path]
            self._process = subprocess.Popen(  # noqa: S603 — ourselves
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env=known | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether the other end of the line is open: the process itself may take a moment more to be gone."""
        try:
            return self._control.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def hand_over(self, name: str, line: socket.socket) -> None:
        socket.send_fds(self._control, [name.encode().ljust(NAME_LENGTH, b"\0")], [line.fileno()])

    def close(self) -> None:
        global _running
        with _starting:
            if _running is self:
                _running = None
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
            return
        self._process.kill()
        self._process.wait()


_running: _Nursery | None = None
_starting = threading.Lock()


def _started() -> _Nursery:
    """The nursery, started when the first job comes. Blocking."""
    global _running
    with _starting:
        if _running is None:
            _running = _Nursery()
        return _running


def stop() -> None:
    """End the processes; the next job starts them anew, with the environment of then. Blocking."""
    if _running is not None:
        _running.close()


atexit.register(stop)
