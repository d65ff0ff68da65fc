"""What the head of a document says, and how numbers and dates are written (Decree 30/2020/NĐ-CP, appendix I)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from meetings.ids import local_time

Text = Annotated[str, Field(max_length=500)]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The unit's own data, as of the day of the meeting (domain: letterhead data belongs to the unit)."""

    superior: Text = ""
    issuing: Text = ""
    #: The number, empty until it was taken; below ten it is printed with a leading 0.
    number: Text = ""
    #: What follows the slash, such as `BB-UBND`.
    symbol: Text = "BB"
    place: Text = ""


#: The room that a number not yet taken is given, wide enough for four digits.
OPEN_NUMBER = " " * 12


def day(moment: datetime | date) -> str:
    """`ngày 05 tháng 02 năm 2026`: a leading 0 for days below ten and for the months 1 and 2."""
    month = f"{moment.month:02d}" if moment.month < 3 else str(moment.month)
    return f"ngày {moment.day:02d} tháng {month} năm {moment.year}"


def printed_number(number: str) -> str:
    """`05` for 5: below ten a leading 0."""
    number = number.strip()
    return f"{int(number):02d}" if number.isascii() and number.isdigit() and int(number) < 10 else number


def number_and_symbol(letterhead: Letterhead) -> str:
    """`Số: 05/BB-UBND`; a number that was not taken yet leaves its place open."""
    return f"Số: {printed_number(letterhead.number) or OPEN_NUMBER}/{letterhead.symbol.strip()}"


def place_and_date(place: str, issued: date) -> str:
    """`Thanh Hóa, ngày 05 tháng 02 năm 2026`."""
    return f"{place.strip()}, {day(issued)}" if place.strip() else day(issued)


def replaced(type_name: str, head: Letterhead, at: int, reason: str) -> str:
    """`Biên bản này thay thế Biên bản số 05/BB-UBND ngày 05 tháng 02 năm 2026. Lý do: …`, `at` in UTC ms."""
    number = f" số {printed_number(head.number)}/{head.symbol.strip()}" if head.number.strip() else ""
    said = f"{type_name} này thay thế {type_name}{number} {day(local_time(at))}. Lý do: {reason.strip().rstrip('.')}."
    return said[:500]
