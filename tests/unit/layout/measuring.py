"""What a produced PDF really shows: lines of text with font and size, rules and boxes, in points from below."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from meetings.layout.page import Rendered

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM


@dataclass(frozen=True)
class Word:
    """A line of text in the page, with its box in points, font and size."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    font: str
    size: float
    #: Where the first letter was set; its ink may begin later.
    start: float = 0
    baseline: float = 0

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Shape:
    """A drawn path: its box and its stroke's colour."""

    left: float
    bottom: float
    right: float
    top: float
    colour: tuple[int, int, int]
    width: float


@dataclass(frozen=True)
class Leaf:
    """One page."""

    number: int
    width: float
    height: float
    words: list[Word]
    shapes: list[Shape]

    def find(self, start: str) -> Word:
        return next(word for word in self.words if word.text.startswith(start))

    def below(self, word: Word) -> list[Shape]:
        """The rules right under a word."""
        return [one for one in self.shapes if 0 < word.bottom - one.top < 8 and one.left < word.centre < one.right]


@dataclass(frozen=True)
class Measured:
    rendered: Rendered
    leaves: list[Leaf] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(word.text for leaf in self.leaves for word in leaf.words)

    @property
    def words(self) -> list[Word]:
        return [word for leaf in self.leaves for word in leaf.words]


@contextmanager
def opened(rendered: Rendered) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(rendered.pdf)
    try:
        yield document
    finally:
        document.close()


def texts(document: pdfium.PdfDocument, page: int) -> list[Word]:
    """Every line of a page."""
    text = document[page].get_textpage()
    found = []
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        at = raw.FPDFText_GetCharIndexAtPos(text.raw, left + 1, (bottom + top) / 2, 3, 8)
        flags = ctypes.c_int()
        buffer = ctypes.create_string_buffer(128)
        raw.FPDFText_GetFontInfo(text.raw, at, buffer, 128, ctypes.byref(flags))
        size = raw.FPDFText_GetFontSize(text.raw, at)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text.raw, at, ctypes.byref(x), ctypes.byref(y))
        words = text.get_text_bounded(left, bottom, right, top).strip()
        font = buffer.value.decode().split("+")[-1]
        found.append(Word(words, left, bottom, right, top, font, size, x.value, y.value))
    text.close()
    return found


def _shapes(page: pdfium.PdfPage) -> list[Shape]:
    found = []
    for one in page.get_objects([raw.FPDF_PAGEOBJ_PATH]):
        values = [ctypes.c_uint() for _ in range(4)]
        raw.FPDFPageObj_GetStrokeColor(one.raw, *[ctypes.byref(value) for value in values])
        width = ctypes.c_float()
        raw.FPDFPageObj_GetStrokeWidth(one.raw, ctypes.byref(width))
        colour = (values[0].value, values[1].value, values[2].value)
        left, bottom, right, top = one.get_bounds()
        found.append(Shape(left, bottom, right, top, colour, width.value))
    return found


def measured(rendered: Rendered) -> Measured:
    """Everything that the document shows."""
    with opened(rendered) as document:
        leaves = []
        for index in range(len(document)):
            page = document[index]
            width, height = page.get_size()
            leaves.append(Leaf(index + 1, width, height, texts(document, index), _shapes(page)))
    return Measured(rendered, leaves)
