"""From a publisher's packets to what each receiver is sent, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from signaling.media.embedded import rtcp
from signaling.media.embedded.cache import SECONDS
from signaling.media.embedded.key_frames import JOINING, REPEAT, UNSCHEDULED
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.publisher import LONGEST, OURS, Publisher, TrackPlan
from signaling.media.embedded.python_loop import PythonLoop
from signaling.media.embedded.room import Room
from signaling.media.embedded.rtp import Header, Malformed, read
from signaling.media.embedded.slots import LINES, lines_for
from signaling.media.embedded.subscriber import Subscriber
from signaling.media.engine import Desired, Feed, Slot, Source
from tests.unit.media.lines import Later
from tests.unit.media.samples import rtp, vp8

SOUND, PICTURE = LINES[0], LINES[1]
PLANS = (
    TrackPlan(Source.MICROPHONE, "0", 111, ssrc=100),
    TrackPlan(Source.CAMERA, "1", 96, 97, 200, 201),
)


class End:
    """A peer that keeps what it is sent."""

    up = True

    def __init__(self) -> None:
        self.media: list[bytes] = []
        self.reports: list[bytes] = []

    def send_rtp(self, packet: bytes, bulk: bool) -> bool:
        self.media.append(packet)
        return True

    def send_rtcp(self, packet: bytes) -> None:
        self.reports.append(packet)

    def headers(self, ssrc: int) -> list[Header]:
        return [header for header in map(read, self.media) if header.ssrc == ssrc]


class Now:
    left_out = 0

    def add(self, job: Iterator[int], sound: bool = False) -> None:
        for _ in job:
            pass

    def waited(self, since: float) -> float:
        return 0.0


class Hall:
    """A room with two sites that send and listeners."""

    def __init__(self, pace: Paced | None = None) -> None:
        self.room = Room(pace or Now(), PythonLoop(), lambda: self.now)
        self.generation = 0
        self.ends: dict[str, End] = {}
        self.now = 100.0

    def sender(self, site: str) -> Publisher:
        end = self.ends[site] = End()
        publisher = self.room.publishers[site] = Publisher(cast(Peer, end), site, PLANS)
        return publisher

    def listener(self, name: str, site: str = "") -> End:
        end = self.ends[name] = End()
        lines = lines_for(tile=False)
        subscriber = Subscriber(cast(Peer, end), site, False, self.room.lines_for(lines))
        self.room.subscribers[name] = subscriber
        return end

    def speaker(self, site: str, audio: bool = True, video: bool = True) -> None:
        self.generation += 1
        sessions = frozenset([*self.room.publishers, *self.room.subscribers])
        desired = Desired({Slot.SPEAKER: Feed(site, site, audio, video)}, {}, sessions)
        self.room.apply(self.generation, desired, lambda _: None)

    def picture(self, site: str, number: int, key: bool = False, payload: bytes | None = None) -> None:
        self.now += 0.02
        data = vp8(number, number, key) if payload is None else payload
        self.room.publishers[site].rtp(rtp(number, number * 1800, data, 96, 200), self.now)

    def sound(self, site: str, number: int) -> None:
        self.now += 0.02
        self.room.publishers[site].rtp(rtp(number, number * 960, b"opus", 111, 100), self.now)

    def asked(self, site: str) -> int:
        """How often a site was asked for a key frame."""
        return sum(bool(rtcp.read(one).key_frames) for one in self.ends[site].reports)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_new_picture_is_held_until_its_key_frame_and_asked_for(hall: Hall) -> None:
    a, end = hall.sender("a"), hall.listener("l")
    hall.speaker("a")
    assert hall.asked("a") == 1, "at once, not with the next beat"
    hall.picture("a", 10)
    a.beat(hall.now)
    assert end.media == []
    assert hall.asked("a") == 1
    hall.picture("a", 11, key=True)
    hall.picture("a", 12)
    assert len(end.headers(PICTURE.ssrc)) == 2


IN_STEP, AT_ONCE = b"\x00\x03\xe8", b"\x00\x10\x01"


def delays(end: End) -> list[bytes]:
    """For how long the page is to hold each packet of the speaker's picture back: its playout-delay extensions."""
    return [header.extensions[3] for header in end.headers(PICTURE.ssrc)]


def test_a_new_speaker_s_first_picture_does_not_wait_for_its_sound_and_those_after_it_do(hall: Hall) -> None:
    hall.sender("a")
    hall.sender("b")
    end = hall.listener("l")
    for site in ("a", "b"):
        hall.speaker(site)
        hall.picture(site, 1, key=True)
        hall.picture(site, 2)
        hall.picture(site, 3, key=True)
    assert delays(end) == [AT_ONCE, IN_STEP, IN_STEP] * 2


def test_whoever_sees_the_speaker_already_is_not_hurried_by_who_joins(hall: Hall) -> None:
    hall.sender("a")
    first = hall.listener("l1")
    hall.speaker("a")
    hall.picture("a", 1, key=True)
    late = hall.listener("l2")
    hall.picture("a", 2, key=True)
    hall.picture("a", 3)
    assert delays(first) == [AT_ONCE, IN_STEP, IN_STEP]
    assert delays(late) == [AT_ONCE, IN_STEP]


def test_the_first_who_joins_does_not_wait_for_a_key_frame_that_went_by_unseen(hall: Hall) -> None:
    a = hall.sender("a")
    hall.speaker("a")
    hall.picture("a", 1, key=True)
    hall.listener("first")
    hall.room.subscribers["first"].up()
    a.beat(hall.now)
    assert hall.asked("a") == 1
    hall.picture("a", 2, key=True)
    hall.now += REPEAT
    hall.listener("second")
    hall.room.subscribers["second"].up()
    a.beat(hall.now)
    assert hall.asked("a") == 1, "whoever comes after shares a key frame a second"
    hall.now += JOINING
    a.beat(hall.now)
    assert hall.asked("a") == 2


def test_a_silent_slot_forwards_nothing_whatever_its_site_sends(hall: Hall) -> None:
    hall.sender("a")
    end = hall.listener("l")
    hall.speaker("a", audio=False, video=False)
    for number in range(50):
        hall.sound("a", number)
        hall.picture("a", number, key=True)
    assert end.media == []


def test_after_silence_sound_goes_on_at_the_next_number(hall: Hall) -> None:
    hall.sender("a")
    end = hall.listener("l")
    hall.speaker("a")
    for number in range(3):
        hall.sound("a", number)
    hall.speaker("a", audio=False)
    for number in range(3, 70_003):
        hall.sound("a", number)
    hall.speaker("a")
    hall.sound("a", 70_003)
    first, *_, before, after = end.headers(SOUND.ssrc)
    assert len(end.media) == 4
    assert (after.sequence - before.sequence) & 0xFFFF == 1
    assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == pytest.approx(70_001 * 960, abs=2)
    assert first.payload_type == SOUND.payload_type


def test_a_site_is_not_sent_its_own(hall: Hall) -> None:
    hall.sender("a")
    own, other = hall.listener("own", "a"), hall.listener("other", "b")
    hall.speaker("a")
    hall.sound("a", 1)
    hall.picture("a", 1, key=True)
    assert (len(own.media), len(other.media)) == (0, 2)


def test_what_comes_late_from_the_former_speaker_is_dropped(hall: Hall) -> None:
    hall.sender("a")
    hall.sender("b")
    end = hall.listener("l")
    hall.speaker("a")
    hall.picture("a", 1, key=True)
    hall.speaker("b")
    hall.picture("a", 2)
    hall.picture("b", 900, key=True)
    hall.picture("a", 3)
    first, second = end.headers(PICTURE.ssrc)
    assert (second.sequence - first.sequence) & 0xFFFF == 1


def test_a_packet_too_long_to_protect_goes_to_nobody(hall: Hall) -> None:
    hall.sender("a")
    end = hall.listener("l")
    hall.speaker("a")
    hall.picture("a", 1, key=True)
    with pytest.raises(Malformed):
        hall.picture("a", 2, payload=vp8(2) + bytes(LONGEST))
    hall.picture("a", 3, payload=vp8(3) + bytes(LONGEST - len(vp8(3))))
    assert [len(one) for one in end.media][1:] == [24 + LONGEST]


def test_padding_leaves_no_hole(hall: Hall) -> None:
    hall.sender("a")
    end = hall.listener("l")
    hall.speaker("a")
    hall.picture("a", 1, key=True)
    hall.picture("a", 2, payload=b"")
    hall.picture("a", 3)
    first, second = end.headers(PICTURE.ssrc)
    assert (second.sequence - first.sequence) & 0xFFFF == 1


def test_what_was_lost_on_the_way_up_is_asked_for_and_takes_its_place(hall: Hall) -> None:
    a, end = hall.sender("a"), hall.listener("l")
    hall.speaker("a")
    hall.picture("a", 1, key=True)
    hall.picture("a", 3)
    a.beat(hall.now)
    assert [lost for one in hall.ends["a"].reports for _, lost in rtcp.read(one).nacks] == [[2]]
    again = rtp(77, 2 * 1800, (2).to_bytes(2, "big") + vp8(2, 2), 97, 201)
    a.rtp(again, hall.now)
    a.rtp(rtp(78, 2 * 1800, (2).to_bytes(2, "big") + vp8(2, 2), 97, 201), hall.now)
    first, third, second = end.headers(PICTURE.ssrc)
    assert [(one.sequence - first.sequence) & 0xFFFF for one in (second, third)] == [1, 2]


def test_a_receiver_that_lost_a_packet_gets_it_again_and_nobody_else_does(hall: Hall) -> None:
    hall.sender("a")
    end, other = hall.listener("l"), hall.listener("o")
    hall.speaker("a")
    for number in range(1, 5):
        hall.picture("a", number, key=number == 1)
    lost = end.headers(PICTURE.ssrc)[2].sequence
    hall.room.subscribers["l"].rtcp(rtcp.nack(1, PICTURE.ssrc, [lost]), hall.now)
    (again,) = end.headers(PICTURE.again_ssrc)
    assert again.payload_type == PICTURE.again_type
    assert other.headers(PICTURE.again_ssrc) == []


def test_what_is_too_old_is_not_sent_again(hall: Hall) -> None:
    sender, end = hall.sender("a"), hall.listener("l")
    hall.speaker("a")
    for number in range(1, 5):
        hall.picture("a", number, key=number == 1)
    lost = end.headers(PICTURE.ssrc)[2].sequence
    hall.now += SECONDS + 1
    sender.beat(hall.now)
    hall.room.subscribers["l"].rtcp(rtcp.nack(1, PICTURE.ssrc, [lost]), hall.now)
    assert end.headers(PICTURE.again_ssrc) == []


def test_a_receiver_that_asks_for_too_much_is_bounded(hall: Hall) -> None:
    hall.sender("a")
    end = hall.listener("l")
    hall.speaker("a")
    for number in range(1, 300):
        hall.picture("a", number, key=number == 1)
    wanted = [one.sequence for one in end.headers(PICTURE.ssrc)][-200:]
    for _ in range(20):
        hall.room.subscribers["l"].rtcp(rtcp.nack(1, PICTURE.ssrc, wanted), hall.now)
    assert len(end.headers(PICTURE.again_ssrc)) == 200


def test_receivers_that_beg_get_one_key_frame_in_a_while(hall: Hall) -> None:
    a = hall.sender("a")
    for number in range(10):
        hall.listener(f"l{number}")
    hall.speaker("a")
    a.beat(hall.now)
    hall.picture("a", 1, key=True)
    before = hall.asked("a")
    for turn in range(20):
        hall.now += UNSCHEDULED / 20
        for number in range(10):
            hall.room.subscribers[f"l{number}"].rtcp(rtcp.picture_loss(1, PICTURE.ssrc), hall.now)
        a.beat(hall.now)
        hall.picture("a", turn + 2, key=True)
    assert hall.asked("a") - before <= 2


def test_where_the_engine_is_behind_pictures_wait_for_a_key_frame_and_sound_goes_on() -> None:
    pace = Later()
    hall = Hall(pace)
    a, end = hall.sender("a"), hall.listener("l")
    hall.speaker("a")
    a.beat(hall.now)
    hall.picture("a", 1, key=True)
    pace.run()
    asked = hall.asked("a")
    hall.picture("a", 2)
    hall.picture("a", 3)
    hall.sound("a", 1)
    pace.late = True
    pace.run()
    pace.late = False
    hall.picture("a", 4)
    pace.run()
    a.beat(hall.now + REPEAT)
    assert (len(end.headers(PICTURE.ssrc)), len(end.headers(SOUND.ssrc))) == (1, 1)
    assert hall.asked("a") == asked + 1
    assert (pace.left_out, hall.room.subscribers["l"].dropped) == (2, 2)
    hall.picture("a", 5, key=True)
    hall.picture("a", 6)
    pace.run()
    sequences = [one.sequence for one in end.headers(PICTURE.ssrc)]
    assert [(one - sequences[0]) & 0xFFFF for one in sequences] == [0, 1, 2]


def test_our_reports_put_sound_and_picture_on_one_clock(hall: Hall) -> None:
    a, end = hall.sender("a"), hall.listener("l")
    hall.speaker("a")
    hall.sound("a", 1)
    hall.picture("a", 1, key=True)
    page = rtcp.ntp_time(5_000.0)  # a page whose clock is decades off
    for ssrc, timestamp in ((100, 960), (200, 1800)):
        a.rtcp(rtcp.sender_report(ssrc, page, timestamp, 1, 1), hall.now)
    hall.room.subscribers["l"].beat(hall.now + 2)
    told = {one.ssrc: one for report in end.reports for one in rtcp.read(report).senders}
    sound, picture = told[SOUND.ssrc], told[PICTURE.ssrc]
    assert sound.ntp == picture.ntp
    sound_ms = ((sound.timestamp - end.headers(SOUND.ssrc)[0].timestamp) & 0xFFFFFFFF) / 48
    picture_ms = ((picture.timestamp - end.headers(PICTURE.ssrc)[0].timestamp) & 0xFFFFFFFF) / 90
    assert sound_ms == pytest.approx(picture_ms, abs=5)


def test_reports_come_at_once_soon_again_and_then_seldom(hall: Hall) -> None:
    a, end = hall.sender("a"), hall.listener("l")
    hall.speaker("a")
    a.rtcp(rtcp.sender_report(100, rtcp.ntp_time(5_000.0), 960, 1, 1), hall.now)
    hall.sound("a", 1)
    times: list[int] = []
    for beat in range(20 * 20):
        before = len(end.reports)
        hall.room.subscribers["l"].beat(hall.now + beat / 20)
        times += [beat // 20] * (len(end.reports) - before)
    assert times == [0, 1, 2, 3, 4, 9, 14, 19]


def test_a_strange_ssrc_or_payload_type_is_nobodys(hall: Hall) -> None:
    a = hall.sender("a")
    for packet in (rtp(1, type=50, ssrc=200), rtp(1, type=50, ssrc=5)):
        with pytest.raises(Malformed):
            a.rtp(packet, hall.now)
    for ssrc in range(1000, 1100):
        try:
            a.rtp(rtp(1, payload=vp8(1), type=96, ssrc=ssrc), hall.now)
        except Malformed:
            break
    else:
        pytest.fail("one session bound a hundred SSRCs")
    assert OURS not in (100, 200)
