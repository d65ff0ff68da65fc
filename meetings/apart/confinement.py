"""What a process that reads files of strangers may still do."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
from dataclasses import dataclass

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_DUMPABLE = 4
#: Reaching out, by network or by starting something. (An event loop's own socket pair is no address.)
_NETWORK = frozenset(
    f"socket.{one}" for one in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname")
)
_PROGRAMS = frozenset({"subprocess.Popen", "os.exec", "os.system", "os.posix_spawn", "os.fork", "os.forkpty"})


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory`: bytes of address space; `processor`: seconds; `writes`: bytes of a file; `programs`: may start others.

    No network in any case.
    """

    memory: int
    processor: int
    writes: int = 0
    programs: bool = False


def keep_to_itself() -> None:
    """No other process of the same user may look into this one or its children (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def confine(limits: Limits) -> None:
    """Take network, memory, time and files from this process, for good."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # where the kernel allows it
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.processor, limits.processor))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.writes, limits.writes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    forbidden = _NETWORK if limits.programs else _NETWORK | _PROGRAMS

    def forbid(event: str, _arguments: object) -> None:
        if event in forbidden:
            raise PermissionError(event)

    sys.addaudithook(forbid)


def step_back(niceness: int) -> None:
    """Pages and their people go first."""
    with contextlib.suppress(OSError):
        os.nice(niceness)
