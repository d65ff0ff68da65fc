"""One-time sheets: a card per person with login and activation code, to be cut apart and handed over in person."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle
from reportlab.platypus.flowables import Flowable

from meetings.layout.typeface import BOLD, REGULAR, drawing, register_fonts

_TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=11, leading=14)
_NOTE = ParagraphStyle("note", parent=_TEXT, fontSize=9, leading=11)
_NAME = ParagraphStyle("name", parent=_TEXT, fontName=BOLD, fontSize=13, leading=17)
_CODE = ParagraphStyle("code", parent=_TEXT, fontName=BOLD, fontSize=19, leading=26, alignment=TA_CENTER)
_UNIT = ParagraphStyle("unit", parent=_NAME, fontSize=14, leading=20, spaceAfter=4 * mm)


@dataclass(frozen=True, slots=True)
class Card:
    """What one person is given; `code` is printed here and stored nowhere but as a hash."""

    unit: str
    name: str
    position: str
    login: str
    code: str


def sheets(cards: Sequence[Card], address: str, until: str) -> bytes:
    """A PDF with the cards of each unit on pages of their own; `until` is the codes' last day."""
    register_fonts()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        **{f"{side}Margin": 15 * mm for side in ("left", "right", "top", "bottom")},
        title="Phiếu kích hoạt tài khoản",
        author="Điểm Cầu",
        initialFontName=REGULAR,
    )
    story: list[Flowable] = []
    for unit, of_unit in groupby(sorted(cards, key=lambda one: one.unit), key=lambda one: one.unit):
        if story:
            story.append(PageBreak())
        story.append(Paragraph(f"Phiếu kích hoạt tài khoản: {escape(unit)}", _UNIT))
        story.append(_grid([_card(one, address, until) for one in of_unit]))
    with drawing():
        document.build(story)
    return out.getvalue()


def _card(card: Card, address: str, until: str) -> list[Paragraph]:
    code = "-".join(card.code[at : at + 4] for at in range(0, len(card.code), 4))
    return [
        Paragraph(escape(card.name), _NAME),
        Paragraph(escape(card.position) or "&nbsp;", _TEXT),
        Paragraph(f"Tên đăng nhập: <b>{escape(card.login)}</b>", _TEXT),
        Paragraph(code, _CODE),
        Paragraph(f"Mở {escape(address)}/activate, nhập tên đăng nhập và mã, rồi tự đặt mật khẩu.", _NOTE),
        Paragraph(f"Mã dùng một lần, đến hết ngày {until}. Giao tận tay, không chụp, không gửi qua mạng.", _NOTE),
    ]


def _grid(cells: list[list[Paragraph]]) -> Table:
    rows = [[cells[at], cells[at + 1] if at + 1 < len(cells) else ""] for at in range(0, len(cells), 2)]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.4, "#808080", None, (3, 3)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("PADDING", (0, 0), (-1, -1), 8),
        ]
    )
    return Table(rows, colWidths=[90 * mm, 90 * mm], style=style)
