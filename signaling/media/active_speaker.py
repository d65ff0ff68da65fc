"""Who is heard: an indicator from the levels that pages send (RFC 6464). It never grants the floor."""

from __future__ import annotations

from collections.abc import Mapping

#: In -dBov: louder than this begins to speak, quieter than that has stopped.
BEGINS, STOPS = 45, 60
#: A louder site takes over only where it is louder by so much, for so many looks in a row.
MARGIN, LOOKS = 6, 2


class ActiveSpeaker:
    """Looks at the levels twice a second and keeps to one speaker until another is clearly louder."""

    def __init__(self) -> None:
        self.site = ""
        self._challenger, self._looks = "", 0

    def look(self, levels: Mapping[str, int]) -> str:
        """The site that speaks, or empty; `levels` is 0 (loudest) to 127."""
        current = levels.get(self.site, 127)
        if current > STOPS:
            self.site, current = "", 127
        loudest = min(levels, key=lambda one: (levels[one], one), default="")
        clearly = bool(loudest) and levels[loudest] <= BEGINS and levels[loudest] <= current - MARGIN
        if not clearly or loudest == self.site:
            self._challenger, self._looks = "", 0
            return self.site
        self._looks = self._looks + 1 if loudest == self._challenger else 1
        self._challenger = loudest
        if not self.site or self._looks >= LOOKS:
            self.site, self._challenger, self._looks = loudest, "", 0
        return self.site
