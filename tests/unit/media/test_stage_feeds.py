"""What the engine is told follows from the sitting's state alone."""

from __future__ import annotations

from meetings.sitting.actors import Identity, actor_of
from meetings.sitting.roll_call import connect, take_home
from signaling.media.engine import Feed, Slot
from signaling.media.stage_feeds import Held, Wanted, desired, may_go_on, may_send, may_watch, wanted
from tests.unit.sitting.room import CHAIR, SECRETARY, TECHNICIAN, Room, hall, person


def sends(site: str, opened: int = 0, chairs: bool = False) -> Held:
    return Held(f"send-{site}-{opened}", "meeting", "owner", site, True, "page", chairs=chairs, opened=opened)


def watches(site: str) -> Held:
    return Held("watcher", "meeting", "owner", "", False, "page", tile=True, watching=site)


def in_session() -> Room:
    return Room().join(0, 1, 2).opened()


def allowed(room: Room, identity: Identity) -> bool:
    actor = actor_of(room.state, identity)
    assert actor is not None
    return may_send(room.state, actor, identity)


def test_only_who_holds_a_place_and_the_chair_send() -> None:
    room = in_session()
    assert allowed(room, hall(1))
    assert allowed(room, CHAIR)
    assert not allowed(room, person(1))
    assert not allowed(room, SECRETARY)
    assert not allowed(room, TECHNICIAN)
    room = Room().join(0, 2).opened()
    assert not allowed(room, hall(1)), "it holds no place"


def test_while_its_page_is_not_back_a_session_goes_on_until_it_is_removed_or_its_place_is_another_ones() -> None:
    room = in_session()
    sender = Held("s", "meeting", "device-1", "s1", True, "")
    listener = Held("l", "meeting", "p1", "", False, "")
    chair = Held("c", "meeting", "chair", "s0", True, "")
    room.system(lambda context: take_home(context, 2, "another"))
    assert all(may_go_on(room.state, one) for one in (sender, listener, chair))
    room.system(lambda context: connect(context, "s1", "device-9"))
    room.system(lambda context: connect(context, "s0", "device-0"))
    assert [may_go_on(room.state, one) for one in (sender, listener, chair)] == [False, True, True]
    room.ask(CHAIR, "participant.remove", person="p1", reason="Lý do mẫu")
    assert not may_go_on(room.state, listener)


def test_the_chairs_page_feeds_the_chairs_slot_also_before_it_is_back() -> None:
    room = in_session()
    page = Held("page", "meeting", "chair", "s0", True, "", opened=1)
    device = Held("device", "meeting", "device-0", "s0", True, "", opened=1)
    assert desired(room.state, [page, device]).slots[Slot.CHAIR].session == "page"
    assert desired(room.state, [device, page]).slots[Slot.CHAIR].session == "page"


def test_the_office_and_technicians_watch() -> None:
    room = in_session()
    actors = [actor_of(room.state, one) for one in (CHAIR, SECRETARY, TECHNICIAN, hall(1), person(1))]
    watching = {actor.id: may_watch(actor) for actor in actors if actor}
    assert watching == {"chair": True, "secretary": True, "tech": True, "device-1": False, "p1": False}


def test_the_speakers_site_feeds_its_slot_and_its_sound_waits_for_the_microphone() -> None:
    room = in_session()
    room.ask(CHAIR, "floor.invite", site="s1")
    sessions = [sends("s1"), sends("s2")]
    goal = desired(room.state, sessions)
    assert goal.slots[Slot.SPEAKER] == Feed("s1", "send-s1-0", audio=False, video=True)
    assert wanted(goal, "send-s1-0") == Wanted(microphone=True, camera=True)
    assert wanted(goal, "send-s2-0") == Wanted()
    room.ask(hall(1), "microphone.open")
    assert desired(room.state, sessions).slots[Slot.SPEAKER].audio


def test_the_chairs_own_page_comes_before_the_hubs_hall_and_the_newest_before_the_older() -> None:
    room = in_session()
    page, old, new = sends("s0", 1, chairs=True), sends("s0", 2), sends("s0", 3)
    assert desired(room.state, [page, old, new]).slots[Slot.CHAIR].session == page.session
    assert desired(room.state, [old, new]).slots[Slot.CHAIR].session == new.session
    assert desired(room.state, []).slots[Slot.CHAIR].session == ""


def test_a_tile_shows_what_its_watcher_asked_for_and_the_site_is_wanted() -> None:
    room = in_session()
    goal = desired(room.state, [sends("s2"), watches("s2")])
    assert goal.tiles == {"watcher": Feed("s2", "send-s2-0", True, True)}
    assert wanted(goal, "send-s2-0") == Wanted(microphone=True, camera=True)


def test_when_secrets_come_up_nothing_at_all_is_forwarded() -> None:
    room = in_session()
    room.ask(CHAIR, "floor.invite", site="s1")
    room.ask(hall(1), "microphone.open")
    room.ask(CHAIR, "sitting.stop_secret")
    goal = desired(room.state, [sends("s0", chairs=True), sends("s1"), watches("s2")])
    assert not any(feed.audio or feed.video for feed in goal.slots.values())
    assert goal.tiles == {}
    assert wanted(goal, "send-s1-0") == Wanted()


def test_every_session_is_named_so_that_others_end() -> None:
    room = in_session()
    sessions = [sends("s1"), watches("")]
    assert desired(room.state, sessions).sessions == {"send-s1-0", "watcher"}
