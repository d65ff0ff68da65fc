"""Losses by patterns that are written down, on both ways and of both media and feedback: pictures stay whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

import pytest

from signaling.media.embedded import rtcp
from signaling.media.embedded.publisher import Publisher
from signaling.media.embedded.rtcp import Block
from signaling.media.embedded.rtp import near, read
from signaling.media.embedded.slots import LINES
from signaling.media.engine import Step
from tests.unit.media.samples import rtp, vp8
from tests.unit.media.test_forwarding import Hall
from tests.unit.media.test_layers import Hall as LayeredHall
from tests.unit.media.test_layers import without_seam

PICTURE = LINES[1]
#: Packets of one picture and of all between two key frames; a packet each 10 ms.
SIZE, CYCLE, TICK = 10, 200, 0.01
#: Numbers of the first key frame begin here: it is whole, since what a receiver begins with is not the question.
BEGIN = 1 << 20
Lost = Callable[[int], bool]


def none(_: int) -> bool:
    return False


def burst(number: int) -> bool:
    return number % 100 in range(40, 60)


def every_third(number: int) -> bool:
    return number % 3 == 1


def first_of_a_key_frame(number: int) -> bool:
    return number % CYCLE == 0


def last_of_a_key_frame(number: int) -> bool:
    return number % CYCLE == SIZE - 1


def whole_key_frame(number: int) -> bool:
    return number % CYCLE < SIZE


def three_of_seven(nth: int) -> bool:
    return nth % 7 in (0, 1, 3)


class Way:
    """Loses packets of the source by their number, and repeated ones and requests by how many came before."""

    def __init__(self, media: Lost, again: Lost, asks: Lost) -> None:
        self.media = media
        self._again, self._asks = again, asks
        self._repeated, self._asked = count(), count()

    def repeats(self) -> bool:
        """Whether the next repeated packet arrives."""
        return not self._again(next(self._repeated))

    def asks(self) -> bool:
        """Whether the next request arrives."""
        return not self._asks(next(self._asked))


def packet(number: int) -> bytes:
    """What the page sends: the number stands at the end of the payload."""
    picture = number // SIZE
    payload = vp8(picture, picture, key=number % CYCLE < SIZE, begins=number % SIZE == 0)
    return payload + number.to_bytes(4, "big")


class Page:
    """The sender; repeats what it is asked for under numbers of its own."""

    def __init__(self, publisher: Publisher, way: Way, first: int) -> None:
        self._publisher, self._way, self._first = publisher, way, first
        self._heard = 0
        self._again = 0

    def send(self, number: int, now: float) -> None:
        if not self._way.media(number):
            whole = rtp(self._first + number, number // SIZE * 3000, packet(number), 96, 200)
            self._publisher.rtp(whole, now)

    def answer(self, reports: list[bytes], sent: int, now: float) -> None:
        asked = [one for report in reports[self._heard :] for one in rtcp.read(report).nacks]
        self._heard = len(reports)
        for _, lost in asked:
            if not self._way.asks():
                continue
            for sequence in lost:
                number = near(sequence, self._first + sent) - self._first
                assert 0 <= number <= sent, "nothing is asked for that was never sent"
                self._again += 1
                if self._way.repeats():
                    original = (sequence & 0xFFFF).to_bytes(2, "big")
                    stamp = number // SIZE * 3000
                    self._publisher.rtp(rtp(self._again, stamp, original + packet(number), 97, 201), now)


class Screen:
    """The receiver: what it has, by the numbers that it was sent."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._read = 0
        self._first = -1
        self.got: dict[int, int] = {}
        self.repeated: list[int] = []

    def take(self, media: list[bytes]) -> None:
        for one in media[self._read :]:
            header = read(one)
            number = int.from_bytes(one[-4:], "big")
            sequence = header.sequence
            if header.ssrc == PICTURE.again_ssrc:
                self.repeated.append(header.sequence)
                sequence = int.from_bytes(one[header.start : header.start + 2], "big")
                if not self._way.repeats():
                    continue
            elif number < BEGIN and self._way.media(number):
                continue
            place = near(sequence, max(self.got, default=sequence))
            assert self.got.setdefault(place, number) == number, "one place, one packet"
        self._read = len(media)

    def missing(self) -> list[int]:
        if not self.got:
            return []
        return [place for place in range(min(self.got), max(self.got)) if place not in self.got]

    def request(self) -> bytes | None:
        missing = self.missing()
        return rtcp.nack(1, PICTURE.ssrc, missing) if missing and self._way.asks() else None


@pytest.mark.parametrize("media", [burst, every_third, first_of_a_key_frame, last_of_a_key_frame, whole_key_frame])
@pytest.mark.parametrize(
    ("again", "asks"), [(none, none), (three_of_seven, none), (none, three_of_seven)], ids=["", "repeats", "requests"]
)
def test_everything_that_was_lost_comes_after_all_in_its_own_place(media: Lost, again: Lost, asks: Lost) -> None:
    """A packet is lost on the way up, on the way down, or both; repeats and requests get lost as well."""
    hall = Hall()
    publisher = hall.sender("a")
    hall.listener("l")
    page = Page(publisher, Way(media, again, asks), first=65_000)
    screen = Screen(Way(lambda number: media(number + 7) or media(number), again, asks))
    hall.speaker("a")
    for place in range(SIZE):
        begun = vp8(0x7FFF, 0xFF, True, begins=place == 0) + (BEGIN + place).to_bytes(4, "big")
        publisher.rtp(rtp(65_000 - SIZE + place, -3000, begun, 96, 200), hall.now)
    for number in range(1000):
        hall.now += TICK
        page.send(number, hall.now)
        if number % 5 == 0:
            _exchange(hall, publisher, page, screen, number)
    for _ in range(40):
        hall.now += 0.05
        _exchange(hall, publisher, page, screen, 999)
    shown = [number for _, number in sorted(screen.got.items()) if number < BEGIN]
    assert shown[:900] == list(range(900)), "of the last ones nobody knows yet that they are missing"
    assert not screen.missing()
    assert len(screen.repeated) == len(set(screen.repeated)), "no number is protected twice"


def _exchange(hall: Hall, publisher: Publisher, page: Page, screen: Screen, sent: int) -> None:
    publisher.beat(hall.now)
    page.answer(hall.ends["a"].reports, sent, hall.now)
    screen.take(hall.ends["l"].media)
    request = screen.request()
    if request is not None:
        hall.room.subscribers["l"].rtcp(request, hall.now)


def test_a_receiver_begins_with_a_key_frame_whose_first_packet_came_last() -> None:
    hall = Hall()
    publisher, end = hall.sender("a"), hall.listener("l")
    hall.speaker("a")
    whole = [rtp(number, 0, vp8(1, 1, True, begins=number == 10), 96, 200) for number in range(10, 14)]
    for one in whole[1:]:
        publisher.rtp(one, hall.now)
    assert end.media == []
    publisher.beat(hall.now)
    publisher.rtp(rtp(1, 0, (10).to_bytes(2, "big") + vp8(1, 1, True), 97, 201), hall.now)
    hall.picture("a", 14)
    (first, after) = [one.sequence for one in end.headers(PICTURE.ssrc)]
    hole = [(first + one) & 0xFFFF for one in range(1, (after - first) & 0xFFFF)]
    assert len(hole) == 3
    hall.room.subscribers["l"].rtcp(rtcp.nack(1, PICTURE.ssrc, hole), hall.now)
    assert len(end.headers(PICTURE.again_ssrc)) == 3


class Reporting:
    """A receiver of a camera in two layers that reports each second what it lost by a pattern; reports get lost too."""

    def __init__(self) -> None:
        self.hall = LayeredHall()
        self.end = self.hall.listener("one")
        self.receiver = self.hall.room.subscribers["one"]
        self.hall.pictures(2, key=True)
        self.steps = [self.receiver.step]

    def live(self, pattern: str, seconds: int, reports: Iterable[bool] = ()) -> None:
        """`x` in `pattern`, which repeats itself, is a lost packet; `reports`: whether each second's report arrives."""
        arriving, nth = iter(reports), 0
        for _ in range(seconds):
            before = len(self.end.headers(PICTURE.ssrc))
            for turn in range(20):
                self.hall.pictures(1, key=turn == 0)
                self.receiver.beat(self.hall.now)
            sent = len(self.end.headers(PICTURE.ssrc)) - before
            lost = sum(pattern[(nth + one) % len(pattern)] == "x" for one in range(sent))
            nth += sent
            if sent and next(arriving, True):
                block = Block(PICTURE.ssrc, min(255, lost * 256 // sent), lost, self._highest(), 0, 0, 0)
                self.receiver.rtcp(rtcp.receiver_report(1, [block]), self.hall.now)
            if self.receiver.step is not self.steps[-1]:
                self.steps.append(self.receiver.step)

    def _highest(self) -> int:
        return self.end.headers(PICTURE.ssrc)[-1].sequence


@pytest.mark.parametrize("pattern", ["x....", "xxxx" + "." * 16], ids=["every fifth", "bursts"])
def test_a_fifth_lost_leads_to_the_low_layer_and_back_when_it_ends(pattern: str) -> None:
    one = Reporting()
    one.live(".", 10)
    one.live(pattern, 6)
    assert one.receiver.step is not Step.HIGH
    one.live(".", 40)
    assert one.steps[-1] is Step.HIGH
    assert one.hall.seen("one")[-1] == "h"
    assert without_seam(one.end.headers(PICTURE.ssrc))


def test_who_reports_nothing_stays_where_it_is_and_is_judged_by_what_comes_after_all() -> None:
    one = Reporting()
    one.live("x....", 20, [False] * 20)
    assert one.steps == [Step.HIGH]
    one.live("x....", 12, [False, False, True] * 4)
    assert one.steps[1] is Step.LOW


def test_one_loss_in_twenty_changes_nothing() -> None:
    one = Reporting()
    one.live("x" + "." * 19, 60)
    assert one.steps == [Step.HIGH]
