"""The record: chained, bound to its texts, erasable by law, refused to a server that lost the lease."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from meetings.record import lease
from meetings.record.chain import GENESIS, Header, canonical, hash_event, hash_payload
from meetings.record.check import check
from meetings.record.redaction import redact
from meetings.record.store import Entry, LeaseLost, append, first_answer, head, read_events, read_texts, seal
from meetings.record.tables import RecordEvent, RecordText
from meetings.sitting.events import Draft
from meetings.sitting.registry import Text
from meetings.storage.database import Database

MEETING = "00000000-0000-7000-8000-000000000002"


@pytest.fixture
async def database(database: Database) -> Database:
    await lease.take(database, MEETING, "here", "", 1000)
    return database


async def keep(database: Database, number: int, epoch: int = 1, size: int = 10) -> None:
    """One conclusion with its text."""
    said = Text(f"text-{number}", bytes(16), "x" * size)
    payload: dict[str, Any] = {"conclusion": f"c{number}", "item": "", "text": {"text": said.id, "sha256": said.sha256}}
    async with database.read() as session:
        last = await head(session, MEETING)
    entry = Entry("chair", f"command-{number}", [Draft("conclusion.recorded", payload)], "", b"h" * 32, [said])
    seal(MEETING, last, entry, 2000 + number)
    await append(database, MEETING, epoch, [entry])


def test_the_format_never_changes() -> None:
    header = Header("meeting", 1, 1_700_000_000_000, "sitting.opened", 1, "chair", "", "command-1")
    payload = canonical({"present": 4, "members": 6, "sites": ["s1", "Điểm cầu"]})
    assert payload.decode() == '{"members":6,"present":4,"sites":["s1","Điểm cầu"]}'
    assert hash_event(GENESIS, header, hash_payload(bytes(range(16)), payload)).hex() == GOLDEN


GOLDEN = "c2cec41887c7ebdc1e95219b05ea2b0fad3c056dd3d4d38db0bcafe5bc3e7e60"


@pytest.mark.parametrize("value", [1.5, True, None, 2**53, {"a": [None]}, {"a": {"b": 0.1}}])
def test_a_payload_holds_integers_and_strings_only(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", b"{}"),
        ("salt", b"0" * 16),
        ("at", 1),
        ("type", "sitting.opened"),
        ("v", 2),
        ("actor", "somebody"),
        ("on_behalf_of", "chair"),
        ("command_id", "other"),
        ("payload_hash", b"0" * 32),
        ("hash", b"0" * 32),
    ],
)
async def test_a_change_in_any_column_is_found(database: Database, column: str, value: Any) -> None:
    for number in range(3):
        await keep(database, number)
    async with database.read() as session:
        assert (await check(session, MEETING)).intact
    async with database.write() as session:
        await session.execute(update(RecordEvent).where(RecordEvent.seq == 2).values({column: value}))
    async with database.read() as session:
        assert not (await check(session, MEETING)).intact


async def test_a_changed_or_missing_text_is_found(database: Database) -> None:
    await keep(database, 0)
    for changed in ("another", None):
        async with database.write() as session:
            await session.execute(update(RecordText).values(text=changed))
        async with database.read() as session:
            assert not (await check(session, MEETING)).intact


async def test_a_removed_event_is_found(database: Database) -> None:
    for number in range(3):
        await keep(database, number)
    async with database.write() as session:
        await session.execute(text("DELETE FROM record_texts WHERE seq = 2"))
        await session.execute(text("DELETE FROM record_events WHERE seq = 2"))
    async with database.read() as session:
        assert not (await check(session, MEETING)).intact


async def test_a_redaction_says_redacted_and_the_chain_still_checks(database: Database) -> None:
    for number in range(3):
        await keep(database, number)
    await redact(database, MEETING, 1, 2, "theo quyết định", "admin", 9000)
    async with database.read() as session:
        report = await check(session, MEETING)
        events, texts = await read_events(session, MEETING), await read_texts(session, MEETING)
    assert (report.intact, report.redacted, report.events) == (True, [2], 4)
    assert (events[1].redacted, events[1].payload) == (True, {})
    assert [one.id for one in texts] == ["text-0", "text-2"]


async def test_a_server_that_lost_the_lease_appends_nothing(database: Database) -> None:
    assert await lease.take(database, MEETING, "there", "", 2000) is None
    assert await lease.take(database, MEETING, "there", "", 1000 + lease.LEASE) == 2
    with pytest.raises(LeaseLost):
        await keep(database, 0, epoch=1)
    assert not await lease.renew(database, MEETING, 1, 3000)
    async with database.read() as session:
        assert (await head(session, MEETING)).seq == 0


async def test_an_accepted_command_is_known_again(database: Database) -> None:
    await keep(database, 7)
    async with database.read() as session:
        assert await first_answer(session, MEETING, "chair", "command-7") == (b"h" * 32, 1)
        assert await first_answer(session, MEETING, "secretary", "command-7") is None


async def test_on_a_full_disk_nothing_is_kept_and_the_record_goes_on_afterwards(database: Database) -> None:
    await keep(database, 0)
    await fill_the_disk(database)
    with pytest.raises(DBAPIError):
        await keep(database, 1, size=200_000)
    async with database.read() as session:
        assert (await head(session, MEETING)).seq == 1
        assert (await check(session, MEETING)).intact
    await clear_the_disk(database)
    await keep(database, 1, size=200_000)
    async with database.read() as session:
        assert (await head(session, MEETING)).seq == 2


async def fill_the_disk(database: Database) -> None:
    """Leave SQLite room for two more pages; have PostgreSQL refuse texts as it does without room (code 53100)."""
    if not database.is_sqlite:
        async with database.write() as session:
            await session.execute(
                text(
                    "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
                )
            )
            await session.execute(
                text("CREATE TRIGGER full_disk BEFORE INSERT ON record_texts EXECUTE FUNCTION full_disk()")
            )
        return
    async with database.read() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
    await database.engine.dispose()
    async with database.write() as session:
        await session.execute(text(f"PRAGMA max_page_count = {pages + 2}"))


async def clear_the_disk(database: Database) -> None:
    change = "PRAGMA max_page_count = 1000000" if database.is_sqlite else "DROP TRIGGER full_disk ON record_texts"
    async with database.write() as session:
        await session.execute(text(change))
