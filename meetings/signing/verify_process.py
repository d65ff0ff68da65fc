"""Verification in a process of its own with limits on memory and time and without the network; nothing is written."""

from __future__ import annotations

import asyncio

from pydantic import TypeAdapter, ValidationError

from meetings.apart.confinement import Limits
from meetings.apart.run import Failed, Turns, confined
from meetings.signing.evidence_check import ZIP, check_package
from meetings.signing.verdict import Verdict, unreadable
from meetings.signing.verify import verify

#: The largest file, in bytes.
SIZE_LIMIT = 30 * 1024 * 1024
#: Seconds of the processor; and of the clock, longer, so that a busy server refuses no good file.
TIME_LIMIT, CLOCK_LIMIT = 20, 90
#: Bytes of address space.
MEMORY_LIMIT = 1536 * 1024 * 1024
LIMITS = Limits(MEMORY_LIMIT, TIME_LIMIT)
#: Files that are checked at the same time; others wait.
turns = Turns(2)
_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)


async def verify_apart(data: bytes, trust: bytes = b"") -> Verdict:
    """The verdict on `data`; a file that is too large, too slow or too heavy is not readable."""
    if len(data) > SIZE_LIMIT:
        return unreadable("verify.too_large", "Tệp lớn hơn 30 MB nên không kiểm tra được.")
    try:
        async with turns(), asyncio.timeout(CLOCK_LIMIT):
            return _VERDICT.validate_json(await confined(LIMITS, judged, data, trust))
    except TimeoutError:
        return unreadable("verify.too_long", "Kiểm tra tệp mất quá nhiều thời gian nên đã dừng. Hãy thử lại sau.")
    except (Failed, ValidationError):
        message = "Không kiểm tra được tệp: tệp đòi hỏi quá nhiều bộ nhớ hoặc thời gian."
        return unreadable("verify.too_heavy", message)


def judged(data: bytes, trust: bytes) -> bytes:
    """The verdict as JSON."""
    return _VERDICT.dump_json(check_package(data, trust) if data.startswith(ZIP) else verify(data, trust))
