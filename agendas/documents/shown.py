"""The copy of a large paper that viewers read: the same pages under a tree that is quick to walk.

A viewer that fetches a paper in parts finds a page by walking the tree of pages. Where hundreds of pages hang on one
node it must fetch each of them to find the last, which is most of the file. The copy has few pages on a node; it is
marked as derived, and the original stays what is hashed, kept and downloaded.

Run as `python -m agendas.documents.shown FILE COPY SHA256`; it writes no copy where none is needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from agendas.documents.store import PART, Received

#: A smaller paper is fetched soon enough as it is, in bytes.
LEAST_SIZE = 2 * 1024 * 1024
#: More children than this on one node are many.
WIDE = 32
#: Children of a node in the copy.
FAN = 8
#: Seconds of the clock and of the processor, and bytes of address space, of the process.
TIME_LIMIT = 60
MEMORY_LIMIT = 2 * 1024 * 1024 * 1024
_INHERITED = (Name.Resources, Name.MediaBox, Name.CropBox, Name.Rotate)
#: Levels of a tree that are looked at.
_DEEPEST = 40


async def derive(received: Received) -> None:
    """Write `received.shown`, the copy that viewers read, in a process of its own, where one is needed.

    A paper that cannot be copied is read as it is.
    """
    if received.size < LEAST_SIZE:
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agendas.documents.shown",
        str(received.path),
        str(received.shown),
        received.sha256,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TIME_LIMIT):
                await process.wait()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def write(path: Path, copy: Path, sha256: str) -> None:
    """The copy, in this process; none where no node of the paper's tree has many children."""
    with Pdf.open(path) as paper:
        if not _is_wide(paper):
            return
        _balance(paper)
        paper.docinfo[Name.DerivedFrom] = f"sha256:{sha256}"
        part = copy.with_suffix(PART)
        paper.save(part, compress_streams=False)
    part.rename(copy)


def _is_wide(paper: Pdf) -> bool:
    level: list[Object] = [paper.Root.Pages]
    for _ in range(_DEEPEST):
        kids = [list(one.Kids) for one in level if Name.Kids in one]
        if any(len(one) > WIDE for one in kids):
            return True
        level = [one for few in kids for one in few if Name.Kids in one]
    return False


def _balance(paper: Pdf) -> None:
    root = paper.Root.Pages
    pages = [one.obj for one in paper.pages]
    for name in _INHERITED:  # opening gave them to the pages
        if name in root:
            del root[name]
    level: list[tuple[Object, int]] = [(page, 1) for page in pages]
    while len(level) > FAN:
        level = [_node(paper, level[start : start + FAN]) for start in range(0, len(level), FAN)]
    root.Kids = Array([one for one, _ in level])
    root.Count = len(pages)
    for one, _ in level:
        one.Parent = root


def _node(paper: Pdf, children: Sequence[tuple[Object, int]]) -> tuple[Object, int]:
    count = sum(number for _, number in children)
    node = paper.make_indirect(Dictionary(Type=Name.Pages, Count=count, Kids=Array([one for one, _ in children])))
    for one, _ in children:
        one.Parent = node
    return node, count


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT))
    try:
        write(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    except pikepdf.PdfError:
        sys.exit(1)
