"""Verification in a process of its own with limits on memory and time and without the network.

Run as `python -m meetings.signing.verify_process TRUST_LENGTH`: trust anchors and file arrive on standard
input, the verdict leaves on standard output as JSON; nothing is written to disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import resource
import sys
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter

from meetings.signing.evidence_check import ZIP, check_package
from meetings.signing.verdict import Verdict, unreadable
from meetings.signing.verify import verify

#: The largest file, in bytes.
SIZE_LIMIT = 30 * 1024 * 1024
#: Seconds of the processor; and of the clock, longer, so that a busy server refuses no good file.
TIME_LIMIT, CLOCK_LIMIT = 20, 90
#: Bytes of address space.
MEMORY_LIMIT = 1536 * 1024 * 1024
#: Files that are checked at the same time, and how far people's pages go before them.
AT_ONCE, NICENESS = 2, 10
_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)
_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


async def verify_apart(data: bytes, trust: bytes = b"") -> Verdict:
    """The verdict on `data`; a file that is too large, too slow or too heavy is not readable."""
    if len(data) > SIZE_LIMIT:
        return unreadable("verify.too_large", "Tệp lớn hơn 30 MB nên không kiểm tra được.")
    async with _turns():
        return await _checked(trust, data)


def _turns() -> asyncio.Semaphore:
    """The turns of the running loop: a process for each of many files at once would take the server's own time."""
    loop = asyncio.get_running_loop()
    return _TURNS.setdefault(loop, asyncio.Semaphore(AT_ONCE))


async def _checked(trust: bytes, data: bytes) -> Verdict:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "meetings.signing.verify_process",
        str(len(trust)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        answer, _ = await asyncio.wait_for(process.communicate(trust + data), CLOCK_LIMIT)
    except TimeoutError:
        return unreadable("verify.too_long", "Kiểm tra tệp mất quá nhiều thời gian nên đã dừng. Hãy thử lại sau.")
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        return unreadable("verify.too_heavy", "Không kiểm tra được tệp: tệp đòi hỏi quá nhiều bộ nhớ hoặc thời gian.")
    return _VERDICT.validate_json(answer)


#: Reaching out, by network or by starting something. (An event loop's own socket pair is no address.)
_FORBIDDEN = frozenset(
    {
        *(f"socket.{one}" for one in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname")),
        *("subprocess.Popen", "os.exec", "os.system", "os.posix_spawn", "os.fork", "os.forkpty"),
    }
)


def _forbid(event: str, _arguments: object) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(event)


def confine() -> None:
    """Take away network, memory and time from this process, for good."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # where the kernel allows it
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    confine()
    sys.addaudithook(_forbid)
    length = int(sys.argv[1])
    given = sys.stdin.buffer.read()
    trust, data = given[:length], given[length:]
    verdict = check_package(data, trust) if data.startswith(ZIP) else verify(data, trust)
    sys.stdout.buffer.write(_VERDICT.dump_json(verdict))
    return 0


if __name__ == "__main__":
    sys.exit(main())
