"""How numbers, dates and results are written in official Vietnamese (Decree 30/2020/NĐ-CP, appendix I)."""

from __future__ import annotations

from datetime import date

from meetings.ids import local_time
from meetings.layout.letterhead import day
from meetings.minutes.content import Attested, BallotResult, MinutesContent, SiteAttendance, Speaker, TaskLine


def moment(at_ms: int) -> str:
    """`08 giờ 05 phút, ngày 05 tháng 02 năm 2026` on the province's clocks."""
    local = local_time(at_ms)
    return f"{local.hour:02d} giờ {local.minute:02d} phút, {day(local)}"


def clock(at_ms: int) -> str:
    local = local_time(at_ms)
    return f"{local.hour:02d} giờ {local.minute:02d} phút"


def thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def ballot(result: BallotResult) -> str:
    """The announced result: members / present / voted, each choice, passed or not and by which rule."""
    totals = "; ".join(f"{one.name}: {thousands(one.total)}" for one in result.choices)
    way = "Bỏ phiếu kín" if result.secret else "Biểu quyết công khai"
    verdict = "Thông qua" if result.passed else "Không thông qua"
    rule = f" ({result.rule})" if result.rule else ""
    return (
        f"{way}: {result.question.rstrip('.')}. Tổng số thành viên: {thousands(result.members)}; có mặt: "
        f"{thousands(result.present)}; tham gia biểu quyết: {thousands(result.voted)}. {totals}. "
        f"Kết quả: {verdict}{rule}."
    )


def task(line: TaskLine) -> str:
    due = f"; thời hạn: {day(date.fromisoformat(line.due))}" if line.due else ""
    return f"Giao {line.assignee}: {line.text.rstrip('.')}{due}."


def speaker(one: Speaker) -> str:
    kind = "có ý kiến về điều hành" if one.point_of_order else "phát biểu"
    where = f" ({one.site})" if one.site and one.site != one.name else ""
    at = f" lúc {clock(one.at)}" if one.at else ""
    return f"{one.name}{where} {kind}{at}"


def attendance(sites: tuple[SiteAttendance, ...]) -> str:
    """One sentence on how many sites were there, and how many people they reported."""
    present = [one for one in sites if one.present]
    people = sum(one.headcount for one in present)
    return (
        f"Có mặt {thousands(len(present))}/{thousands(len(sites))} điểm cầu; tổng số người dự họp theo báo cáo "
        f"của các điểm cầu: {thousands(people)}; số đại biểu được xác nhận điểm danh: "
        f"{thousands(sum(one.confirmed for one in sites))}."
    )


def attested(content: MinutesContent, one: Attested) -> str:
    """Why somebody else attests, and who decided so."""
    word, officer = ("Thư ký", content.secretary) if one.role == "secretary" else ("Chủ tọa", content.chair)
    by = f"{one.by_position} {one.by_name}".strip()
    who = f"{one.name}, {one.position}" if one.position else one.name
    return (
        f"{word} {officer.name} không ký được biên bản (lý do: {one.reason.rstrip('.')}). "
        f"{by} cử {who} xác nhận biên bản thay {word.lower()}."
    )
