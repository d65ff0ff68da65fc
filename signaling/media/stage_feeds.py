"""From the state of a sitting to what the engine should do: pure, and the only place where the two are tied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from meetings.errors import Forbidden, Invalid
from meetings.sitting.actors import Actor, Identity, SittingRole
from meetings.sitting.state import Phase, State
from meetings.sitting.views import stage
from signaling.media.engine import Desired, Feed, Line, Slot, Step

#: Who may open any site's picture in a tile.
WATCHERS = frozenset({SittingRole.CHAIR, SittingRole.SECRETARY, SittingRole.TECHNICIAN})
#: Who holds the recorder's session.
RECORDER = "recorder"
#: While the sitting is in one of these, nothing at all is forwarded.
_SILENT = frozenset({Phase.STOPPED, Phase.ADJOURNED})


@dataclass(slots=True)
class Held:
    """A session that this server answers for; `sid` is empty while its page has not come back, or of the recorder."""

    session: str
    meeting: str
    owner: str
    site: str
    sends: bool
    sid: str
    tile: bool = False
    chairs: bool = False
    watching: str = ""
    opened: int = 0
    #: What of a camera's layers the engine says is received; None while it said nothing.
    layers: tuple[str, ...] | None = None
    #: The recorder's own, which no page answers for.
    records: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a page's sources anybody receives now."""

    microphone: bool = False
    camera: bool = False
    screen: bool = False
    #: The camera's layers that are received, by rid; None: all.
    layers: tuple[str, ...] | None = None

    def told(self) -> dict[str, object]:
        """As its page is told."""
        switches: dict[str, object] = {
            "microphone": self.microphone,
            "camera": self.camera,
            "screen": self.screen,
        }
        return switches if self.layers is None else {**switches, "layers": self.layers}


def may_send(state: State, actor: Actor, identity: Identity) -> bool:
    """Only the endpoint that holds a site's place sends, and whoever chairs from the chair's site."""
    if actor.site not in state.sites:
        return False
    held = state.place(actor.site)
    chairs = SittingRole.CHAIR in actor.roles and actor.site == state.chair_site()
    return chairs or (held.connected and held.endpoint == identity.id)


def may_go_on(state: State, held: Held) -> bool:
    """Whether a session whose page has not come back since the server did goes on until then, as things are now."""
    if held.records:
        return bool(state.recording.id)
    if held.owner in state.removed or (held.site and held.site not in state.sites):
        return False
    place = state.place(held.site) if held.sends else None
    return place is None or not place.connected or held.owner in (place.endpoint, state.chair)


def speaks_for(state: State, held: Held | None) -> bool:
    """Whether a session is the one by which a site's endpoint in this sitting receives."""
    if held is None or held.meeting != state.meeting:
        return False
    place = state.place(held.site) if held.site in state.sites else None
    return not held.sends and place is not None and place.endpoint == held.owner


def may_watch(actor: Actor) -> bool:
    return bool(actor.roles & WATCHERS)


def expect_watcher(actor: Actor, state: State, site: str, what: str) -> None:
    """Let those who watch do `what` (Vietnamese words) with a site.

    Raises:
        Forbidden, Invalid: not this role; no such site.
    """
    if not may_watch(actor):
        raise Forbidden("permission.role", f"Chỉ chủ trì, thư ký và kỹ thuật {what} của một điểm cầu.")
    if site and site not in state.sites:
        raise Invalid("site.unknown", "Điểm cầu này không có trong cuộc họp.")


def desired(state: State, sessions: Iterable[Held], lines: Mapping[str, Line] | None = None) -> Desired:
    """What the engine should do for a meeting with these sessions; `lines` is what is known of each site's line."""
    mine = list(sessions)
    senders = [one for one in mine if one.sends]
    silent = state.phase in _SILENT
    slots = {
        Slot(name): Feed(fed["site"], _sender(state, senders, fed["site"], name == "chair"), fed["audio"], fed["video"])
        for name, fed in stage(state).items()
    }
    tiles = {
        one.session: Feed(one.watching, _sender(state, senders, one.watching, False), True, True)
        for one in mine
        if one.tile and one.watching and not silent
    }
    known = {one.session: lines[one.site] for one in mine if lines and not one.sends and one.site in lines}
    known |= {one.session: Line(fixed=Step.HIGH) for one in mine if one.records}
    return Desired(slots, tiles, frozenset(one.session for one in mine), known)


def _sender(state: State, senders: list[Held], site: str, chair: bool) -> str:
    """Which session of a site is meant: for the chair's slot the chair's own page, else the site's endpoint."""
    fitting = [one for one in senders if one.site == site]
    fitting.sort(key=lambda one: ((one.chairs or one.owner == state.chair) == chair, one.opened))
    return fitting[-1].session if fitting and site else ""


def wanted(goal: Desired, session: str, layers: tuple[str, ...] | None = None) -> Wanted:
    """What of a send session anybody receives. A microphone on the floor is wanted even before it is opened."""
    stage_feeds = [(slot, feed) for slot, feed in goal.slots.items() if feed.session == session]
    watched = any(feed.session == session for feed in goal.tiles.values())
    return Wanted(
        microphone=watched or any(slot is not Slot.SCREEN for slot, _ in stage_feeds),
        camera=watched or any(feed.video and slot is not Slot.SCREEN for slot, feed in stage_feeds),
        screen=any(feed.video and slot is Slot.SCREEN for slot, feed in stage_feeds),
        layers=layers,
    )
