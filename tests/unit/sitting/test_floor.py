"""The floor: the server's order, points of order, grace, and microphones that only their holder opens."""

from __future__ import annotations

import pytest

from meetings.errors import Forbidden, Refusal
from meetings.sitting.deadlines import deadlines
from meetings.sitting.floor import GRACE, expire
from meetings.sitting.roll_call import connect, disconnect, take_home
from meetings.sitting.views import stage
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, hall, person


def speaking(room: Room, number: int = 1) -> str:
    """Site `s<number>` gets the floor; the turn's id."""
    request = room.hand(hall(number))
    room.ask(CHAIR, "floor.grant", request=request)
    return room.state.turns["speaker"].id


def test_hands_are_shown_in_the_order_in_which_they_came() -> None:
    room = Room().join(0, 1, 2).opened()
    asked = [room.hand(person(one)) for one in (4, 1, 3)]
    assert [one.id for one in room.state.queue] == asked


def test_a_point_of_order_passes_the_queue_and_keeps_the_order_of_its_kind() -> None:
    room = Room().join(0, 1, 2).opened()
    speech = room.hand(person(0))
    first, second = room.hand(person(1), "point_of_order"), room.hand(person(2), "point_of_order")
    assert [one.id for one in room.state.queue] == [first, second, speech]


def test_one_hand_a_delegate() -> None:
    room = Room().opened()
    room.hand(person(0))
    with pytest.raises(Refusal, match="stale"):
        room.hand(person(0))


def test_another_holder_than_believed_is_stale() -> None:
    room = Room().join(1, 2).opened()
    turn = speaking(room, 1)
    request = room.hand(hall(2))
    with pytest.raises(Refusal, match="stale"):
        room.ask(CHAIR, "floor.grant", request=request)
    room.ask(CHAIR, "floor.grant", request=request, holder=turn)
    assert room.state.turns["speaker"].site == "s2"


def test_the_microphone_opens_by_its_holder_alone() -> None:
    room = Room().join(1, 2).opened()
    speaking(room, 1)
    assert stage(room.state)["speaker"] == {"site": "s1", "audio": False, "video": True}
    with pytest.raises(Refusal, match=r"microphone\.no_floor"):
        room.ask(hall(2), "microphone.open")
    with pytest.raises(Forbidden):
        room.ask(SECRETARY, "microphone.open")
    room.ask(hall(1), "microphone.open")
    assert stage(room.state)["speaker"]["audio"]


def test_mute_all_silences_every_turn_until_its_holder_opens_again() -> None:
    room = Room().join(1).opened()
    speaking(room, 1)
    room.ask(hall(1), "microphone.open")
    room.ask(CHAIR, "microphone.mute_all")
    assert not stage(room.state)["speaker"]["audio"]


def test_the_holder_goes_on_speaking_where_only_the_server_was_away_and_not_after_a_loss_of_its_own() -> None:
    room = Room().join(1).opened()
    speaking(room, 1)
    room.ask(hall(1), "microphone.open")
    room.system(lambda context: take_home(context, 2, "another"))
    assert stage(room.state)["speaker"] == {"site": "s1", "audio": True, "video": True}
    room.ask(CHAIR, "microphone.mute", site="s1")
    assert not stage(room.state)["speaker"]["audio"], "the chair's mute holds at once"
    room.join(1)
    room.ask(hall(1), "microphone.open")
    room.system(lambda context: disconnect(context, "s1", "device-1"))
    assert not stage(room.state)["speaker"]["audio"]


def test_a_secret_stop_silences_also_a_holder_whose_line_is_lost() -> None:
    room = Room().join(1).opened()
    speaking(room, 1)
    room.ask(hall(1), "microphone.open")
    room.system(lambda context: take_home(context, 2, "another"))
    room.ask(CHAIR, "sitting.stop_secret")
    assert not any(slot["audio"] or slot["video"] for slot in stage(room.state).values())


def test_a_lost_line_frees_the_floor_after_the_grace_and_not_before() -> None:
    room = Room().join(1).opened()
    turn = speaking(room, 1)
    room.system(lambda context: disconnect(context, "s1", "device-1"))
    assert deadlines(room.state)[0] == (room.now + GRACE, "floor.expire", turn)
    room.now += GRACE - 1
    room.system(lambda context: expire(context, turn))
    assert "speaker" in room.state.turns
    room.now += 1
    room.system(lambda context: expire(context, turn))
    assert "speaker" not in room.state.turns


def test_who_comes_back_within_the_grace_keeps_the_floor_with_the_microphone_closed() -> None:
    room = Room().join(1).opened()
    speaking(room, 1)
    room.ask(hall(1), "microphone.open")
    room.system(lambda context: disconnect(context, "s1", "device-1"))
    room.system(lambda context: connect(context, "s1", "device-1"))
    assert [kind for _, kind, _ in deadlines(room.state)] == ["sitting.overrun"]
    assert not room.state.turns["speaker"].microphone


def test_nobody_ends_anothers_turn_or_withdraws_anothers_hand() -> None:
    room = Room().join(1, 2).opened()
    turn, request = speaking(room, 1), room.hand(person(0))
    with pytest.raises(Forbidden):
        room.ask(hall(2), "floor.release", turn=turn)
    with pytest.raises(Forbidden):
        room.ask(person(1), "floor.withdraw", request=request)


def test_the_secretary_gives_the_floor_on_behalf_of_the_chair() -> None:
    room = Room().join(1).opened()
    request = room.hand(hall(1))
    (event,) = room.ask(SECRETARY, "floor.grant", request=request)
    assert (event.actor, event.on_behalf_of) == ("secretary", "chair")
