"""The course of a sitting: quorum, agenda, chair, recess, secrecy, adjournment, removal."""

from __future__ import annotations

import pytest

from meetings.errors import Forbidden, Refusal
from meetings.sitting.actors import Identity, SittingRole, actor_of
from meetings.sitting.roll_call import take_home, take_over
from meetings.sitting.state import Phase
from meetings.sitting.views import stage
from tests.unit.sitting.room import CHAIR, SECRETARY, TECHNICIAN, Room, hall, person, setup


def test_below_the_quorum_the_sitting_does_not_open() -> None:
    room = Room(setup(6, quorum=(2, 3))).present(0, 1, 2)
    with pytest.raises(Refusal, match=r"sitting\.quorum"):
        room.ask(CHAIR, "sitting.open")
    room.present(3)
    room.opened()
    assert room.state.phase is Phase.IN_SESSION


def test_the_quorum_is_counted_again_at_every_ballot() -> None:
    room = Room(setup(6, quorum=(2, 3))).present(0, 1, 2, 3).opened()
    room.ask(SECRETARY, "roll_call.mark", delegate="d3", status="absent", reason="Đi công tác")
    with pytest.raises(Refusal, match=r"sitting\.quorum"):
        room.ballot()


def test_the_presence_of_sites_is_no_quorum() -> None:
    room = Room(setup(6, quorum=(2, 3))).join(0, 1, 2)
    with pytest.raises(Refusal, match=r"sitting\.quorum"):
        room.ask(CHAIR, "sitting.open")


def test_the_agenda_goes_from_what_is_believed_to_what_is_named() -> None:
    room = Room().opened()
    room.ask(CHAIR, "agenda.advance", **{"from": "", "to": "i1"})
    room.now += 90_000
    with pytest.raises(Refusal, match="stale"):
        room.ask(CHAIR, "agenda.advance", **{"from": "", "to": "i2"})
    room.ask(CHAIR, "agenda.advance", **{"from": "i1", "to": "i2"})
    assert (room.state.items["i1"].status, room.state.items["i1"].spent_ms) == ("done", 90_000)
    room.ask(CHAIR, "agenda.advance", **{"from": "i2", "to": "i1"})
    room.now += 30_000
    room.ask(CHAIR, "sitting.recess", minutes=10)
    room.now += 600_000
    room.ask(CHAIR, "sitting.resume")
    room.now += 10_000
    room.ask(CHAIR, "sitting.adjourn")
    assert room.state.items["i1"].spent_ms == 130_000


def test_an_item_is_skipped_with_a_reason() -> None:
    room = Room().opened()
    room.ask(CHAIR, "agenda.skip", item="i2", reason="Chưa đủ tài liệu")
    assert room.state.items["i2"].status == "skipped"
    assert "Chưa đủ tài liệu" in room.state.texts.values()


def test_the_chair_is_handed_over_and_the_old_one_no_longer_chairs() -> None:
    room = Room().opened()
    room.ask(CHAIR, "chair.hand_over", to="p1", belief="chair")
    former = actor_of(room.state, CHAIR)
    assert former is not None
    assert former.roles == {SittingRole.OBSERVER}, "they stay, and may be handed the chair back"
    room.ask(person(1), "agenda.advance", **{"from": "", "to": "i1"})


def test_opening_by_the_secretary_is_recorded_as_by_order_of_the_chair() -> None:
    room = Room()
    (event,) = room.ask(SECRETARY, "sitting.open")
    assert (event.on_behalf_of, event.payload["by_order"]) == ("chair", 1)


def test_an_assistant_presses_for_the_chair_and_never_hands_the_chair_over() -> None:
    room = Room().opened()
    room.ask(CHAIR, "chair.name_assistant", person="p2")
    (event,) = room.ask(person(2), "agenda.advance", **{"from": "", "to": "i1"})
    assert event.on_behalf_of == "chair"
    with pytest.raises(Forbidden):
        room.ask(person(2), "chair.hand_over", to="p2", belief="chair")


def test_the_removed_are_out_until_readmitted() -> None:
    room = Room().opened()
    room.hand(person(1))
    room.ask(CHAIR, "participant.remove", person="p1", reason="Gây rối")
    assert actor_of(room.state, person(1)) is None
    assert room.state.queue == []
    room.ask(SECRETARY, "participant.readmit", person="p1")
    assert actor_of(room.state, person(1)) is not None


def test_stopping_for_secrecy_forwards_nothing_until_the_chair_clears_it() -> None:
    room = Room().join(1).opened()
    request = room.hand(hall(1))
    room.ask(CHAIR, "floor.grant", request=request)
    room.ask(CHAIR, "presentation.start", document="paper", page=1)
    room.ask(SECRETARY, "sitting.stop_secret")
    assert not any(slot["audio"] or slot["video"] for slot in stage(room.state).values())
    assert room.state.presentation is None
    assert room.state.turns == {}
    room.ask(CHAIR, "sitting.clear")
    assert room.state.phase is Phase.IN_SESSION


def test_nothing_goes_on_after_adjournment_but_the_record() -> None:
    room = Room().opened()
    room.ask(CHAIR, "sitting.adjourn")
    for name in ("sitting.recess", "sitting.open", "floor.request", "microphone.mute_all"):
        with pytest.raises(Refusal):
            room.ask(CHAIR, name, **({"minutes": 5} if name == "sitting.recess" else {}))
    assert actor_of(room.state, TECHNICIAN) is not None


def test_a_take_over_keeps_the_floor_and_happens_at_most_once_a_minute() -> None:
    room = Room().join(1).opened()
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)))
    room.system(lambda context: take_over(context, "s1", "device-9"))
    assert room.state.turns["speaker"].site == "s1"
    with pytest.raises(Refusal, match=r"site\.take_over_pause"):
        room.system(lambda context: take_over(context, "s1", "device-1"))


def test_on_a_new_home_everybody_counts_as_absent_and_graces_start_afresh() -> None:
    room = Room().join(1, 2).opened()
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)))
    room.system(lambda context: take_home(context, 2, "server"))
    assert not any(site.connected for site in room.state.sites.values())
    assert room.state.turns["speaker"].lost_at == room.now


def test_a_second_claim_makes_the_first_pending_again() -> None:
    room = Room().present(1)
    assert room.state.attendance["d1"].present
    other = Identity("p1", person="p1", device="another-device", own_account=True)
    room.ask(other, "roll_call.claim", delegate="d1")
    assert room.state.attendance["d1"].status == "claimed"


def test_a_hall_confirms_its_own_people_and_the_secretary_accepts_the_list() -> None:
    room = Room()
    room.ask(person(1), "roll_call.claim", delegate="d1")
    with pytest.raises(Forbidden):
        room.ask(hall(2), "roll_call.confirm_at_site", delegate="d1")
    room.ask(hall(1), "roll_call.confirm_at_site", delegate="d1")
    assert not room.state.attendance["d1"].present
    room.ask(SECRETARY, "roll_call.accept_list", site="s1")
    assert room.state.attendance["d1"].status == "online"
