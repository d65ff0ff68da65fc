"""Drawing documents in a process beside the server's: it takes tens of milliseconds of Python for each."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import ParamSpec, TypeVar

from meetings.errors import Refusal

P = ParamSpec("P")
T = TypeVar("T")
#: Pages and their people go first.
NICENESS = 5
_executor: Executor | None = None


def _drawer() -> Executor:
    """The process that draws, started when the first document is asked for; one, as drawing has one order anyway."""
    global _executor
    if _executor is None:
        apart = multiprocessing.get_context("spawn")
        _executor = ProcessPoolExecutor(1, apart, initializer=os.nice, initargs=(NICENESS,))
    return _executor


async def aside(draw: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `draw` gives for the arguments; all of them travel between processes.

    Raises:
        Refusal: the process ended twice in this work (`document.not_drawn`), or what `draw` raises.
    """
    global _executor
    for _ in range(2):
        used = _drawer()
        try:
            return await asyncio.get_running_loop().run_in_executor(used, partial(draw, *arguments, **named))
        except BrokenProcessPool:
            if _executor is used:
                _executor = None
            used.shutdown(wait=False)
    raise Refusal("document.not_drawn", "Máy chủ chưa lập được văn bản. Hãy thử lại; nếu vẫn lỗi, báo quản trị.")
