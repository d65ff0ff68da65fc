"""A sitting whose stage is recorded, and what another reader finds in the files."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import av

from meetings.sitting.recording import fail
from meetings.storage.database import Database
from signaling.media.engine import Engine
from signaling.media.engines import Startable
from signaling.media.reconcile import MediaRooms
from signaling.media.recording.archive import Archive, parts_of
from signaling.media.recording.recorder import Failure
from signaling.media.recording.recorders import Recorders
from tests.integration.media.pages import BLUE, RED, until
from tests.integration.media.test_through_the_room import Room
from tests.integration.signaling.room import MEETING, Page, open_room


class Studio(Room):
    """A room whose stage may be recorded."""

    def __init__(self, url: str, engine: Engine, archive: Archive) -> None:
        super().__init__(url, engine)
        self.archive = archive

    async def parts(self) -> list[Path]:
        """The files so far."""
        async with self.archive.database.read() as session:
            return [self.archive.path(one.id) for one in await parts_of(session, MEETING)]

    async def grows(self, count: int, size: int = 40_000) -> None:
        """Wait until something of part `count` is in its file: more than `size` bytes."""
        async with asyncio.timeout(20):
            while True:
                files = await self.parts()
                if len(files) == count and files[-1].is_file() and files[-1].stat().st_size > size:
                    return
                await asyncio.sleep(0.05)

    async def finished(self) -> list[Path]:
        """The files, once all are complete."""
        async with asyncio.timeout(20):
            while True:
                async with self.archive.database.read() as session:
                    rows = await parts_of(session, MEETING)
                if all(one.ended_at for one in rows):
                    break
                await asyncio.sleep(0.05)
        files = [self.archive.path(one.id) for one in rows]
        assert [(one.number, one.size) for one in rows] == [
            (number, file.stat().st_size) for number, file in enumerate(files, 1)
        ]
        return files


@asynccontextmanager
async def studio(database: Database, engine: Startable, folder: Path, host: str = "") -> AsyncIterator[Studio]:
    """A room at an engine, which is reached at `host`, or as it offers."""
    media = MediaRooms(engine)
    archive = Archive(database, folder)
    recorders = Recorders(engine, media, archive, host)
    media.followed = recorders.follow
    engine.start()
    media.start()
    async with open_room(database, media=media) as (url, homes, _):

        async def failed(meeting: str, recording: str, why: Failure) -> None:
            await (await homes.get(meeting)).system(partial(fail, recording=recording, full=why is Failure.DISK))

        recorders.failed = failed
        await until(lambda: bool(engine.epoch))
        one = Studio(url, engine, archive)
        try:
            yield one
        finally:
            await one.close()
            await recorders.stop()
    await media.stop()
    await engine.stop()


def recording(page: Page) -> dict[str, object]:
    """What a page is told of the recording."""
    told: dict[str, object] = page.view["sitting"]["recording"]
    return told


def colours(file: Path) -> list[tuple[float, str]]:
    """When the first picture took which colour."""
    changes: list[tuple[float, str]] = []
    with av.open(str(file)) as found:
        for frame in found.decode(video=0):
            planes = [bytes(one) for one in frame.planes]
            middle = [one[len(one) // 2] for one in planes]
            for name, colour in (("red", RED), ("blue", BLUE)):
                near = all(abs(a - b) < 30 for a, b in zip(middle, colour, strict=True))
                if near and (not changes or changes[-1][1] != name):
                    changes.append((frame.time or 0.0, name))
    return changes


def heard(file: Path, track: int) -> list[float]:
    """When a track's sound was loud."""
    times, plain = [], av.AudioResampler("s16", "mono")
    with av.open(str(file)) as found:
        for frame in found.decode(audio=track):
            at = frame.time or 0.0
            for one in plain.resample(frame):
                samples = struct.unpack(f"<{one.samples}h", bytes(one.planes[0])[: 2 * one.samples])
                times += [at] if max(map(abs, samples)) > 1000 else []
    return times
