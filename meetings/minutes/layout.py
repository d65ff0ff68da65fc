"""Minutes as a PDF laid out by Decree 30/2020/NĐ-CP, form 1.9 (domain.md §4). Pure: content in, bytes out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.platypus import BaseDocTemplate, Frame, LongTable, PageTemplate, Paragraph
from reportlab.platypus.flowables import Flowable, Spacer
from reportlab.platypus.tables import TableStyle

from meetings.minutes import wording
from meetings.minutes.content import ItemMinutes, Line, MinutesContent, SiteAttendance, normalised
from meetings.minutes.letterhead import (
    BODY_SIZE,
    BOLD,
    BOLD_ITALIC,
    REGULAR,
    TITLE_SIZE,
    Box,
    Head,
    Rule,
    SignatureBlocks,
    register_fonts,
    width_of,
)

TOP = BOTTOM = 20 * mm
LEFT, RIGHT = 30 * mm, 20 * mm
INDENT = 12.7 * mm
#: Up to this many sites each gets a line; more are set as a table.
SITES_IN_LINES = 6
#: A long list of speakers is broken into paragraphs of so many.
SPEAKERS_A_PARAGRAPH = 20


@dataclass(frozen=True, slots=True)
class Rendered:
    """The PDF, its number of pages, and the places between title and name by role."""

    pdf: bytes
    pages: int
    places: dict[str, Box]


def render(content: MinutesContent) -> Rendered:
    """Lay `content` out. Takes tens of milliseconds and more: call it off the event loop."""
    register_fonts()
    content = normalised(content)
    places: dict[str, Box] = {}
    target = io.BytesIO()
    document = _Document(target, content)
    document.build(list(_story(content, places)))
    return Rendered(target.getvalue(), document.page, places)


class _Document(BaseDocTemplate):  # type: ignore[misc]
    def __init__(self, target: io.BytesIO, content: MinutesContent) -> None:
        super().__init__(
            target,
            pagesize=A4,
            title=f"Biên bản {content.title}"[:500],
            author=content.letterhead.issuing[:200],
            subject=wording.number_and_symbol(content.letterhead),
            creator="Điểm Cầu",
            initialFontName=REGULAR,
            initialFontSize=BODY_SIZE,
            lang="vi-VN",
        )
        frame = Frame(LEFT, BOTTOM, A4[0] - LEFT - RIGHT, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=_page_number))

    def afterFlowable(self, flowable: Flowable) -> None:
        bookmark = getattr(flowable, "bookmark", "")
        if bookmark:
            key = f"p{id(flowable)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(bookmark, key, level=getattr(flowable, "level", 0), closed=False)


def _page_number(canvas: Any, _document: object) -> None:
    number = canvas.getPageNumber()
    if number > 1:
        canvas.saveState()
        canvas.setFont(REGULAR, BODY_SIZE)
        canvas.drawCentredString(A4[0] / 2, A4[1] - TOP / 2 - 4, str(number))
        canvas.restoreState()


_BODY = ParagraphStyle(
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
_HEADING = ParagraphStyle("heading", parent=_BODY, fontName=BOLD, keepWithNext=1)
#: The signatures never stand on a page without a line of the text.
_LAST = ParagraphStyle("last", parent=_BODY, keepWithNext=1, spaceAfter=6)
_TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=TITLE_SIZE, leading=TITLE_SIZE * 1.3, alignment=TA_CENTER)
_CELL = ParagraphStyle("cell", fontName=REGULAR, fontSize=13, leading=15.6, alignment=TA_LEFT)
_CELL_HEAD = ParagraphStyle("cell-head", parent=_CELL, fontName=BOLD, alignment=TA_CENTER)
_CELL_CENTRE = ParagraphStyle("cell-centre", parent=_CELL, alignment=TA_CENTER)
_RECIPIENTS_HEAD = ParagraphStyle("recipients-head", fontName=BOLD_ITALIC, fontSize=12, leading=14.4, keepWithNext=1)
_RECIPIENT = ParagraphStyle("recipient", fontName=REGULAR, fontSize=11, leading=13.2)
_HEAD_LINE = ParagraphStyle("head-line", fontName=REGULAR, fontSize=8.5, leading=11, spaceBefore=10)


def _text(text: str, style: ParagraphStyle = _BODY) -> Flowable:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _heading(text: str, bookmark: str = "", level: int = 0) -> Flowable:
    found = _text(text, _HEADING)
    found.bookmark = bookmark or text
    found.level = level
    return found


def _lines(lines: tuple[Line, ...]) -> Iterator[Flowable]:
    for one in lines:
        for part in one.text.split("\n"):
            if part.strip():
                yield _text(part.strip())


def _story(content: MinutesContent, places: dict[str, Box]) -> Iterator[Flowable]:
    yield Head(content.letterhead)
    yield Spacer(1, 10)
    kind = _text("BIÊN BẢN", _TITLE)
    kind.bookmark = "Biên bản"
    yield kind
    yield _text(content.title, _TITLE)
    longest = max((width_of(line, BOLD, TITLE_SIZE) for line in _broken(content.title)), default=100.0)
    yield Rule(longest * 0.4)
    yield Spacer(1, 4)
    yield _text(f"Thời gian bắt đầu: {wording.moment(content.start_at)}.")
    yield _text(f"Địa điểm: {content.place.rstrip('.')}.")
    yield from _attendance(content)
    yield _text(f"Chủ trì (chủ tọa): {_officer(content.chair.name, content.chair.position)}.")
    yield _text(f"Thư ký (người ghi biên bản): {_officer(content.secretary.name, content.secretary.position)}.")
    yield _heading("Nội dung (theo diễn biến cuộc họp):", "Nội dung")
    yield from _lines(content.opening)
    for index, item in enumerate(content.items, 1):
        yield from _item(index, item)
    yield from _lines(content.closing)
    yield from _ending(content, places)


def _broken(text: str) -> list[str]:
    return list(simpleSplit(text, BOLD, TITLE_SIZE, A4[0] - LEFT - RIGHT))


def _officer(name: str, position: str) -> str:
    return f"{name}, {position}".rstrip(".") if position else name


def _attendance(content: MinutesContent) -> Iterator[Flowable]:
    yield _heading("Thành phần tham dự:", "Thành phần tham dự")
    yield from _lines(content.attendance)
    if not content.sites:
        return
    yield _text(wording.attendance(content.sites))
    if len(content.sites) <= SITES_IN_LINES:
        for site in content.sites:
            yield _text(_site(site))
    else:
        yield Spacer(1, 6)
        yield _sites_table(content.sites)


def _absences(site: SiteAttendance) -> str:
    return "; ".join(
        f"{_officer(one.name, one.position)}{f' ({one.reason})' if one.reason else ''}" for one in site.absences
    )


def _site(site: SiteAttendance) -> str:
    if not site.present:
        text = f"- {site.name}: không tham dự"
    else:
        chair = f"; chủ trì điểm cầu: {site.chair}" if site.chair else ""
        text = f"- {site.name}: {wording.thousands(site.headcount)} người{chair}"
    absences = _absences(site)
    return f"{text}; vắng: {absences}." if absences else f"{text}."


def _sites_table(sites: tuple[SiteAttendance, ...]) -> Flowable:
    head = ("TT", "Điểm cầu", "Chủ trì điểm cầu", "Số người", "Vắng (lý do)")
    rows: list[list[Flowable]] = [[_text(one, _CELL_HEAD) for one in head]]
    for index, site in enumerate(sites, 1):
        rows.append(
            [
                _text(str(index), _CELL_CENTRE),
                _text(site.name, _CELL),
                _text(site.chair, _CELL),
                _text(wording.thousands(site.headcount) if site.present else "không dự", _CELL_CENTRE),
                _text(_absences(site), _CELL),
            ]
        )
    widths = [11 * mm, 49 * mm, 38 * mm, 19 * mm, 43 * mm]
    table = LongTable(rows, widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, "black"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    return table


def _item(index: int, item: ItemMinutes) -> Iterator[Flowable]:
    yield _heading(f"{index}. {item.title}", level=1)
    if item.presenter:
        yield _text(f"Trình bày: {item.presenter}.")
    yield from _lines(item.lines)
    for first in range(0, len(item.speakers), SPEAKERS_A_PARAGRAPH):
        spoke = "; ".join(wording.speaker(one) for one in item.speakers[first : first + SPEAKERS_A_PARAGRAPH])
        yield _text(f"{'' if first else 'Ý kiến phát biểu: '}{spoke}.")
    for ballot in item.ballots:
        yield _text(wording.ballot(ballot))
    if item.conclusions:
        yield _text("Kết luận của chủ trì:")
        for one in item.conclusions:
            yield _text(f"- {one.text}")
    for task in item.tasks:
        yield _text(f"- {wording.task(task)}")


def _ending(content: MinutesContent, places: dict[str, Box]) -> Iterator[Flowable]:
    if content.end_at:
        yield _text(f"{content.kind} kết thúc vào {wording.moment(content.end_at)}./.", _LAST)
    blocks = SignatureBlocks(content.secretary, content.chair, places)
    blocks.bookmark = "Chữ ký"
    yield blocks
    recipients = _text("Nơi nhận:", _RECIPIENTS_HEAD)
    yield recipients
    for one in content.recipients:
        yield _text(f"- {one.strip().lstrip('-').strip().rstrip(';.')};", _RECIPIENT)
    yield _text("- Lưu: VT, Hồ sơ.", _RECIPIENT)
    if content.record_head:
        yield _text(f"Mã băm của hồ sơ diễn biến (SHA-256): {content.record_head}", _HEAD_LINE)
