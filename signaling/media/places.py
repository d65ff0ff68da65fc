"""What is known of each site's line: the step that it stands on, the one that a person fixed, what was measured.

It lives as long as this process: a step is chosen anew within seconds, and nothing of it belongs to the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from signaling.media.engine import Line, SessionState, Step

#: Below this nothing that was measured makes sense, in bit/s.
_LEAST = 1000


@dataclass(slots=True)
class Places:
    """The lines of one meeting's sites."""

    lines: dict[str, Line] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)

    def fix(self, site: str, step: Step | None) -> None:
        """Hold a site's step, or let it move by itself again."""
        self.lines[site] = Line(step, self.lines.get(site, Line()).measured)

    def measured(self, site: str, bitrate: int) -> None:
        """A technical check found how much the line to a site carries, in bit/s."""
        if bitrate >= _LEAST:
            self.lines[site] = Line(self.lines.get(site, Line()).fixed, bitrate)

    def look(self, found: Iterable[SessionState]) -> bool:
        """Take the steps of the sites' own receive sessions; whether any moved."""
        now = {one.site: one.step for one in found if one.site and one.up}
        moved = now != self.steps
        self.steps = now
        return moved

    def told(self) -> dict[str, Any]:
        """Every site that does not receive everything, or whose step is fixed: `{site: {step, fixed}}`."""
        return {
            site: {"step": self.steps.get(site, Step.HIGH), "fixed": fixed(self.lines, site)}
            for site in sorted({*self.steps, *self.lines})
            if self.steps.get(site, Step.HIGH) is not Step.HIGH or fixed(self.lines, site)
        }

    def told_to(self, site: str) -> dict[str, Any]:
        """What a site is told: its own step alone."""
        return {name: what for name, what in self.told().items() if name == site}


def fixed(lines: Mapping[str, Line], site: str) -> bool:
    """Whether a person holds the site's step."""
    return site in lines and lines[site].fixed is not None
