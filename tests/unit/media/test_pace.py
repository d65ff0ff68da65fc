"""Sound goes before pictures, a turn ends in time, and nothing that waits is lost or turned around."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections import Counter
from collections.abc import Iterator
from typing import cast

from signaling.media.embedded.ice import Address
from signaling.media.embedded.outgoing import WAITING, Outgoing
from signaling.media.embedded.pace import STRIDE, TURN, Pace

HOME: Address = ("192.0.2.1", 1000)


def job(out: list[tuple[str, int]], name: str, steps: int) -> Iterator[int]:
    for step in range(steps):
        out.append((name, step))
        yield 1


async def test_a_turn_ends_in_the_middle_of_a_job_and_the_next_goes_on_there() -> None:
    pace, out = Pace(), list[tuple[str, int]]()
    pace.add(job(out, "a", 3 * STRIDE))
    pace.add(job(out, "b", 100))
    slow = itertools.count(0, TURN * 0.6)
    pace.turn(lambda: next(slow))
    assert out == [("a", step) for step in range(2 * STRIDE)]
    await asyncio.sleep(0.05)
    assert out == [("a", step) for step in range(3 * STRIDE)] + [("b", step) for step in range(100)]


async def test_a_job_that_breaks_is_given_up_and_the_next_goes_on() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError

    pace, out = Pace(), list[tuple[str, int]]()
    pace.add(broken())
    pace.add(job(out, "b", 3))
    await asyncio.sleep(0.05)
    assert out == [("b", step) for step in range(3)]


async def test_while_it_is_crowded_only_sound_goes_out() -> None:
    out, most = list[tuple[str, int]](), STRIDE
    pace = Pace(lambda: len(out) >= most)
    pace.add(job(out, "picture", 3 * STRIDE))
    pace.turn(lambda: 0.0)
    assert len(out) == STRIDE, "it became crowded in the middle"
    pace.add(job(out, "sound", 1), sound=True)
    pace.turn(lambda: 0.0)
    assert out[STRIDE:] == [("sound", 0)]
    most = 4 * STRIDE
    await asyncio.sleep(0.05)
    assert len(out) == 3 * STRIDE + 1


class Full:
    """A socket whose kernel takes `room` more datagrams."""

    def __init__(self, room: int) -> None:
        self.room, self.sent = room, list[bytes]()
        self._real = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def fileno(self) -> int:
        return self._real.fileno()

    def getsockopt(self, level: int, option: int) -> int:
        return self._real.getsockopt(level, option)

    def sendto(self, datagram: bytes, _: Address) -> None:
        if self.room == 0:
            raise BlockingIOError
        self.room -= 1
        self.sent.append(datagram)

    def close(self) -> None:
        asyncio.get_running_loop().remove_writer(self.fileno())
        self._real.close()


async def test_what_found_no_room_is_sent_later_sound_first() -> None:
    full, counters = Full(1), Counter[str]()
    out = Outgoing(cast(socket.socket, full), counters)
    for name, bulk in (("p1", True), ("p2", True), ("s1", False), ("p3", True), ("s2", False)):
        assert out.send(name.encode(), HOME, bulk)
    assert out.blocked
    full.room = 2
    out.resume()
    assert full.sent == [b"p1", b"s1", b"s2"]
    full.room = 5
    out.resume()
    assert full.sent == [b"p1", b"s1", b"s2", b"p2", b"p3"]
    assert not out.blocked
    assert counters == {"packets_out": 5, "send_waited": 1}
    full.close()


async def test_what_is_too_much_is_dropped_and_counted() -> None:
    full, counters = Full(0), Counter[str]()
    out = Outgoing(cast(socket.socket, full), counters)
    assert all(out.send(b"p", HOME, True) for _ in range(WAITING))
    assert not out.send(b"p", HOME, True)
    assert counters["send_dropped"] == 1
    full.close()
