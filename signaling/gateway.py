"""The Socket.IO gateway: who connects to which meeting, their commands in, the views out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import socketio
import structlog
from aiohttp import web

from meetings.errors import Invalid, Refusal, TooMany
from meetings.ids import now_ms
from meetings.sitting.actors import Actor, Identity, actor_of, is_removed
from meetings.sitting.deadlines import CLOSING
from meetings.sitting.state import State
from meetings.sitting.views import Audience, View, audience_of, changed, personal, view
from signaling.endpoints import HOLDERS, Endpoints
from signaling.home import Home
from signaling.homes import Homes
from signaling.limits import MESSAGE_LIMIT, SEND_BOUND, Rate
from signaling.media.relays import Relays
from signaling.outbox import Outbox
from signaling.signals import Signals

log = structlog.get_logger()

PROTOCOL = 1
Identify = Callable[[web.Request, str, dict[str, Any]], Awaitable[Identity | None]]


@dataclass(slots=True)
class Connection:
    """One page in one meeting."""

    sid: str
    meeting: str
    identity: Identity
    audience: Audience
    endpoint: str  # room, companion or office
    rate: Rate = field(default_factory=lambda: Rate(20, 60))
    signals: Rate = field(default_factory=lambda: Rate(30, 60))
    me: dict[str, Any] | None = None


@dataclass(slots=True)
class Sent:
    """What the connections of one audience have."""

    seq: int = 0
    sections: View = field(default_factory=dict)


class Gateway:
    """All connections of this server."""

    def __init__(
        self, homes: Homes, identify: Identify, origins: list[str], build: str, relays: Relays | None = None
    ) -> None:
        self.homes = homes
        self.build = build
        self._relays = relays or Relays()
        self._identify = identify
        self.server = socketio.AsyncServer(
            async_mode="aiohttp",
            transports=["websocket"],
            async_handlers=False,
            cors_allowed_origins=origins,
            max_http_buffer_size=MESSAGE_LIMIT,
            ping_interval=10,
            ping_timeout=10,
        )
        self.outbox = Outbox(self.server)
        self.connections: dict[str, Connection] = {}
        self._sent: dict[tuple[str, Audience], Sent] = {}
        self._commands: set[asyncio.Task[None]] = set()
        self.signals = Signals(self)
        self.endpoints = Endpoints(self)
        homes.publish = self.publish
        homes.closing = self.close
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        self.server.on("command", self._command)
        self.server.on("signal", self.signals.receive)
        self.server.on("resume", self._resume)

    # -- coming and going --------------------------------------------------------------------------------------

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        try:
            await self._join(sid, environ["aiohttp.request"], auth)
        except Refusal as refusal:
            raise socketio.exceptions.ConnectionRefusedError(str(refusal), refusal.as_json()) from None

    async def _join(self, sid: str, request: web.Request, auth: object) -> None:
        if not isinstance(auth, dict) or not isinstance(auth.get("meeting"), str):
            raise Invalid("hello.invalid", "Trang không nói rõ cuộc họp. Hãy tải lại trang.")
        if auth.get("protocol") not in (PROTOCOL, PROTOCOL - 1):
            raise Invalid("hello.protocol", "Trang đã cũ so với máy chủ. Hãy tải lại trang.", protocol=PROTOCOL)
        meeting = auth["meeting"][:36]
        identity = await self._identify(request, meeting, auth)
        if identity is None:
            raise Refusal("identity.not_signed_in", "Quý vị chưa đăng nhập hoặc thiết bị chưa được ghép.")
        home = await self.homes.get(meeting)
        await home.look_for(identity)
        await home.between(lambda state: self._admit(sid, home, state, identity, auth))
        connection = self.connections[sid]
        await self._hello(home, connection)
        if connection.endpoint == "room":
            await self.endpoints.come(home, connection)

    def _admit(self, sid: str, home: Home, state: State, identity: Identity, auth: dict[str, Any]) -> None:
        actor = actor_of(state, identity)
        if actor is None:
            raise Refusal("participant.uninvited", "Quý vị không có trong thành phần cuộc họp này.")
        if state.adjourned_at and now_ms() >= state.adjourned_at + CLOSING:
            raise Refusal(
                "sitting.closed",
                "Cuộc họp đã bế mạc và phòng họp đã đóng. Biên bản ở trang cuộc họp, thẻ Biên bản.",
                adjourned_at=state.adjourned_at,
            )
        endpoint = auth.get("endpoint")
        endpoint = endpoint if endpoint in ("room", "companion") else "office"
        if endpoint == "room" and not actor.roles & HOLDERS:
            endpoint = "companion"
        self.connections[sid] = Connection(sid, home.meeting, identity, audience_of(actor), endpoint)

    async def _hello(self, home: Home, connection: Connection) -> None:
        hello = {
            "protocol": PROTOCOL,
            "build": self.build,
            "server_time": now_ms(),
            "meeting": home.meeting,
            "audience": connection.audience.value,
            "relays": self._relays.servers(now_ms()) if connection.audience is not Audience.COMPANION else [],
        }
        self.outbox.send([connection.sid], "hello", hello)
        await home.between(lambda state: self._whole(home, state, connection))

    def _whole(self, home: Home, state: State, connection: Connection) -> None:
        """Send the whole view; synchronous, so that no change slips in between."""
        sent = self._current(home, state, connection.audience)
        message = {"after": 0, "seq": sent.seq, "set": sent.sections, "whole": True}
        actor = actor_of(state, connection.identity)
        connection.me = self._personal(home, state, actor) if actor else None
        self.outbox.send([connection.sid], "view", message)
        if connection.me is not None:
            self.outbox.send([connection.sid], "me", connection.me)

    def _current(self, home: Home, state: State, audience: Audience) -> Sent:
        key = (home.meeting, audience)
        if key not in self._sent:
            self._sent[key] = Sent(state.seq, view(state, audience) | self._beside(home, audience))
        return self._sent[key]

    def _beside(self, home: Home, audience: Audience) -> View:
        """Sections whose text lies beside the record, or that are no part of it."""
        if audience is Audience.TECHNICIAN:
            return {"second_devices": self.endpoints.waiting(home)}
        if audience not in (Audience.CHAIR, Audience.SECRETARY):
            return {}
        return {"notes": {item: {"revision": revision, "text": text} for item, (revision, text) in home.notes.items()}}

    @staticmethod
    def _personal(home: Home, state: State, actor: Actor) -> dict[str, Any]:
        ballot = state.open_ballot()
        cast = ballot is not None and actor.delegate in home.secret.casts.get(ballot.id, set())
        return personal(state, actor, cast)

    async def _disconnect(self, sid: str, *_: object) -> None:
        connection = self.connections.pop(sid, None)
        if connection is None:
            return
        await self.signals.gone(connection)
        if connection.endpoint == "room":
            task = asyncio.create_task(self.endpoints.leave(connection))
            self._commands.add(task)
            task.add_done_callback(self._commands.discard)

    # -- commands ----------------------------------------------------------------------------------------------

    async def _command(self, sid: str, message: object = None) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            answer = {"ok": True, **await self._run(sid, message)}
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.as_json()}
        log.debug("command", ok=answer["ok"], ms=round((time.perf_counter() - started) * 1000, 1))
        return answer

    async def _run(self, sid: str, message: object) -> dict[str, Any]:
        connection = self.connections.get(sid)
        if connection is None:
            raise Refusal("hello.missing", "Kết nối chưa sẵn sàng. Hãy thử lại sau giây lát.")
        if not connection.rate.allow():
            raise TooMany("command.rate", "Quý vị thao tác quá nhanh. Hãy đợi một chút rồi thử lại.")
        if not isinstance(message, dict):
            raise Invalid("command.invalid", "Yêu cầu không đúng dạng. Hãy tải lại trang.")
        id, name = message.get("id"), message.get("name")
        if not isinstance(id, str) or not 8 <= len(id) <= 64 or not isinstance(name, str):
            raise Invalid("command.invalid", "Yêu cầu không đúng dạng. Hãy tải lại trang.")
        home = await self.homes.get(connection.meeting)
        if name in ("place.take_over", "place.give"):
            await self.endpoints.ask(home, connection, name, message.get("payload"))
            return {"seq": home.state.seq}
        return await home.command(connection.identity, id, name, message.get("payload"))

    async def _resume(self, sid: str, _: object = None) -> None:
        connection = self.connections.get(sid)
        if connection is not None and connection.rate.allow():
            home = await self.homes.get(connection.meeting)
            await home.between(lambda state: self._whole(home, state, connection))

    # -- publishing --------------------------------------------------------------------------------------------

    async def publish(self, home: Home) -> None:
        """Send every audience the sections that changed, and every page its changed personal part."""
        every = [one for one in self.connections.values() if one.meeting == home.meeting]
        # Roles first, so that nobody gets what their lost one would have shown.
        here = [one for one in every if await self._seat(home, one)]
        present = {one.audience for one in here}
        for audience in set(Audience) - present:
            self._sent.pop((home.meeting, audience), None)  # who comes next gets the view as it is then
        for audience in present:
            self._publish_audience(home, audience, [one.sid for one in here if one.audience is audience])
        for connection in here:
            self._publish_person(home, connection)
        await self.homes.drive_media(home)

    def _publish_audience(self, home: Home, audience: Audience, sids: list[str]) -> None:
        sent = self._current(home, home.state, audience)
        fresh = view(home.state, audience) | self._beside(home, audience)
        patch = changed(sent.sections, fresh)
        if not patch:
            return
        message = {"after": sent.seq, "seq": home.state.seq, "set": patch}
        self._sent[(home.meeting, audience)] = Sent(home.state.seq, fresh)
        self.outbox.send(sids, "view", message)

    async def _seat(self, home: Home, connection: Connection) -> bool:
        """Give a page what its changed role sees, or send it away; whether it stays."""
        actor = actor_of(home.state, connection.identity)
        if actor is None:
            removed = is_removed(home.state, connection.identity)
            await self.end(connection.sid, "participant.removed" if removed else "participant.uninvited")
            return False
        if self.outbox.waiting(connection.sid) > SEND_BOUND:
            await self.end(connection.sid, "connection.slow")
            return False
        audience = audience_of(actor)
        if audience is not connection.audience:
            connection.audience = audience
            self._whole(home, home.state, connection)
        return True

    def _publish_person(self, home: Home, connection: Connection) -> None:
        actor = actor_of(home.state, connection.identity)
        if actor is None:
            return
        me = self._personal(home, home.state, actor)
        if me != connection.me:
            connection.me = me
            self.outbox.send([connection.sid], "me", me)

    def tell_audience(self, meeting: str, audience: Audience, name: str, payload: dict[str, Any]) -> None:
        """Send one signal to every page of an audience."""
        here = [one for one in self.connections.values() if one.meeting == meeting and one.audience is audience]
        self.outbox.send([one.sid for one in here], "signal", {"name": name, "payload": payload})

    async def end(self, sid: str, why: str) -> None:
        """Close a page's connection, saying why by a stable id."""
        if self.homes.media is not None:
            await self.homes.media.gone(sid, at_once=True)
        self.outbox.send([sid], "ended", {"id": why})
        await self.server.disconnect(sid)

    async def close(self, meeting: str, why: str) -> None:
        """The room closes, or moved: its pages are told, and go."""
        for audience in Audience:
            self._sent.pop((meeting, audience), None)
        for connection in [one for one in self.connections.values() if one.meeting == meeting]:
            await self.end(connection.sid, why)

    async def end_where(self, matches: Callable[[Identity], bool], why: str) -> None:
        """Close every connection whose identity `matches` (an ended session, a revoked device)."""
        for connection in [one for one in self.connections.values() if matches(one.identity)]:
            await self.end(connection.sid, why)
