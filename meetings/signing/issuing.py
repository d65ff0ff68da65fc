"""Number and day of issue: before the first signature, or into the fields kept for them after the last person's."""

from __future__ import annotations

import io
from collections.abc import Mapping

from pyhanko.pdf_utils.reader import PdfFileReader

from meetings.errors import Refusal
from meetings.ids import local_time
from meetings.layout.aside import aside
from meetings.layout.letterhead import day, printed_number
from meetings.numbers import service as numbers
from meetings.signing import course
from meetings.signing.course import Signable
from meetings.signing.fields import ISSUED, NUMBER, fill, text_values
from meetings.signing.tables import SignedFile
from meetings.signing.tickets import LIFETIME_MS
from meetings.storage.database import Database

#: The open texts of files that were looked at, by the file's hash, and how many are remembered.
_open: dict[str, tuple[str, ...]] = {}
_REMEMBERED = 1000


async def number(database: Database, paper: Signable, by: str, entered: int | None, now: int) -> int:
    """Give `paper` its number: the register's next, or `entered`; where people have signed, into the field kept for it.

    Raises:
        Refusal: it is being signed, keeps no field, changed meanwhile (`stale`), or the books' own refusals.
    """
    async with database.write() as session:
        file = await course.unchanged(session, paper)
        if file is not None and not course.people_have_signed(paper):
            raise Refusal(
                "signing.number_later",
                "Văn bản đang được ký. Số được ghi trước chữ ký đầu tiên, hoặc sau khi mọi người có tên đã ký.",
            )
        if file is not None and paper.number and entered in (None, paper.number):
            given = paper.number  # in the book already, for a signing service that then did not write it
        elif entered is None:
            given = await numbers.take(session, paper.for_book(now), by, now)
        else:
            given = await numbers.enter(session, paper.for_book(now), entered, by, now)
        await course.forget_prepared(session, paper.document)
        if file is not None:
            await _write(file, given, now)
            session.add(course.event(paper, "", by, "numbered", file.sha256, str(given), now))
    return given


async def _write(file: SignedFile, given: int, now: int) -> None:
    """Fill the fields that are still open in the signed bytes."""
    wanted = {NUMBER: printed_number(str(given)), ISSUED: day(local_time(now))}
    try:
        open_fields = [name for name in await open_texts(file.pdf) if name in wanted]
        if not open_fields:
            raise KeyError(NUMBER)
        pdf = await aside(fill, file.pdf, {name: wanted[name] for name in open_fields})
    except (KeyError, ValueError):
        raise Refusal("signing.number_set", "Văn bản đã có số, hoặc không chừa ô ghi số.") from None
    file.pdf, file.sha256 = pdf, await course.digest(pdf)


async def in_book(database: Database, paper: Signable, by: str, entered: int | None, now: int) -> int:
    """The number alone, in the book: the signing service on the clerk's computer writes it into the document.

    Raises:
        Refusal: the document changed meanwhile (`stale`), or the books' own refusals.
    """
    if paper.number:
        return paper.number
    async with database.write() as session:
        await course.unchanged(session, paper)
        if entered is None:
            return await numbers.take(session, paper.for_book(now), by, now)
        return await numbers.enter(session, paper.for_book(now), entered, by, now)


async def open_texts(pdf: bytes) -> tuple[str, ...]:
    """The reserved texts that nobody has filled yet."""
    key = await course.digest(pdf)
    if key not in _open:
        while len(_open) >= _REMEMBERED:
            _open.pop(next(iter(_open)))
        _open[key] = await aside(_unfilled, pdf)
    return _open[key]


def _unfilled(pdf: bytes) -> tuple[str, ...]:
    return tuple(name for name, value in text_values(PdfFileReader(io.BytesIO(pdf))).items() if not value)


async def expect_filled(pdf: bytes) -> None:
    """
    Raises:
        Refusal: number or day of issue are still to be written, and the seal comes after them.
    """
    if await open_texts(pdf):
        raise Refusal(
            "signing.number_missing", "Văn bản chưa có số hoặc ngày ban hành. Hãy cấp số trước rồi mới đóng dấu."
        )


def expect_as_given(found: Mapping[str, str], given: int, now: int) -> None:
    """What was written outside, by field, is the number in the book and the day on which it was asked.

    Raises:
        Refusal: another number or day, or none.
    """
    number_is = printed_number(str(given)) if given else ""
    right = {NUMBER: {number_is}, ISSUED: {day(local_time(at)) for at in (now, now - LIFETIME_MS)}}
    if any(not value or value not in right.get(name, ()) for name, value in found.items()):
        raise Refusal("signing.other_number", "Số hoặc ngày ghi trong tệp gửi về khác với số, ngày đã cấp. Hãy ký lại.")
