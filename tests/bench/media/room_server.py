"""The room's server in a process of its own, to be killed: `python -m tests.bench.media.room_server DATABASE SITES`.

The media engine is what the environment names. Prints its address once it serves.
"""

from __future__ import annotations

import asyncio
import sys

from meetings.storage.database import Database
from signaling.media.choice import chosen
from signaling.media.reconcile import MediaRooms
from signaling.media.settings import MediaSettings
from tests.integration.signaling.room import brief, open_room


async def serve(database: str, sites: int) -> None:
    engine = chosen(MediaSettings())
    media = MediaRooms(engine)
    engine.start()
    media.start()
    async with open_room(Database(database), brief(sites=sites), media=media) as (url, _, _):
        print(url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
