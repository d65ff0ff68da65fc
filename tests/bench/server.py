"""The room's server for benches, in a process of its own so that its CPU is the server's alone.

    python -m tests.bench.server DATABASE_URL SITES

Prints its address, and serves until its standard input ends. Beside the room it serves `/raw`: plain aiohttp
websockets without anything above them, which get whatever text one of them sends.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import WSMsgType, web

from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from tests.integration.signaling.room import brief, open_room


async def _raw(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    everyone = request.app[_RAW]
    everyone.add(socket)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            for one in list(everyone):
                await one.send_str(message.data)
    everyone.discard(socket)
    return socket


_RAW: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("raw", set)


async def _serve(url: str, sites: int) -> None:
    database = Database(url)
    await migrate(database)
    raw = web.Application()
    raw[_RAW] = set()
    raw.router.add_get("/raw", _raw)
    async with open_room(database, brief(delegates=6, sites=sites), beside=raw) as (address, _, _gateway):
        print(address, flush=True)
        await asyncio.to_thread(sys.stdin.read)
    await database.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
