"""How often one address or person may try."""

from __future__ import annotations

import time

from meetings.errors import TooMany


class Rate:
    """At most `limit` calls per key in `window` seconds; at most `keys` keys are remembered."""

    def __init__(self, limit: int, window: float = 60.0, keys: int = 10_000) -> None:
        self._limit, self._window, self._keys = limit, window, keys
        self._calls: dict[str, list[float]] = {}

    def check(self, key: str) -> None:
        """Count one call.

        Raises:
            TooMany: the key used its calls.
        """
        now = time.monotonic()
        recent = [at for at in self._calls.pop(key, []) if now - at < self._window]
        self._calls[key] = recent
        while len(self._calls) > self._keys:
            del self._calls[next(iter(self._calls))]
        if len(recent) >= self._limit:
            raise TooMany("pairing.rate", "Thao tác quá nhanh. Hãy đợi một phút rồi thử lại.")
        recent.append(now)
