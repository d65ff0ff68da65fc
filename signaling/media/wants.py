"""Tells pages what of their picture and sound somebody receives now, so that nothing is sent that nobody looks at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from meetings.sitting.state import State
from signaling.media.engine import Desired, Slot
from signaling.media.stage_feeds import Held, Wanted, speaks_for, wanted

Tell = Callable[[str, str, dict[str, Any]], Awaitable[None]]


class Wants:
    """What each page was told last, by session."""

    def __init__(self) -> None:
        self._told: dict[str, Wanted] = {}

    def forget(self, session: str) -> None:
        """Say it again: the session ended, or another page claimed it."""
        self._told.pop(session, None)

    async def tell(self, state: State, goal: Desired, sessions: Iterable[Held], tell: Tell) -> None:
        """Tell the pages of these sessions what changed for them."""
        mine = [one for one in sessions if one.sid]
        sending = {one.site for one in mine if one.sends}
        for held in mine:
            if held.sends:
                want = wanted(goal, held.session, held.layers)
            elif speaks_for(state, held):
                want = Wanted() if held.site in sending else asked_of(goal, held.site)
            else:
                continue
            before = self._told.get(held.session, None if held.sends else Wanted())
            self._told[held.session] = want
            if want != before and (held.sends or held.site not in sending):
                await tell(held.sid, "media.wanted", want.told())


def asked_of(goal: Desired, site: str) -> Wanted:
    """What is wanted of a site that does not send yet; its page opens its devices and offers to send."""
    slots = [(slot, feed) for slot, feed in goal.slots.items() if feed.site == site and slot is not Slot.SCREEN]
    watched = any(feed.site == site for feed in goal.tiles.values())
    return Wanted(microphone=watched or bool(slots), camera=watched or any(feed.video for _, feed in slots))
