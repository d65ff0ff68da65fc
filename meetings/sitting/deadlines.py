"""What must happen by itself, and when. The home server fires these as actor `system`."""

from __future__ import annotations

from meetings.sitting.floor import GRACE
from meetings.sitting.state import Phase, State


def deadlines(state: State) -> list[tuple[int, str, str]]:
    """`(at, kind, subject)`, earliest first: `floor.expire` frees the floor of a holder whose line stays lost."""
    found = []
    if state.phase is Phase.IN_SESSION:
        found = [(turn.lost_at + GRACE, "floor.expire", turn.id) for turn in state.turns.values() if turn.lost_at]
    return sorted(found)
