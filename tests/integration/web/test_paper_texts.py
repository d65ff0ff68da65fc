"""What papers say: searched with and without accents, scans read, secrets erased with their fact kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from agendas.documents.routes import STORE
from agendas.documents.scans import scan_is_marked
from agendas.documents.tables import DocumentText, RefusedDocument
from meetings.apart import run
from meetings.http import DATABASE
from meetings.layout.typeface import REGULAR, register_fonts
from tests.integration.web.conftest import Client, Office
from tests.integration.web.papers_setup import PaperMeeting, upload

PAGE = ("Báo cáo tình hình kinh tế", "Xã Như Xuân thu đủ ngân sách quý ba")


def typed(*pages: tuple[str, ...]) -> bytes:
    """A PDF with text, one tuple of lines a page."""
    register_fonts()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for lines in pages:
        canvas.setFont(REGULAR, 22)
        for at, line in enumerate(lines):
            canvas.drawString(72, 720 - 60 * at, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scanned(*pages: tuple[str, ...]) -> bytes:
    """The same as pictures, without any text."""
    document = pypdfium2.PdfDocument(typed(*pages))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for page in document:
        canvas.drawImage(ImageReader(page.render(scale=200 / 72).to_pil()), 0, 0, *A4)
        canvas.showPage()
    document.close()
    canvas.save()
    return buffer.getvalue()


@pytest.fixture
async def meeting(office: Office) -> PaperMeeting:
    return await PaperMeeting(office).prepare()


async def found(client: Client, meeting: PaperMeeting, query: str) -> list[tuple[str, int]]:
    response = await client.get(f"/api/meetings/{meeting.id}/documents/search", params={"q": query})
    assert response.status == 200, await response.text()
    return [(one["title"], one["page"]) for one in (await response.json())["hits"]]


async def test_text_is_found_with_and_without_accents_by_who_may_read_it(meeting: PaperMeeting) -> None:
    secretary = await meeting.office.browser("thuky")
    await upload(secretary, meeting.id, typed(("Trang bìa",), PAGE), title="Báo cáo")
    await upload(secretary, meeting.id, typed(PAGE[1:]), title="Cho khách", audience="guests")
    for query in ("Như Xuân", "nhu xuan", "ngân sách xã", "NGAN  SACH"):
        assert await found(secretary, meeting, query) == [("Báo cáo", 2), ("Cho khách", 1)], query
    for query in ("như thanh", "100%", "___", "xuân%sách"):
        assert await found(secretary, meeting, query) == [], query
    guest = await meeting.guest_browser()
    assert await found(guest, meeting, "nhu xuan") == [("Cho khách", 1)]
    stranger = await meeting.office.browser("nguoila")
    assert (await stranger.get(f"/api/meetings/{meeting.id}/documents/search?q=xuan")).status == 404
    for query in ("", "x", "\u0000", "a" * 150):
        refused = await secretary.get(f"/api/meetings/{meeting.id}/documents/search", params={"q": query})
        assert (refused.status, (await refused.json())["id"]) == (422, "search.invalid")


async def test_an_excerpt_shows_the_words_as_they_are_written(meeting: PaperMeeting) -> None:
    secretary = await meeting.office.browser("thuky")
    await upload(secretary, meeting.id, typed(PAGE), title="Báo cáo")
    response = await secretary.get(f"/api/meetings/{meeting.id}/documents/search", params={"q": "nhu xuan"})
    (hit,) = (await response.json())["hits"]
    assert "Xã Như Xuân thu đủ" in hit["excerpt"]


async def test_a_scan_is_read_and_needs_no_declaration(meeting: PaperMeeting) -> None:
    secretary = await meeting.office.browser("thuky")
    status, _ = await upload(secretary, meeting.id, scanned(PAGE), title="Bản quét")
    assert status == 201
    assert await found(secretary, meeting, "ngan sach") == [("Bản quét", 1)]


async def test_a_scan_with_a_stamp_is_refused_and_not_kept(meeting: PaperMeeting) -> None:
    secretary = await meeting.office.browser("thuky")
    status, error = await upload(secretary, meeting.id, scanned(("TUYỆT MẬT", *PAGE)), title="Bản quét")
    assert (status, error["id"]) == (422, "secrecy.marked")
    async with meeting.office.application[DATABASE].read() as session:
        assert (await session.scalars(select(DocumentText))).all() == []


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Papers are inspected where no program is installed: the process that forks the inspections starts anew."""
    monkeypatch.setenv("PATH", str(tmp_path))
    run.stop()
    yield
    run.stop()


@pytest.mark.usefixtures("no_programs")
async def test_without_a_reader_of_scans_the_uploader_declares(meeting: PaperMeeting) -> None:
    secretary = await meeting.office.browser("thuky")
    status, error = await upload(secretary, meeting.id, scanned(PAGE))
    assert (status, error["id"], error["details"]["blank"]) == (422, "document.declaration_needed", 1)
    assert (await upload(secretary, meeting.id, scanned(PAGE), declared="1"))[0] == 201


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("UBND XÃ\nMẬT\nBáo cáo", True),
        ("| MAT |", True),
        ("TỐI MẬT", True),
        ("TUYET MAT", True),
        ("CÓ\nMẶT", False),
        ("MẤT", False),
        ("Bảo mật thông tin", False),
        ("Luật Bảo vệ bí mật nhà nước", False),
    ],
)
def test_marks_of_scans(text: str, marked: bool) -> None:
    assert scan_is_marked(text) is marked


async def test_the_first_page_has_a_picture_for_readers_only(meeting: PaperMeeting) -> None:
    secretary = await meeting.office.browser("thuky")
    _, paper = await upload(secretary, meeting.id, typed(PAGE))
    address = f"/api/documents/{paper['document']}/thumbnail"
    answer = await secretary.get(address)
    assert (answer.content_type, (await answer.read())[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    guest = await meeting.guest_browser()
    assert (await guest.get(address)).status == 403


async def test_a_paper_found_to_be_secret_is_erased_everywhere_and_its_fact_kept(office: Office) -> None:
    meeting = await PaperMeeting(office).prepare()
    secretary, content = await office.browser("thuky"), typed(PAGE)
    _, paper = await upload(secretary, meeting.id, content, title="Báo cáo")
    address, store = f"/api/documents/{paper['document']}", office.application[STORE]
    delegate = await office.browser("daibieu")
    assert (await delegate.post(f"{address}/secret")).status == 403
    assert store.path(paper["sha256"]).exists()
    assert (await secretary.post(f"{address}/secret")).status == 204
    assert not store.path(paper["sha256"]).exists()
    assert not store.thumbnail(paper["sha256"]).exists()
    assert (await secretary.get(f"{address}/file")).status == 404
    assert await found(secretary, meeting, "nhu xuan") == []
    restored = await secretary.post(f"{address}/restore")
    assert (restored.status, (await restored.json())["id"]) == (404, "document.erased")
    async with office.application[DATABASE].read() as session:
        (fact,) = (await session.scalars(select(RefusedDocument))).all()
        texts: list[Any] = list(await session.scalars(select(DocumentText)))
    assert (fact.sha256, fact.by, fact.found_later, texts) == (paper["sha256"], meeting.people["thuky"], True, [])
    status, error = await upload(secretary, meeting.id, content, title="Báo cáo")
    assert (status, error["id"]) == (422, "secrecy.marked")
