"""Giving, entering and cancelling numbers. Every change holds the unit's row, so that no two pass each other."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.errors import Invalid, NotFound, Refusal
from meetings.numbers.tables import DocumentNumber, Kind, NumberSeries, NumberSource, Source

#: Appendix VI gives a number eleven characters; a series that long would be a mistake.
LARGEST = 999_999


@dataclass(frozen=True, slots=True)
class Document:
    """What asks for a number: the unit that issues it, its kind, the year of issue, and which document it is."""

    unit: str
    kind: Kind
    year: int
    id: str
    subject: str = ""


async def choose_source(session: AsyncSession, unit: str, source: Source, year: int, by: str, now: int) -> None:
    """The unit's numbers come from `source` from now on.

    Raises:
        Refusal: this year has numbers from the other source, and a series has one source alone.
    """
    row = await session.get(NumberSource, unit, with_for_update=True)
    if row is None:
        session.add(NumberSource(unit=unit, source=source, by=by, at=now))
        return
    if row.source == source:
        return
    used = select(DocumentNumber.number).where(DocumentNumber.unit == unit, DocumentNumber.year == year).limit(1)
    if await session.scalar(used):
        raise Refusal(
            "numbers.source_in_use",
            "Năm nay đơn vị đã cấp số từ nguồn hiện tại. Mỗi năm chỉ dùng một nguồn; hãy đổi từ đầu năm sau.",
            source=row.source,
        )
    row.source, row.by, row.at = source, by, now


async def source_of(session: AsyncSession, unit: str) -> Source | None:
    """Where the unit's numbers come from; None while nobody has chosen."""
    row = await session.get(NumberSource, unit)
    return Source(row.source) if row else None


async def start_after(session: AsyncSession, unit: str, kind: Kind, year: int, last: int) -> None:
    """The register goes on after `last`, the number that the unit's own book ended with.

    Raises:
        Refusal: the register has given numbers of this series, or is not the unit's source.
    """
    await _locked(session, unit, Source.REGISTER)
    series = await session.get(NumberSeries, (unit, kind, year))
    used = select(DocumentNumber.number).where(*_series(unit, kind, year)).limit(1)
    if await session.scalar(used):
        raise Refusal("numbers.series_begun", "Sổ đã cấp số cho loại văn bản này trong năm nên không đặt lại được.")
    if series is None:
        session.add(NumberSeries(unit=unit, kind=kind, year=year, last=last))
    else:
        series.last = last


async def take(session: AsyncSession, document: Document, by: str, now: int) -> int:
    """The next number of the register for `document`; the same one when asked again.

    Raises:
        Refusal: the unit's numbers come from its document system, or nobody has chosen a source.
    """
    await _locked(session, document.unit, Source.REGISTER)
    held = await held_by(session, document.id)
    if held:
        return held.number
    series = await session.get(NumberSeries, (document.unit, document.kind, document.year))
    if series is None:
        series = NumberSeries(unit=document.unit, kind=document.kind, year=document.year, last=0)
        session.add(series)
    series.last += 1
    session.add(_row(document, series.last, Source.REGISTER, by, now))
    await session.flush()
    return series.last


async def enter(session: AsyncSession, document: Document, number: int, by: str, now: int) -> int:
    """Keep the number that the unit's document system gave to `document`.

    Raises:
        Invalid: not a number of a series.
        Refusal: the unit's numbers come from the register, the document has another number, or another has this one.
    """
    if not 1 <= number <= LARGEST:
        raise Invalid("numbers.invalid", f"Số văn bản phải từ 1 đến {LARGEST}.")
    await _locked(session, document.unit, Source.SYSTEM)
    held = await held_by(session, document.id)
    if held and held.number == number:
        return number
    if held:
        raise Refusal(
            "numbers.already_numbered",
            f"Văn bản đã có số {held.number}. Nếu số đó không dùng nữa, hãy hủy số và ghi lý do trước.",
            number=held.number,
        )
    try:
        session.add(_row(document, number, Source.SYSTEM, by, now))
        await session.flush()
    except IntegrityError:
        raise Refusal(
            "numbers.taken", f"Số {number} đã thuộc văn bản khác trong năm. Hãy kiểm tra lại sổ văn bản.", number=number
        ) from None
    return number


async def cancel(session: AsyncSession, unit: str, document: str, reason: str, by: str, now: int) -> int:
    """The document was refused: its number stays in the register as cancelled, and nobody gets it again.

    Raises:
        Invalid: no reason.
        NotFound: the document has no number.
    """
    if not reason.strip():
        raise Invalid("numbers.reason_missing", "Hãy ghi lý do hủy số.")
    await session.get(NumberSource, unit, with_for_update=True)
    held = await held_by(session, document)
    if held is None or held.unit != unit:
        raise NotFound("numbers.none", "Văn bản này chưa có số.")
    held.holder, held.reason, held.cancelled_by, held.cancelled_at = None, reason.strip(), by, now
    await session.flush()
    return held.number


async def held_by(session: AsyncSession, document: str) -> DocumentNumber | None:
    """The number that is the document's own, if it has one."""
    found: DocumentNumber | None = await session.scalar(
        select(DocumentNumber).where(DocumentNumber.holder == document).execution_options(populate_existing=True)
    )
    return found


async def book(session: AsyncSession, unit: str, kind: Kind, year: int) -> list[DocumentNumber]:
    """Every number of a series, cancelled ones too, in order."""
    rows = await session.scalars(
        select(DocumentNumber).where(*_series(unit, kind, year)).order_by(DocumentNumber.number)
    )
    return list(rows)


def _series(unit: str, kind: Kind, year: int) -> tuple[ColumnElement[bool], ...]:
    return DocumentNumber.unit == unit, DocumentNumber.kind == kind, DocumentNumber.year == year


async def _locked(session: AsyncSession, unit: str, source: Source) -> None:
    """Hold the unit's numbers to the end of the transaction; refuse where they come from elsewhere."""
    row = await session.get(NumberSource, unit, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refusal(
            "numbers.source_unset",
            "Đơn vị chưa chọn nguồn số văn bản. Văn thư hoặc quản trị đơn vị chọn ở trang Sổ văn bản.",
        )
    if row.source == source:
        return
    if source is Source.REGISTER:
        raise Refusal(
            "numbers.not_from_register",
            "Số văn bản của đơn vị do hệ thống quản lý văn bản cấp. Văn thư nhập số đã cấp vào đây.",
        )
    raise Refusal("numbers.not_from_system", "Số văn bản của đơn vị do sổ ở đây cấp, không nhập từ nơi khác.")


def _row(document: Document, number: int, source: Source, by: str, now: int) -> DocumentNumber:
    return DocumentNumber(
        unit=document.unit,
        kind=document.kind,
        year=document.year,
        number=number,
        source=source,
        document=document.id,
        holder=document.id,
        subject=document.subject[:500],
        taken_by=by,
        taken_at=now,
    )
