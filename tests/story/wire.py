"""Synthetic sites: connections that speak just enough of Socket.IO to be a site's room device or a delegate.

They come back by themselves when the server goes, and ask again, with the same id, what was not answered.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, WSMsgType

from meetings.ids import new_id

#: How long a connection or an answer may take before it is tried again, in seconds.
PATIENCE = 15.0
#: Refusals of a server that is not, or no longer, the meeting's home.
_TRY_AGAIN = frozenset({"meeting.moved", "meeting.elsewhere", "hello.missing"})
#: How long the server may be away, in seconds: killed, noticed, and started again on a busy machine.
DOWN = 300.0
_numbers = itertools.count(1)


@dataclass(slots=True)
class Acknowledged:
    """A command that the server said it kept."""

    id: str
    name: str
    payload: dict[str, Any]
    seq: int


class Line:
    """One page's connection to a meeting."""

    def __init__(self, http: ClientSession, address: str, meeting: str, cookie: str, endpoint: str) -> None:
        self._http = http
        as_room = "&as=room" if endpoint == "room" else ""
        self._url = f"{address}/socket.io/?EIO=4&transport=websocket{as_room}"
        self._hello = "40" + json.dumps({"meeting": meeting, "protocol": 1, "endpoint": endpoint})
        self._cookie = cookie
        self._up = asyncio.Event()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._socket: Any = None
        self._task = asyncio.create_task(self._live())
        self.refused = ""
        self.joined = 0
        self.acknowledged: list[Acknowledged] = []
        #: The sections of the view, kept where somebody wants to know them.
        self.view: dict[str, Any] | None = None

    async def _live(self) -> None:
        while True:
            try:
                async with self._http.ws_connect(self._url, headers={"Cookie": self._cookie}, max_msg_size=0) as socket:
                    self._socket = socket
                    await self._talk(socket)
            except (TimeoutError, ClientError, OSError):
                pass
            self._up.clear()
            for future in self._waiting.values():
                future.cancel()
            self._waiting.clear()
            await asyncio.sleep(0.3 + random.random())

    async def _talk(self, socket: Any) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                return
            text: str = message.data
            if text == "2":
                await socket.send_str("3")
            elif self.view is not None and text.startswith('42["view"'):
                self.view.update(json.loads(text[2:])[1]["set"])
            elif text.startswith("0"):
                await socket.send_str(self._hello)
            elif text.startswith("40"):
                self.joined += 1
                self._up.set()
            elif text.startswith("44"):
                self.refused = text[2:300]
                return
            elif text.startswith("43"):
                number, _, answer = text[2:].partition("[")
                future = self._waiting.pop(int(number), None)
                if future and not future.done():
                    future.set_result(json.loads("[" + answer)[0])

    async def up(self) -> None:
        await asyncio.wait_for(self._up.wait(), DOWN)

    async def ask(self, name: str, payload: dict[str, Any], id: str = "") -> dict[str, Any]:
        """The server's answer to a command, asked again with the same id until there is one."""
        id = id or new_id()
        for _ in range(8):
            await self.up()
            number = next(_numbers)
            self._waiting[number] = future = asyncio.get_running_loop().create_future()
            message = json.dumps(["command", {"id": id, "name": name, "payload": payload}])
            try:
                await self._socket.send_str(f"42{number}{message}")
                answer = await asyncio.wait_for(future, PATIENCE)
            except (TimeoutError, asyncio.CancelledError, ConnectionError, ClientError):
                if (task := asyncio.current_task()) and task.cancelling():
                    raise
                continue
            if answer["ok"] and "seq" in answer:
                self.acknowledged.append(Acknowledged(id, name, payload, answer["seq"]))
            if answer["ok"] or answer["error"]["id"] not in _TRY_AGAIN:
                return dict(answer)
            await asyncio.sleep(0.5)
        raise AssertionError(f"{name} was never answered; last refusal: {self.refused}")

    async def done(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        """A command that must be accepted."""
        answer = await self.ask(name, payload)
        assert answer["ok"], (name, answer)
        return answer

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@dataclass(slots=True)
class Synthetic:
    """A synthetic site: its room device and its delegate."""

    room: Line
    delegate: Line
    site: str
    mandate: str
    person: str
    headcount: int = field(default_factory=lambda: random.randint(2, 20))

    async def check_in(self) -> None:
        await self.room.up()
        await self.delegate.up()
        await self.delegate.done("roll_call.claim", {"delegate": self.mandate})
        await self.room.done("site.report", {"site": self.site, "headcount": self.headcount, "site_chair": ""})

    async def vote(self, ballot: str, choice: int) -> None:
        answer = await self.delegate.ask("ballot.cast", {"ballot": ballot, "mandate": self.mandate, "choice": choice})
        # a secret vote that was counted just before the server was killed is not counted twice
        assert answer["ok"] or answer["error"]["id"] == "ballot.already_cast", answer

    async def close(self) -> None:
        await self.room.close()
        await self.delegate.close()
