"""The stage as it is recorded: a real engine, real pages, and what another reader finds in the file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from meetings.storage.database import Database
from signaling.media.embedded.link import Link
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.pages import BLUE, RED
from tests.integration.media.studio import colours, heard, recording, studio
from tests.integration.media.test_through_the_room import in_session


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EngineProcess]:
    process = EngineProcess(tmp_path / "media.sock")
    await process.start()
    yield process
    await process.kill()


async def test_a_recording_has_who_spoke_in_picture_and_sound_and_the_agenda_as_chapters(
    room_database: Database, engine: EngineProcess, tmp_path: Path
) -> None:
    async with studio(room_database, Link(engine.socket), tmp_path / "recordings", "127.0.0.1") as one:
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
    async with studio(room_database, Link(engine.socket), tmp_path / "recordings", "127.0.0.1") as one:
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
    async with studio(room_database, Link(engine.socket), tmp_path / "recordings", "127.0.0.1") as one:
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
    async with studio(room_database, Link(engine.socket), tmp_path / "recordings", "127.0.0.1") as one:
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
    async with studio(room_database, Link(engine.socket), tmp_path / "recordings", "127.0.0.1") as one:
        chair, *_ = await in_session(one)
        if cause == "engine":
            monkeypatch.setattr("signaling.media.recording.recorder.LOST", 0.2)
            await engine.kill()
        await chair.done("recording.start")
        await chair.until(lambda: recording(chair)["ended"] == ("disk" if cause == "disk" else "failed"))
        assert not await one.parts()
