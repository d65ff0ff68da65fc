"""The copy of a paper that viewers read: the same pages in the same order, few on every node of the tree."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf

from agendas.documents.shown import FAN, WIDE, derive, write
from agendas.documents.store import Received
from tests.large_paper import large_paper


def flat(path: Path, pages: int, box: int = 0) -> Path:
    """A paper whose pages all hang on the root; with `box` they have their size from it."""
    with pikepdf.new() as paper:
        for number in range(pages):
            paper.add_blank_page(page_size=(100 + number, 200))
            if box:
                del paper.pages[number].obj[Name.MediaBox]
        if box:
            paper.Root.Pages.MediaBox = Array([0, 0, box, box])
            paper.Root.Pages.Rotate = 90
        paper.save(path)
    return path


def widest(node: pikepdf.Object) -> int:
    kids = list(node.Kids) if Name.Kids in node else []
    return max([len(kids), *(widest(one) for one in kids)])


def counted(node: pikepdf.Object) -> int:
    """The pages below a node, having compared every node's own count."""
    if Name.Kids not in node:
        return 1
    found = sum(counted(one) for one in node.Kids)
    assert node.Count == found
    assert all(one.Parent.objgen == node.objgen for one in node.Kids)
    return found


@settings(max_examples=20)
@given(st.integers(min_value=WIDE + 1, max_value=300))
def test_no_page_is_lost_or_moved_and_no_node_is_wide(tmp_path_factory: pytest.TempPathFactory, pages: int) -> None:
    folder = tmp_path_factory.mktemp("paper")
    copy = folder / "copy"
    write(flat(folder / "paper", pages), copy, "0" * 64)
    with Pdf.open(copy) as paper:
        assert [int(one.mediabox[2]) for one in paper.pages] == [100 + number for number in range(pages)]
        assert widest(paper.Root.Pages) <= FAN
        assert counted(paper.Root.Pages) == pages
        assert paper.docinfo[Name.DerivedFrom] == "sha256:" + "0" * 64


def test_what_pages_have_from_the_nodes_above_stays_theirs(tmp_path: Path) -> None:
    write(flat(tmp_path / "paper", WIDE + 1, box=321), tmp_path / "copy", "0" * 64)
    with Pdf.open(tmp_path / "copy") as paper:
        assert all((int(one.obj.MediaBox[2]), int(one.obj.Rotate)) == (321, 90) for one in paper.pages)


def test_a_paper_with_few_pages_on_every_node_is_read_as_it_is(tmp_path: Path) -> None:
    write(flat(tmp_path / "paper", WIDE), tmp_path / "copy", "0" * 64)
    assert not (tmp_path / "copy").exists()


def endless(path: Path) -> Path:
    """A paper with pages that are their own ancestors."""
    with pikepdf.new() as paper:
        paper.add_blank_page()
        loop = paper.make_indirect(Dictionary(Type=Name.Pages, Count=1))
        loop.Kids = Array([loop])
        paper.Root.Pages.Kids.append(loop)
        paper.save(path)
    return path


async def test_what_cannot_be_copied_is_read_as_it_is(tmp_path: Path) -> None:
    good, broken, loop = tmp_path / "good", tmp_path / "broken", endless(tmp_path / "loop")
    good.write_bytes(large_paper(40, linearised=True))
    broken.write_bytes(b"%PDF-1.7\n" + bytes(3_000_000))
    for one, copied in ((good, True), (broken, False), (loop, False)):
        received = Received(one, "0" * 64, 3_000_000)
        await derive(received)
        assert received.shown.exists() is copied
        received.discard()
        assert not received.shown.exists()
