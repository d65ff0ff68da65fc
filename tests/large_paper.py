"""A large paper: a page is a line of text and a picture of 100 kB that does not compress."""

from __future__ import annotations

import io
import random

import pikepdf
from pikepdf import Array, Dictionary, Name

SIDE = 186


def large_paper(pages: int, linearised: bool = False) -> bytes:
    """A PDF whose page n says `Trang n`; `linearised`: what the first page needs comes first."""
    chance, out, paper = random.Random(1), io.BytesIO(), pikepdf.new()
    font = paper.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, pages + 1):
        noise = pikepdf.Stream(
            paper,
            chance.randbytes(SIDE * SIDE * 3),
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=SIDE,
                Height=SIDE,
                ColorSpace=Name.DeviceRGB,
                BitsPerComponent=8,
            ),
        )
        page = paper.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(XObject=Dictionary(Noise=noise), Font=Dictionary(F=font))
        words = f"BT /F 40 Tf 72 740 Td (Trang {number}) Tj ET q 450 0 0 450 72 200 cm /Noise Do Q"
        page.obj.Contents = Array([pikepdf.Stream(paper, words.encode())])
    paper.save(out, linearize=linearised, compress_streams=False)
    return out.getvalue()
