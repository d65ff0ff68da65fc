"""The rehearsal: sites are tried on the stage before the opening, and nothing of it is a fact."""

from __future__ import annotations

import pytest

from meetings.errors import Forbidden, Refusal
from meetings.sitting.actors import Actor, Identity, actor_of
from meetings.sitting.rehearsal import own_slot, put_on_stage, set_microphone
from meetings.sitting.roll_call import connect, disconnect, take_over
from meetings.sitting.views import Audience, personal, stage, view
from tests.unit.sitting.room import CHAIR, SECRETARY, TECHNICIAN, Room, hall, person


def actor(room: Room, who: Identity) -> Actor:
    found = actor_of(room.state, who)
    assert found is not None
    return found


@pytest.mark.parametrize("who", [CHAIR, SECRETARY, TECHNICIAN])
def test_who_leads_the_rehearsal_puts_a_site_on_the_stage(who: Identity) -> None:
    room = Room().join(1)
    put_on_stage(room.state, actor(room, who), "speaker", "s1")
    assert stage(room.state)["speaker"] == {"site": "s1", "audio": False, "video": True}
    put_on_stage(room.state, actor(room, who), "speaker", "")
    assert stage(room.state)["speaker"]["site"] == ""


@pytest.mark.parametrize("who", [person(1), hall(1)])
def test_others_do_not_lead_it(who: Identity) -> None:
    room = Room().join(1)
    with pytest.raises(Forbidden):
        put_on_stage(room.state, actor(room, who), "speaker", "s1")


def test_only_the_site_on_the_stage_opens_its_own_microphone() -> None:
    room = Room().join(1, 2)
    put_on_stage(room.state, actor(room, TECHNICIAN), "speaker", "s1")
    set_microphone(room.state, actor(room, hall(1)), True)
    assert stage(room.state)["speaker"]["audio"]
    with pytest.raises(Refusal, match=r"rehearsal\.not_on_stage"):
        set_microphone(room.state, actor(room, hall(2)), True)
    put_on_stage(room.state, actor(room, TECHNICIAN), "speaker", "s2")
    assert not stage(room.state)["speaker"]["audio"]


def test_a_site_that_left_is_neither_seen_nor_heard() -> None:
    room = Room().join(1)
    put_on_stage(room.state, actor(room, TECHNICIAN), "speaker", "s1")
    set_microphone(room.state, actor(room, hall(1)), True)
    room.system(lambda context: disconnect(context, "s1", "device-1"))
    assert stage(room.state)["speaker"] == {"site": "s1", "audio": False, "video": False}


def test_nothing_of_the_rehearsal_enters_the_record() -> None:
    room = Room()
    before = list(room.events)
    room.join(0, 1, 2)
    room.system(lambda context: disconnect(context, "s2", "device-2"))
    room.system(lambda context: take_over(context, "s1", "device-9"))
    put_on_stage(room.state, actor(room, CHAIR), "chair", "s0")
    set_microphone(room.state, actor(room, hall(0)), True)
    assert room.events == before
    assert room.replayed() == room.state
    shown = {row["site"]: row["connected"] for row in view(room.state, Audience.TECHNICIAN)["sites"]}
    assert shown == {"s0": True, "s1": True, "s2": False}


def test_the_opening_ends_it_and_records_who_is_there() -> None:
    room = Room().join(0, 1)
    put_on_stage(room.state, actor(room, CHAIR), "speaker", "s1")
    room.opened()
    assert stage(room.state)["speaker"]["site"] == ""
    assert room.events[-1].payload["places"] == [
        {"site": "s0", "endpoint": "device-0"},
        {"site": "s1", "endpoint": "device-1"},
    ]
    assert [one.connected for one in room.state.sites.values()] == [True, True, False]
    assert room.replayed() == room.state
    with pytest.raises(Refusal, match=r"rehearsal\.over"):
        put_on_stage(room.state, actor(room, CHAIR), "speaker", "s1")
    with pytest.raises(Refusal, match=r"rehearsal\.over"):
        set_microphone(room.state, actor(room, hall(1)), True)


def test_coming_and_going_after_the_opening_is_a_fact() -> None:
    room = Room().join(0).opened()
    room.system(lambda context: connect(context, "s2", "device-2"))
    room.system(lambda context: disconnect(context, "s0", "device-0"))
    assert [event.type for event in room.events[-2:]] == ["site.connected", "site.disconnected"]


def test_a_second_endpoint_is_told_who_holds_the_place() -> None:
    room = Room().join(1)
    held = personal(room.state, actor(room, hall(1)))["own_site"]
    other = personal(room.state, Actor("device-9", actor(room, hall(1)).roles, "s1"))["own_site"]
    assert (held["mine"], other["mine"], other["endpoint"]) == (True, False, "device-1")
    assert own_slot(room.state, actor(room, hall(1))) == ""
