"""A room's server with its media in a process of its own, to be killed: `… web_process DATABASE ENGINE`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from meetings.record import lease
from meetings.storage.database import Database
from signaling.media.embedded.link import Link
from signaling.media.reconcile import MediaRooms
from tests.integration.signaling.room import open_room

#: A killed server's meeting is free for another after so long, in ms.
LEASE = 2_000


async def _serve(database: str, engine: str) -> None:
    lease.LEASE = LEASE
    link = Link(Path(engine))
    media = MediaRooms(link)
    link.start()
    media.start()
    async with open_room(Database(database), media=media) as (url, _, _):
        print(url, flush=True)
        await asyncio.Event().wait()


@asynccontextmanager
async def web_process(database: str, engine: Path) -> AsyncIterator[str]:
    """Yields the server's address; at the end it is killed."""
    command = [sys.executable, "-m", "tests.integration.media.web_process", database, str(engine)]
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | {"LOG_LEVEL": "error"}, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(90):
            url = ""
            while not url.startswith("http"):
                url = (await process.stdout.readline()).decode().strip()
        yield url
    finally:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
