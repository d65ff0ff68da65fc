"""Which status may follow which, for one recipient of one document. Pure.

Two ladders: what the recipient does with the document, and what became of a recall.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from meetings.dispatch.message import StatusCode

S = StatusCode
#: What the recipient does: from the status so far ("" before the first) to those that may follow; steps may be left
#: out.
PROCESSING: Mapping[str, frozenset[str]] = {
    "": frozenset({S.ARRIVED, S.REFUSED, S.REGISTERED, S.ASSIGNED, S.IN_WORK, S.DONE}),
    S.ARRIVED: frozenset({S.REFUSED, S.REGISTERED, S.ASSIGNED, S.IN_WORK, S.DONE}),
    S.REFUSED: frozenset(),
    S.REGISTERED: frozenset({S.ASSIGNED, S.IN_WORK, S.DONE}),
    S.ASSIGNED: frozenset({S.IN_WORK, S.DONE}),
    S.IN_WORK: frozenset({S.DONE}),
    S.DONE: frozenset(),
}
#: What became of a recall. That it was asked is ours to say, never the recipient's.
RECALL: Mapping[str, frozenset[str]] = {
    "": frozenset(),
    S.RECALL_ASKED: frozenset({S.RECALL_AGREED, S.RECALL_REFUSED}),
    S.RECALL_AGREED: frozenset(),
    S.RECALL_REFUSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a recipient stands on both ladders."""

    processing: str = ""
    recall: str = ""

    @property
    def closed(self) -> bool:
        return self.recall == S.RECALL_AGREED

    def asked_back(self) -> Progress:
        """We asked for the document back; once agreed to, asking again changes nothing."""
        return self if self.closed or self.processing == S.REFUSED else Progress(self.processing, S.RECALL_ASKED)

    def after(self, code: str) -> Progress | None:
        """Where `code` leads; None where it may not follow."""
        if self.closed:
            return None
        if code in RECALL[self.recall]:
            return Progress(self.processing, code)
        if code in PROCESSING[self.processing]:
            return Progress(code, self.recall)
        return None

    def repeats(self, code: str) -> bool:
        return code in (self.processing, self.recall)
