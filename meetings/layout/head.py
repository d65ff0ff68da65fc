"""The head of page one: organs, number and urgency on the left, the country, its motto, place and date on the right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus.flowables import Flowable

from meetings.layout.letterhead import Letterhead, number_and_symbol, place_and_date
from meetings.layout.page import Box, Places
from meetings.layout.tagging import ARTIFACT, tagged
from meetings.layout.typeface import BOLD, ITALIC, REGULAR, clipped, register_fonts, width_of

#: Sizes in points, each inside the decree's range.
COUNTRY_SIZE, MOTTO_SIZE, ORGAN_SIZE, NUMBER_SIZE, DATE_SIZE, STAMP_SIZE = 12.0, 13.0, 12.0, 13.0, 13.0, 13.0

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

#: The stamps of urgency: what they say and how wide they are; all are 8 mm high.
STAMPS: dict[str, tuple[str, float]] = {
    "flash": ("HỎA TỐC", 30 * mm),
    "very_urgent": ("THƯỢNG KHẨN", 40 * mm),
    "urgent": ("KHẨN", 20 * mm),
}
STAMP_HEIGHT = 8 * mm
STAMP_RED = (0.8, 0, 0)

#: What is put on the page first when the day is still open, to keep the room of the longest date.
LONGEST_DATE = "ngày 30 tháng 12 năm 2026"


@dataclass(frozen=True, slots=True)
class Issued:
    """Place and day of issue; `day` None keeps the day's place free, to be written with the number."""

    place: str
    day: date | None = None


#: Words of an organ's name that stay in one line, and levels that stay with the name after them: its first word, or two
#: where they end the line's text.
TOGETHER = ("NHÂN DÂN", "QUỐC HỘI", "THÀNH PHỐ", "THỊ XÃ", "THỊ TRẤN")
#: A soft hyphen: about as wide as a space, no place to break a line, and in no organ's name.
GLUE = "\u00ad"
LEVELS = ("TỈNH", "HUYỆN", "QUẬN", "PHƯỜNG", "XÃ", *(f"{GLUE}".join(one.split()) for one in TOGETHER[2:]))


class Head(Flowable):  # type: ignore[misc]
    """The two columns of the head. Without `issued` there is no place-and-date line (minutes have none)."""

    LEFT = 0.40

    def __init__(
        self, letterhead: Letterhead, places: Places, issued: Issued | None = None, urgency: str = "normal"
    ) -> None:
        super().__init__()
        self.letterhead = letterhead
        self.places = places
        self.issued = issued
        self.stamp = STAMPS.get(urgency)

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        register_fonts()
        self.width = available_width
        left = available_width * self.LEFT - 3 * mm
        self._superior = organ_lines(self.letterhead.superior, REGULAR, left)
        self._issuing = organ_lines(self.letterhead.issuing, BOLD, left)
        self._line = ORGAN_SIZE * 1.25
        lines = len(self._superior) + len(self._issuing)
        height = lines * self._line + 10 + NUMBER_SIZE * 1.4
        if self.stamp:
            height += STAMP_HEIGHT + 3 * mm
        self.height = max(height, 3.6 * MOTTO_SIZE + (DATE_SIZE * 2 if self.issued else 0)) + 8
        return self.width, self.height

    def draw(self) -> None:
        with tagged(self.canv, "P"):
            y = self._organs()
        with tagged(self.canv, "P"):
            self._number(y - 6)
            if self.stamp:
                self._stamp(*self.stamp, y - 6 - 3 * mm - STAMP_HEIGHT)
        with tagged(self.canv, "P"):
            y = self._country()
            if self.issued:
                self._date(self.issued, y)

    def _organs(self) -> float:
        canvas, centre = self.canv, self.width * self.LEFT / 2
        y = self.height - ORGAN_SIZE
        for lines, font in ((self._superior, REGULAR), (self._issuing, BOLD)):
            canvas.setFont(font, ORGAN_SIZE)
            for text in lines:
                canvas.drawCentredString(centre, y, text)
                y -= self._line
        if self._issuing:
            widest = max(width_of(one, BOLD, ORGAN_SIZE) for one in self._issuing)
            rule(canvas, centre, y + self._line - 4, widest * 0.4)
        return y

    def _number(self, y: float) -> None:
        canvas, centre = self.canv, self.width * self.LEFT / 2
        text = number_and_symbol(self.letterhead)
        canvas.setFont(REGULAR, NUMBER_SIZE)
        canvas.drawCentredString(centre, y, text)
        if not self.letterhead.number.strip():
            start = centre - width_of(text, REGULAR, NUMBER_SIZE) / 2 + width_of("Số: ", REGULAR, NUMBER_SIZE)
            end = start + width_of(text[4 : text.index("/")], REGULAR, NUMBER_SIZE)
            self.places["number"] = place(canvas, start, y - 3, end, y + NUMBER_SIZE - 1)

    def _stamp(self, text: str, width: float, bottom: float) -> None:
        canvas, centre = self.canv, self.width * self.LEFT / 2
        canvas.saveState()
        canvas.setStrokeColorRGB(*STAMP_RED)
        canvas.setFillColorRGB(*STAMP_RED)
        canvas.setLineWidth(1)
        canvas.rect(centre - width / 2, bottom, width, STAMP_HEIGHT)
        canvas.setFont(BOLD, STAMP_SIZE)
        canvas.drawCentredString(centre, bottom + (STAMP_HEIGHT - STAMP_SIZE * 0.7) / 2, text)
        canvas.restoreState()

    def _country(self) -> float:
        canvas, right = self.canv, self.width * (1 + self.LEFT) / 2
        y = self.height - ORGAN_SIZE
        canvas.setFont(BOLD, COUNTRY_SIZE)
        canvas.drawCentredString(right, y, COUNTRY)
        y -= MOTTO_SIZE * 1.3
        canvas.setFont(BOLD, MOTTO_SIZE)
        canvas.drawCentredString(right, y, MOTTO)
        rule(canvas, right, y - 4, width_of(MOTTO, BOLD, MOTTO_SIZE))
        return y - 4 - DATE_SIZE * 1.6

    def _date(self, issued: Issued, y: float) -> None:
        canvas, right = self.canv, self.width * (1 + self.LEFT) / 2
        canvas.setFont(ITALIC, DATE_SIZE)
        if issued.day:
            canvas.drawCentredString(right, y, place_and_date(issued.place, issued.day))
            return
        before = f"{issued.place.strip()}, " if issued.place.strip() else ""
        room = width_of(LONGEST_DATE, ITALIC, DATE_SIZE)
        start = right - (width_of(before, ITALIC, DATE_SIZE) + room) / 2
        canvas.drawString(start, y, before)
        start += width_of(before, ITALIC, DATE_SIZE)
        self.places["date"] = place(canvas, start, y - 3, start + room, y + DATE_SIZE - 1)


def organ_lines(name: str, font: str, width: float) -> list[str]:
    """An organ's name in capitals, broken between words, never within `TOGETHER` or after a level."""
    glued = name.upper()
    for words in TOGETHER:
        glued = glued.replace(words, words.replace(" ", GLUE))
    levels = "|".join(LEVELS)
    glued = re.sub(rf"\b({levels}) (\S+) (\S+)$", rf"\1{GLUE}\2{GLUE}\3", glued)
    glued = re.sub(rf"\b({levels}) ", rf"\1{GLUE}", glued)
    return [line.replace(GLUE, " ") for line in clipped(glued, font, ORGAN_SIZE, width)]


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
    """Draw a solid line around `centre`."""
    with tagged(canvas, ARTIFACT):
        canvas.setLineWidth(0.75)
        canvas.line(centre - length / 2, y, centre + length / 2, y)


def place(canvas: Any, left: float, bottom: float, right: float, top: float) -> Box:
    """A rectangle of the flowable being drawn, as a place on its page."""
    x, y = canvas.absolutePosition(left, bottom)
    return Box(canvas.getPageNumber() - 1, x, y, x + right - left, y + top - bottom)
