"""The typeface of official documents, and how wide a text is in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC, BOLD_ITALIC = "Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"

_FILES = {
    REGULAR: "Tinos-Regular.ttf",
    BOLD: "Tinos-Bold.ttf",
    ITALIC: "Tinos-Italic.ttf",
    BOLD_ITALIC: "Tinos-BoldItalic.ttf",
}


_DRAWING = threading.RLock()


@cache
def register_fonts() -> None:
    """Make Tinos (Times-metric, all Vietnamese letters) known to reportlab, once a process."""
    folder = Path(__file__).parent / "fonts"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, ITALIC, BOLD_ITALIC)


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with the fonts, one thread at a time: reportlab shares its place in a font's file between documents."""
    with _DRAWING:
        register_fonts()
        yield


def width_of(text: str, font: str, size: float) -> float:
    """The width of `text` in points."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def broken(text: str, font: str, size: float, width: float) -> list[str]:
    """`text` in lines no wider than `width` points; a word wider than that keeps a line of its own."""
    register_fonts()
    return list(simpleSplit(text, font, size, width))


def clipped(text: str, font: str, size: float, width: float) -> list[str]:
    """The same, with words wider than `width` broken inside, so that nothing leaves its column."""
    found: list[str] = []
    for line in broken(text, font, size, width):
        while width_of(line, font, size) > width and len(line) > 1:
            end = next(at for at in range(len(line) - 1, 0, -1) if at == 1 or width_of(line[:at], font, size) <= width)
            found.append(line[:end])
            line = line[end:]
        found.append(line)
    return found
