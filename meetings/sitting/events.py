"""Facts of a sitting. A payload holds integers and strings only (in lists and objects); free text is a reference.

The catalogue below is complete: an event type that is not in it is never written. Versions rise when a
payload changes; old versions are upcast on reading, stored bytes never change. A type that is not in it comes
from a newer build: it is read, kept and chained, and what it does to the state is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "int | str | list[Json] | dict[str, Json]"
Payload: TypeAlias = dict[str, Json]

#: Every event type with its current version.
CATALOGUE: dict[str, int] = {
    "sitting.prepared": 1,
    "sitting.opened": 2,
    "sitting.recessed": 2,
    "sitting.resumed": 1,
    "sitting.stopped": 1,
    "sitting.cleared": 1,
    "sitting.adjourned": 1,
    "home.taken": 1,
    "chair.handed_over": 1,
    "chair.designated": 1,
    "chair.assistant_named": 1,
    "chair.assistant_dismissed": 1,
    "secretary.replaced": 1,
    "site.connected": 1,
    "site.disconnected": 1,
    "site.reported": 1,
    "site.taken_over": 2,
    "site.invited": 1,
    "roll_call.claimed": 1,
    "roll_call.confirmed_at_site": 1,
    "roll_call.list_accepted": 1,
    "roll_call.marked": 1,
    "roll_call.lapsed": 1,
    "participant.removed": 1,
    "participant.readmitted": 1,
    "participant.invited": 1,
    "participant.uninvited": 1,
    "agenda.advanced": 1,
    "agenda.skipped": 1,
    "agenda.extended": 1,
    "agenda.added": 1,
    "agenda.changed": 1,
    "agenda.ordered": 1,
    "agenda.removed": 1,
    "floor.requested": 1,
    "floor.withdrawn": 1,
    "floor.moved": 1,
    "floor.granted": 1,
    "floor.extended": 1,
    "floor.released": 1,
    "floor.time_set": 1,
    "microphone.opened": 1,
    "microphone.closed": 1,
    "microphone.muted": 1,
    "presentation.started": 1,
    "presentation.turned": 1,
    "presentation.stopped": 1,
    "screen.started": 1,
    "screen.stopped": 1,
    "recording.started": 1,
    "recording.stopped": 1,
    "ballot.prepared": 1,
    "ballot.opened": 1,
    "ballot.cast": 1,
    "ballot.closed": 1,
    "ballot.cancelled": 1,
    "note.recorded": 1,
    "conclusion.recorded": 1,
    "conclusion.withdrawn": 1,
    "task.assigned": 1,
    "task.withdrawn": 1,
    "record.redacted": 1,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that was decided and has no number yet."""

    type: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the record. `at` is UTC in ms and never smaller than that of the event before."""

    seq: int
    at: int
    type: str
    v: int
    actor: str
    on_behalf_of: str
    command_id: str
    payload: Payload
    #: The content was lawfully erased; only the header is left.
    redacted: bool = False
