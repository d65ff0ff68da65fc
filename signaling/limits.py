"""Bounds on what one connection may send and on what waits to be sent to it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

#: The largest message a page may send, in bytes (the notes of an item are the largest).
MESSAGE_LIMIT = 256 * 1024
#: Messages that may wait for one page; a slower one is closed and resumes.
SEND_BOUND = 400


@dataclass(slots=True)
class Rate:
    """A token bucket: `burst` at once, `per_second` in the long run."""

    per_second: float
    burst: float
    _tokens: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._at = self.burst, time.monotonic()

    def allow(self) -> bool:
        now = time.monotonic()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.per_second)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
