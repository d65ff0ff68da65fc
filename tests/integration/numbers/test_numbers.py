"""One series per unit, kind and year, from one source alone, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from meetings.errors import Invalid, NotFound, Refusal
from meetings.numbers.service import Document, book, cancel, choose_source, enter, held_by, start_after, take
from meetings.numbers.tables import Kind, Source
from meetings.storage.database import Database

NOW = 1_795_400_000_000


def document(index: int = 1, kind: Kind = Kind.NOTICE, year: int = 2026, unit: str = "u1") -> Document:
    return Document(unit, kind, year, f"{kind}-{unit}-{year}-{index}", f"Thông báo mẫu {index}")


async def chosen(database: Database, source: Source, unit: str = "u1", year: int = 2026) -> None:
    async with database.write() as session:
        await choose_source(session, unit, source, year, "p1", NOW)


async def taken(database: Database, wanted: Document) -> int:
    async with database.write() as session:
        return await take(session, wanted, "p1", NOW)


async def entered(database: Database, wanted: Document, number: int) -> int:
    async with database.write() as session:
        return await enter(session, wanted, number, "p1", NOW)


async def test_two_hundred_at_once_leave_no_gap_and_no_duplicate(database: Database) -> None:
    await chosen(database, Source.REGISTER)
    numbers = await asyncio.gather(*(taken(database, document(index)) for index in range(200)))
    assert sorted(numbers) == list(range(1, 201))


async def test_the_same_document_asking_many_times_at_once_gets_one_number(database: Database) -> None:
    await chosen(database, Source.REGISTER)
    wanted = [document(1), document(2)] * 20
    numbers = await asyncio.gather(*(taken(database, one) for one in wanted))
    assert sorted(set(numbers)) == [1, 2]
    assert len({(one.id, number) for one, number in zip(wanted, numbers, strict=True)}) == 2


async def test_a_failure_after_taking_leaves_no_gap(database: Database) -> None:
    await chosen(database, Source.REGISTER)

    async def interrupted() -> None:
        async with database.write() as session:
            await take(session, document(1), "p1", NOW)
            raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        await interrupted()
    assert await taken(database, document(2)) == 1


async def test_units_kinds_and_years_have_series_of_their_own(database: Database) -> None:
    for unit in ("u1", "u2"):
        await chosen(database, Source.REGISTER, unit)
    series = [document(1), document(1, Kind.MINUTES), document(1, year=2027), document(1, unit="u2")]
    assert [await taken(database, one) for one in series] == [1, 1, 1, 1]
    assert await taken(database, document(2)) == 2


async def test_a_cancelled_number_stays_with_its_reason_and_is_never_given_again(database: Database) -> None:
    await chosen(database, Source.REGISTER)
    assert await taken(database, document(1)) == 1
    async with database.write() as session:
        assert await cancel(session, "u1", document(1).id, " Chủ tọa từ chối ký ", "p2", NOW + 1) == 1
    assert await taken(database, document(1)) == 2, "the corrected document gets the next one"
    async with database.read() as session:
        rows = await book(session, "u1", Kind.NOTICE, 2026)
        held = await held_by(session, document(1).id)
    assert [(row.number, row.reason, row.holder is None) for row in rows] == [
        (1, "Chủ tọa từ chối ký", True),
        (2, "", False),
    ]
    assert held is not None
    assert held.number == 2


async def test_cancelling_asks_for_a_reason_and_a_number(database: Database) -> None:
    await chosen(database, Source.REGISTER)
    for unit, reason, expected in (("u1", " ", Invalid), ("u1", "lý do", NotFound), ("u2", "lý do", NotFound)):
        with pytest.raises(expected):
            async with database.write() as session:
                await cancel(session, unit, document(1).id, reason, "p1", NOW)


async def test_never_both_sources(database: Database) -> None:
    with pytest.raises(Refusal, match=r"numbers\.source_unset"):
        await taken(database, document(1))
    await chosen(database, Source.SYSTEM)
    with pytest.raises(Refusal, match=r"numbers\.not_from_register"):
        await taken(database, document(1))
    await chosen(database, Source.REGISTER)
    with pytest.raises(Refusal, match=r"numbers\.not_from_system"):
        await entered(database, document(1), 7)
    await taken(database, document(1))
    with pytest.raises(Refusal, match=r"numbers\.source_in_use"):
        await chosen(database, Source.SYSTEM)
    await chosen(database, Source.SYSTEM, year=2027)


async def test_an_entered_number_is_one_documents_alone(database: Database) -> None:
    await chosen(database, Source.SYSTEM)
    assert await entered(database, document(1), 41) == 41
    assert await entered(database, document(1), 41) == 41, "entering it again changes nothing"
    with pytest.raises(Refusal, match=r"numbers\.taken"):
        await entered(database, document(2), 41)
    with pytest.raises(Refusal, match=r"numbers\.already_numbered"):
        await entered(database, document(1), 42)
    for wrong in (0, -1, 1_000_000):
        with pytest.raises(Invalid, match=r"numbers\.invalid"):
            await entered(database, document(3), wrong)


async def test_two_entering_the_same_number_at_once_end_with_one_of_them(database: Database) -> None:
    await chosen(database, Source.SYSTEM)
    found = await asyncio.gather(*(entered(database, document(index), 9) for index in (1, 2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Refusal", "int"]


async def test_the_register_goes_on_after_the_units_book(database: Database) -> None:
    await chosen(database, Source.REGISTER)
    async with database.write() as session:
        await start_after(session, "u1", Kind.NOTICE, 2026, 120)
    assert await taken(database, document(1)) == 121
    with pytest.raises(Refusal, match=r"numbers\.series_begun"):
        async with database.write() as session:
            await start_after(session, "u1", Kind.NOTICE, 2026, 5)
