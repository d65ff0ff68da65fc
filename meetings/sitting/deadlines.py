"""What must happen by itself, and when. The home server fires these as actor `system`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from meetings.sitting.events import Draft
from meetings.sitting.floor import GRACE, end_on_time, expire
from meetings.sitting.progress import end_recess
from meetings.sitting.registry import Context
from meetings.sitting.roll_call import lapse, lapses_at
from meetings.sitting.state import Phase, State

#: How long after the adjournment the room stays open to read in, in ms.
CLOSING = 30 * 60_000

#: What each kind writes; the other kinds (`OUTSIDE`) are things that the server does, and no facts.
FIRES: dict[str, Callable[[Context, str], list[Draft]]] = {
    "floor.expire": expire,
    "floor.end_on_time": end_on_time,
    "recess.end": end_recess,
    "claim.lapse": lapse,
}
OUTSIDE = frozenset({"sitting.overrun", "room.close"})


def deadlines(state: State) -> list[tuple[int, str, str]]:
    """`(at, kind, subject)`, earliest first; `at` is UTC in ms."""
    return sorted(_found(state))


def _found(state: State) -> Iterator[tuple[int, str, str]]:
    if state.phase is Phase.IN_SESSION:
        for turn in state.turns.values():
            if turn.lost_at:
                yield turn.lost_at + GRACE, "floor.expire", turn.id
            if turn.ends_at and state.release_on_time:
                yield turn.ends_at, "floor.end_on_time", turn.id
    if state.phase is Phase.RECESS and state.recess_resumes and state.quorum_met():
        yield state.recess_until, "recess.end", ""
    if state.phase in (Phase.IN_SESSION, Phase.RECESS):
        for delegate, seat in state.attendance.items():
            at = lapses_at(state, seat)
            if at:
                yield at, "claim.lapse", delegate
    if state.phase is Phase.ADJOURNED:
        yield state.adjourned_at + CLOSING, "room.close", ""
    elif state.opened_at:
        yield state.setup.ends_at, "sitting.overrun", ""
