"""What is lost on the way up is asked for, a little while; what is reported about it."""

from __future__ import annotations

import itertools

import pytest

from signaling.media.embedded.key_frames import BUDGET, JOINING, REPEAT, SILENT, SPAN, UNSCHEDULED, Budget, KeyFrames
from signaling.media.embedded.reception import ASKS, JUMP, Reception


def receive(pattern: str, first: int = 65_500) -> Reception:
    """Packets 20 ms apart; `.` arrives, `x` is lost."""
    reception = Reception(90_000)
    for place, what in enumerate(pattern):
        if what == ".":
            reception.arrived((first + place) & 0xFFFF, place * 1800, place * 0.02)
    return reception


def test_every_hole_is_asked_for_across_the_wrap() -> None:
    pattern = "." * 30 + "x.xx" + "." * 10 + "x" + "."
    reception = receive(pattern)
    lost = [0x10000 + 65_500 + place for place, what in enumerate(pattern) if what == "x"]
    assert reception.ask(1.0) == lost


def test_what_came_after_all_is_not_asked_for() -> None:
    reception = receive("..x.")
    assert reception.arrived(65_502, 0, 0.1, again=True) == (0x10000 + 65_502, False)
    assert reception.ask(0.2) == []


def test_what_never_comes_is_given_up() -> None:
    reception = receive("..x.")
    asked = [reception.ask(0.1 + 0.1 * turn) for turn in range(20)]
    assert sum(map(len, asked)) <= ASKS
    assert asked[-1] == []


def test_a_jump_is_no_loss() -> None:
    reception = receive("...")
    reception.arrived((65_503 + JUMP + 1) & 0xFFFF, 0, 0.1)
    assert reception.ask(0.2) == []


def test_a_packet_comes_once() -> None:
    reception = receive("...")
    assert reception.arrived(65_501, 0, 0.2, again=True) is None


def test_a_tenth_lost_is_reported_as_a_tenth() -> None:
    reception = receive((("." * 9) + "x") * 20 + ".")
    block = reception.block(7, 5.0)
    assert block is not None
    assert (block.total_lost, block.lost) == (20, 20 * 256 // 201)
    assert block.jitter == 0
    again = reception.block(7, 6.0)
    assert again is not None
    assert again.lost == 0


def test_a_report_says_how_long_ago_the_senders_came() -> None:
    reception = receive("...")
    reception.reported(0x0123_4567_89AB_CDEF, 10.0)
    block = reception.block(7, 10.5)
    assert block is not None
    assert (block.last_report, block.delay) == (0x456789AB, 32_768)


def test_a_switch_asks_until_the_key_frame_comes() -> None:
    frames = KeyFrames()
    assert not frames.due(0.0)
    frames.need()
    due = [frames.due(turn * REPEAT / 4) for turn in range(9)]
    assert due == [True, False, False, False] * 2 + [True]
    frames.came()
    assert not frames.due(100.0)


def test_a_lost_picture_asks_seldom() -> None:
    frames, sent = KeyFrames(), 0
    for turn in range(100):
        now = turn * 0.1
        frames.beg(now)
        if frames.due(now):
            sent += 1
            frames.came()
    assert sent == int(100 * 0.1 / UNSCHEDULED) + 1


def test_a_receiver_has_a_budget() -> None:
    budget = Budget()
    assert [budget.allows(turn) for turn in range(5)] == [True] * BUDGET + [False] * (5 - BUDGET)
    assert budget.allows(SPAN + 1)


def test_those_who_join_share_their_key_frames() -> None:
    frames, sent = KeyFrames(), 0
    for turn in range(400):
        now = turn * 0.01
        frames.join()
        if frames.due(now):
            sent += 1
            frames.came()
            frames.shared(now)
    assert sent == int(4 / JOINING)


def test_a_switch_does_not_wait_for_those_who_join() -> None:
    frames = KeyFrames()
    frames.shared(10.0)
    frames.join()
    assert not frames.due(10.3)
    frames.need()
    assert frames.due(10.3)


def test_a_source_of_which_nothing_comes_is_asked_ever_more_seldom_until_it_sends() -> None:
    frames, asked = KeyFrames(), list[float]()
    frames.need()
    for tick in range(1200):
        if frames.due(tick / 20):
            asked.append(tick / 20)
    gaps = [after - before for before, after in itertools.pairwise(asked)]
    assert gaps[0] >= REPEAT
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(SILENT, abs=0.05)
    frames.flows()
    assert frames.due(asked[-1] + REPEAT)
