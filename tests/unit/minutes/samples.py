"""Sample minutes for the tests; the people in them are sample data."""

from __future__ import annotations

from dataclasses import replace

from meetings.minutes.content import (
    Absence,
    BallotResult,
    Choice,
    ItemMinutes,
    Letterhead,
    Line,
    MinutesContent,
    Officer,
    SiteAttendance,
    Speaker,
    TaskLine,
)


def sample(sites: int = 3, items: int = 3, lines: int = 1) -> MinutesContent:
    """Minutes with so many sites, agenda items and lines an item."""
    item = ItemMinutes(
        "Báo cáo thu ngân sách",
        "Đại diện Sở Mẫu",
        tuple(Line("Hội nghị nghe báo cáo và thảo luận các giải pháp trọng tâm. " * 4, (4, 5)) for _ in range(lines)),
        (Speaker("Trần Văn Mẫu", "UBND xã Mẫu", 1_795_401_000_000, events=(6,)),),
        (
            BallotResult(
                "Thông qua dự thảo",
                (Choice("Tán thành", 20), Choice("Không tán thành", 1)),
                25,
                22,
                21,
                True,
                "quá nửa tổng số thành viên",
                events=(7, 8),
            ),
        ),
        (Line("Các cơ quan khẩn trương thực hiện.", (9,)),),
        (TaskLine("Hoàn thành báo cáo", "Sở Mẫu", "2026-12-05", (10,)),),
        (3,),
    )
    return MinutesContent(
        Letterhead("Ủy ban nhân dân tỉnh Mẫu", "Văn phòng Mẫu", "5", "BB-VP", "Tỉnh Mẫu"),
        "Hội nghị trực tuyến giao ban mẫu",
        1_795_400_000_000,
        1_795_410_000_000,
        "Điểm cầu trung tâm và các điểm cầu xã, phường",
        Officer("Nguyễn Văn Mẫu", "Chủ tịch", "p-chair"),
        Officer("Lê Thị Mẫu", "Chuyên viên", "p-secretary"),
        "Hội nghị",
        tuple(
            SiteAttendance(
                f"Điểm cầu xã Mẫu số {index}",
                index % 7 != 3,
                12,
                5,
                "Trần Văn Mẫu",
                (Absence("Phạm Văn Mẫu", "Phó Chủ tịch", "đi công tác"),) if index % 5 == 0 else (),
                (2,),
            )
            for index in range(sites)
        ),
        items=tuple(replace(item, title=f"Báo cáo số {index}") for index in range(1, items + 1)),
        recipients=("Thường trực Mẫu", "Như thành phần dự"),
        record_head="ab" * 32,
        start_events=(1,),
        end_events=(99,),
    )
