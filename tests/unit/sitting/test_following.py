"""A secretary, a chair and an agenda changed in the calendar reach the sitting that runs; what was begun with stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.errors import Forbidden, Refusal
from meetings.sitting.actors import Identity, SittingRole, actor_of
from meetings.sitting.agenda import begun
from meetings.sitting.brief import Brief, Item
from meetings.sitting.following import follow
from meetings.sitting.views import Audience, view
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, person

NEW = Identity("new", person="new", device="session-new", own_account=True)
ITEMS = tuple(Item(item=f"i{one}", title=f"Nội dung {one}") for one in range(1, 6))


def running(*items: Item) -> Room:
    room = Room(Room().brief.model_copy(update={"items": items or ITEMS}))
    return room.join(0, 1, 2).opened()


def hear(room: Room, **changed: object) -> list[str]:
    """Tell the sitting what the calendar says now; the types of what was recorded."""
    before = len(room.events)
    room.brief = room.brief.model_copy(update=changed)
    room.system(lambda context: follow(context, room.brief))
    told = [event.type for event in room.events[before:]]
    room.system(lambda context: follow(context, room.brief))
    assert len(room.events) == before + len(told), "what is known is no news"
    assert room.replayed() == room.state
    return told


def agenda(room: Room) -> list[str]:
    shown = view(room.state, Audience.COMPANION)["agenda"]["items"]
    return [one["item"] for one in shown]


def named(room: Room, **people: str) -> dict[str, str]:
    return room.brief.names | people


def test_a_new_secretary_has_the_rights_at_once_and_the_old_one_none() -> None:
    room = running()
    assert actor_of(room.state, NEW) is None
    assert hear(room, secretary="new", names=named(room, new="Bà Mới")) == ["secretary.replaced"]
    room.ask(NEW, "note.save", item="i1", revision=0, text="Ghi")
    assert actor_of(room.state, SECRETARY) is None
    shown = view(room.state, Audience.ROOM)
    assert (shown["sitting"]["secretary"], shown["names"]["people"]["new"]) == ("new", "Bà Mới")


def test_an_old_secretary_who_is_a_delegate_stays_as_that() -> None:
    room = running()
    hear(room, secretary="p1")
    hear(room, secretary="secretary")
    actor = actor_of(room.state, person(1))
    assert actor is not None
    assert actor.roles == {SittingRole.DELEGATE}
    with pytest.raises(Forbidden):
        room.ask(person(1), "note.save", item="i1", revision=0, text="Ghi")


def test_a_chair_named_in_the_calendar_comes_in_and_leads_when_the_chair_is_handed_over() -> None:
    room = running()
    assert hear(room, chair="new", names=named(room, new="Ông Mới")) == ["chair.designated"]
    actor = actor_of(room.state, NEW)
    assert actor is not None
    assert actor.roles == {SittingRole.OBSERVER}
    assert (room.state.chair, view(room.state, Audience.CHAIR)["sitting"]["designated"]) == ("chair", "new")
    with pytest.raises(Forbidden):
        room.ask(NEW, "sitting.adjourn")
    with pytest.raises(Forbidden):
        room.ask(NEW, "chair.hand_over", to="new", belief="chair")
    room.ask(CHAIR, "chair.hand_over", to="new", belief="chair")
    assert (room.state.chair, room.state.designated) == ("new", "")
    assert hear(room) == [], "the calendar says what is so"
    former = actor_of(room.state, CHAIR)
    assert former is not None
    assert former.roles == {SittingRole.OBSERVER}, "who chaired stays, and leads no more"
    room.ask(NEW, "agenda.advance", **{"from": "", "to": "i1"})


def test_the_chair_handed_to_somebody_else_leaves_the_designated_one_waiting() -> None:
    room = running()
    hear(room, chair="new")
    room.ask(CHAIR, "chair.hand_over", to="p1", belief="chair")
    assert (room.state.chair, room.state.designated) == ("p1", "new")
    assert hear(room, chair="p1") == ["chair.designated"], "the calendar follows what was done"
    assert room.state.designated == ""


def test_a_handover_in_the_room_is_not_taken_back_by_the_calendar() -> None:
    room = running()
    room.ask(CHAIR, "chair.hand_over", to="p1", belief="chair")
    assert hear(room) == []
    assert (room.state.chair, room.state.designated) == ("p1", "")


def test_whom_the_sitting_sent_out_gets_neither_office_until_readmitted() -> None:
    room = running()
    room.ask(CHAIR, "participant.remove", person="p1", reason="Gây rối")
    assert hear(room, chair="p1", secretary="chair") == ["secretary.replaced"]
    assert hear(room, chair="chair", secretary="p1") == []
    room.ask(CHAIR, "participant.readmit", person="p1")
    assert hear(room) == ["secretary.replaced"]


def test_items_are_added_changed_moved_and_taken_off_while_it_runs() -> None:
    one, two, three, four, five = ITEMS
    room = running(one, two, three)
    room.ask(CHAIR, "agenda.advance", **{"from": "", "to": "i1"})
    assert hear(room, items=(one, four, five, two, three)) == ["agenda.added", "agenda.added"]
    assert agenda(room) == ["i1", "i4", "i5", "i2", "i3"]
    assert hear(room, items=(one, four, two, three)) == ["agenda.removed"]
    assert hear(room, items=(one, two, three, four)) == ["agenda.ordered"]
    changed = two.model_copy(update={"title": "Tên mới", "presenter": "Sở Mẫu", "minutes": 30})
    assert hear(room, items=(one, changed, three, four)) == ["agenda.changed"]
    shown = view(room.state, Audience.ROOM)["agenda"]["items"][1]
    assert (shown["title"], shown["presenter"], shown["minutes"]) == ("Tên mới", "Sở Mẫu", 30)
    room.ask(CHAIR, "agenda.advance", **{"from": "i1", "to": "i4"})


@pytest.mark.parametrize("how", ["current", "done", "skipped", "noted", "concluded", "voted", "tasked"])
def test_what_was_begun_with_is_neither_changed_nor_taken_off(how: str) -> None:
    room = running()
    if how in ("current", "done", "tasked", "concluded", "voted"):
        room.ask(CHAIR, "agenda.advance", **{"from": "", "to": "i2" if how in ("current", "done") else "i1"})
    if how == "done":
        room.ask(CHAIR, "agenda.advance", **{"from": "i2", "to": "i3"})
    elif how == "skipped":
        room.ask(CHAIR, "agenda.skip", item="i2", reason="Chưa đủ tài liệu")
    elif how == "noted":
        room.ask(SECRETARY, "note.save", item="i2", revision=0, text="Ghi")
    elif how == "concluded":
        room.ask(CHAIR, "conclusion.record", item="i2", text="Kết luận")
    elif how == "voted":
        room.ask(CHAIR, "ballot.prepare", item="i2", question="Thông qua?", secret=False)
    elif how == "tasked":
        room.ask(CHAIR, "task.assign", item="i2", text="Việc", assignee="Đơn vị", due="")
    assert "i2" in begun(room.state)
    before = room.state.setup.items
    renamed = tuple(one.model_copy(update={"title": "Khác"}) if one.item == "i2" else one for one in ITEMS)
    assert hear(room, items=renamed) == []
    assert hear(room, items=tuple(one for one in ITEMS if one.item != "i2")) == []
    assert room.state.setup.items == before


@given(st.permutations(range(8)), st.sets(st.integers(0, 4)), st.integers(0, 8))
def test_whatever_the_calendar_says_what_was_begun_with_stays_in_its_order(
    order: list[int], touched: set[int], kept: int
) -> None:
    room = running()
    for one in touched:
        room.ask(SECRETARY, "note.save", item=f"i{one + 1}", revision=0, text="Ghi")
    fixed = [one.item for one in ITEMS if one.item in begun(room.state)]
    wanted = tuple(Item(item=f"i{one + 1}", title=f"Nội dung {one + 1}") for one in order[:kept])
    hear(room, items=wanted)
    assert [one for one in agenda(room) if one in fixed] == fixed
    assert set(agenda(room)) == {one.item for one in wanted} | set(fixed)
    free = [one for one in agenda(room) if one not in fixed]
    assert free == [one.item for one in wanted if one.item not in fixed]
    assert set(room.state.items) == set(agenda(room))


def test_before_the_opening_and_after_the_end_nothing_is_followed() -> None:
    def news(room: Room) -> int:
        before = len(room.events)
        changed: Brief = room.brief.model_copy(update={"secretary": "new", "chair": "p1", "items": ()})
        room.system(lambda context: follow(context, changed))
        return len(room.events) - before

    room = Room().join(0)
    assert news(room) == 0
    room.opened().ask(CHAIR, "sitting.adjourn")
    assert news(room) == 0
    with pytest.raises(Refusal):
        room.ask(CHAIR, "agenda.advance", **{"from": "", "to": "i1"})
