"""An upload under way: its sender sees how far its check is, and can give it up until it is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from agendas.documents import inspection
from agendas.documents.routes import STORE, UPLOADS
from agendas.documents.tables import Document
from agendas.documents.uploads import Progress, Stage
from meetings.errors import Refusal
from meetings.http import DATABASE
from tests.integration.web.conftest import Client, Office
from tests.integration.web.papers_setup import PaperMeeting, pdf, upload

TICKET = "tai-len-1"


@pytest.fixture
async def meeting(office: Office) -> PaperMeeting:
    return await PaperMeeting(office).prepare()


async def stage(client: Client) -> str:
    response = await client.get(f"/api/uploads/{TICKET}")
    return str((await response.json())["stage"]) if response.status == 200 else ""


async def waits(client: Client) -> None:
    """Until the upload waits for its turn."""
    for _ in range(1500):
        if await stage(client) == "waiting":
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the upload never waited")


def files(meeting: PaperMeeting) -> list[Path]:
    folder = meeting.office.application[STORE].path("ab").parent.parent
    return [one for one in folder.rglob("*") if one.is_file()]


async def test_an_upload_given_up_while_it_waits_leaves_nothing(
    meeting: PaperMeeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_turns", asyncio.Semaphore(0))
    secretary, chair = await meeting.office.browser("thuky"), await meeting.office.browser("chutri")
    sending = asyncio.create_task(upload(secretary, meeting.id, pdf("Mot"), ticket=TICKET))
    await waits(secretary)
    assert await stage(chair) == ""
    assert (await chair.delete(f"/api/uploads/{TICKET}")).status == 404
    assert (await secretary.delete(f"/api/uploads/{TICKET}")).status == 204
    status, error = await sending
    assert (status, error["id"]) == (409, "document.given_up")
    assert files(meeting) == []
    async with meeting.office.application[DATABASE].read() as session:
        assert (await session.scalars(select(Document))).all() == []
    assert await stage(secretary) == ""


async def test_two_uploads_of_one_name_do_not_mix(meeting: PaperMeeting, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = asyncio.Semaphore(0)
    monkeypatch.setattr(inspection, "_turns", turns)
    secretary = await meeting.office.browser("thuky")
    sending = asyncio.create_task(upload(secretary, meeting.id, pdf("Mot"), ticket=TICKET))
    await waits(secretary)
    for ticket in (TICKET, "x" * 37):
        status, error = await upload(secretary, meeting.id, pdf("Hai"), ticket=ticket)
        assert (status, error["id"]) == (422, "request.invalid")
    turns.release()
    assert (await sending)[0] == 201


async def test_the_check_tells_each_page_that_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf("Mot", "Hai", "Ba"))
    told: list[tuple[Stage, int, int]] = []

    class Heard(Progress):
        def go(self, stage: Stage, page: int = 0, pages: int = 0) -> None:
            told.append((stage, page, pages))

    await inspection.inspect(path, Heard())
    pages = [(Stage.CHECKING, number, 3) for number in (1, 2, 3)]
    assert told == [(Stage.WAITING, 0, 0), (Stage.CHECKING, 0, 0), *pages]


async def test_a_page_without_text_is_told_to_be_read_as_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf("Mot", ""))
    progress = Progress()
    await inspection.inspect(path, progress)
    assert (progress.stage, progress.page, progress.pages) == (Stage.SCANS, 2, 2)


async def test_what_is_being_kept_is_not_given_up(meeting: PaperMeeting) -> None:
    uploads, progress, kept = meeting.office.application[UPLOADS], Progress(Stage.KEEPING), asyncio.Event()

    async def work() -> Document:
        await kept.wait()
        return Document(id="d")

    running = asyncio.create_task(uploads.run("p", TICKET, progress, work()))
    await asyncio.sleep(0)
    with pytest.raises(Refusal, match=r"document\.kept_already"):
        await uploads.give_up("p", TICKET)
    kept.set()
    assert (await running).id == "d"
