"""The ladder under losses that are written down: no network, no chance."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from signaling.media.embedded.quality import LADDER, LONGEST, NEEDS, PROBE, VERDICT, WAIT, Ladder
from signaling.media.engine import Line, Step


class Place:
    """A receiver that reports each second what its line loses of what it is sent."""

    def __init__(self, line: int = 10_000_000, random: float = 0.0) -> None:
        self.now = 1000.0
        self.line, self.random = line, random
        self.ladder = Ladder(self.now)
        self.probes: list[float] = []
        self.steps: list[Step] = []

    def live(self, seconds: int) -> None:
        for _ in range(seconds * 20):
            self.now += 0.05
            before = self.ladder.probing
            padding = self.ladder.beat(self.now, True)
            if self.ladder.probing and not before:
                self.probes.append(self.now)
            sent = NEEDS[self.ladder.step] + (self.ladder.missing(NEEDS[self.ladder.step]) if padding else 0)
            if round(self.now * 20) % 20 == 0 and sent:
                self.ladder.report(max(self.random, 1 - self.line / sent), 50, self.now)
            if not self.steps or self.steps[-1] is not self.ladder.step:
                self.steps.append(self.ladder.step)


def test_a_good_line_stays_high() -> None:
    place = Place(random=0.02)
    place.live(300)
    assert place.steps == [Step.HIGH]


def test_a_thin_line_goes_to_what_it_carries_and_no_further_down() -> None:
    place = Place(line=500_000)
    place.live(20)
    assert place.ladder.step is Step.LOW
    assert place.steps == [Step.HIGH, Step.LOW]


def test_a_line_that_recovers_climbs_again_by_itself() -> None:
    place = Place(line=500_000)
    place.live(60)
    place.line = 5_000_000
    place.live(round(LONGEST + PROBE + VERDICT) + 5)
    assert place.ladder.step is Step.HIGH


def test_probes_that_hurt_come_ever_later() -> None:
    place = Place(line=500_000)
    place.live(300)
    waits = [after - before for before, after in pairwise(place.probes)]
    assert len(waits) >= 3
    assert all(after > before for before, after in pairwise(waits) if after < LONGEST)
    assert Step.HIGH not in place.steps[1:]


def test_chance_losses_of_ten_percent_leave_picture_and_of_thirty_leave_sound() -> None:
    tenth, third = Place(random=0.12), Place(random=0.3)
    tenth.live(120)
    third.live(120)
    assert tenth.ladder.step is Step.LOW
    assert third.ladder.step is Step.AUDIO


def test_two_of_a_few_packets_lost_say_less_than_twenty_of_many() -> None:
    few, many = Ladder(0.0), Ladder(0.0)
    for second in range(3, 6):
        few.report(0.2 if second % 2 else 0.0, 10, float(second))
        many.report(0.2 if second % 2 else 0.0, 100, float(second))
    assert few.lost < many.lost * 0.7
    assert few.step is Step.HIGH


def test_a_dead_line_is_left_with_the_papers() -> None:
    place = Place(random=0.9)
    place.live(12)
    assert Step.PAPERS in place.steps


def test_low_own_estimates_lead_down_only_while_much_is_sent() -> None:
    busy, idle = Ladder(0.0), Ladder(0.0)
    for second in range(4, 8):
        for ladder in (busy, idle):
            ladder.trip(0.2 * second, float(second))
        busy.estimate(300_000, 1_000_000, float(second))
        idle.estimate(300, 50_000, float(second))
    assert (busy.step, idle.step) == (Step.LOW, Step.HIGH)


@given(
    st.floats(0.0, 3.0),
    st.floats(0.0, 0.09),
    st.floats(0.05, 0.84),
    st.lists(st.floats(0, 1), min_size=60, max_size=60),
)
def test_a_way_that_became_longer_and_loses_nothing_leads_nowhere(
    longer: float, wavers: float, left: float, chances: list[float]
) -> None:
    """A receiver's estimate falls with the sudden delay and creeps up for minutes."""
    ladder, estimate = Ladder(0.0), 1_500_000.0
    for second, chance in enumerate(chances):
        if second == 10:
            estimate = left * 1_000_000
        ladder.trip(0.02 + (longer if second >= 10 else 0.0) + wavers * chance, second + 0.5)
        ladder.report(0.0, 100, second + 0.5)
        for part in range(4):
            ladder.beat(second + part / 4, True)
        ladder.estimate(round(estimate), 1_000_000, second + 0.75)
        estimate += 2000
    assert ladder.step is Step.HIGH


@given(st.integers(500_000, 800_000))
def test_a_full_line_that_keeps_everything_for_later_is_left_for_what_it_carries(line: int) -> None:
    ladder, waiting = Ladder(0.0), 0.0
    for quarter in range(80):
        now = quarter / 4
        ladder.beat(now, may_probe=False)
        sent = 1_000_000 if ladder.step is Step.HIGH else 300_000
        waiting = max(0.0, waiting + (sent - line) / 4)
        if quarter % 4 == 0:
            ladder.trip(0.02 + waiting / line, now)
            ladder.report(0.0, 100, now)
        ladder.estimate(round(0.85 * min(sent, line)) if waiting else 10_000_000, sent, now)
    assert ladder.step is Step.LOW
    assert waiting == 0.0


def test_a_line_that_stops_losing_by_chance_climbs_at_once_however_often_it_failed_before() -> None:
    place = Place(random=0.12)
    place.live(240)
    assert place.ladder.step is Step.LOW
    place.random = 0.0
    place.live(round(WAIT + PROBE + VERDICT) + 1)
    assert place.steps[-1] is Step.HIGH


def test_a_line_whose_losses_its_own_rate_made_is_not_tried_again_at_once() -> None:
    place = Place(line=500_000)
    place.live(round(WAIT))
    assert (place.ladder.step, place.probes) == (Step.LOW, [])


def test_an_own_estimate_that_lags_but_grows_is_no_full_line() -> None:
    ladder, estimate = Ladder(0.0), 300_000.0
    for second in range(30):
        ladder.estimate(round(estimate), 1_000_000, float(second))
        estimate *= 1.08
    assert ladder.step is Step.HIGH


def test_a_fixed_step_holds_whatever_the_line_does_and_can_be_let_go() -> None:
    place = Place(random=0.9)
    place.ladder.told(Line(Step.LOW), place.now)
    place.live(60)
    held = place.steps[-1]
    place.random = 0.0
    place.ladder.told(Line(), place.now)
    place.live(60)
    assert (held, place.steps[-1]) == (Step.LOW, Step.HIGH)


@given(st.integers(1, 20_000_000))
def test_a_measured_line_starts_at_the_best_step_that_it_carries(measured: int) -> None:
    ladder = Ladder(0.0)
    ladder.told(Line(measured=measured), 0.0)
    assert NEEDS[ladder.step] <= measured
    assert all(NEEDS[one] > measured for one in LADDER[LADDER.index(ladder.step) + 1 :])


@given(st.lists(st.tuples(st.sampled_from(["report", "estimate", "hungry", "beat"]), st.floats(0, 1)), max_size=200))
def test_no_course_of_reports_moves_more_than_one_step_at_once(course: list[tuple[str, float]]) -> None:
    ladder, now = Ladder(0.0), 0.0
    for what, share in course:
        before = LADDER.index(ladder.step)
        now += 0.3
        match what:
            case "report":
                ladder.report(share, 100, now)
            case "estimate":
                ladder.estimate(round(share * 1_000_000), 1_000_000, now)
            case "hungry":
                ladder.hungry(now)
            case _:
                ladder.beat(now, True)
        assert abs(LADDER.index(ladder.step) - before) <= 1
