"""What the calendar changes while a room is open: pages see it at once, and no more than their new role may."""

from __future__ import annotations

import pytest

from meetings.record.check import check
from meetings.record.store import read_events, read_texts
from meetings.sitting.brief import Brief, Item
from meetings.sitting.decide import replay
from meetings.storage.database import Database
from signaling.homes import Homes
from tests.integration.signaling.room import MEETING, Page, brief, open_room


class Calendar:
    """What the calendar says of the meeting, and telling its room that it changed."""

    def __init__(self, homes: Homes, patch: pytest.MonkeyPatch) -> None:
        self._homes, self._patch, self._says = homes, patch, brief()

    async def change(self, **changed: object) -> None:
        self._says = self._says.model_copy(update=changed)

        async def load(_: str) -> Brief:
            return self._says

        self._patch.setattr(await self._homes.get(MEETING), "_load_brief", load)
        await self._homes.refresh(MEETING)


async def test_secretary_chair_and_agenda_of_the_calendar_reach_the_open_room(
    sqlite_room: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_room(sqlite_room) as (url, homes, _):
        calendar, names = Calendar(homes, monkeypatch), {**brief().names, "new": "Bà Mới", "other": "Ông Khác"}
        chair, old = await Page(url, "person:chair").join(), await Page(url, "person:secretary").join()
        successor = await Page(url, "person:p1").join("companion")
        await chair.done("sitting.open")
        await chair.done("agenda.advance", {"from": "", "to": "i1"})

        await calendar.change(secretary="p1")
        await old.until(lambda: old.ended == "participant.uninvited")
        await successor.until(lambda: successor.me["audience"] == "secretary" and "roll_call" in successor.view)
        await successor.done("note.save", {"item": "i1", "revision": 0, "text": "Ghi chép"})

        before = successor.patches
        await calendar.change(secretary="new", names=names)
        await successor.until(lambda: successor.me["audience"] == "companion")
        await chair.until(lambda: chair.view["sitting"]["secretary"] == "new")
        assert successor.patches == before + 1, "the whole view of a companion, and nothing more for the secretary"
        refused = await successor.ask("note.save", {"item": "i1", "revision": 1, "text": "Sửa"})
        assert refused["error"]["id"] == "permission.role"
        newest = await Page(url, "person:new").join()
        await newest.done("note.save", {"item": "i1", "revision": 1, "text": "Ghi chép tiếp"})

        added = Item(item="i3", title="Nội dung bổ sung")
        await calendar.change(items=(brief().items[1], added))
        await successor.until(lambda: [one["item"] for one in successor.view["agenda"]["items"]] == ["i1", "i2", "i3"])
        assert successor.view["agenda"]["items"][2]["title"] == "Nội dung bổ sung"

        await calendar.change(chair="other")
        designated = await Page(url, "person:other").join()
        await chair.until(lambda: chair.view["sitting"]["designated"] == "other")
        assert "chair.hand_over" not in designated.me["may"]
        await chair.done("chair.hand_over", {"to": "other", "belief": "chair"})
        await designated.until(lambda: designated.me["audience"] == "chair")
        await designated.done("agenda.advance", {"from": "i1", "to": "i3"})
        await newest.until(lambda: newest.view["agenda"]["current"] == "i3")
        assert not any(page.gaps for page in (chair, successor, newest, designated))

        async with sqlite_room.read() as session:
            report, events = await check(session, MEETING), await read_events(session, MEETING)
            again = replay(MEETING, events, await read_texts(session, MEETING))
        assert report.intact
        assert again == (await homes.get(MEETING)).state
        news = [one.type for one in events if one.type.startswith(("secretary.", "agenda.", "chair."))]
        assert news == [
            "agenda.advanced",
            "secretary.replaced",
            "secretary.replaced",
            "agenda.added",
            "chair.designated",
            "chair.handed_over",
            "agenda.advanced",
        ]
