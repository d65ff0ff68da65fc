"""Layers of a picture: who gets which, when they change, and what the page is told to stop."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

from signaling.media.embedded import rtcp
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.publisher import LINGER, Publisher, TrackPlan
from signaling.media.embedded.python_loop import PythonLoop
from signaling.media.embedded.quality import SETTLE, Ladder
from signaling.media.embedded.room import PARTS, Room
from signaling.media.embedded.rtp import Header
from signaling.media.embedded.slots import LINES, lines_for
from signaling.media.embedded.subscriber import Subscriber
from signaling.media.engine import Desired, Feed, Line, Simulcast, Slot, Source, Step
from tests.unit.media.samples import rtp, vp8
from tests.unit.media.test_forwarding import AT_ONCE, End, Now, delays

PICTURE, SMALL_CHAIR = LINES[1], LINES[3]
LOW_SSRC, HIGH_SSRC = 300, 400


def plans() -> list[TrackPlan]:
    return [
        TrackPlan(Source.CAMERA, "1", 96, 97, LOW_SSRC, layer="l"),
        TrackPlan(Source.CAMERA, "1", 96, 97, HIGH_SSRC, layer="h"),
    ]


class Hall:
    """One site that sends its camera in two layers, and those who see it; the low layer's payloads are shorter."""

    def __init__(self, slot: Slot = Slot.SPEAKER) -> None:
        self.now = 1000.0
        self.room = Room(Now(), PythonLoop(), lambda: self.now)
        self.publisher = Publisher(cast(Peer, End()), "a", plans())
        self.room.publishers["send"] = self.publisher
        self.ends: dict[str, End] = {}
        self.number = 0
        self.slots = {slot: Feed("a", "send", True, True)}
        self.lines: dict[str, Line] = {}
        self.told: list[Simulcast] = []

    def listener(self, name: str) -> End:
        end = self.ends[name] = End()
        lines = lines_for(tile=False)
        subscriber = Subscriber(cast(Peer, end), name, False, self.room.lines_for(lines))
        subscriber.ladder = Ladder(self.now)
        self.room.subscribers[name] = subscriber
        self.apply()
        return end

    def apply(self) -> None:
        sessions = frozenset(["send", *self.ends])
        desired = Desired(self.slots, {}, sessions, self.lines)
        self.told += self.room.apply(self.room.generation + 1, desired, lambda _: None)

    def fix(self, name: str, step: Step) -> None:
        self.lines[name] = Line(step)
        self.apply()

    def pictures(self, count: int, layers: str = "lh", key: bool = False) -> None:
        for _ in range(count):
            self.now += 0.05
            self.number += 1
            for layer, ssrc, size in (("l", LOW_SSRC, 10), ("h", HIGH_SSRC, 100)):
                if layer in layers:
                    data = vp8(self.number, self.number, key) + bytes(size)
                    self.publisher.rtp(rtp(self.number, self.number * 4500, data, 96, ssrc), self.now)
            for _ in range(PARTS):
                self.told += self.room.beat(self.now)

    def seen(self, name: str, ssrc: int = PICTURE.ssrc) -> str:
        """The layers that came, in order, without repetitions."""
        found = ""
        for header in self.ends[name].headers(ssrc):
            layer = "h" if header.end - header.start > 60 else "l"
            found += layer if not found.endswith(layer) else ""
        return found


def without_seam(headers: list[Header]) -> bool:
    pairs = pairwise(headers)
    return all((after.sequence - before.sequence) & 0xFFFF == 1 for before, after in pairs)


def test_who_may_have_it_gets_the_high_layer_and_a_small_picture_is_sent_small() -> None:
    hall = Hall()
    hall.slots[Slot.CHAIR] = Feed("a", "send", True, True)
    end = hall.listener("one")
    hall.pictures(1, key=True)
    hall.pictures(5)
    assert hall.seen("one")[-1] == "h"
    assert hall.seen("one", SMALL_CHAIR.ssrc) == "l"
    assert without_seam(end.headers(PICTURE.ssrc))


def test_the_chair_alone_is_large() -> None:
    hall = Hall(Slot.CHAIR)
    hall.listener("one")
    hall.pictures(3)
    hall.pictures(1, key=True)
    hall.pictures(3)
    assert hall.seen("one", SMALL_CHAIR.ssrc)[-1] == "h"


def test_a_receiver_changes_its_layer_at_a_key_frame_and_nobody_else_notices() -> None:
    hall = Hall()
    end, other = hall.listener("one"), hall.listener("two")
    hall.pictures(3)
    hall.pictures(1, key=True)
    hall.pictures(10)
    hall.fix("one", Step.LOW)
    hall.pictures(10)
    assert hall.seen("one")[-1] == "h", "the former layer goes on until the key frame"
    hall.pictures(1, key=True)
    hall.pictures(10)
    assert (hall.seen("one")[-1], hall.seen("two")[-1]) == ("l", "h")
    hall.fix("one", Step.HIGH)
    hall.pictures(2)
    hall.pictures(1, key=True)
    hall.pictures(3)
    assert hall.seen("one")[-1] == "h"
    assert without_seam(end.headers(PICTURE.ssrc))
    assert without_seam(other.headers(PICTURE.ssrc))
    assert delays(end).count(AT_ONCE) == 1, "only its first picture is hurried, the same site's other layer is not"


def test_a_line_that_cannot_carry_a_layer_is_sent_no_more_of_it_not_even_again() -> None:
    hall = Hall()
    end, other = hall.listener("one"), hall.listener("two")
    hall.pictures(3, key=True)
    hall.pictures(5)
    ladder = hall.room.subscribers["one"].ladder
    ladder.report(1.0, 100, hall.now + SETTLE)
    hall.pictures(1)
    sent, lost = len(end.media), end.headers(PICTURE.ssrc)[-3].sequence
    hall.pictures(10)
    hall.room.subscribers["one"].rtcp(rtcp.nack(1, PICTURE.ssrc, [lost]), hall.now)
    assert len(end.media) == sent
    hall.room.subscribers["two"].rtcp(rtcp.nack(1, PICTURE.ssrc, [other.headers(PICTURE.ssrc)[-3].sequence]), hall.now)
    assert other.headers(PICTURE.again_ssrc), "who stays gets what it asks for"
    hall.pictures(1, key=True)
    hall.pictures(3)
    assert (hall.seen("one")[-1], hall.seen("two")[-1]) == ("l", "h")
    assert without_seam(end.headers(PICTURE.ssrc))


def test_a_thin_line_keeps_the_high_layer_while_no_other_flows() -> None:
    hall = Hall()
    end = hall.listener("one")
    hall.pictures(3, "h", key=True)
    hall.room.subscribers["one"].ladder.report(1.0, 100, hall.now + SETTLE)
    sent = len(end.media)
    hall.pictures(10, "h")
    assert len(end.media) == sent + 10
    hall.pictures(3)
    hall.pictures(1, key=True)
    assert hall.seen("one")[-1] == "l"


def test_sound_alone_and_papers_alone() -> None:
    hall = Hall()
    end = hall.listener("one")
    hall.pictures(3, key=True)
    hall.fix("one", Step.AUDIO)
    hall.pictures(1, key=True)
    before = len(end.media)
    hall.pictures(20, key=True)
    assert len(end.media) == before
    hall.fix("one", Step.LOW)
    hall.pictures(2)
    hall.pictures(3, key=True)
    assert hall.seen("one")[-1] == "l"


def test_a_layer_that_its_source_stopped_is_left_for_one_that_flows() -> None:
    hall = Hall()
    end = hall.listener("one")
    hall.pictures(3, key=True)
    assert hall.seen("one")[-1] == "h"
    hall.pictures(40, "l")
    hall.pictures(1, "l", key=True)
    hall.pictures(3, "l")
    assert hall.seen("one")[-1] == "l"
    hall.pictures(2)
    hall.pictures(1, key=True)
    hall.pictures(3)
    assert hall.seen("one")[-1] == "h"
    assert without_seam(end.headers(PICTURE.ssrc))


def test_the_page_is_told_to_stop_the_layer_that_nobody_receives() -> None:
    hall = Hall()
    hall.listener("one")
    hall.listener("two")
    hall.pictures(3, key=True)
    hall.pictures(round(LINGER / 0.05) + 5)
    assert hall.told[-1] == Simulcast("send", {Source.CAMERA: ("h",)})
    hall.fix("one", Step.LOW)
    hall.pictures(3, "h")
    assert hall.told[-1].layers == {Source.CAMERA: ("l", "h")}, "it is asked for before anybody is led there"
    hall.fix("two", Step.AUDIO)
    hall.pictures(1, key=True)
    hall.pictures(round(LINGER / 0.05) + 5)
    assert hall.told[-1].layers == {Source.CAMERA: ("l",)}
    hall.fix("one", Step.PAPERS)
    hall.pictures(round(LINGER / 0.05) + 5)
    assert hall.told[-1].layers == {Source.CAMERA: ()}


def test_the_page_of_a_new_speaker_hears_with_the_change_itself_that_its_stopped_layers_are_wanted() -> None:
    hall = Hall()
    hall.listener("one")
    hall.slots = {}
    hall.apply()
    hall.pictures(round(LINGER / 0.05) + 5)
    assert hall.told[-1].layers == {Source.CAMERA: ()}
    hall.now += 10
    hall.slots = {Slot.SPEAKER: Feed("a", "send", True, True)}
    hall.apply()
    assert hall.told[-1].layers == {Source.CAMERA: ("l", "h")}, "not with the next look at everybody's layers"
