"""What a PDF is, found out in a process of its own with limits on memory and time.

Run as `python -m agendas.documents.inspection FILE`; the finding leaves on standard output as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2

from meetings.calendar.marks import title_is_marked
from meetings.errors import Invalid

#: Seconds of the clock.
TIME_LIMIT = 30
#: Bytes of address space.
MEMORY_LIMIT = 2 * 1024 * 1024 * 1024
PAGE_LIMIT = 5000
#: Pages whose text is read for marks; a mark stands on the first pages of a paper.
_READ_PAGES = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """`problem` is empty for a readable PDF; `blank` counts the read pages without text (scans)."""

    problem: str = ""
    pages: int = 0
    blank: int = 0
    marked: bool = False


_PROBLEMS = {
    "not_pdf": "Tệp không phải PDF (dù tên tệp có thể ghi như vậy). Hãy xuất tệp ra PDF rồi tải lại.",
    "encrypted": "Tệp PDF có mật khẩu. Hãy bỏ mật khẩu rồi tải lại.",
    "broken": "Tệp PDF bị hỏng hoặc chưa tải hết. Hãy xuất lại tệp rồi tải lên.",
    "too_many_pages": f"Tệp có hơn {PAGE_LIMIT} trang. Hãy chia nhỏ tệp.",
    "too_heavy": "Không đọc được tệp: tệp đòi hỏi quá nhiều bộ nhớ hoặc thời gian.",
}


async def inspect(path: Path) -> Finding:
    """What the PDF at `path` is.

    Raises:
        Invalid: `document.*`, not a readable PDF.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agendas.documents.inspection",
        str(path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        answer, _ = await asyncio.wait_for(process.communicate(), TIME_LIMIT)
    except TimeoutError:
        answer = b""
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    finding = Finding(**json.loads(answer)) if process.returncode == 0 and answer else Finding("too_heavy")
    if finding.problem:
        raise Invalid(f"document.{finding.problem}", _PROBLEMS[finding.problem])
    return finding


def read(path: Path) -> Finding:
    """The finding, in this process."""
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            return Finding("not_pdf")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return Finding("encrypted" if "password" in str(error).lower() else "broken")
    try:
        return _pages(document)
    except pypdfium2.PdfiumError:
        return Finding("broken")
    finally:
        document.close()


def _pages(document: pypdfium2.PdfDocument) -> Finding:
    count, blank, marked = len(document), 0, False
    if count == 0:
        return Finding("broken")
    if count > PAGE_LIMIT:
        return Finding("too_many_pages")
    for number in range(min(count, _READ_PAGES)):
        text = document[number].get_textpage().get_text_bounded()
        blank += not text.strip()
        marked = marked or title_is_marked(text.replace("\r", "\n"))
    return Finding("", count, blank, marked)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT))
    print(json.dumps(asdict(read(Path(sys.argv[1])))))
