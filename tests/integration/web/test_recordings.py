"""Recordings of a meeting over HTTP: who may have them, how long they are kept, and that they are gone afterwards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from meetings.storage.database import Database
from signaling.media.recording.archive import KEEP_DAYS, Archive, parts_of
from signaling.media.recording.matroska import Matroska
from signaling.media.recording.routes import ARCHIVE
from signaling.media.recording.tape import SEEN, TRACKS
from tests.integration.web.conftest import Office
from tests.integration.web.papers_setup import PaperMeeting

DAY = 86_400_000
PART = "00000000-0000-7000-8000-00000000000a"


async def recorded(archive: Archive, meeting: str, content: bytes = b"webm") -> None:
    """A part as a recorder leaves it."""
    assert archive.room() > 0
    await archive.begin(PART, meeting, "0123456789", 1000)
    archive.path(PART).write_bytes(content)


async def test_chair_and_secretary_have_the_recordings_and_delegates_where_they_were_let(office: Office) -> None:
    meeting = await PaperMeeting(office).prepare()
    await recorded(office.application[ARCHIVE], meeting.id)
    path, file = f"/api/meetings/{meeting.id}/recordings", f"/api/recordings/{PART}/file"
    secretary, delegate = await office.browser("thuky"), await office.browser("daibieu")
    assert (await (await secretary.get(file)).json())["id"] == "recording.running"
    await office.application[ARCHIVE].end(PART, 2000)

    shown = await (await secretary.get(path)).json()
    assert [shown["keep_days"], shown["access"], shown["may_download"], shown["may_change"]] == [
        30,
        "leaders",
        True,
        True,
    ]
    assert [(one["number"], one["size"], one["deleted_on"]) for one in shown["parts"]] == [
        (1, 4, 2000 + KEEP_DAYS * DAY)
    ]
    answer = await secretary.get(file)
    assert await answer.read() == b"webm"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ghi-hinh-01234567-phan-1.webm"'
    assert (await (await office.browser("chutri")).get(file)).status == 200

    assert (await (await delegate.get(path)).json())["may_download"] is False
    assert (await (await delegate.get(file)).json())["id"] == "recording.no_access"
    administrator = await office.browser("quantri")
    assert (await administrator.get(file)).status == 403, "running the system is no right to what was said"
    assert (await (await office.browser("nguoila")).get(file)).status == 404
    assert (await (await office.browser()).get(file)).status == 401

    rules = {"keep_days": 5, "access": "delegates"}
    for who in (delegate, administrator):
        assert (await (await who.put(path, json=rules)).json())["id"] == "recording.not_yours"
    for wrong in ({"keep_days": 0}, {"keep_days": 4000}, {"access": "everybody"}, {"more": 1}):
        assert (await secretary.put(path, json=rules | wrong)).status == 422
    assert (await (await secretary.put(path, json=rules)).json())["parts"][0]["deleted_on"] == 2000 + 5 * DAY
    assert await (await delegate.get(file)).read() == b"webm"
    assert (await (await office.browser("bithay")).get(file)).status == 403, "a substitute comes instead"
    assert (await secretary.get("/api/recordings/nothing/file")).status == 404


async def test_a_recording_is_deleted_when_its_days_are_over_and_stays_listed(office: Office) -> None:
    meeting = await PaperMeeting(office).prepare()
    archive = office.application[ARCHIVE]
    await recorded(archive, meeting.id)
    assert await archive.expire(10_000 * DAY) == 0, "what is being written is not over"
    await archive.end(PART, 2000)
    assert await archive.expire(2000 + KEEP_DAYS * DAY - 1) == 0
    assert await archive.expire(2000 + KEEP_DAYS * DAY) == 1
    assert not archive.path(PART).exists()
    archive.path(PART).write_bytes(b"webm")
    await archive.expire(2000 + KEEP_DAYS * DAY)
    assert not archive.path(PART).exists(), "another server ended the part, this one has its file"
    secretary = await office.browser("thuky")
    answer = await secretary.get(f"/api/recordings/{PART}/file")
    assert (await answer.json())["id"] == "recording.deleted"
    (part,) = (await (await secretary.get(f"/api/meetings/{meeting.id}/recordings")).json())["parts"]
    assert part["deleted_at"] == 2000 + KEEP_DAYS * DAY


def three_seconds(path: Path) -> Matroska:
    """A file that is being written, of 75 pictures in two chapters."""
    file = Matroska(path, TRACKS, "Phiên họp mẫu")
    file.chapter(0, "Nội dung một")
    for at in range(0, 3000, 40):
        file.block(SEEN, at, at % 1000 == 0, bytes(100))
    file.chapter(1000, "Nội dung hai")
    return file


async def test_a_part_whose_server_was_killed_is_repaired_and_said_to_be_broken_off(office: Office) -> None:
    meeting = await PaperMeeting(office).prepare()
    archive = office.application[ARCHIVE]
    path = archive.path(PART)
    await recorded(archive, meeting.id, b"")
    path.unlink()
    secretary = await office.browser("thuky")

    async def shown() -> Any:
        (part,) = (await (await secretary.get(f"/api/meetings/{meeting.id}/recordings")).json())["parts"]
        return part

    await archive.settle()
    assert (await shown())["ended_at"] == 0, "another server keeps it"
    file = three_seconds(path)
    await archive.settle()
    assert (await shown())["ended_at"] == 0, "it is being written"
    killed = path.read_bytes()
    file.finish()
    path.write_bytes(killed[:-10])
    os.utime(path, (50, 50))
    await archive.settle()
    part = await shown()
    assert (part["ended_at"], part["broken_off"], part["size"]) == (50_000, True, path.stat().st_size)
    assert part["duration"] == 2000, "the last cluster was not whole"
    assert part["chapters"] == [{"at": 0, "title": "Nội dung một"}, {"at": 1000, "title": "Nội dung hai"}]
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    delegate = await (await office.browser("daibieu")).get(f"/api/meetings/{meeting.id}/recordings")
    assert (await delegate.json())["parts"][0]["chapters"] == [], "they may not have it"

    path.unlink()
    answer = await secretary.get(f"/api/recordings/{PART}/file")
    assert (await answer.json())["id"] == "recording.elsewhere"
    assert ((await shown())["duration"], (await shown())["chapters"]) == (0, [])


@pytest.mark.parametrize("content", ["whole", "head", "nonsense"])
async def test_what_a_killed_server_left_behind_is_closed_or_forgotten(
    database: Database, tmp_path: Path, content: str
) -> None:
    archive = Archive(database, tmp_path)
    await recorded(archive, "meeting", b"")
    archive.path(PART).unlink()
    if content == "whole":
        three_seconds(archive.path(PART)).finish()
    elif content == "head":
        Matroska(archive.path(PART), TRACKS, "").finish()
        archive.path(PART).write_bytes(archive.path(PART).read_bytes()[:-5])
    else:
        archive.path(PART).write_bytes(bytes(30_000))
    await archive.settle()
    async with database.read() as session:
        rows = await parts_of(session, "meeting")
    assert [one.broken_off for one in rows] == {"whole": [False], "head": [], "nonsense": [True]}[content]
    assert archive.path(PART).exists() is bool(rows)
