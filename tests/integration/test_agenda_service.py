"""The agenda keeps its order and its revision under any sequence of changes."""

from __future__ import annotations

import random

import pytest

from agendas.items.brief import load_room_brief
from agendas.items.service import add_item, edit_item, items_of, minutes_allotted, move_item, remove_item
from meetings.calendar.service import cancel, create
from meetings.errors import Invalid, NotFound, Refusal
from meetings.sitting.brief import Brief
from meetings.storage.database import Database
from tests.integration.calendar_setups import COMMUNE, NOW, setup


@pytest.fixture
async def meeting(database: Database) -> str:
    async with database.write() as session:
        return (await create(session, COMMUNE, setup(), NOW)).id


async def test_any_sequence_of_changes_keeps_the_order_a_list_would_have(database: Database, meeting: str) -> None:
    chance = random.Random(11)
    model: list[tuple[str, str]] = []
    revision = 0
    for step in range(80):
        kind = chance.choice(["add", "add", "move", "move", "remove", "edit"]) if model else "add"
        async with database.write() as session:
            before = chance.choice([None, *(one for one, _ in model)])
            where = [one for one, _ in model].index(before) if before else len(model)
            if kind == "add":
                item = await add_item(session, meeting, revision, title=f"Nội dung {step}", minutes=5, before=before)
                model.insert(where, (item.id, item.title))
            else:
                chosen = chance.choice(model)
                if kind == "move":
                    await move_item(session, meeting, revision, chosen[0], before)
                    if before != chosen[0]:
                        model.remove(chosen)
                        where = [one for one, _ in model].index(before) if before else len(model)
                        model.insert(where, chosen)
                elif kind == "remove":
                    await remove_item(session, meeting, revision, chosen[0])
                    model.remove(chosen)
                else:
                    await edit_item(
                        session, meeting, revision, chosen[0], title=f"Sửa {step}", presenter="Sở mẫu", minutes=9
                    )
                    model[model.index(chosen)] = (chosen[0], f"Sửa {step}")
            revision += 1
        async with database.read() as session:
            found, items = await items_of(session, meeting)
            assert found == revision
            assert [(item.id, item.title) for item in items] == model
            assert [item.position for item in items] == list(range(1, len(model) + 1))


async def test_a_change_on_an_older_agenda_is_refused_with_the_current_revision(
    database: Database, meeting: str
) -> None:
    async with database.write() as session:
        await add_item(session, meeting, 0, title="Khai mạc", minutes=5)
    with pytest.raises(Refusal, match="stale") as refused:
        async with database.write() as session:
            await add_item(session, meeting, 0, title="Báo cáo", minutes=20)
    assert refused.value.details["revision"] == 1
    async with database.read() as session:
        assert await minutes_allotted(session, meeting) == 5


async def test_the_room_gets_the_agenda_in_order(database: Database, meeting: str) -> None:
    async with database.write() as session:
        last = await add_item(session, meeting, 0, title="Bế mạc", minutes=5)
        await add_item(session, meeting, 1, title="Khai mạc", minutes=5, before=last.id, presenter="Thư ký")
    async with database.read() as session:
        brief = Brief.model_validate(await load_room_brief(session, meeting))
    assert [(item.title, item.presenter, item.minutes) for item in brief.items] == [
        ("Khai mạc", "Thư ký", 5),
        ("Bế mạc", "", 5),
    ]


@pytest.mark.parametrize(("title", "minutes"), [(" ", 5), ("Khai mạc", 0), ("Khai mạc", 1441)])
async def test_an_item_needs_a_title_and_minutes(database: Database, meeting: str, title: str, minutes: int) -> None:
    with pytest.raises(Invalid):
        async with database.write() as session:
            await add_item(session, meeting, 0, title=title, minutes=minutes)


async def test_unknown_items_and_closed_meetings_are_refused(database: Database, meeting: str) -> None:
    with pytest.raises(NotFound):
        async with database.write() as session:
            await move_item(session, meeting, 0, "none", None)
    async with database.write() as session:
        await cancel(session, COMMUNE, meeting, 1, "Hoãn", NOW)
    with pytest.raises(Refusal, match=r"^calendar\.cancelled"):
        async with database.write() as session:
            await add_item(session, meeting, 0, title="Khai mạc", minutes=5)
