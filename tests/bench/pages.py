"""Pages that cost the bench almost nothing: they keep no view and look only for a piece of text in what arrives."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import time
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from meetings.ids import new_id
from tests.integration.signaling.room import MEETING

_ids = itertools.count(1)


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used (Linux)."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Listener:
    """A websocket that knows when a piece of text arrived, and how long the message was."""

    def __init__(self) -> None:
        self.socket: ClientWebSocketResponse
        self.wanted = ""
        self.arrived: asyncio.Future[float]
        self.message = ""
        self.bytes = 0
        self._reading: asyncio.Task[None]

    def expect(self, text: str) -> asyncio.Future[float]:
        """The moment at which a message with `text` will have arrived."""
        self.wanted, self.arrived = text, asyncio.get_running_loop().create_future()
        return self.arrived

    async def open(self, session: ClientSession, address: str) -> None:
        self.socket = await session.ws_connect(address, max_msg_size=0)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is WSMsgType.TEXT:
                self.bytes += len(message.data)
                if self.wanted and self.wanted in message.data:
                    self.message, self.wanted = message.data, ""
                    self.arrived.set_result(time.perf_counter())
                await self.heard(message.data)

    async def heard(self, text: str) -> None:
        """What else is to be done with a message."""

    async def close(self) -> None:
        await self.socket.close()
        await self._reading


class RoomPage(Listener):
    """A page of the room that speaks just enough of Socket.IO."""

    def __init__(self, who: str, endpoint: str) -> None:
        super().__init__()
        self._who, self._endpoint = who, endpoint
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def join(self, session: ClientSession, address: str) -> None:
        """Connect and wait for the whole view and the personal part."""
        self.socket = await session.ws_connect(
            f"{address}socket.io/?EIO=4&transport=websocket", headers={"X-Test-Identity": self._who}, max_msg_size=0
        )
        hello = {"meeting": MEETING, "protocol": 1, "endpoint": self._endpoint}
        await self.socket.receive()
        await self.socket.send_str("40" + json.dumps(hello))
        arrived = self.expect('["me"')
        self._reading = asyncio.create_task(self._read())
        await asyncio.wait_for(arrived, 300)

    async def heard(self, text: str) -> None:
        if text == "2":
            await self.socket.send_str("3")
        elif text.startswith("43"):
            number, _, answer = text[2:].partition("[")
            self._answers.pop(int(number)).set_result(json.loads("[" + answer)[0])

    async def done(self, name: str, payload: dict[str, Any]) -> None:
        """A command that must be accepted."""
        number = next(_ids)
        self._answers[number] = asyncio.get_running_loop().create_future()
        message = ["command", {"id": new_id(), "name": name, "payload": payload}]
        await self.socket.send_str(f"42{number}{json.dumps(message)}")
        answer = await asyncio.wait_for(asyncio.shield(self._answers[number]), 60)
        assert answer["ok"], answer
