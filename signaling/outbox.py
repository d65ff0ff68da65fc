"""What goes out to pages: encoded once for all who get the same, and queued at once, in order.

Socket.IO's own `emit` makes a task per page; at a thousand pages that cost more than everything else of a change.
The private names of python-socketio and python-engineio that this needs are touched in this file alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import socketio
from engineio.packet import MESSAGE
from engineio.packet import Packet as Frame
from socketio.packet import EVENT, Packet

_NAMESPACE = "/"
#: How long a stopping server waits for slow lines, in seconds.
PARTING = 3.0


class Outbox:
    """Queues events for connections of one Socket.IO server; each connection's own task writes them to its line."""

    def __init__(self, server: socketio.AsyncServer) -> None:
        self._server = server

    def send(self, sids: Iterable[str], event: str, data: dict[str, Any]) -> None:
        """Queue `event` for every connection of `sids`; those that are gone are passed over."""
        frame = Frame(MESSAGE, Packet(EVENT, data=[event, data], namespace=_NAMESPACE).encode())
        for sid in sids:
            line = self._line(sid)
            if line is not None and not line.closing and not line.closed:
                line.queue.put_nowait(frame)

    def waiting(self, sid: str) -> int:
        """How many messages wait to be sent to the connection `sid`."""
        line = self._line(sid)
        return 0 if line is None else int(line.queue.qsize())

    async def part(self) -> None:
        """The server stops: every line gets what waits for it and is closed, so that pages look for the server at once.

        Closed below Socket.IO, where pages take it as a lost line and come back by themselves.
        """
        lines = list(self._server.eio.sockets.values())
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING):
                await asyncio.gather(*(line.close() for line in lines))
        for line in lines:
            line.queue.put_nowait(None)  # ends its writer, which closes the websocket

    def _line(self, sid: str) -> Any:
        return self._server.eio.sockets.get(self._server.manager.eio_sid_from_sid(sid, _NAMESPACE))
