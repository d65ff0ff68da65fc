"""Attendance, ballots and tasks of minutes as an XLSX workbook."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from meetings.minutes.content import MinutesContent

Cell = str | int


def neutralised(value: Cell) -> Cell:
    """Text that a spreadsheet program would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip().startswith(("=", "+", "-", "@")):
        return f"'{value}"
    return f"'{value}" if isinstance(value, str) and value[:1] in ("\t", "\r", "\n") else value


def workbook(content: MinutesContent) -> bytes:
    """Three sheets: Điểm danh, Biểu quyết, Nhiệm vụ. Blocking: call it off the event loop."""
    book = Workbook()
    book.remove(book.active)
    add_sheet(
        book,
        "Điểm danh",
        ("TT", "Điểm cầu", "Tham dự", "Chủ trì điểm cầu", "Số người", "Đã điểm danh", "Vắng (lý do)"),
        [
            (
                index,
                one.name,
                "Có" if one.present else "Không",
                one.chair,
                one.headcount,
                one.confirmed,
                "; ".join(f"{gone.name} ({gone.reason})" if gone.reason else gone.name for gone in one.absences),
            )
            for index, one in enumerate(content.sites, 1)
        ],
    )
    add_sheet(
        book,
        "Biểu quyết",
        (
            "Nội dung",
            "Vấn đề",
            "Hình thức",
            "Thành viên",
            "Có mặt",
            "Đã biểu quyết",
            "Kết quả từng lựa chọn",
            "Kết quả",
        ),
        [
            (
                item.title,
                one.question,
                "Kín" if one.secret else "Công khai",
                one.members,
                one.present,
                one.voted,
                "; ".join(f"{choice.name}: {choice.total}" for choice in one.choices),
                "Thông qua" if one.passed else "Không thông qua",
            )
            for item in content.items
            for one in item.ballots
        ],
    )
    add_sheet(
        book,
        "Nhiệm vụ",
        ("Nội dung", "Nhiệm vụ", "Giao cho", "Thời hạn"),
        [(item.title, one.text, one.assignee, one.due) for item in content.items for one in item.tasks],
    )
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def add_sheet(book: Workbook, title: str, head: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> None:
    """A sheet with a head that stays, cells neutralised, columns as wide as their longest text."""
    sheet = book.create_sheet(title)
    sheet.append(head)
    for row in rows:
        sheet.append([neutralised(one) for one in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column in range(1, len(head) + 1):
        longest = max(len(str(row[column - 1])) for row in [head, *rows])
        sheet.column_dimensions[get_column_letter(column)].width = min(60, longest + 3)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
