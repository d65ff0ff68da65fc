"""The sheet of a technical check as XLSX and CSV, in words of the office."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from meetings.minutes.spreadsheet import Cell, add_sheet, neutralised
from signaling.checks.figures import Criterion, Figures, Outcome
from signaling.checks.service import Line

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_OUTCOMES = {
    Outcome.PASSED: "Đạt",
    Outcome.FAILED: "Chưa đạt",
    Outcome.ABSENT: "Chưa vào phòng họp",
    Outcome.NO_ANSWER: "Không trả lời",
}
_CRITERIA = {
    Criterion.CAMERA: "Máy ảnh",
    Criterion.MICROPHONE: "Micro",
    Criterion.CONNECTION: "Kết nối hình và tiếng",
    Criterion.LOST: "Mất gói",
    Criterion.ROUND_TRIP: "Trễ đi về",
    Criterion.UP: "Tốc độ gửi đi",
    Criterion.DOWN: "Tốc độ tải về",
}
_DEVICES = {
    "ok": "Hoạt động",
    "off": "Tắt theo lựa chọn",
    "dark": "Hình tối đen",
    "forbidden": "Trình duyệt chặn",
    "taken": "Chương trình khác đang dùng",
    "missing": "Không tìm thấy",
    "lost": "Bị ngắt",
    "insecure": "Trang không có https",
}
_CONNECTIONS = {"up": "Thông", "blocked": "Bị chặn", "none": "Máy chủ không phục vụ"}
HEAD = (
    "TT",
    "Điểm cầu",
    "Trực thuộc",
    "Kết quả",
    "Chưa đạt về",
    "Kiểm tra lúc",
    "Máy ảnh",
    "Khung hình",
    "Micro",
    "Mức âm (‰)",
    "Kết nối hình và tiếng",
    "Mất gói gửi đi (‰)",
    "Mất gói tải về (‰)",
    "Trễ đi về (ms)",
    "Gửi đi (kbit/s)",
    "Tải về (kbit/s)",
    "Đo tải về qua",
)


def rows(lines: Sequence[Line]) -> list[tuple[Cell, ...]]:
    """A row for every site, as `HEAD` names its cells."""
    return [(number, *_cells(one)) for number, one in enumerate(lines, 1)]


def _cells(line: Line) -> tuple[Cell, ...]:
    result = line.result
    if result is None:
        return (line.name, line.parent, "Chưa kiểm tra", *[""] * (len(HEAD) - 4))
    at = datetime.fromtimestamp(result.at / 1000, _ZONE).strftime("%d/%m/%Y %H:%M")
    failed = ", ".join(_CRITERIA[one] for one in result.failed)
    return (line.name, line.parent, _OUTCOMES[result.outcome], failed, at, *_measured(result.figures))


def _measured(figures: Figures | None) -> tuple[Cell, ...]:
    if figures is None:
        return ("",) * (len(HEAD) - 6)
    numbers = (figures.lost_up, figures.lost_down, figures.round_trip, figures.up, figures.down)
    return (
        _DEVICES[figures.camera],
        f"{figures.width}×{figures.height}" if figures.width else "",
        _DEVICES[figures.microphone],
        figures.level,
        _CONNECTIONS[figures.connection],
        *("" if one is None else one for one in numbers),
        {"media": "Đường hình và tiếng", "http": "HTTP", "": ""}[figures.down_way],
    )


def workbook(lines: Sequence[Line]) -> bytes:
    """The sheet as XLSX. Blocking: call it off the event loop."""
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "Kiểm tra kỹ thuật", HEAD, rows(lines))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def table(lines: Sequence[Line]) -> bytes:
    """The sheet as CSV in UTF-8 with a mark, so that spreadsheet programs read Vietnamese."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(HEAD)
    writer.writerows([neutralised(one) for one in row] for row in rows(lines))
    return "\ufeff".encode() + target.getvalue().encode()
