"""A real gateway on a real port, and clients that speak its protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import socketio
from aiohttp import web
from aiohttp.test_utils import TestServer

from meetings.ids import new_id
from meetings.sitting.actors import Identity
from meetings.sitting.brief import Brief, Delegate, Item, Rules, Site
from meetings.storage.database import Database
from signaling.gateway import Gateway
from signaling.homes import Homes
from signaling.media.reconcile import MediaRooms

MEETING = "00000000-0000-7000-8000-000000000001"


def brief(delegates: int = 6, sites: int = 3) -> Brief:
    """A sitting of a body with `delegates` members over `sites` sites, chair and secretary at the hub."""
    return Brief(
        meeting=MEETING,
        title="Phiên họp mẫu",
        starts_at=1,
        ends_at=2,
        conference=False,
        rules=Rules(members=delegates),
        hub_site="s0",
        chair="chair",
        secretary="secretary",
        sites=tuple(Site(site=f"s{one}", name=f"Điểm cầu {one}") for one in range(sites)),
        delegates=tuple(
            Delegate(delegate=f"d{one}", person=f"p{one}", site=f"s{one % sites}", name=f"Đại biểu {one}")
            for one in range(delegates)
        ),
        items=(Item(item="i1", title="Nội dung một"), Item(item="i2", title="Nội dung hai")),
        names={"chair": "Chủ trì mẫu", "secretary": "Thư ký mẫu"},
    )


async def identify(request: web.Request, _meeting: str, _auth: dict[str, Any]) -> Identity | None:
    """Who connects, by a header: `person:x` or `room:s1`."""
    kind, _, name = request.headers.get("X-Test-Identity", "").partition(":")
    if kind == "room":
        return Identity(f"device-{name}", device=f"device-{name}", room_of=name)
    if kind == "person":
        return Identity(name, person=name, device=f"session-{name}", own_account=True, technician=name == "tech")
    return None


class Page:
    """One connected page that keeps what it is sent."""

    def __init__(self, url: str, who: str) -> None:
        self.url, self.who = url, who
        self.view: dict[str, Any] = {}
        self.me: dict[str, Any] = {}
        self.seq = 0
        self.patches = 0
        self.gaps = 0
        self.ended = ""
        self._changed = asyncio.Event()
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("view", self._on_view)
        self.socket.on("me", self._on_me)
        self.socket.on("ended", self._on_ended)
        self.socket.on("signal", self._on_signal)
        self.signals: list[tuple[str, dict[str, Any]]] = []

    async def _on_view(self, message: dict[str, Any]) -> None:
        if not message.get("whole") and message["after"] != self.seq:
            self.gaps += 1
        self.seq = message["seq"]
        self.patches += 1
        self.view.update(message["set"])
        self._changed.set()

    async def _on_me(self, message: dict[str, Any]) -> None:
        self.me = message
        self._changed.set()

    async def _on_ended(self, message: dict[str, Any]) -> None:
        self.ended = message["id"]
        self._changed.set()

    async def _on_signal(self, message: dict[str, Any]) -> None:
        self.signals.append((message["name"], message["payload"]))
        self._changed.set()

    def told(self, name: str) -> list[dict[str, Any]]:
        """The payloads of the signals `name` so far."""
        return [payload for one, payload in self.signals if one == name]

    async def signal(self, name: str, payload: object = None) -> dict[str, Any]:
        """Send a signal; the server's answer."""
        answer: dict[str, Any] = await self.socket.call("signal", {"name": name, "payload": payload or {}}, timeout=10)
        return answer

    async def join(self, endpoint: str = "office") -> Page:
        await self.socket.connect(
            self.url,
            headers={"X-Test-Identity": self.who},
            auth={"meeting": MEETING, "protocol": 1, "endpoint": endpoint},
            transports=["websocket"],
            wait_timeout=10,
        )
        await self.until(lambda: bool(self.view and self.me))
        return self

    async def ask(self, name: str, payload: object = None, id: str | None = None) -> dict[str, Any]:
        """Send a command; the server's answer."""
        answer: dict[str, Any] = await self.socket.call(
            "command", {"id": id or new_id(), "name": name, "payload": payload or {}}, timeout=10
        )
        return answer

    async def done(self, name: str, payload: object = None) -> dict[str, Any]:
        """Send a command that must be accepted."""
        answer = await self.ask(name, payload)
        assert answer["ok"], answer
        return answer

    async def until(self, holds: Any, seconds: float = 5.0) -> None:
        """Wait until `holds()`."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def leave(self) -> None:
        await self.socket.disconnect()


@asynccontextmanager
async def open_room(
    database: Database,
    setup: Brief | None = None,
    address: str = "",
    media: MediaRooms | None = None,
    beside: web.Application | None = None,
    prepare: Callable[[Gateway], None] | None = None,
) -> AsyncIterator[tuple[str, Homes, Gateway]]:
    """A running gateway, in the application `beside` where one is given, `prepare`d first; yields its URL."""

    async def load(_: str) -> Brief:
        return setup or brief()

    homes = Homes(database, load, media, address=address)
    gateway = Gateway(homes, identify, [], "test")
    if media is not None:
        media.tell = gateway.signals.tell
    if prepare is not None:
        prepare(gateway)
    application = beside or web.Application()
    gateway.server.attach(application)
    async with TestServer(application) as server:
        yield str(server.make_url("/")), homes, gateway
        for sid in list(gateway.connections):
            await gateway.server.disconnect(sid)
        await asyncio.sleep(0.05)
        await homes.stop()
