"""What the calendar changes while the sitting runs becomes facts (actor `system`)."""

from __future__ import annotations

from meetings.sitting.agenda import follow_agenda
from meetings.sitting.brief import Brief
from meetings.sitting.events import Draft
from meetings.sitting.invitations import follow_invitations
from meetings.sitting.people import follow_leaders
from meetings.sitting.registry import Context
from meetings.sitting.state import Phase


def follow(context: Context, brief: Brief) -> list[Draft]:
    """What of the calendar's `brief` is new to a sitting that was opened and goes on."""
    state = context.state
    if not state.opened_at or state.phase is Phase.ADJOURNED:
        return []
    return [
        *follow_invitations(context, brief),
        *follow_leaders(context, brief),
        *follow_agenda(context, brief),
    ]
