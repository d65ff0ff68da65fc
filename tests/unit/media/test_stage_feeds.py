"""What the engine is told follows from the sitting's state alone."""

from __future__ import annotations

from meetings.sitting.actors import Identity, actor_of
from signaling.media.engine import Feed, Slot
from signaling.media.stage_feeds import Held, Wanted, desired, may_send, may_watch, wanted
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
