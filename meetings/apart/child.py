"""One job in a process of its own, forked for it."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from meetings.apart.confinement import Limits, confine, step_back
from meetings.apart.wire import RAISED, RESULT, WORD, receive, send

_line: socket.socket | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What to do. With `limits` it reads what strangers made: its result is bytes, which the server reads as such."""

    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    niceness: int
    environment: dict[str, str]
    limits: Limits | None = None


def attend(line: socket.socket) -> NoReturn:
    """Do the job that comes on `line`, answer, and end."""
    global _line
    _line = line
    try:
        os.setpgid(0, 0)
        _, given = receive(line)
        job: Job = pickle.loads(given)  # noqa: S301 — from the server, over a socket of its own
        del given
        step_back(job.niceness)
        _do(line, job)
    finally:
        os._exit(0)  # whether there was an answer is what the server goes by


def _do(line: socket.socket, job: Job) -> None:
    if job.limits is not None:
        confine(job.limits)
        send(line, RESULT, job.work(*job.arguments, **job.named))
        return
    os.environ.update(job.environment)
    try:
        kind, found = RESULT, pickle.dumps(job.work(*job.arguments, **job.named))
    except Exception as error:  # the server raises it again
        kind, found = RAISED, pickle.dumps(error)
    send(line, kind, found)


def say(word: bytes) -> None:
    """Tell the server how far the job is."""
    if _line is not None:
        send(_line, WORD, word)
