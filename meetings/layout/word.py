"""The same story as .docx, for units that still edit elsewhere. What is printed is the PDF; this is to work with."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.platypus.flowables import Flowable

from meetings.layout.ending import Ending, Signatures, Signing
from meetings.layout.head import COUNTRY, MOTTO, Head
from meetings.layout.letterhead import number_and_symbol, place_and_date
from meetings.layout.page import Grid, Places, Words
from meetings.layout.typeface import register_fonts

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"
_ALIGN = {TA_CENTER: WD_ALIGN_PARAGRAPH.CENTER, TA_JUSTIFY: WD_ALIGN_PARAGRAPH.JUSTIFY}
#: What separates the signer's title from the name: lines for the signature.
_SIGNATURE_LINES = 4


def letter_docx(story: Callable[[Places], Iterable[Flowable]]) -> bytes:
    """`story` as a Word document with the decree's page and margins. Blocking: call it off the event loop."""
    register_fonts()
    document = Document()
    _page(document)
    for one in story({}):
        if isinstance(one, Head):
            _head(document, one)
        elif isinstance(one, Words):
            _paragraph(document.add_paragraph(), one)
        elif isinstance(one, Grid):
            _grid(document, one)
        elif isinstance(one, Signatures):
            _columns(document, [_signing(signing) for signing in one.signings])
        elif isinstance(one, Ending):
            listed = [("Nơi nhận:", 12.0, "bi"), *((line, 11.0, "") for line in one.recipients)]
            _columns(document, [listed, _signing(one.signing)] if one.signing else [listed], centred=(1,))
    document.core_properties.author = "Điểm Cầu"
    document.core_properties.created = document.core_properties.modified = datetime(2020, 1, 1, tzinfo=UTC)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


#: A line of text, its size, and `b` for bold, `i` for italic.
_Line = tuple[str, float, str]


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _head(document: Any, head: Head) -> None:
    organs: list[_Line] = [(head.letterhead.superior.upper(), 12.0, ""), (head.letterhead.issuing.upper(), 12.0, "b")]
    organs.append((number_and_symbol(head.letterhead), 13.0, ""))
    if head.stamp:
        organs.append((head.stamp[0], 13.0, "br"))
    country: list[_Line] = [(COUNTRY, 12.0, "b"), (MOTTO, 13.0, "bu")]
    if head.issued:
        day = head.issued.day
        text = place_and_date(head.issued.place, day) if day else f"{head.issued.place}, ngày      tháng      năm"
        country.append((text, 13.0, "i"))
    _columns(document, [[line for line in organs if line[0]], country], centred=(0, 1), widths=(64, 96))


def _signing(signing: Signing) -> list[_Line]:
    lines: list[_Line] = [(line.upper(), 14.0, "b") for line in signing.lines]
    return [*lines, *[("", 14.0, "")] * _SIGNATURE_LINES, (signing.name, 14.0, "b")]


def _columns(
    document: Any, columns: list[list[_Line]], centred: tuple[int, ...] = (0, 1), widths: tuple[int, ...] = (72, 88)
) -> None:
    table = document.add_table(1, len(columns))
    for index, lines in enumerate(columns):
        cell = table.cell(0, index)
        cell.width = Mm(widths[index])
        for number, (text, size, look) in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            if index in centred:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _close(paragraph)
            _run(paragraph, text, size, look)


def _paragraph(paragraph: Any, words: Words) -> None:
    style = words.style
    paragraph.alignment = _ALIGN.get(style.alignment, WD_ALIGN_PARAGRAPH.LEFT)
    _close(paragraph)
    paragraph.paragraph_format.space_before = Pt(style.spaceBefore)
    paragraph.paragraph_format.first_line_indent = Pt(style.firstLineIndent)
    look = ("b" if "Bold" in style.fontName else "") + ("i" if "Italic" in style.fontName else "")
    _run(paragraph, words.plain, style.fontSize, look)


def _grid(document: Any, grid: Grid) -> None:
    rows = grid._cellvalues
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    cells = table._cells
    for at, words in enumerate(one for row in rows for one in row):
        _paragraph(cells[at].paragraphs[0], words)


def _close(paragraph: Any) -> None:
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)


def _run(paragraph: Any, text: str, size: float, look: str) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = FONT, Pt(size)
    run.bold, run.italic, run.underline = "b" in look, "i" in look, "u" in look
    if "r" in look:
        run.font.color.rgb = RGBColor(0xCC, 0, 0)
