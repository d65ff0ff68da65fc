"""Papers: real PDFs kept by content, hostile files refused, nothing secret kept."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from agendas.documents.routes import STORE
from agendas.documents.tables import Document, RefusedDocument
from meetings.calendar.service import create
from meetings.calendar.setup import MeetingSetup, Organiser, Place
from meetings.http import DATABASE
from meetings.ids import now_ms
from tests.integration.web.conftest import Client, Office
from tests.integration.web.papers_setup import pdf, upload
from tests.large_paper import large_paper


async def sitting(office: Office) -> tuple[str, Client]:
    """A meeting and the browser of its secretary."""
    chair, secretary = await office.add("chutri"), await office.add("thuky")
    now = now_ms()
    places = (Place("s1", "unit", "Điểm cầu mẫu"),)
    setup = MeetingSetup("Họp mẫu", now, now + 3_600_000, "s1", chair, "A", secretary, "B", places)
    async with office.application[DATABASE].write() as session:
        meeting = await create(session, Organiser(secretary, "unit", 1), setup, now)
    return meeting.id, await office.browser("thuky")


def every_file(office: Office) -> list[Path]:
    return [one for one in office.application[STORE].path("ab").parent.parent.rglob("*") if one.is_file()]


def kept(office: Office) -> list[Path]:
    return [one for one in every_file(office) if one.suffix not in (".png", ".shown")]


async def test_a_paper_goes_in_and_comes_out_unchanged_and_in_ranges(office: Office) -> None:
    meeting, secretary = await sitting(office)
    content = pdf("Bao cao thu ngan sach", "Trang hai")
    status, paper = await upload(secretary, meeting, content, title="Báo cáo thu ngân sách")
    assert (status, paper["pages"], paper["title"]) == (201, 2, "Báo cáo thu ngân sách")
    file = f"/api/documents/{paper['document']}/file"
    assert await (await secretary.get(file)).read() == content
    part = await secretary.get(file, headers={"Range": "bytes=5-9"})
    assert (part.status, await part.read()) == (206, content[5:10])


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-0", 206, 0, 0),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("bytes=100-99999999", 206, 100, None),
        ("bytes=99999999-", 416, 0, 0),
        ("lines=1-2", 416, 0, 0),
        ("", 200, 0, None),
    ],
)
async def test_a_paper_is_read_in_parts(office: Office, asked: str, status: int, first: int, last: int | None) -> None:
    meeting, secretary = await sitting(office)
    content = pdf("Mot", "Hai")
    _, paper = await upload(secretary, meeting, content)
    answer = await secretary.get(f"/api/documents/{paper['document']}/file", headers={"Range": asked} if asked else {})
    assert (answer.status, answer.headers.get("Accept-Ranges")) == (status, "bytes" if status != 416 else None)
    if status != 416:
        wanted = content[first:] if last is None else content[first : last + 1]
        assert await answer.read() == wanted
        assert int(answer.headers["Content-Length"]) == len(wanted)


async def test_viewers_read_a_large_paper_under_another_tree_of_pages(office: Office) -> None:
    meeting, secretary = await sitting(office)
    content = large_paper(40, linearised=True)
    _, paper = await upload(secretary, meeting, content)
    path = f"/api/documents/{paper['document']}"
    original, shown = await secretary.get(f"{path}/file"), await secretary.get(f"{path}/shown")
    assert (await original.read(), original.headers.get("X-Derived-From")) == (content, None)
    copy = await shown.read()
    assert shown.headers["X-Derived-From"] == f"sha256:{paper['sha256']}"
    assert copy != content
    with pikepdf.open(io.BytesIO(copy)) as opened:
        assert (len(opened.pages), b"(Trang 40)" in opened.pages[39].Contents[0].read_bytes()) == (40, True)
    few = pdf("Mot")
    _, small = await upload(secretary, meeting, few)
    assert await (await secretary.get(f"/api/documents/{small['document']}/shown")).read() == few
    assert (await secretary.post(f"{path}/secret")).status == 204
    assert [one for one in every_file(office) if paper["sha256"] in one.name] == []


async def test_the_same_file_is_recognised(office: Office) -> None:
    meeting, secretary = await sitting(office)
    _, first = await upload(secretary, meeting, pdf("Mot"))
    content = await (await secretary.get(f"/api/documents/{first['document']}/file")).read()
    _, again = await upload(secretary, meeting, content)
    assert (first["document"], len(kept(office))) == (again["document"], 1)


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"MZ\x90\x00" + b"\x00" * 2000, "document.not_pdf"),
        (b"", "document.not_pdf"),
        (pdf("Mot")[:300], "document.broken"),
        (b"%PDF-1.7\n" + b"\xff" * 5000, "document.broken"),
    ],
)
async def test_what_is_no_whole_pdf_is_refused_and_not_kept(office: Office, content: bytes, refused: str) -> None:
    meeting, secretary = await sitting(office)
    status, error = await upload(secretary, meeting, content)
    assert (status, error["id"], kept(office)) == (422, refused, [])


async def test_an_encrypted_pdf_is_refused(office: Office) -> None:
    meeting, secretary = await sitting(office)
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Mot"))) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="chu", user="nguoi"))
    status, error = await upload(secretary, meeting, locked.getvalue())
    assert (status, error["id"], kept(office)) == (422, "document.encrypted", [])


async def test_a_marked_paper_leaves_only_the_fact_of_its_refusal(office: Office) -> None:
    meeting, secretary = await sitting(office)
    status, error = await upload(secretary, meeting, pdf("Mot"), title="(MẬT) Kế hoạch")
    assert (status, error["id"], kept(office)) == (422, "secrecy.marked", [])
    async with office.application[DATABASE].read() as session:
        assert (await session.scalars(select(Document))).all() == []
        (refused,) = (await session.scalars(select(RefusedDocument))).all()
    assert len(refused.sha256) == 64


async def test_a_scan_needs_the_uploaders_declaration(office: Office) -> None:
    meeting, secretary = await sitting(office)
    status, error = await upload(secretary, meeting, pdf(""))
    assert (status, error["id"]) == (422, "document.declaration_needed")
    status, _ = await upload(secretary, meeting, pdf(""), declared="1")
    assert status == 201


async def test_too_large_a_file_is_refused_while_it_comes(office: Office) -> None:
    meeting, secretary = await sitting(office)
    office.application[STORE].limit = 10_000
    status, error = await upload(secretary, meeting, b"%PDF-" + b"x" * 500_000)
    assert (status, error["id"], kept(office)) == (413, "document.too_large", [])


class _Part(AsyncIterator[bytes]):
    """300 MB of a sparse file as multipart, counting what was taken of it."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("rb")
        self.sent = 0
        self._head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'

    async def __anext__(self) -> bytes:
        piece, self._head = self._head or self.file.read(256 * 1024), b""
        self.sent += len(piece)
        if not piece:
            raise StopAsyncIteration
        return piece


async def test_an_upload_whose_line_is_cut_leaves_nothing(office: Office) -> None:
    meeting, secretary = await sitting(office)
    cookies = secretary.session.cookie_jar.filter_cookies(secretary.make_url("/"))
    token = secretary.session.headers["X-CSRF-Token"]
    head = (
        f"POST /api/meetings/{meeting}/documents HTTP/1.1\r\nHost: x\r\nX-CSRF-Token: {token}\r\n"
        f"Cookie: {'; '.join(f'{one.key}={one.value}' for one in cookies.values())}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
    )
    _, writer = await asyncio.open_connection("127.0.0.1", secretary.port)
    with capture_logs() as logs:
        writer.write(head.encode() + b"x" * 300_000)
        await writer.drain()
        await _until(lambda: len(kept(office)) == 1)
        writer.transport.abort()
        await _until(lambda: kept(office) == [])
    assert [one for one in logs if one["event"] == "request.failed"] == []


async def _until(what: Callable[[], bool]) -> None:
    for _ in range(500):
        if what():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to that")


@pytest.mark.parametrize("told", [True, False])
async def test_a_file_of_300_mb_is_refused_early_and_not_kept(office: Office, tmp_path: Path, told: bool) -> None:
    """Before its first byte where its size is told, and at the limit where it is not."""
    meeting, secretary = await sitting(office)
    sparse, most = tmp_path / "sparse.pdf", office.application[STORE].limit
    with sparse.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    part = _Part(sparse)
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    if told:
        kind["Content-Length"] = str(300 * 1024 * 1024)
        kind["Expect"] = "100-continue"
    response = await secretary.post(f"/api/meetings/{meeting}/documents", data=part, headers=kind)
    part.file.close()
    error = await response.json()
    assert (response.status, error["id"]) == (413, "document.too_large")
    assert error["message"].startswith("Tệp lớn quá 100 MB.")
    assert part.sent == 0 if told else most < part.sent < most * 1.5
    assert [one for one in (tmp_path / "documents").rglob("*") if one.is_file()] == []


async def test_only_who_prepares_the_meeting_changes_its_papers(office: Office) -> None:
    meeting, secretary = await sitting(office)
    _, paper = await upload(secretary, meeting, pdf("Mot"))
    await office.add("khach", unit="other")
    stranger = await office.browser("khach")
    assert (await upload(stranger, meeting, pdf("Hai")))[0] == 404
    assert (await stranger.get(f"/api/documents/{paper['document']}/file")).status == 404
    assert (await stranger.delete(f"/api/documents/{paper['document']}")).status == 404
    await office.add("nhanvien", unit="unit")
    colleague = await office.browser("nhanvien")
    assert (await colleague.delete(f"/api/documents/{paper['document']}")).status == 403


async def test_taking_a_paper_back_can_be_undone(office: Office) -> None:
    meeting, secretary = await sitting(office)
    _, paper = await upload(secretary, meeting, pdf("Mot"))
    address = f"/api/documents/{paper['document']}"
    assert (await secretary.delete(address)).status == 204
    assert (await secretary.get(f"{address}/file")).status == 404
    assert (await secretary.post(f"{address}/restore")).status == 204
    assert (await secretary.get(f"{address}/file")).status == 200


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"not multipart"])
async def test_a_misshapen_upload_is_said_to_be_so(office: Office, body: bytes) -> None:
    meeting, secretary = await sitting(office)
    for kind in ("multipart/form-data; boundary=x", "application/json"):
        response = await secretary.post(f"/api/meetings/{meeting}/documents", data=body, headers={"Content-Type": kind})
        assert (response.status, (await response.json())["id"]) == (422, "request.invalid")


async def test_a_paper_is_opened_to_guests_and_closed_again(office: Office) -> None:
    meeting, secretary = await sitting(office)
    _, paper = await upload(secretary, meeting, pdf("Mot"))
    address = f"/api/documents/{paper['document']}"
    for audience in ("guests", "delegates"):
        changed = await secretary.patch(address, json={"audience": audience})
        assert (changed.status, (await changed.json())["audience"]) == (200, audience)
        listed = await (await secretary.get(f"/api/meetings/{meeting}/documents")).json()
        assert [one["audience"] for one in listed["documents"]] == [audience]
    assert (await secretary.patch(address, json={"audience": "everybody"})).status == 422
    await office.add("nhanvien", unit="unit")
    colleague = await office.browser("nhanvien")
    assert (await colleague.patch(address, json={"audience": "guests"})).status == 403
    await secretary.delete(address)
    assert (await secretary.patch(address, json={"audience": "guests"})).status == 404
