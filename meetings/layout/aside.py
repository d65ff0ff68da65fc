"""Drawing documents in a process beside the server's: it takes tens of milliseconds of Python for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from meetings.apart.run import Failed, Turns, apart
from meetings.errors import Refusal

P = ParamSpec("P")
T = TypeVar("T")
#: Documents that are drawn at the same time; others wait.
_turns = Turns(1)


async def aside(draw: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `draw` gives for the arguments; all of them travel between processes.

    Raises:
        Refusal: the process ended twice in this work (`document.not_drawn`), or what `draw` raises.
    """
    for _ in range(2):
        try:
            async with _turns():
                return await apart(draw, *arguments, **named)
        except Failed:
            continue
    raise Refusal("document.not_drawn", "Máy chủ chưa lập được văn bản. Hãy thử lại; nếu vẫn lỗi, báo quản trị.")
