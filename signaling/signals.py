"""Ephemeral signals: pointer, messages with the technicians, media negotiation. None of them is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from meetings.errors import Forbidden, Invalid, NotFound, Refusal, TooMany
from meetings.ids import now_ms
from meetings.sitting.actors import Actor, SittingRole, actor_of
from meetings.sitting.rehearsal import put_on_stage, set_microphone
from meetings.sitting.sharing import may_present
from meetings.sitting.state import State

if TYPE_CHECKING:
    from signaling.gateway import Connection, Gateway

#: Messages that may wait for a page which still gets the pointer's moves.
POINTER_BOUND = 20
#: The longest message to or from a technician, in characters.
MESSAGE_LENGTH = 1000


#: Who is told that a site's place moved, beside the site itself.
_TOLD = frozenset({SittingRole.CHAIR, SittingRole.SECRETARY, SittingRole.TECHNICIAN})


Taking = Callable[["Connection", str, dict[str, Any]], Awaitable[dict[str, Any]]]


class Signals:
    """Takes a page's signals and passes them on to who may see them."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        #: What else takes signals, by the first word of their names.
        self.beside: dict[str, Taking] = {}

    async def receive(self, sid: str, message: object = None) -> dict[str, Any]:
        """One signal `{name, payload}`; its answer."""
        try:
            return {"ok": True, **await self._handle(sid, message)}
        except Refusal as refusal:
            return {"ok": False, "error": refusal.as_json()}

    async def _handle(self, sid: str, message: object) -> dict[str, Any]:
        connection = self._gateway.connections.get(sid)
        if connection is None:
            raise Refusal("hello.missing", "Kết nối chưa sẵn sàng. Hãy thử lại sau giây lát.")
        if not connection.signals.allow():
            raise TooMany("command.rate", "Quý vị thao tác quá nhanh. Hãy đợi một chút rồi thử lại.")
        if not isinstance(message, dict) or not isinstance(message.get("payload", {}), dict):
            raise Invalid("command.invalid", "Yêu cầu không đúng dạng. Hãy tải lại trang.")
        name, payload = message.get("name"), message.get("payload", {})
        if name == "pointer":
            return await self._pointer(connection, payload)
        if name == "message":
            return await self._message(connection, payload)
        if name in ("rehearsal.stage", "rehearsal.microphone"):
            return await self._rehearse(connection, name, payload)
        if isinstance(name, str) and name.startswith("media."):
            media = self._gateway.homes.media
            if media is None:
                raise NotFound("media.none", "Máy chủ này không phục vụ hình và tiếng.")
            home = await self._gateway.homes.get(connection.meeting)
            actor = actor_of(home.state, connection.identity)
            if actor is None or connection.endpoint == "companion":
                raise Forbidden("media.no_endpoint", "Thiết bị này không dùng hình và tiếng.")
            return await media.negotiate(connection.sid, connection.identity, actor, home.state, name, payload)
        taking = self.beside.get(name.partition(".")[0]) if isinstance(name, str) else None
        if taking is not None:
            return await taking(connection, str(name), payload)
        raise Invalid("command.unknown", "Máy chủ không hiểu yêu cầu này. Hãy tải lại trang.")

    async def _pointer(self, connection: Connection, payload: dict[str, Any]) -> dict[str, Any]:
        home = await self._gateway.homes.get(connection.meeting)
        actor = actor_of(home.state, connection.identity)
        if actor is None or not may_present(home.state, actor):
            raise Forbidden("presentation.no_floor", "Quý vị không trình chiếu nên không dùng được con trỏ.")
        x, y = payload.get("x"), payload.get("y")
        if not all(isinstance(one, int | float) and 0 <= one <= 1 for one in (x, y)):
            raise Invalid("command.invalid", "Vị trí con trỏ không đúng.")
        outbox = self._gateway.outbox
        others = (one.sid for one in self._gateway.connections.values() if one.meeting == connection.meeting)
        keeping_up = [one for one in others if one != connection.sid and outbox.waiting(one) < POINTER_BOUND]
        self._send(keeping_up, "pointer", {"x": x, "y": y})
        return {}

    async def _rehearse(self, connection: Connection, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        home = await self._gateway.homes.get(connection.meeting)
        slot, site, is_open = payload.get("slot"), payload.get("site"), payload.get("open")

        def change(state: State) -> None:
            actor = actor_of(state, connection.identity)
            if actor is None:
                raise Forbidden("participant.uninvited", "Quý vị không có trong thành phần cuộc họp này.")
            if name == "rehearsal.stage" and isinstance(slot, str) and isinstance(site, str):
                put_on_stage(state, actor, slot, site)
            elif name == "rehearsal.microphone" and isinstance(is_open, bool):
                set_microphone(state, actor, is_open)
            else:
                raise Invalid("command.invalid", "Yêu cầu không đúng dạng. Hãy tải lại trang.")

        await home.rehearse(change)
        return {}

    async def place_moved(self, state: State, connection: Connection) -> None:
        """Tell the site's pages and those who lead that another endpoint holds the site's place now."""
        actor = actor_of(state, connection.identity)
        site = actor.site if actor else ""

        def concerned(other: Actor) -> bool:
            return other.site == site or bool(other.roles & _TOLD)

        told = []
        for one in self._gateway.connections.values():
            other = actor_of(state, one.identity) if one.meeting == connection.meeting else None
            if other is not None and concerned(other):
                told.append(one.sid)
        self._send(told, "place.moved", {"site": site})

    async def _message(self, connection: Connection, payload: dict[str, Any]) -> dict[str, Any]:
        home = await self._gateway.homes.get(connection.meeting)
        actor = actor_of(home.state, connection.identity)
        text, site = payload.get("text"), payload.get("site")
        if actor is None or not isinstance(text, str) or not 0 < len(text.strip()) <= MESSAGE_LENGTH:
            raise Invalid("message.invalid", f"Tin nhắn cần có nội dung và không quá {MESSAGE_LENGTH} ký tự.")
        technician = SittingRole.TECHNICIAN in actor.roles
        to_site = site if technician and isinstance(site, str) else actor.site
        body = {"text": text.strip(), "site": to_site, "from_technician": technician, "at": now_ms()}
        told = []
        for other in self._gateway.connections.values():
            if other.meeting != connection.meeting:
                continue
            receiver = actor_of(home.state, other.identity)
            if receiver is None:
                continue
            at_site = SittingRole.ROOM in receiver.roles and receiver.site == to_site
            if SittingRole.TECHNICIAN in receiver.roles or at_site:
                told.append(other.sid)
        self._send(told, "message", body)
        return {}

    async def tell(self, sid: str, name: str, payload: dict[str, Any]) -> None:
        """Send one signal to one page."""
        self._send([sid], name, payload)

    def _send(self, sids: list[str], name: str, payload: dict[str, Any]) -> None:
        self._gateway.outbox.send(sids, "signal", {"name": name, "payload": payload})

    async def gone(self, connection: Connection) -> None:
        """A page left: its media goes with it."""
        if self._gateway.homes.media is not None:
            await self._gateway.homes.media.gone(connection.sid)
