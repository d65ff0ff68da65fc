"""The stage of a meeting at a Janus, recorded without transcoding as with our own engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from meetings.storage.database import Database
from signaling.media.engines import Engines
from signaling.media.janus.engine import Janus
from tests.integration.janus.janus_process import JanusProcess
from tests.integration.janus.namespace import Namespace
from tests.integration.media.pages import BLUE, RED
from tests.integration.media.studio import colours, heard, recording, studio
from tests.integration.media.test_through_the_room import in_session


async def test_who_speaks_is_seen_and_heard_and_a_dead_janus_begins_the_next_part(
    sqlite_url: str, space: Namespace, tmp_path: Path
) -> None:
    processes = {
        one.url: one for one in (JanusProcess(space, tmp_path / f"janus{port}", port) for port in (8188, 8189))
    }
    for process in processes.values():
        await process.start()
    database = Database(sqlite_url)
    engine = Engines({url: Janus(url, "") for url in processes})
    try:
        async with studio(database, engine, tmp_path / "recordings") as one:
            chair, hall, _ = await in_session(one)
            await one.send(chair, BLUE)
            await one.send(hall, RED)
            await chair.done("recording.start")
            await one.grows(1)
            await chair.done("floor.invite", {"site": "s1"})
            await hall.done("microphone.open")
            await asyncio.sleep(3)
            await chair.done("floor.revoke", {"turn": chair.view["floor"]["turns"]["speaker"]["turn"]})
            await asyncio.sleep(2.5)
            parts = (await engine.state()).parts
            home = next(one.name for one in parts if one.sessions)
            await processes[home].kill()
            await chair.until(lambda: chair.told("media.closed"), seconds=20)
            await one.send(chair, RED)
            await one.grows(2)
            await chair.done("recording.stop", {"recording": recording(chair)["recording"]})
            first, second = await one.finished()
            (_, before), (red_at, during), (blue_at, after) = colours(first)
            assert [before, during, after, colours(second)[0][1]] == ["blue", "red", "blue", "red"]
            speech, everybody = heard(first, 1), heard(first, 0)
            assert red_at - 1 <= speech[0] <= speech[-1] <= blue_at + 1, "sound and picture of one turn"
            assert everybody[-1] > red_at, "who speaks is heard in the first track"
    finally:
        await database.close()
        for process in processes.values():
            await process.kill()
