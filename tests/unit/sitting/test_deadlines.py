"""What happens by itself: speaking time, recess, claims, the end of the sitting and of its room."""

from __future__ import annotations

import pytest

from meetings.errors import Refusal
from meetings.sitting.actors import Identity
from meetings.sitting.deadlines import CLOSING, FIRES, OUTSIDE, deadlines
from meetings.sitting.roll_call import CLAIM_LAPSE
from meetings.sitting.state import Phase
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, hall, person, setup

COMPANION = Identity("claim-1", device="claim-1", claim_site="s1")


def fire(room: Room) -> list[str]:
    """Let everything that is due write what it writes; its kinds."""
    due = [(kind, subject) for at, kind, subject in deadlines(room.state) if at <= room.now]
    for kind, subject in due:
        if kind in FIRES:
            room.system(lambda context, kind=kind, subject=subject: FIRES[kind](context, subject))
    return [kind for kind, _ in due]


def test_a_turn_gets_the_speaking_time_of_the_sitting_where_it_names_none() -> None:
    room = Room().join(1, 2).opened()
    room.ask(CHAIR, "floor.set_time", seconds=120)
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)))
    assert room.state.turns["speaker"].ends_at == room.now + 120_000
    holder = room.state.turns["speaker"].id
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(2)), holder=holder, seconds=60)
    assert room.state.turns["speaker"].ends_at == room.now + 60_000


def test_without_a_limit_nothing_counts_down() -> None:
    room = Room().join(1).opened()
    room.ask(CHAIR, "floor.set_time", seconds=0, release=True)
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)))
    assert room.state.turns["speaker"].ends_at == 0
    room.now += 7_200_000
    assert "floor.end_on_time" not in fire(room)


def test_speaking_on_is_shown_and_ends_by_itself_only_where_the_chair_said_so() -> None:
    room = Room().join(1).opened()
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)), seconds=60)
    room.now += 60_000
    fire(room)
    assert "speaker" in room.state.turns
    room.ask(SECRETARY, "floor.set_time", seconds=60, release=True)
    fire(room)
    assert "speaker" not in room.state.turns
    assert (room.events[-1].actor, room.events[-1].payload["cause"]) == ("system", "time")


def test_more_time_moves_the_end() -> None:
    room = Room().join(1).opened()
    room.ask(CHAIR, "floor.set_time", seconds=60, release=True)
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)))
    room.ask(CHAIR, "floor.extend", turn=room.state.turns["speaker"].id, seconds=30)
    room.now += 60_000
    fire(room)
    assert "speaker" in room.state.turns
    room.now += 30_000
    fire(room)
    assert "speaker" not in room.state.turns


@pytest.mark.parametrize("resume", [True, False])
def test_a_recess_ends_by_itself_only_where_the_chair_said_so(resume: bool) -> None:
    room = Room().opened()
    room.ask(CHAIR, "sitting.recess", minutes=5, resume=resume)
    room.now += 299_999
    assert fire(room) == []
    room.now += 1
    fire(room)
    assert room.state.phase is (Phase.IN_SESSION if resume else Phase.RECESS)


def test_a_recess_does_not_end_by_itself_below_the_quorum() -> None:
    room = Room(setup(6, quorum=(2, 3))).present(0, 1, 2, 3).opened()
    room.ask(CHAIR, "sitting.recess", minutes=5, resume=True)
    room.ask(SECRETARY, "roll_call.mark", delegate="d3", status="absent", reason="Về sớm")
    room.now += 300_000
    fire(room)
    assert room.state.phase is Phase.RECESS


def test_a_name_claimed_in_the_hall_is_free_again_where_nobody_confirms_it() -> None:
    room = Room()
    room.ask(COMPANION, "roll_call.claim", delegate="d1")
    room.now += 2 * CLAIM_LAPSE
    assert fire(room) == [], "an hour of rehearsal lets no claim lapse"
    room.opened()
    room.now += CLAIM_LAPSE
    assert fire(room) == ["claim.lapse"]
    assert (room.state.attendance["d1"].status, room.state.attendance["d1"].device) == ("unmarked", "")
    assert room.replayed() == room.state


def test_a_claim_by_ones_own_account_or_confirmed_at_the_site_waits_for_the_secretary() -> None:
    room = Room()
    room.ask(person(2), "roll_call.claim", delegate="d2")
    room.ask(COMPANION, "roll_call.claim", delegate="d1")
    room.ask(hall(1), "roll_call.confirm_at_site", delegate="d1")
    room.opened()
    room.now += 2 * CLAIM_LAPSE
    assert "claim.lapse" not in fire(room)


def test_a_sitting_beyond_its_end_says_so_until_adjourned_and_then_its_room_closes() -> None:
    room = Room(setup().model_copy(update={"ends_at": 2_000_000}))
    assert deadlines(room.state) == []
    room.opened()
    room.now = 2_000_000
    assert set(fire(room)) == {"sitting.overrun"}
    room.ask(CHAIR, "sitting.adjourn")
    assert fire(room) == []
    room.now += CLOSING
    assert set(fire(room)) == {"room.close"}
    assert set(OUTSIDE) == {"sitting.overrun", "room.close"}


def test_the_opening_waits_for_a_sitting_at_the_same_sites_unless_the_chair_opens_anyway() -> None:
    room = Room(setup().model_copy(update={"waits_for": "Họp giao ban"}))
    with pytest.raises(Refusal, match=r"sitting\.waits.*Họp giao ban"):
        room.ask(CHAIR, "sitting.open")
    room.ask(CHAIR, "sitting.open", anyway=True)
    assert room.state.phase is Phase.IN_SESSION
