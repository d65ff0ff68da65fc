"""Recordings of a meeting over HTTP: who may have them, how long they are kept, and that they are gone afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from meetings.storage.database import Database
from signaling.media.recording.archive import KEEP_DAYS, Archive
from signaling.media.recording.routes import ARCHIVE
from tests.integration.web.conftest import Office
from tests.integration.web.papers_setup import PaperMeeting

DAY = 86_400_000
PART = "00000000-0000-7000-8000-00000000000a"


async def recorded(archive: Archive, meeting: str, content: bytes = b"webm") -> None:
    """A part as a recorder leaves it."""
    assert archive.has_room()
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
    secretary = await office.browser("thuky")
    answer = await secretary.get(f"/api/recordings/{PART}/file")
    assert (await answer.json())["id"] == "recording.deleted"
    (part,) = (await (await secretary.get(f"/api/meetings/{meeting.id}/recordings")).json())["parts"]
    assert part["deleted_at"] == 2000 + KEEP_DAYS * DAY


@pytest.mark.parametrize("content", [b"webm", b""])
async def test_a_part_whose_process_was_killed_ends_where_its_file_does(
    database: Database, tmp_path: Path, content: bytes
) -> None:
    archive = Archive(database, tmp_path)
    await recorded(archive, "meeting", content)
    await archive.settle()
    assert await archive.expire(10_000_000 * DAY) == (1 if content else 0)
    assert archive.path(PART).exists() is (content == b"")
