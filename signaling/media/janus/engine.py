"""A Janus as the media engine: its meetings are kept in step with what is desired.

What the pages see is the same as with the embedded engine. Janus forgets its sessions when its WebSocket ends, so
every time that it is reached is another epoch.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping

import structlog

from signaling.media.engine import (
    Closed,
    Desired,
    EngineError,
    EngineState,
    Event,
    Line,
    Lost,
    Reached,
    SessionState,
    Source,
    Step,
)
from signaling.media.janus.instance import Instance, Json
from signaling.media.janus.room import Room
from signaling.media.janus.sessions import Place, ReceiveSession, SendSession, Session

log = structlog.get_logger()

#: Sessions that one Janus takes; more are refused as `media.full`.
FULL = 1500
#: Between two looks at the receivers' steps, in seconds.
BEAT = 0.5


class Janus:
    """An `Engine` over the Janus at `url`; `secret` is its API secret."""

    def __init__(self, url: str, secret: str) -> None:
        self._epoch = ""
        self._key = secret.encode() or secrets.token_bytes(16)
        self._instance = Instance(url, secret)
        self._listeners: list[Callable[[Event], None]] = []
        self._rooms: dict[str, Room] = {}
        self._sessions: dict[str, Session] = {}
        self._by_handle: dict[int, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._beating: asyncio.Task[None] | None = None
        self._instance.said, self._instance.turned = self._said, self._turned

    @property
    def epoch(self) -> str:
        return self._epoch

    def listen(self, callback: Callable[[Event], None]) -> None:
        self._listeners.append(callback)

    def start(self) -> None:
        """Reach Janus now, and again whenever it is gone."""
        self._instance.start()
        self._beating = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._instance.stop()

    def _tell(self, event: Event) -> None:
        for one in self._listeners:
            one(event)

    # -- Engine ------------------------------------------------------------------------------------------------

    async def apply(self, meeting: str, generation: int, desired: Desired) -> None:
        room = self._rooms.setdefault(meeting, Room(meeting))
        if generation < room.generation:
            return
        room.generation, room.desired = generation, desired
        gone = [one.id for one in room.sessions if one.id not in desired.sessions]
        try:
            async with room.lock:
                await room.wire()
        finally:
            for session in gone:
                await self.close(session)

    async def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str:
        room, place = await self._room(meeting, session)
        receive = ReceiveSession(session, meeting, owner, site, place, tile=tile)
        await self._open(receive)
        try:
            text = await receive.subscribe([place.nothing[line.video] for line in receive.lines])
        except EngineError:
            await self.close(session)
            raise
        room.receives[session] = receive
        return text

    async def answer(self, session: str, sdp: str) -> None:
        receive = self._sessions.get(session)
        if not isinstance(receive, ReceiveSession):
            raise EngineError("media.unknown_session", session)
        await receive.answer(sdp)
        room = self._rooms[receive.meeting]
        async with room.lock:
            await room.feed(receive)

    async def publish(
        self, meeting: str, session: str, owner: str, site: str, sdp: str, tracks: Mapping[str, Source]
    ) -> str:
        room, place = await self._room(meeting, session)
        send = SendSession(session, meeting, owner, site, place)
        await self._open(send)
        try:
            text = await send.publish(sdp, tracks)
        except EngineError:
            await self.close(session)
            raise
        room.sends[session] = send
        return text

    async def restart(self, session: str, sdp: str = "") -> str:
        found = self._sessions.get(session)
        if isinstance(found, ReceiveSession):
            return await found.restart()
        if isinstance(found, SendSession):
            return await found.again(sdp)
        raise EngineError("media.unknown_session", session)

    async def probe(self, session: str, bitrate: int, ms: int) -> int:
        raise EngineError("media.no_probe", "Janus sends no padding of ours")

    async def close(self, session: str) -> None:
        found = self._forget(session)
        if found is None:
            return
        if isinstance(found, SendSession) and self._instance.up:
            await self._wire(found.meeting)  # before Janus ends it: who received it needs no other description then
        await found.close()

    async def state(self) -> EngineState:
        for room in list(self._rooms.values()):
            await self._check(room)
        sessions = tuple(
            SessionState(
                one.id,
                one.meeting,
                one.owner,
                one.site,
                isinstance(one, SendSession),
                tile=isinstance(one, ReceiveSession) and one.tile,
                up=one.up,
                step=one.steps.step if isinstance(one, ReceiveSession) else Step.HIGH,
            )
            for one in self._sessions.values()
        )
        if not self._instance.up:
            raise EngineError("media.unavailable", "Janus is not reached")
        generations = {one.meeting: one.generation for one in self._rooms.values()}
        return EngineState(self._epoch, sessions, generations, {"sessions": len(sessions)})

    # -- rooms -------------------------------------------------------------------------------------------------

    async def _room(self, meeting: str, session: str) -> tuple[Room, Place]:
        """The meeting's room for a new session, made at Janus where it is not there yet."""
        await self.close(session)
        room = self._rooms.setdefault(meeting, Room(meeting))
        async with room.lock:
            place = room.place
            if place is None:
                place = await room.settle(self._instance, self._key)
        if len(self._instance.handles) >= FULL:
            raise EngineError("media.full", f"{FULL} sessions")
        return room, place

    async def _open(self, session: Session) -> None:
        await session.open()
        self._sessions[session.id] = session
        self._by_handle[session.handle] = session

    async def _wire(self, meeting: str) -> None:
        """Keep a room in step; what failed is tried again when something changes, and with every `state`."""
        room = self._rooms[meeting]
        try:
            async with room.lock:
                await room.wire()
        except EngineError as error:
            log.warning("media.not_wired", meeting=meeting, why=error.why)

    async def _check(self, room: Room) -> None:
        """Compare a room with what Janus has, mend what differs, remove it where nobody is left."""
        try:
            async with room.lock:
                if not any(one.meeting == room.meeting for one in self._sessions.values()):
                    await room.leave()
                    return
                missing = await room.missing()
                await room.wire()
        except EngineError as error:
            log.warning("media.not_in_step", meeting=room.meeting, why=error.why)
            return
        for session in missing:
            self._ended(session, "lost")

    def _forget(self, session: str) -> Session | None:
        found = self._sessions.pop(session, None)
        if found is not None:
            self._by_handle.pop(found.handle, None)
            self._rooms[found.meeting].remove(session)
        return found

    # -- what happens by itself --------------------------------------------------------------------------------

    def _said(self, handle: int, message: Json) -> None:
        session = self._by_handle.get(handle)
        if session is None:
            return
        match message.get("janus"):
            case "webrtcup":
                session.up = True
                if isinstance(session, SendSession):
                    self._later(self._wire(session.meeting))
            case "media" if isinstance(session, SendSession) and message.get("receiving"):
                if session.seen(str(message.get("mid", "")), int(message.get("substream", 0))):
                    self._later(self._wire(session.meeting))
            case "slowlink" if isinstance(session, ReceiveSession) and message.get("uplink"):
                lost, video = int(message.get("lost", 0)), message.get("media") == "video"
                session.steps.lost(lost, video, time.monotonic())
            case "hangup" | "detached":
                self._ended(session.id, "ended")
            case "event" if isinstance(session, SendSession):
                data: Json = message.get("plugindata", {}).get("data", {})
                kind = data.get("videoroom")
                if kind in ("talking", "stopped-talking") and data.get("id") == session.feed:
                    level = round(float(data.get("audio-level-dBov-avg", 127)))
                    self._tell(self._rooms[session.meeting].heard(session, kind == "talking", level))

    async def _beat(self) -> None:
        """Lead every receiver up and down its steps."""
        while True:
            await asyncio.sleep(BEAT)
            now = time.monotonic()
            for room in list(self._rooms.values()):
                for one in list(room.receives.values()):
                    one.steps.beat(room.desired.lines.get(one.id, Line()), now)
                    if one.answered and one.steps.step is not one.led:
                        one.led = one.steps.step
                        self._later(self._lead(room, one))

    async def _lead(self, room: Room, one: ReceiveSession) -> None:
        """Give a receiver what its step has."""
        try:
            async with room.lock:
                if one.id in room.receives:
                    await room.feed(one)
        except EngineError as error:
            log.warning("media.step_not_taken", session=one.id, why=error.why)

    def _ended(self, session: str, reason: str) -> None:
        """A session ended at Janus: forget it, tell, and clear up what is left of it."""
        found = self._forget(session)
        if found is None:
            return
        self._tell(Closed(session, reason))
        self._later(found.close())
        if isinstance(found, SendSession):
            self._later(self._wire(found.meeting))

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _turned(self, up: bool) -> None:
        if up:
            self._epoch = secrets.token_hex(8)
            self._tell(Reached(self._epoch))
            return
        self._epoch = ""
        for room in self._rooms.values():
            room.place = None
        for session in list(self._sessions):
            self._forget(session)
        self._tell(Lost())
