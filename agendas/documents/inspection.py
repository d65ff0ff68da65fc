"""What a PDF is, found out in a process of its own with limits on memory and time and without the network.

A picture of the first page lies beside the file afterwards, with the suffix `.png`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from pydantic import TypeAdapter, ValidationError

from agendas.documents.scans import ScanReader, available, scan_is_marked
from agendas.documents.uploads import Progress, Stage
from meetings.apart.child import say
from meetings.apart.confinement import Limits
from meetings.apart.run import Failed, confined
from meetings.calendar.marks import title_is_marked
from meetings.errors import Invalid

#: Seconds of the clock, and of this process's own work (reading scans is done by others).
TIME_LIMIT = 120
WORK_LIMIT = 60
#: Papers that are inspected at the same time; others wait.
AT_ONCE = 2
#: Bytes of address space.
MEMORY_LIMIT = 2 * 1024 * 1024 * 1024
#: Writes the picture, and starts the reader of scans.
LIMITS = Limits(MEMORY_LIMIT, WORK_LIMIT, writes=64 * 1024 * 1024, programs=True)
PAGE_LIMIT = 5000
#: Letters that are kept of a page and of a paper, for searching.
_PAGE_TEXT, _PAPER_TEXT = 20_000, 4_000_000
#: Width of the first page's picture, in pixels.
_THUMBNAIL = 168
_turns = asyncio.Semaphore(AT_ONCE)

#: Hears that a page is begun: its number, the number of pages, whether it is read as a picture.
Begun = Callable[[int, int, bool], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """`problem` is empty for a readable PDF; `blank` counts the pages whose text could not be read."""

    problem: str = ""
    pages: int = 0
    blank: int = 0
    marked: bool = False
    texts: list[str] = field(default_factory=list)


_FINDING: TypeAdapter[Finding] = TypeAdapter(Finding)
_BEGUN: TypeAdapter[tuple[int, int, bool]] = TypeAdapter(tuple[int, int, bool])

_PROBLEMS = {
    "not_pdf": "Tệp không phải PDF (dù tên tệp có thể ghi như vậy). Hãy xuất tệp ra PDF rồi tải lại.",
    "encrypted": "Tệp PDF có mật khẩu. Hãy bỏ mật khẩu rồi tải lại.",
    "broken": "Tệp PDF bị hỏng hoặc chưa tải hết. Hãy xuất lại tệp rồi tải lên.",
    "too_many_pages": f"Tệp có hơn {PAGE_LIMIT} trang. Hãy chia nhỏ tệp.",
    "too_heavy": "Không đọc được tệp: tệp đòi hỏi quá nhiều bộ nhớ hoặc thời gian.",
}


async def inspect(path: Path, progress: Progress) -> Finding:
    """What the PDF at `path` is; `progress` is kept up to date.

    Raises:
        Invalid: `document.*`, not a readable PDF.
    """
    progress.go(Stage.WAITING)
    async with _turns:
        progress.go(Stage.CHECKING)
        finding = await _inspected(path, progress)
    if finding.problem:
        raise Invalid(f"document.{finding.problem}", _PROBLEMS[finding.problem])
    return finding


async def _inspected(path: Path, progress: Progress) -> Finding:
    def heard(word: bytes) -> None:
        page, pages, scan = _BEGUN.validate_json(word)
        progress.go(Stage.SCANS if scan else Stage.CHECKING, page, pages)

    try:
        async with asyncio.timeout(TIME_LIMIT):
            return _FINDING.validate_json(await confined(LIMITS, found, path, heard=heard))
    except (Failed, TimeoutError, ValidationError):
        return Finding("too_heavy")


def found(path: Path) -> bytes:
    """The finding as JSON; each page is told as it is begun."""
    return _FINDING.dump_json(read(path, lambda *page: say(json.dumps(page).encode())))


def read(path: Path, begun: Begun) -> Finding:
    """The finding, in this process."""
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            return Finding("not_pdf")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return Finding("encrypted" if "password" in str(error).lower() else "broken")
    try:
        return _pages(document, path, begun)
    except pypdfium2.PdfiumError:
        return Finding("broken")
    finally:
        document.close()


def _pages(document: pypdfium2.PdfDocument, path: Path, begun: Begun) -> Finding:
    count, blank, marked = len(document), 0, False
    texts: list[str] = []
    scans = ScanReader() if available() else None
    if count == 0:
        return Finding("broken")
    if count > PAGE_LIMIT:
        return Finding("too_many_pages")
    _draw(document[0], path)
    for number in range(count):
        begun(number + 1, count, False)
        page = document[number]
        text = page.get_textpage().get_text_bounded().replace("\r", "\n")
        if not text.strip() and scans is not None:
            begun(number + 1, count, True)
            text = scans.read(page)
            marked = marked or scan_is_marked(text)
        blank += not text.strip()
        marked = marked or title_is_marked(text)
        texts.append(text[:_PAGE_TEXT] if sum(map(len, texts)) < _PAPER_TEXT else "")
        page.close()
    return Finding("", count, blank, marked, texts)


def _draw(page: pypdfium2.PdfPage, path: Path) -> None:
    width, height = page.get_size()
    if width > 0 and height > 0:
        scale = min(_THUMBNAIL / width, 4 * _THUMBNAIL / height)
        page.render(scale=scale).to_pil().save(path.with_suffix(".png"), "PNG")
