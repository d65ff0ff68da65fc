"""Ballots: confirmed attendance, one vote a mandate, hidden until closed, the body's own majority."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.errors import Forbidden, Refusal
from meetings.sitting.actors import Identity
from meetings.sitting.ballots import carries
from meetings.sitting.brief import Rules
from meetings.sitting.views import Audience, view
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, hall, person, setup


def sitting(members: int = 6, **rules: Any) -> Room:
    return Room(setup(members, **rules)).present(*range(members)).opened()


def test_only_confirmed_attendance_votes() -> None:
    room = Room().present(0, 1).opened()
    ballot = room.ballot()
    with pytest.raises(Forbidden, match=r"ballot\.not_entitled"):
        room.cast(2, ballot, 0)


def test_nobody_votes_for_another() -> None:
    room = sitting()
    ballot = room.ballot()
    with pytest.raises(Forbidden, match=r"ballot\.not_yours"):
        room.ask(person(0), "ballot.cast", ballot=ballot, mandate="d1", choice=0)


@pytest.mark.parametrize("who", [CHAIR, SECRETARY, hall(1)])
def test_who_has_no_mandate_does_not_vote(who: Identity) -> None:
    room = sitting()
    ballot = room.ballot()
    with pytest.raises(Forbidden):
        room.ask(who, "ballot.cast", ballot=ballot, mandate="d1", choice=0)


def test_an_open_vote_may_be_changed_until_closed_and_counts_once() -> None:
    room = sitting()
    ballot = room.ballot()
    room.cast(0, ballot, 1)
    room.cast(0, ballot, 0)
    room.ask(CHAIR, "ballot.close", ballot=ballot)
    assert room.state.ballots[ballot].totals == (1, 0, 0)
    with pytest.raises(Refusal, match="stale"):
        room.cast(1, ballot, 0)


def test_a_secret_vote_is_final_and_leaves_no_event() -> None:
    room = sitting()
    ballot = room.ballot(secret=True)
    before = len(room.events)
    room.cast(0, ballot, 1)
    assert len(room.events) == before
    with pytest.raises(Refusal, match=r"ballot\.already_cast"):
        room.cast(0, ballot, 0)
    room.ask(CHAIR, "ballot.close", ballot=ballot)
    assert room.state.ballots[ballot].totals == (0, 1, 0)


def test_fewer_than_five_cast_no_secret_ballot() -> None:
    room = sitting(4)
    with pytest.raises(Refusal, match=r"ballot\.too_few_for_secret"):
        room.ballot(secret=True)


def test_closing_fails_loudly_where_totals_and_casts_differ() -> None:
    room = sitting()
    ballot = room.ballot(secret=True)
    room.cast(0, ballot, 1)
    room.secret[ballot].append(1)
    with pytest.raises(Refusal, match=r"ballot\.totals_differ"):
        room.ask(CHAIR, "ballot.close", ballot=ballot)
    assert room.state.ballots[ballot].status == "open"


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("secret", [True, False])
def test_results_are_hidden_from_everybody_until_closed(audience: Audience, secret: bool) -> None:
    room = sitting()
    ballot = room.ballot(secret=secret)
    empty = view(room.state, audience)["ballot"]["ballots"][0]
    for number in range(3):
        room.cast(number, ballot, 0)
    shown = view(room.state, audience)["ballot"]["ballots"][0]
    assert "totals" not in shown
    if secret:
        assert shown == empty


def test_a_conference_takes_no_votes() -> None:
    room = Room(setup().model_copy(update={"conference": True})).opened()
    with pytest.raises(Refusal, match=r"ballot\.conference"):
        room.ask(CHAIR, "ballot.prepare", question="Thông qua?")


def test_a_substitute_speaks_and_does_not_vote_unless_the_body_says_so() -> None:
    for allowed, entitled in ((False, 1), (True, 2)):
        brief = setup(2, substitutes_vote=allowed)
        sent = tuple(one.model_copy(update={"substitute": one.delegate == "d1"}) for one in brief.delegates)
        room = Room(brief.model_copy(update={"delegates": sent})).present(0, 1).opened()
        assert len(room.state.ballots[room.ballot()].entitled) == entitled


@pytest.mark.parametrize(
    ("base", "totals", "passes"),
    [
        ("members", (51, 9, 0), True),
        ("members", (50, 0, 0), False),
        ("present", (41, 0, 0), True),
        ("present", (40, 0, 0), False),
        ("valid", (2, 1, 0), True),
        ("valid", (1, 1, 0), False),
        ("valid", (0, 0, 0), False),
    ],
)
def test_more_than_half_of_the_base_carries(base: Any, totals: tuple[int, ...], passes: bool) -> None:
    rules = Rules(majority_base=base)
    assert carries(rules, totals, members=100, present=80) is passes


def test_on_a_tie_the_side_of_the_chair_carries_where_the_body_says_so() -> None:
    rules = Rules(majority_base="valid", tie="chair")
    assert carries(rules, (2, 2, 0), 4, 4, chair_choice=0)
    assert not carries(rules, (2, 2, 0), 4, 4, chair_choice=1)
    assert not carries(rules, (2, 2, 0), 4, 4, chair_choice=None)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=30))
def test_totals_never_exceed_the_mandates_that_voted(votes: list[tuple[int, int]]) -> None:
    room = sitting()
    ballot = room.ballot()
    for number, choice in votes:
        if room.state.ballots[ballot].casts.get(f"d{number}") != choice:
            room.cast(number, ballot, choice)
    room.ask(CHAIR, "ballot.close", ballot=ballot)
    assert sum(room.state.ballots[ballot].totals) == len({number for number, _ in votes})
    assert room.replayed() == room.state
