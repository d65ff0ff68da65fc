"""The copy of a large paper that viewers read: the same pages under a tree that is quick to walk.

A viewer that fetches a paper in parts finds a page by walking the tree of pages. Where hundreds of pages hang on one
node it must fetch each of them to find the last, which is most of the file. The copy has few pages on a node; it is
marked as derived, and the original stays what is hashed, kept and downloaded.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from agendas.documents import inspection
from agendas.documents.store import PART, Received
from meetings.apart.confinement import Limits
from meetings.apart.run import Failed, confined

#: A smaller paper is fetched soon enough as it is, in bytes.
LEAST_SIZE = 2 * 1024 * 1024
#: More children than this on one node are many.
WIDE = 32
#: Children of a node in the copy.
FAN = 8
#: Seconds of the clock and of the processor, and bytes of address space, of the process.
TIME_LIMIT = 60
MEMORY_LIMIT = 2 * 1024 * 1024 * 1024
LIMITS = Limits(MEMORY_LIMIT, TIME_LIMIT, writes=512 * 1024 * 1024)
_INHERITED = (Name.Resources, Name.MediaBox, Name.CropBox, Name.Rotate)
#: Levels of a tree that are looked at.
_DEEPEST = 40


#: Papers are looked at before a copy is made: both modules are at hand where this one is.
JOBS = (inspection,)


def warm() -> None:
    """What papers need at hand, so that the first of them is as quick as the next."""
    Pdf.new().close()


async def derive(received: Received) -> None:
    """Write `received.shown`, the copy that viewers read, in a process of its own, where one is needed.

    A paper that cannot be copied is read as it is.
    """
    if received.size < LEAST_SIZE:
        return
    with contextlib.suppress(TimeoutError, Failed):
        async with asyncio.timeout(TIME_LIMIT):
            await confined(LIMITS, copied, received.path, received.shown, received.sha256)


def copied(path: Path, copy: Path, sha256: str) -> bytes:
    """`write`, with nothing to tell."""
    with contextlib.suppress(pikepdf.PdfError):
        write(path, copy, sha256)
    return b""


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
