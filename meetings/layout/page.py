"""The page of an official document: size, margins, page numbers, paragraphs; from a story to a file to keep."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, LongTable, PageTemplate, Paragraph
from reportlab.platypus.flowables import Flowable
from reportlab.platypus.tables import TableStyle

from meetings.layout.archive import Attachment, Description, archived
from meetings.layout.tagging import ARTIFACT, Tags, tagged
from meetings.layout.typeface import BOLD, BOLD_ITALIC, REGULAR, drawing

TOP = BOTTOM = 20 * mm
LEFT, RIGHT = 30 * mm, 20 * mm
WIDTH = A4[0] - LEFT - RIGHT
HEIGHT = A4[1] - TOP - BOTTOM
INDENT = 12.7 * mm

#: Sizes in points, each inside the decree's range.
TITLE_SIZE, BODY_SIZE = 14.0, 14.0


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in points from its lower left corner. `page` counts from 0."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


#: Places kept free for what is written later, by name: a signer's role, `number`, `date`.
Places = dict[str, Box]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The PDF, its number of pages, and the places kept free in it.

    Places of signatures lie between title and name and carry the signer's role; `number` and `date` are there
    where the document has none yet.
    """

    pdf: bytes
    pages: int
    places: Places


def printed(
    story: Callable[[Places], Iterable[Flowable]], description: Description, attachment: Attachment | None = None
) -> Rendered:
    """Lay the story out as PDF/A-2b (PDF/A-3b with an attachment); the same story gives the same bytes.

    Takes tens of milliseconds and more: call it off the event loop.
    """
    places: Places = {}
    target = io.BytesIO()
    with drawing():
        document = Paper(target)
        document.build(list(story(places)))
    pdf = archived(target.getvalue(), description, document.tags, attachment)
    return Rendered(pdf, document.page, places)


class Paper(BaseDocTemplate):  # type: ignore[misc]
    """A4 portrait with the decree's margins and page numbers."""

    def __init__(self, target: io.BytesIO) -> None:
        super().__init__(
            target, pagesize=A4, initialFontName=REGULAR, initialFontSize=BODY_SIZE, lang="vi-VN", invariant=1
        )
        self.tags = Tags()
        frame = Frame(LEFT, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=_page_number))

    def beforeDocument(self) -> None:
        self.canv.tags = self.tags

    def afterFlowable(self, flowable: Flowable) -> None:
        bookmark = getattr(flowable, "bookmark", "")
        if bookmark:
            key = f"p{self.seq.nextf('bookmark')}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(bookmark, key, level=getattr(flowable, "level", 0), closed=False)


def _page_number(canvas: Any, _document: object) -> None:
    number = canvas.getPageNumber()
    if number > 1:
        with tagged(canvas, ARTIFACT):
            canvas.saveState()
            canvas.setFont(REGULAR, BODY_SIZE)
            canvas.drawCentredString(A4[0] / 2, A4[1] - TOP / 2 - 4, str(number))
            canvas.restoreState()


BODY = ParagraphStyle(
    "body",
    fontName=REGULAR,
    fontSize=BODY_SIZE,
    leading=BODY_SIZE * 1.3,
    alignment=TA_JUSTIFY,
    firstLineIndent=INDENT,
    spaceBefore=6,
    allowWidows=0,
    allowOrphans=0,
)
HEADING = ParagraphStyle("heading", parent=BODY, fontName=BOLD, keepWithNext=1)
#: The last paragraph keeps the signatures company: they never stand on a page without a line of the text.
LAST = ParagraphStyle("last", parent=BODY, keepWithNext=1, spaceAfter=6)
#: The same where `ending.Company` sees to it.
CLOSING = ParagraphStyle("closing", parent=LAST, keepWithNext=0)
TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=TITLE_SIZE, leading=TITLE_SIZE * 1.3, alignment=TA_CENTER)
CENTRED = ParagraphStyle("centred", parent=BODY, alignment=TA_CENTER, firstLineIndent=0)
CELL = ParagraphStyle("cell", fontName=REGULAR, fontSize=13, leading=15.6, alignment=TA_LEFT)
CELL_HEAD = ParagraphStyle("cell-head", parent=CELL, fontName=BOLD, alignment=TA_CENTER)
CELL_CENTRE = ParagraphStyle("cell-centre", parent=CELL, alignment=TA_CENTER)
RECIPIENTS_HEAD = ParagraphStyle("recipients-head", fontName=BOLD_ITALIC, fontSize=12, leading=14.4, keepWithNext=1)
RECIPIENT = ParagraphStyle("recipient", fontName=REGULAR, fontSize=11, leading=13.2)
FOOT = ParagraphStyle("foot", fontName=REGULAR, fontSize=8.5, leading=11, spaceBefore=10)


class Words(Paragraph):  # type: ignore[misc]
    """A paragraph of plain text that knows its role in the document."""

    role = "P"
    bookmark = ""
    level = 0
    #: The text as it was given, for other forms of the same document.
    plain = ""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:
        with tagged(canvas, self.role):
            super().drawOn(canvas, x, y, _sW)


class HeadWords(Words):
    """A heading: it is in the outline, and the following paragraph keeps it company."""

    role = "H2"


def words(text: str, style: ParagraphStyle = BODY) -> Words:
    """`text` as a paragraph; nothing in it is markup, a line feed breaks the line."""
    found = Words(escape(text).replace("\n", "<br/>"), style)
    found.plain = text
    return found


def heading(text: str, bookmark: str = "", level: int = 0, style: ParagraphStyle = HEADING) -> Words:
    """A heading, under `bookmark` (its own text where empty) in the outline."""
    found = HeadWords(escape(text), style)
    found.plain = text
    found.bookmark = bookmark or text
    found.level = level
    return found


class Grid(LongTable):  # type: ignore[misc]
    """A table whose lines are no part of the text."""

    def _drawLines(self) -> None:
        with tagged(self.canv, ARTIFACT):
            super()._drawLines()


_GRID = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), REGULAR, 13),
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
)


def grid(rows: list[list[Flowable]], widths: list[float]) -> Flowable:
    """A table with thin lines whose first row stands on every page."""
    found = Grid(rows, widths, repeatRows=1)
    found.setStyle(_GRID)
    return found
