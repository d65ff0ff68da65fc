"""The stage as it is recorded: a real engine, real pages, and what another reader finds in the file."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import av
import pytest

from meetings.sitting.recording import fail
from meetings.storage.database import Database
from signaling.media.embedded.link import Link
from signaling.media.reconcile import MediaRooms
from signaling.media.recording.archive import Archive, parts_of
from signaling.media.recording.recorder import Failure
from signaling.media.recording.recorders import Recorders
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.pages import BLUE, RED, until
from tests.integration.media.test_through_the_room import Room, in_session
from tests.integration.signaling.room import MEETING, Page, open_room


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EngineProcess]:
    process = EngineProcess(tmp_path / "media.sock")
    await process.start()
    yield process
    await process.kill()


class Studio(Room):
    """A room whose stage may be recorded."""

    def __init__(self, url: str, link: Link, archive: Archive) -> None:
        super().__init__(url, link)
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
async def studio(database: Database, engine: EngineProcess, folder: Path, ours: bool = True) -> AsyncIterator[Studio]:
    """A room at the engine; where it is not `ours`, nothing can be recorded from it."""
    link = Link(engine.socket)
    media = MediaRooms(link)
    archive = Archive(database, folder)
    recorders = Recorders(link, media, archive, "127.0.0.1" if ours else None)
    media.followed = recorders.follow
    link.start()
    media.start()
    async with open_room(database, media=media) as (url, homes, _):

        async def failed(meeting: str, recording: str, why: Failure) -> None:
            await (await homes.get(meeting)).system(partial(fail, recording=recording, full=why is Failure.DISK))

        recorders.failed = failed
        await until(lambda: bool(link.epoch))
        one = Studio(url, link, archive)
        try:
            yield one
        finally:
            await one.close()
            await recorders.stop()
    await media.stop()
    await link.stop()


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


async def test_a_recording_has_who_spoke_in_picture_and_sound_and_the_agenda_as_chapters(
    room_database: Database, engine: EngineProcess, tmp_path: Path
) -> None:
    async with studio(room_database, engine, tmp_path / "recordings") as one:
        chair, hall, secretary = await in_session(one)
        await one.send(chair, BLUE)
        await one.send(hall, RED)
        await chair.done("recording.start")
        await secretary.until(lambda: recording(secretary)["recording"] and recording(secretary)["since"])
        assert (await secretary.ask("recording.start"))["error"]["id"] == "stale"
        await one.grows(1)
        await chair.done("agenda.advance", {"from": "", "to": "i1"})
        await chair.done("floor.invite", {"site": "s1"})
        await hall.done("microphone.open")
        await asyncio.sleep(2.5)
        await chair.done("agenda.advance", {"from": "i1", "to": "i2"})
        await chair.done("floor.revoke", {"turn": chair.view["floor"]["turns"]["speaker"]["turn"]})
        await asyncio.sleep(2.5)
        await chair.done("recording.stop", {"recording": recording(chair)["recording"]})
        assert recording(chair) == {"recording": "", "since": 0, "ended": "asked"}
        (file,) = await one.finished()
        with av.open(str(file)) as found:
            marks = [(mark["start"] / 1e9, mark["metadata"]["title"]) for mark in found.chapters()]
            assert found.duration is not None
            duration = found.duration / 1_000_000
        assert [title for _, title in marks] == ["Trước nội dung đầu tiên", "Nội dung một", "Nội dung hai"]
        (_, first), (red_at, second), (blue_at, third) = colours(file)
        assert [first, second, third] == ["blue", "red", "blue"]
        assert marks[0][0] == 0
        assert marks[1][0] <= red_at + 0.2
        assert marks[2][0] <= blue_at + 0.2
        speech, everybody = heard(file, 1), heard(file, 0)
        assert marks[1][0] - 0.2 <= speech[0] <= speech[-1] <= blue_at + 0.2, "sound and picture of one turn"
        assert everybody[0] < red_at
        assert everybody[-1] > blue_at
        assert everybody[-1] <= duration + 0.1


async def test_a_killed_engine_leaves_a_part_that_reads_and_the_recording_goes_on_as_the_next(
    room_database: Database, engine: EngineProcess, tmp_path: Path
) -> None:
    async with studio(room_database, engine, tmp_path / "recordings") as one:
        chair, *_ = await in_session(one)
        await one.send(chair, BLUE)
        await chair.done("recording.start")
        await one.grows(1)
        await engine.kill()
        await engine.start()
        await chair.until(lambda: chair.told("media.closed"), seconds=20)
        await one.send(chair, RED)
        await one.grows(2)
        await chair.done("recording.stop", {"recording": recording(chair)["recording"]})
        assert [colours(file)[0][1] for file in await one.finished()] == ["blue", "red"]


async def test_a_recess_is_not_recorded_and_the_file_goes_on_where_it_began(
    room_database: Database, engine: EngineProcess, tmp_path: Path
) -> None:
    async with studio(room_database, engine, tmp_path / "recordings") as one:
        chair, *_ = await in_session(one)
        await one.send(chair, BLUE)
        await chair.done("recording.start")
        await one.grows(1)
        began = time.monotonic()
        await chair.done("sitting.recess", {"minutes": 15, "resume": False})
        (file,) = await one.parts()
        before = file.stat().st_size
        await asyncio.sleep(4)
        assert file.stat().st_size == before
        await chair.done("sitting.resume")
        await one.grows(1, before + 20_000)
        await chair.done("recording.stop", {"recording": recording(chair)["recording"]})
        after = time.monotonic() - began - 4
        (file,) = await one.finished()
        with av.open(str(file)) as found:
            first, second = ((mark["start"] / 1e9, mark["metadata"]["title"]) for mark in found.chapters())
            assert found.duration is not None
            assert found.duration / 1e6 - second[0] <= after + 0.5
        assert (first[1], second[1]) == ("Trước nội dung đầu tiên", "Trước nội dung đầu tiên (sau tạm nghỉ)")


async def test_a_stop_for_secrecy_ends_the_recording_at_once_and_it_does_not_begin_again_by_itself(
    room_database: Database, engine: EngineProcess, tmp_path: Path
) -> None:
    async with studio(room_database, engine, tmp_path / "recordings") as one:
        chair, *_ = await in_session(one)
        await one.send(chair, BLUE)
        await chair.done("recording.start")
        await one.grows(1)
        await chair.done("sitting.stop_secret")
        assert recording(chair) == {"recording": "", "since": 0, "ended": "secret"}
        (file,) = await one.finished()
        assert (await chair.ask("recording.start"))["error"]["id"] == "sitting.phase"
        await chair.done("sitting.clear")
        before = file.stat().st_size
        await asyncio.sleep(1)
        assert (file.stat().st_size, len(await one.parts())) == (before, 1)
        assert len((await one.link.state()).sessions) == 1, "the recorder has left the engine"


@pytest.mark.parametrize("cause", ["folder", "disk", "engine"])
async def test_what_cannot_be_recorded_is_not_said_to_be(
    room_database: Database, engine: EngineProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    if cause == "folder":
        (tmp_path / "recordings").write_text("no folder")
    if cause == "disk":
        monkeypatch.setattr("signaling.media.recording.archive.RESERVE", 1 << 60)
    async with studio(room_database, engine, tmp_path / "recordings", ours=cause != "engine") as one:
        chair, *_ = await in_session(one)
        await chair.done("recording.start")
        await chair.until(lambda: recording(chair)["ended"] == ("disk" if cause == "disk" else "failed"))
        assert not await one.parts()
