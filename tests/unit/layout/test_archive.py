"""The file to keep: PDF/A by a validator of another house, and the structure that it does not look at."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pdf_oxide import PdfDocument

from meetings.layout.archive import LIMITS, Description
from meetings.minutes.layout import EXCERPT, render
from tests.unit.minutes.samples import sample


def problems(pdf: bytes, level: str, folder: Path) -> list[str]:
    """What the validator finds wrong with `pdf` at `level` (`2b`, `3b`)."""
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    found = PdfDocument(str(path)).validate_pdf_a(level)
    assert found["valid"] == (not found["errors"])
    return list(found["errors"])


@pytest.mark.parametrize("sites", [0, 3, 60])
def test_minutes_are_pdf_a_2b(sites: int, tmp_path: Path) -> None:
    assert problems(render(sample(sites)).pdf, "2b", tmp_path) == []


def test_with_the_excerpt_they_are_pdf_a_3b(tmp_path: Path) -> None:
    pdf = render(sample(), b'{"events":[]}').pdf
    assert problems(pdf, "3b", tmp_path) == []
    assert problems(pdf, "2b", tmp_path), "the validator tells the two apart"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert bytes(document.attachments[EXCERPT].get_file().read_bytes()) == b'{"events":[]}'
        assert document.Root.AF[0].AFRelationship == "/Data"


def _no_intent(document: pikepdf.Pdf) -> None:
    del document.Root.OutputIntents


def _no_metadata(document: pikepdf.Pdf) -> None:
    del document.Root.Metadata


def _no_font_file(document: pikepdf.Pdf) -> None:
    for one in document.objects:
        if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
            del one["/FontFile2"]


@pytest.mark.parametrize("damage", [_no_intent, _no_metadata, _no_font_file])
def test_the_validator_does_refuse(damage: Callable[[pikepdf.Pdf], None], tmp_path: Path) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(render(sample()).pdf)) as document:
        damage(document)
        document.save(target)
    assert problems(target.getvalue(), "2b", tmp_path)


def test_information_and_xmp_say_the_same_within_the_limits_of_appendix_vi() -> None:
    with pikepdf.open(io.BytesIO(render(sample()).pdf)) as document:
        xmp = document.Root.Metadata.read_bytes().decode()
        info = {key: str(value) for key, value in document.docinfo.items()}
    assert info["/Title"] == "Biên bản Hội nghị trực tuyến giao ban mẫu"
    assert f">{info['/Title']}<" in xmp
    assert f">{info['/Author']}<" in xmp
    assert f">{info['/Subject']}<" in xmp
    assert info["/CreationDate"] == "D:20261123120000+07'00'"
    assert "<xmp:CreateDate>2026-11-23T12:00:00+07:00</xmp:CreateDate>" in xmp
    for name, value in (("CodeNumber", "05"), ("CodeNotation", "BB-VP"), ("IssuedDate", "23/11/2026")):
        assert f"<vb:{name}>{value}</vb:{name}>" in xmp


def test_longer_fields_are_cut_at_the_limit() -> None:
    long = "Á" * 1000
    fields = Description(long, long, long, long, long, long, long, "2026-11-23", long, long).fields()
    assert {name: len(value) for name, value in fields.items()} == dict(LIMITS)


def test_every_marked_part_is_in_the_structure_in_reading_order() -> None:
    with pikepdf.open(io.BytesIO(render(sample(60)).pdf)) as document:
        root = document.Root.StructTreeRoot
        assert document.Root.MarkInfo.Marked
        parts = list(root.K.K)
        numbers = root.ParentTree.Nums
        for index, page in enumerate(document.pages):
            own = [one for one in parts if one.Pg.objgen == page.obj.objgen]
            assert [int(one.K) for one in own] == list(range(len(own)))
            assert len(numbers[2 * index + 1]) == len(own)
            page.contents_coalesce()
            content = page.obj.Contents.read_bytes()
            assert content.count(b"BDC") == len(own)
            assert content.count(b"EMC") == content.count(b"BDC") + content.count(b"BMC")
        assert [str(one.S) for one in parts[:4]] == ["/P", "/P", "/P", "/H1"]


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render(sample()).pdf == render(sample()).pdf


def test_nothing_in_the_file_acts_or_points_outside() -> None:
    with pikepdf.open(io.BytesIO(render(sample()).pdf)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Dictionary):
                assert not {"/JS", "/URI", "/Launch", "/AA", "/OpenAction"} & set(one.keys())
