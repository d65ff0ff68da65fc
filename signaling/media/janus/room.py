"""One meeting at a Janus: makes its room, and tells Janus what differs from what is desired."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Iterable

import structlog

from signaling.media.engine import Desired, EngineError, Levels
from signaling.media.janus.instance import Instance, Json
from signaling.media.janus.sessions import Place, ReceiveSession, SendSession, Session
from signaling.media.janus.steps import share
from signaling.media.janus.wiring import Publishing, Track, chair_is_large, fed_by, wanted

log = structlog.get_logger()

#: Pages that send in one room; the server decides who may.
PUBLISHERS = 1000
#: Packets of sound between two looks at who is heard: half a second.
LOOK = 25
#: In -dBov: quieter than this on average is silence.
QUIET = 55
EXISTS = "427"


class Room:
    """A meeting as Janus has it; `place` is None until somebody needs it, and after its Janus died."""

    def __init__(self, meeting: str) -> None:
        self.meeting = meeting
        self.generation = -1
        self.desired = Desired()
        self.place: Place | None = None
        self.sends: dict[str, SendSession] = {}
        self.receives: dict[str, ReceiveSession] = {}
        self.lock = asyncio.Lock()
        self._manager = 0
        self._heard: dict[str, int] = {}
        self._speaker = ""

    @property
    def sessions(self) -> list[Session]:
        return [*self.sends.values(), *self.receives.values()]

    def remove(self, session: str) -> Session | None:
        return self.sends.pop(session, None) or self.receives.pop(session, None)

    # -- the room at Janus -------------------------------------------------------------------------------------

    async def settle(self, instance: Instance, key: bytes) -> Place:
        """Make the room at `instance`; one of the same name is left over from an earlier life and goes."""
        number = int.from_bytes(_derived(key, "room", self.meeting)[:6], "big") + 1
        secret, pin = (_derived(key, one, self.meeting).hex() for one in ("secret", "pin"))
        manager = await instance.attach()
        create = _create(number, secret, pin)
        try:
            await instance.say(manager, create)
        except EngineError as error:
            if not error.why.startswith(EXISTS):
                raise
            await instance.say(manager, {"request": "destroy", "room": number, "secret": secret})
            await instance.say(manager, create)
        self._manager = manager
        self.place = Place(instance, number, secret, pin, await _nothing(instance, manager, number, pin))
        return self.place

    async def leave(self) -> None:
        """Remove the room at Janus."""
        place, self.place = self.place, None
        if place is not None and place.instance.up:
            await place.instance.say(self._manager, {"request": "destroy", "room": place.room, "secret": place.secret})
            await place.instance.detach(self._manager)

    async def missing(self) -> list[str]:
        """The send sessions that Janus does not have any more."""
        if self.place is None:
            return []
        asked: Json = {"request": "listparticipants", "room": self.place.room, "pin": self.place.pin}
        sends = dict(self.sends)
        data, _ = await self.place.instance.say(self._manager, asked)
        live = {int(one["id"]) for one in data["participants"]}
        return [session for session, one in sends.items() if one.feed not in live]

    # -- what is desired ---------------------------------------------------------------------------------------

    async def wire(self) -> None:
        """Mute what nobody may receive, let the right tracks feed every line, open what may be received.

        Janus knows a source only once its page is connected, so that until then it feeds nothing.

        Raises:
            EngineError: one of it failed; the rest was done.
        """
        open_tracks = wanted(self.desired, self._publishing())
        await self._mute(open_tracks, True)
        await _all(self.feed(one) for one in self.receives.values() if one.answered)
        await self._mute(open_tracks, False)

    async def feed(self, one: ReceiveSession) -> None:
        """Let the right tracks feed one page that has just answered, or whose step changed; nobody else notices."""
        publishing = self._publishing()
        await one.switch(self._feeds(one, publishing))
        large = chair_is_large(self.desired, publishing)
        await one.limit([share(line, one.steps.step, large) for line in one.lines])

    def _publishing(self) -> dict[str, Publishing]:
        return {one.id: Publishing(one.site, frozenset(one.mids)) for one in self.sends.values() if one.up}

    async def _mute(self, open_tracks: frozenset[Track], muted: bool) -> None:
        await _all(
            one.mute(source, muted)
            for one in self.sends.values()
            for source, before in list(one.muted.items())
            if before is not muted and (Track(one.id, source) not in open_tracks) is muted
            if source not in one.unknown
        )

    def _feeds(self, one: ReceiveSession, publishing: dict[str, Publishing]) -> list[tuple[int, str]]:
        feeds = []
        closed = {
            Track(send.id, source) for send in self.sends.values() for source, muted in send.muted.items() if muted
        } - wanted(self.desired, publishing)  # what is about to be opened is open
        for line in one.lines:
            track = fed_by(line, one.id, one.site, self.desired, publishing, closed)
            sender = self.sends[track.session] if track else None
            feeds.append(
                (sender.feed, sender.mids[track.source]) if sender and track else one.place.nothing[line.video]
            )
        return feeds

    # -- who is heard ------------------------------------------------------------------------------------------

    def heard(self, session: SendSession, talking: bool, level: int) -> Levels:
        """A site began or stopped being heard; who is, now. The speaker stays until silent."""
        self._heard.pop(session.site, None)
        if talking:
            self._heard[session.site] = level
        if self._speaker not in self._heard:
            self._speaker = min(self._heard, key=lambda one: (self._heard[one], one), default="")
        return Levels(self.meeting, dict(self._heard), self._speaker)


async def _all(calls: Iterable[asyncio._CoroutineLike[None]]) -> None:
    """Do them all at once, then raise the first error."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for one in results:
        if isinstance(one, BaseException):
            raise one


def _derived(key: bytes, what: str, meeting: str) -> bytes:
    return hmac.digest(key, f"{what}:{meeting}".encode(), hashlib.sha256)


def _create(number: int, secret: str, pin: str) -> Json:
    return {
        "request": "create",
        "room": number,
        "secret": secret,
        "pin": pin,
        "permanent": False,
        "is_private": True,
        "publishers": PUBLISHERS,
        "audiocodec": "opus",
        "videocodec": "vp8",
        "opus_fec": True,
        "opus_dtx": True,
        "audiolevel_event": True,
        "audio_active_packets": LOOK,
        "audio_level_average": QUIET,
        "dummy_publisher": True,
        "dummy_streams": [{"codec": "opus", "fmtp": "useinbandfec=1"}, {"codec": "vp8", "fmtp": ""}],
    }


async def _nothing(instance: Instance, manager: int, room: int, pin: str) -> dict[bool, tuple[int, str]]:
    """The room's source that never sends; its streams are its sound and its picture, in this order."""
    data, _ = await instance.say(manager, {"request": "listparticipants", "room": room, "pin": pin})
    feed = next(int(one["id"]) for one in data["participants"] if one.get("dummy"))
    return {False: (feed, "0"), True: (feed, "1")}
