"""Sample letters for the tests; the people in them are sample data."""

from __future__ import annotations

from meetings.calendar.tables import Urgency
from meetings.layout.letterhead import Letterhead
from meetings.letters.authority import Capacity, Form, Signatory
from meetings.letters.content import Invitation, Notice, Section
from meetings.minutes.content import Line, TaskLine

START = 1_795_400_000_000


def letterhead(symbol: str, number: str = "5") -> Letterhead:
    return Letterhead("Ủy ban nhân dân tỉnh Mẫu", "Văn phòng", number, symbol, "Tỉnh Mẫu")


def notice(sections: int = 2, lines: int = 2, recipients: int = 3, urgency: Urgency = Urgency.NORMAL) -> Notice:
    """A notice with so many subjects, conclusions on each, and recipients."""
    return Notice(
        letterhead("TB-VP"),
        "Kết luận của Chủ tịch tại Hội nghị trực tuyến giao ban mẫu",
        "Ngày 23 tháng 11 năm 2026, Chủ tịch chủ trì Hội nghị trực tuyến giao ban mẫu. Sau khi nghe báo cáo và ý kiến "
        "thảo luận, Chủ tịch kết luận như sau:",
        START,
        tuple(
            Section(
                f"Về nội dung thứ {index}",
                tuple(Line("Các cơ quan khẩn trương thực hiện nhiệm vụ được giao. " * 4, (9,)) for _ in range(lines)),
                (TaskLine("Hoàn thành báo cáo", "Sở Mẫu", "2026-12-05", (10,)),),
            )
            for index in range(1, sections + 1)
        ),
        issued_on="2026-02-05",
        urgency=urgency,
        signatory=Signatory("Nguyễn Văn Mẫu", "Chánh Văn phòng", (Capacity(Form.TL, "Chủ tịch"),), person="p-signer"),
        recipients=tuple(f"UBND xã Mẫu số {index}" for index in range(1, recipients + 1)),
        archive="TH",
    )


def invitation(invited: int = 2, recipients: int = 3, urgency: Urgency = Urgency.NORMAL) -> Invitation:
    """An invitation of so many guests."""
    return Invitation(
        letterhead("GM-VP"),
        "Dự Hội nghị trực tuyến giao ban mẫu",
        "Văn phòng Mẫu",
        tuple(f"Lãnh đạo cơ quan Mẫu số {index}" for index in range(1, invited + 1)),
        "Hội nghị trực tuyến giao ban mẫu",
        "Nguyễn Văn Mẫu, Chủ tịch",
        START,
        "Điểm cầu trung tâm và các điểm cầu xã, phường",
        (Line("Đề nghị các điểm cầu kiểm tra kỹ thuật trước giờ họp một giờ và báo kết quả cho điểm cầu trung tâm"),),
        issued_on="2026-03-12",
        urgency=urgency,
        signatory=Signatory(
            "Lê Thị Mẫu", "Phó Chánh Văn phòng", (Capacity(Form.KT, "Chánh Văn phòng"),), person="p-deputy"
        ),
        recipients=tuple(f"Cơ quan Mẫu số {index}" for index in range(1, recipients + 1)),
    )
