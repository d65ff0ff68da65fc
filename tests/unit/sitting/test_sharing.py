"""Papers shown to all: only those that are there, only pages that they have, by whoever may."""

from __future__ import annotations

import pytest

from meetings.errors import Forbidden, Invalid, NotFound, Refusal
from meetings.sitting.sharing import end_withdrawn
from meetings.sitting.views import Audience, view
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, hall, person


def shown(room: Room) -> tuple[str, int]:
    section = view(room.state, Audience.ROOM)["presentation"]
    return section["document"], section["page"]


def test_everyone_is_on_the_page_that_the_presenter_turns_to() -> None:
    room = Room().opened()
    room.ask(CHAIR, "presentation.start", document="paper", page=1)
    room.ask(CHAIR, "presentation.turn", document="paper", page=4)
    assert shown(room) == ("paper", 4)
    assert room.replayed() == room.state


@pytest.mark.parametrize("command", ["presentation.start", "presentation.turn"])
def test_a_page_that_the_paper_has_not_is_refused_with_the_number_of_pages(command: str) -> None:
    room = Room().opened()
    room.ask(CHAIR, "presentation.start", document="paper", page=1)
    with pytest.raises(Invalid) as refused:
        room.ask(CHAIR, command, document="paper", page=5)
    assert (refused.value.id, refused.value.details["pages"]) == ("presentation.no_page", 4)
    assert shown(room) == ("paper", 1)


def test_a_paper_of_another_meeting_is_not_shown() -> None:
    room = Room().opened()
    with pytest.raises(NotFound) as refused:
        room.ask(CHAIR, "presentation.start", document="elsewhere", page=1)
    assert refused.value.id == "presentation.no_paper"


def test_a_paper_that_was_taken_back_is_neither_turned_nor_shown_any_more() -> None:
    room = Room().opened()
    room.ask(CHAIR, "presentation.start", document="paper", page=1)
    room.system(end_withdrawn)
    assert shown(room) == ("paper", 1)
    room.papers = {}
    with pytest.raises(NotFound):
        room.ask(CHAIR, "presentation.turn", document="paper", page=2)
    room.system(end_withdrawn)
    assert shown(room) == ("", 0)
    room.system(end_withdrawn)
    assert [one.type for one in room.events].count("presentation.stopped") == 1


def test_another_presenter_takes_the_page_over_and_the_same_one_does_not_start_twice() -> None:
    room = Room().opened()
    room.ask(CHAIR, "presentation.start", document="paper", page=2)
    with pytest.raises(Refusal) as refused:
        room.ask(CHAIR, "presentation.start", document="paper", page=2)
    assert refused.value.id == "stale"
    room.ask(SECRETARY, "presentation.start", document="paper", page=2)
    assert view(room.state, Audience.ROOM)["presentation"]["by"] == "secretary"


def test_a_site_shows_papers_while_it_has_the_floor_only() -> None:
    room = Room().join(1).opened()
    for who in (hall(1), person(1)):
        with pytest.raises(Forbidden):
            room.ask(who, "presentation.start", document="paper", page=1)
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)))
    room.ask(hall(1), "presentation.start", document="paper", page=1)
    (turn,) = room.state.turns.values()
    room.ask(CHAIR, "floor.revoke", turn=turn.id)
    with pytest.raises(Forbidden):
        room.ask(hall(1), "presentation.turn", document="paper", page=2)
