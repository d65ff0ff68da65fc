"""The parts of the page that Decree 30/2020/NĐ-CP fixes: fonts, head, signature blocks (domain.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus.flowables import Flowable

from meetings.minutes.content import Letterhead, Officer
from meetings.minutes.wording import number_and_symbol

REGULAR, BOLD, ITALIC, BOLD_ITALIC = "Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"

_FILES = {
    REGULAR: "Tinos-Regular.ttf",
    BOLD: "Tinos-Bold.ttf",
    ITALIC: "Tinos-Italic.ttf",
    BOLD_ITALIC: "Tinos-BoldItalic.ttf",
}

#: Sizes in points, each inside the decree's range.
COUNTRY_SIZE, MOTTO_SIZE, ORGAN_SIZE, NUMBER_SIZE = 12.0, 13.0, 12.0, 13.0
TITLE_SIZE, BODY_SIZE, SIGNER_SIZE = 14.0, 14.0, 14.0

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@cache
def register_fonts() -> None:
    """Make Tinos (Times-metric, all Vietnamese letters) known to reportlab, once a process."""
    folder = Path(__file__).parent / "fonts"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, ITALIC, BOLD_ITALIC)


def width_of(text: str, font: str, size: float) -> float:
    """The width of `text` in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


class Head(Flowable):  # type: ignore[misc]
    """Organs and number on the left, name of the country and motto on the right."""

    _LEFT = 0.40

    def __init__(self, letterhead: Letterhead) -> None:
        super().__init__()
        self.letterhead = letterhead

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        register_fonts()
        self.width = available_width
        left = available_width * self._LEFT - 3 * mm
        self._superior = simpleSplit(self.letterhead.superior.upper(), REGULAR, ORGAN_SIZE, left)
        self._issuing = simpleSplit(self.letterhead.issuing.upper(), BOLD, ORGAN_SIZE, left)
        self._line = ORGAN_SIZE * 1.25
        lines = len(self._superior) + len(self._issuing)
        self.height = max(lines * self._line + 10 + NUMBER_SIZE * 1.4, 3.6 * MOTTO_SIZE) + 8
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        centre = self.width * self._LEFT / 2
        y = self.height - ORGAN_SIZE
        for lines, font in ((self._superior, REGULAR), (self._issuing, BOLD)):
            canvas.setFont(font, ORGAN_SIZE)
            for text in lines:
                canvas.drawCentredString(centre, y, text)
                y -= self._line
        if self._issuing:
            widest = max(width_of(one, BOLD, ORGAN_SIZE) for one in self._issuing)
            rule(canvas, centre, y + self._line - 4, widest * 0.4)
        canvas.setFont(REGULAR, NUMBER_SIZE)
        canvas.drawCentredString(centre, y - 6, number_and_symbol(self.letterhead))
        right = self.width * (1 + self._LEFT) / 2
        y = self.height - ORGAN_SIZE
        canvas.setFont(BOLD, COUNTRY_SIZE)
        canvas.drawCentredString(right, y, COUNTRY)
        y -= MOTTO_SIZE * 1.3
        canvas.setFont(BOLD, MOTTO_SIZE)
        canvas.drawCentredString(right, y, MOTTO)
        rule(canvas, right, y - 4, width_of(MOTTO, BOLD, MOTTO_SIZE))


class Rule(Flowable):  # type: ignore[misc]
    """A centred solid line of the given width in points."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self.length = width

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, 8.0
        return self.width, self.height

    def draw(self) -> None:
        rule(self.canv, self.width / 2, 4, self.length)


def rule(canvas: Any, centre: float, y: float, length: float) -> None:
    canvas.setLineWidth(0.75)
    canvas.line(centre - length / 2, y, centre + length / 2, y)


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in points from its lower left corner. `page` counts from 0."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


class SignatureBlocks(Flowable):  # type: ignore[misc]
    """THƯ KÝ on the left, CHỦ TỌA on the right, with room for the signature between title and name."""

    _ROOM = 24 * mm

    def __init__(self, secretary: Officer, chair: Officer, places: dict[str, Box]) -> None:
        super().__init__()
        self.signers = (("secretary", "THƯ KÝ", secretary), ("chair", "CHỦ TỌA", chair))
        self.places = places

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        register_fonts()
        self.width = available_width
        self._names = {
            role: simpleSplit(officer.name, BOLD, SIGNER_SIZE, available_width / 2 - 6)
            for role, _, officer in self.signers
        }
        lines = max(len(one) for one in self._names.values())
        self.height = SIGNER_SIZE * 1.3 + self._ROOM + max(1, lines) * SIGNER_SIZE * 1.3 + 12
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        half = self.width / 2
        canvas.setFont(BOLD, SIGNER_SIZE)
        for index, (role, title, _) in enumerate(self.signers):
            centre = half * (index + 0.5)
            top = self.height - 12
            canvas.drawCentredString(centre, top - SIGNER_SIZE, title)
            room_top = top - SIGNER_SIZE * 1.3 - 2
            left, bottom = canvas.absolutePosition(centre - 32 * mm, room_top - self._ROOM + 4)
            page = canvas.getPageNumber() - 1
            self.places[role] = Box(page, left, bottom, left + 64 * mm, bottom + self._ROOM - 8)
            y = room_top - self._ROOM - SIGNER_SIZE + 6
            for text in self._names[role]:
                canvas.drawCentredString(centre, y, text)
                y -= SIGNER_SIZE * 1.3
