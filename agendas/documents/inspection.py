"""What a PDF is, found out in a process of its own with limits on memory and time.

Run as `python -m agendas.documents.inspection FILE`; standard output gets one JSON line a page as it is begun, then
the finding, and a picture of the first page lies beside the file, with the suffix `.png`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pypdfium2

from agendas.documents.scans import ScanReader, available, scan_is_marked
from agendas.documents.uploads import Progress, Stage
from meetings.calendar.marks import title_is_marked
from meetings.errors import Invalid

#: Seconds of the clock, and of this process's own work (reading scans is done by others).
TIME_LIMIT = 120
WORK_LIMIT = 60
#: Papers that are inspected at the same time; others wait.
AT_ONCE = 2
#: Bytes of address space.
MEMORY_LIMIT = 2 * 1024 * 1024 * 1024
PAGE_LIMIT = 5000
#: Letters that are kept of a page and of a paper, for searching.
_PAGE_TEXT, _PAPER_TEXT = 20_000, 4_000_000
#: Width of the first page's picture, in pixels.
_THUMBNAIL = 168
#: The longest line of a finding, in bytes: a paper's whole text, escaped.
_LONGEST_LINE = 64 * 1024 * 1024
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
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agendas.documents.inspection",
        str(path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        limit=_LONGEST_LINE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(TIME_LIMIT):
            found = await _followed(process.stdout, progress)
            await process.wait()
    except (TimeoutError, ValueError):
        found = None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with the reader of scans that it may have started
            await process.wait()
    return found if process.returncode == 0 and found else Finding("too_heavy")


async def _followed(lines: asyncio.StreamReader, progress: Progress) -> Finding | None:
    """The finding that the process says last; None where it ended without one."""
    while line := await lines.readline():
        said = json.loads(line)
        if isinstance(said, dict):
            return Finding(**said)
        page, pages, scan = said
        progress.go(Stage.SCANS if scan else Stage.CHECKING, page, pages)
    return None


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


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (WORK_LIMIT, WORK_LIMIT))
    said = read(Path(sys.argv[1]), lambda *page: print(json.dumps(page), flush=True))
    print(json.dumps(asdict(said)))
