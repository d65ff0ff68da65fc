"""What the system asks of a media engine, whichever engine it is.

The server says what should be (`apply`), the engine makes it so and says what is (`state`). A *session* is one
connection of a page: a receive session is offered by the engine, a send session is offered by the page. Ids of
sessions are made by the caller. An engine that restarted has another `epoch` and knows no session any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Source(StrEnum):
    """What a site sends."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SCREEN = "screen"


class Slot(StrEnum):
    """Where something is shown; the slots never change, what feeds them does."""

    SPEAKER = "speaker"
    CHAIR = "chair"
    FLOOR = "floor"
    SCREEN = "screen"
    TILE = "tile"


class Step(StrEnum):
    """What a place receives, from all to nothing but the papers."""

    HIGH = "high"
    LOW = "low"
    AUDIO = "audio"
    PAPERS = "papers"


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a receive session's line: the step that a person fixed, a measured rate in bit/s (0: none)."""

    fixed: Step | None = None
    measured: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """What feeds a slot: a send session of a site (empty: nobody), and what of it is forwarded."""

    site: str = ""
    session: str = ""
    audio: bool = False
    video: bool = False


@dataclass(frozen=True, slots=True)
class Desired:
    """What should be in one meeting. A session that is not listed is closed."""

    slots: Mapping[Slot, Feed] = field(default_factory=dict)
    #: Receive session → what its own tile shows.
    tiles: Mapping[str, Feed] = field(default_factory=dict)
    sessions: frozenset[str] = frozenset()
    #: Receive session → its line, where something is known of it.
    lines: Mapping[str, Line] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionState:
    """One session as the engine has it; `lost` is in 1/256, times in ms, rates in bit/s."""

    session: str
    meeting: str
    owner: str
    site: str
    sends: bool
    tile: bool = False
    up: bool = False
    lost: int = 0
    jitter_ms: int = 0
    round_trip_ms: int = 0
    bitrate: int = 0
    dropped: int = 0  # packets that found no room on the way out
    step: Step = Step.HIGH  # of a receive session
    #: Of a send session: the layers that somebody receives; sources without layers are not named.
    layers: Mapping[Source, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One process of an engine that has several; `lost` counts how often it died or was out of reach."""

    name: str
    up: bool
    sessions: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class EngineState:
    """What is: the sessions, each meeting's generation, and counters since the start."""

    epoch: str
    sessions: tuple[SessionState, ...] = ()
    generations: Mapping[str, int] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    #: Its processes, where it has several.
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """The engine closed a session by itself (its line ended, or it misbehaved)."""

    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class Levels:
    """Who is heard in a meeting: site → level in -dBov (0 loudest, 127 silence; RFC 6464)."""

    meeting: str
    sites: Mapping[str, int]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """The engine is reachable (again); with another epoch it knows nothing of before."""

    epoch: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The engine is not reached any more; it may still run."""


@dataclass(frozen=True, slots=True)
class Simulcast:
    """Which layers (rids) of a send session's sources anybody receives; its page may stop the others."""

    session: str
    layers: Mapping[Source, tuple[str, ...]]


Event = Closed | Levels | Lost | Reached | Simulcast


class EngineError(Exception):
    """The engine refused; `id` is a stable `media.*` id, the text says why for the log."""

    def __init__(self, id: str, why: str = "") -> None:
        super().__init__(f"{id}: {why}")
        self.id = id
        self.why = why


class Engine(Protocol):
    """A media engine. Every method but `listen` raises EngineError (`media.unavailable` where it does not answer)."""

    @property
    def epoch(self) -> str:
        """Names the engine's present life; empty while it is not reached."""

    def listen(self, callback: Callable[[Event], None]) -> None:
        """Have `callback` called with every event, on the event loop."""

    async def apply(self, meeting: str, generation: int, desired: Desired) -> None:
        """Make `desired` so; idempotent, and an older generation than the last one changes nothing."""

    async def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str:
        """Open a receive session for a page at `site`; the SDP to offer to it."""

    async def answer(self, session: str, sdp: str) -> None:
        """Take the page's answer to the offer (also to one after a restart)."""

    async def publish(
        self, meeting: str, session: str, owner: str, site: str, sdp: str, tracks: Mapping[str, Source]
    ) -> str:
        """Open a send session from the page's offer, where `tracks` maps mid → source; the SDP to answer."""

    async def restart(self, session: str, sdp: str = "") -> str:
        """New ICE credentials for a session, DTLS kept: a new offer, or the answer to the page's offer `sdp`."""

    async def probe(self, session: str, bitrate: int, ms: int) -> int:
        """Send padding to a receive session at `bitrate` bit/s for `ms`, to measure its line; the bytes that go.

        `media.no_probe` where the engine cannot.
        """

    async def close(self, session: str) -> None:
        """Close a session; nothing happens where it is closed already."""

    async def state(self) -> EngineState:
        """What is now."""
