"""A page's connection to Janus: one handle, opened from the page's offer or ours, and what it is told."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from signaling.media.embedded import sdp as descriptions_read
from signaling.media.embedded.slots import Lines, lines_for
from signaling.media.engine import EngineError, Source, Step
from signaling.media.janus.descriptions import answer_for_janus, offer_for_page
from signaling.media.janus.instance import Instance, Json
from signaling.media.janus.steps import WHOLE, Share, Steps

#: What one page may send, in bit/s.
BITRATE = 2_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A meeting's room at one Janus. `nothing` maps video → feed and mid of a source that never sends."""

    instance: Instance
    room: int
    secret: str
    pin: str
    nothing: Mapping[bool, tuple[int, str]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Session:
    """What both kinds have in common."""

    id: str
    meeting: str
    owner: str
    site: str
    place: Place
    handle: int = 0
    up: bool = False

    async def open(self) -> None:
        self.handle = await self.place.instance.attach()

    async def close(self) -> None:
        await self.place.instance.detach(self.handle)

    async def _say(self, body: Json, kind: str = "", sdp: str = "") -> tuple[Json, str]:
        return await self.place.instance.say(self.handle, body, kind, sdp)


@dataclass(slots=True, eq=False)
class SendSession(Session):
    """A page that sends; `muted` is what Janus was last told about each source.

    A page names the layer of a packet only until Janus's first report of it, and a muted Janus does not look: a source
    in layers is muted only once Janus knows them all. Before that nobody is wired to it unless they may be.
    """

    feed: int = field(default_factory=lambda: secrets.randbits(52) + 1)
    mids: dict[Source, str] = field(default_factory=dict)
    muted: dict[Source, bool] = field(default_factory=dict)
    unknown: dict[Source, set[int]] = field(default_factory=dict)  # the layers of which Janus has seen nothing yet

    async def publish(self, text: str, tracks: Mapping[str, Source]) -> str:
        """Join the room and send what the page offers, muted where it has no layers; the SDP to answer.

        Raises:
            EngineError: `media.invalid_sdp`, or Janus refuses.
        """
        for plan in descriptions_read.send_offer(text, dict(tracks)).plans:
            if plan.layer:
                known = self.unknown.setdefault(plan.source, set())
                known.add(len(known))
        self.mids = {source: mid for mid, source in tracks.items()}
        body: Json = {"request": "joinandconfigure", "ptype": "publisher", "room": self.place.room}
        body |= {"pin": self.place.pin, "id": self.feed, "bitrate": BITRATE}
        _, answer = await self._say(body, "offer", text)
        if not answer:
            raise EngineError("media.invalid_sdp", "Janus gave no answer")
        for source in self.mids:
            if source in self.unknown:
                self.muted[source] = False
            else:
                await self.mute(source, True)
        return answer

    def seen(self, mid: str, layer: int) -> bool:
        """Janus receives a layer of a line; whether that source can be muted from now on."""
        source = next((source for source, one in self.mids.items() if one == mid), None)
        missing = self.unknown.get(source) if source is not None else None
        if source is None or missing is None:
            return False
        missing.discard(layer)
        if not missing:
            del self.unknown[source]
        return not missing

    async def again(self, text: str) -> str:
        """The page's offer with new ICE credentials; the SDP to answer."""
        descriptions_read.send_offer(text, {mid: source for source, mid in self.mids.items()})
        return (await self._say({"request": "configure"}, "offer", text))[1]

    async def mute(self, source: Source, muted: bool) -> None:
        """Let Janus forward a source or not, whatever the page does."""
        body: Json = {"request": "moderate", "room": self.place.room, "secret": self.place.secret}
        body |= {"id": self.feed, "mid": self.mids[source], "mute": muted}
        await self._say(body)
        if not muted and source is not Source.MICROPHONE:
            streams = [{"mid": self.mids[source], "keyframe": True}]
            await self._say({"request": "configure", "streams": streams})
        self.muted[source] = muted


@dataclass(slots=True, eq=False)
class ReceiveSession(Session):
    """A page that receives; `feeds` and `shares` are what Janus was last told of each line: (feed, mid), how much."""

    tile: bool = False
    feeds: list[tuple[int, str]] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    steps: Steps = field(default_factory=lambda: Steps(time.monotonic()))
    led: Step = Step.HIGH
    answered: str = ""

    @property
    def lines(self) -> Sequence[Lines]:
        return lines_for(self.tile)

    async def subscribe(self, feeds: list[tuple[int, str]]) -> str:
        """Subscribe to one feed a line; the SDP to offer."""
        body: Json = {"request": "join", "ptype": "subscriber", "room": self.place.room, "pin": self.place.pin}
        body |= {"autoupdate": False, "streams": [{"feed": feed, "mid": mid} for feed, mid in feeds]}
        _, offer = await self._say(body)
        self.feeds, self.shares = list(feeds), [WHOLE] * len(feeds)
        return offer_for_page(offer, self.lines)

    async def answer(self, text: str) -> None:
        """Take the page's answer.

        Raises:
            EngineError: `media.invalid_sdp`, or Janus refuses.
        """
        descriptions_read.fingerprints_of_answer(text)
        self.answered = answer_for_janus(text, self.lines)
        await self._say({"request": "start"}, "answer", self.answered)

    async def restart(self) -> str:
        """An offer with new ICE credentials."""
        _, offer = await self._say({"request": "configure", "restart": True})
        return offer_for_page(offer, self.lines)

    async def switch(self, feeds: list[tuple[int, str]]) -> None:
        """Let these feed the lines, without new SDP for the page.

        Where a source ended by itself Janus offers anew; nothing changes for the page, whose answer still holds.
        """
        changed = [
            {"feed": new[0], "mid": new[1], "sub_mid": str(place)}
            for place, (old, new) in enumerate(zip(self.feeds, feeds, strict=True))
            if old != new
        ]
        if not changed:
            return
        _, offer = await self._say({"request": "switch", "streams": changed})
        for place, (old, new) in enumerate(zip(self.feeds, feeds, strict=True)):
            if old != new:
                self.shares[place] = WHOLE  # Janus begins anew
        self.feeds = list(feeds)
        if offer and self.answered:
            await self._say({"request": "start"}, "answer", self.answered)

    async def limit(self, shares: list[Share]) -> None:
        """Let Janus send so much of each line."""
        changed: list[Json] = []
        for place, (old, new) in enumerate(zip(self.shares, shares, strict=True)):
            if old != new:
                told: Json = {"send": new.sends} if old.sends is not new.sends else {}
                changed.append({"mid": str(place), "substream": new.substream} | told)
        if changed:
            await self._say({"request": "configure", "streams": changed})
            self.shares = list(shares)
