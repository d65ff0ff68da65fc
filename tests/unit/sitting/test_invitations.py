"""Whom the calendar adds or takes back while the sitting runs is in or out; who entered stays, no seat votes twice."""

from __future__ import annotations

from meetings.sitting.actors import Identity, SittingRole, actor_of
from meetings.sitting.brief import Brief, Delegate, Guest, Site
from meetings.sitting.following import follow
from meetings.sitting.views import Audience, view
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, hall, person

NEW_GUEST = Identity("g9", device="g9", guest="g9")


def says(room: Room, *, without: tuple[str, ...] = (), **added: tuple[object, ...]) -> Brief:
    """The calendar's set-up with some more, and `without` a delegate."""
    brief = room.brief
    seats = tuple(one for one in brief.delegates if one.delegate not in without)
    more = {"sites": (*brief.sites, *added.get("sites", ())), "delegates": (*seats, *added.get("delegates", ()))}
    return brief.model_copy(update={**more, "guests": (*brief.guests, *added.get("guests", ()))})


def substitute(name: str = "Bà Dự Thay", votes: bool = True) -> Delegate:
    return Delegate(delegate="new", person="p9", site="s1", name=name, votes=votes, substitute=True)


def hear(room: Room, brief: Brief) -> list[str]:
    """Tell the sitting what the calendar says; the types of what was recorded."""
    before = len(room.events)
    room.system(lambda context: follow(context, brief))
    return [event.type for event in room.events[before:]]


def test_a_guest_a_delegate_and_a_site_added_while_it_runs_are_let_in() -> None:
    room = Room().join(0, 1, 2).opened()
    seat = Delegate(delegate="d9", person="p9", site="s9", name="Ông Đến Sau")
    brief = says(
        room,
        sites=(Site(site="s9", name="Điểm cầu thêm"),),
        delegates=(seat,),
        guests=(Guest(guest="g9", site="s9", name="Khách thêm"),),
    )
    assert [actor_of(room.state, one) for one in (NEW_GUEST, hall(9), person(9))] == [None] * 3
    assert hear(room, brief) == ["site.invited", "participant.invited", "participant.invited"]
    assert hear(room, brief) == [], "what is known is no news"
    guest, device, delegate = (actor_of(room.state, one) for one in (NEW_GUEST, hall(9), person(9)))
    assert guest is not None
    assert device is not None
    assert delegate is not None
    assert (guest.roles, guest.site, device.site, delegate.delegate) == (
        frozenset({SittingRole.GUEST}),
        "s9",
        "s9",
        "d9",
    )
    room.join(9)
    room.ask(person(9), "roll_call.claim", delegate="d9")
    room.ask(SECRETARY, "roll_call.confirm_many", delegates=["d9"])
    shown = view(room.state, Audience.CHAIR)
    assert shown["names"]["people"]["g9"] == "Khách thêm"
    assert [one["delegate"] for one in shown["roll_call"]][-1] == "d9"
    assert room.replayed() == room.state


def test_nothing_is_followed_before_the_opening_and_after_the_end() -> None:
    room = Room()
    brief = says(room, guests=(Guest(guest="g9", name="Khách thêm"),))
    assert hear(room, brief) == []
    room.join(0).opened().ask(CHAIR, "sitting.adjourn")
    assert hear(room, brief) == []


def test_who_is_taken_back_is_out_with_hand_and_turn_and_their_name_stays() -> None:
    room = Room().join(0, 1).opened()
    room.ask(CHAIR, "floor.grant", request=room.hand(person(1)))
    room.hand(person(4))
    without_guests = says(room, without=("d1", "d4")).model_copy(update={"guests": ()})
    assert hear(room, without_guests) == ["floor.released", *["participant.uninvited"] * 3]
    assert actor_of(room.state, person(1)) is None
    assert actor_of(room.state, Identity("g0", device="g0", guest="g0")) is None
    assert (room.state.queue, room.state.turns) == ([], {})
    people = view(room.state, Audience.ROOM)["names"]["people"]
    assert (people["d1"], people["g0"]) == ("Đại biểu 1", "Khách")
    assert room.replayed() == room.state


def test_a_substitute_takes_the_seat_of_somebody_who_has_not_come() -> None:
    room = Room(rules_with_substitutes()).join(0, 1, 2).opened()
    assert hear(room, says(room, without=("d1",), delegates=(substitute(),))) == [
        "participant.uninvited",
        "participant.invited",
    ]
    room.ask(SECRETARY, "roll_call.mark", delegate="new", status="online")
    assert room.state.present_members() == 1


def test_who_entered_stays_and_who_was_to_come_instead_has_no_vote() -> None:
    room = Room(rules_with_substitutes()).join(0, 1, 2).present(1).opened()
    brief = says(room, without=("d1",), delegates=(substitute(),))
    assert hear(room, brief) == ["participant.invited"]
    room.ask(SECRETARY, "roll_call.mark", delegate="new", status="online")
    assert room.state.present_members() == 1, "the mandate votes once"
    assert hear(room, says(room, without=("d1",), delegates=(substitute("Đại biểu 1"),))) == [], "the same name twice"


def rules_with_substitutes() -> Brief:
    room = Room()
    return room.brief.model_copy(update={"rules": room.brief.rules.model_copy(update={"substitutes_vote": True})})
