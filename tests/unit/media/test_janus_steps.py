"""How a receiver at Janus is led, from what Janus tells of its losses; no Janus, no chance."""

from __future__ import annotations

from signaling.media.embedded.slots import LINES
from signaling.media.engine import Line, Slot, Step
from signaling.media.janus.steps import PACKETS, WHOLE, Share, Steps, share

SOUND, PICTURE = LINES[0], LINES[1]


class Place:
    """A receiver behind a line; `carries` packets of pictures a second, Janus tells a second later what was lost."""

    def __init__(self) -> None:
        self.now, self.carries = 100.0, 1000
        self.steps = Steps(self.now)
        self.seen = [Step.HIGH]
        self._late = 0

    def live(self, seconds: int, line: Line = Line()) -> None:  # noqa: B008 — it does not change
        for _ in range(seconds):
            lost, self._late = self._late, max(0, PACKETS[self.steps.step] - self.carries)
            if lost >= 4:
                self.steps.lost(lost, True, self.now)
            for _ in range(2):
                self.now += 0.5
                self.steps.beat(line, self.now)
            if self.steps.step is not self.seen[-1]:
                self.seen.append(self.steps.step)


def test_a_thin_line_is_led_to_what_it_carries_and_back_when_it_is_wide_again() -> None:
    place = Place()
    place.live(10)
    place.carries = 40
    place.live(6)
    assert place.seen == [Step.HIGH, Step.LOW], "what is told late of the former step leads no further down"
    place.live(120)
    assert Step.AUDIO not in place.seen
    place.carries = 1000
    place.live(90)
    assert place.steps.step is Step.HIGH


def test_a_line_that_loses_its_sound_keeps_the_papers() -> None:
    place = Place()
    for _ in range(30):
        place.now += 1.0
        place.steps.lost(40, False, place.now)
    assert place.steps.step is Step.PAPERS


def test_a_step_that_a_person_fixed_holds() -> None:
    place = Place()
    place.live(5, Line(Step.AUDIO))
    place.carries = 0
    place.live(30, Line(Step.AUDIO))
    assert place.seen == [Step.HIGH, Step.AUDIO]


def test_what_each_step_gets_of_each_line() -> None:
    small = next(line for line in LINES if line.video and line.slot is Slot.CHAIR)
    found = {step: [share(line, step, False) for line in (SOUND, PICTURE, small)] for step in Step}
    low, nothing = Share(True, 0), Share(False)
    assert found == {
        Step.HIGH: [WHOLE, WHOLE, low],
        Step.LOW: [WHOLE, low, low],
        Step.AUDIO: [WHOLE, nothing, nothing],
        Step.PAPERS: [nothing, nothing, nothing],
    }
    assert share(small, Step.HIGH, chair_is_large=True) == WHOLE
