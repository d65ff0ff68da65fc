"""Receivers behind a real socket, each with SRTP of its own, for whichever send loop."""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Iterator
from typing import cast

from pylibsrtp import Policy

from signaling.media.embedded.column import Receiver, SendLoop
from signaling.media.embedded.dtls import Srtp
from signaling.media.embedded.ice import Address
from signaling.media.embedded.lane import Lane
from signaling.media.embedded.layers import Layers
from signaling.media.embedded.outgoing import Outgoing
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.slots import Lines
from signaling.media.embedded.structures import ffi, new_way, point


class End:
    """A peer that is up: its keys (made from `seed`), where it is."""

    def __init__(self, out: Outgoing, address: Address, seed: int) -> None:
        self.up = False
        self.way = new_way()
        self._out = out
        self._address: Address | None = None
        policy = Policy(
            random.Random(seed).randbytes(28), Policy.SSRC_ANY_OUTBOUND, 0, Policy.SRTP_PROFILE_AEAD_AES_128_GCM
        )
        self.srtp = Srtp(policy)
        self.turn(True)
        self.move(address)

    def turn(self, up: bool) -> None:
        self.up = up
        self.way.srtp = ffi.cast("void *", self.srtp.pointer) if up else ffi.NULL

    def move(self, address: Address | None, out: Outgoing | None = None) -> None:
        self._address, self._out = address, out or self._out
        point(self.way, address, self._out.outlet)

    def send_rtp(self, packet: bytes, bulk: bool) -> bool:
        if self._address is None:
            return False
        protected = self.srtp.protect(packet)
        if protected is None:
            self._out.counters["protect_refused"] += 1
            return False
        return self._out.send(protected, self._address, bulk)


class Now:
    """Does every job at once."""

    left_out = 0

    def add(self, job: Iterator[int], sound: bool = False) -> None:
        for _ in job:
            pass

    def waited(self, since: float) -> float:
        return 0.0


class Later:
    """Keeps jobs until they are to be done."""

    def __init__(self) -> None:
        self._jobs: list[Iterator[int]] = []
        self._sounds: list[Iterator[int]] = []
        self.left_out = 0
        self.late = False

    def waited(self, since: float) -> float:
        return 10.0 if self.late else 0.0

    def add(self, job: Iterator[int], sound: bool = False) -> None:
        (self._sounds if sound else self._jobs).append(job)

    def run(self) -> None:
        for job in [*self._sounds, *self._jobs]:
            for _ in job:
                pass
        self._sounds.clear()
        self._jobs.clear()


class Hall:
    """One line to receivers of the addresses given, with the same numbers and keys for the same seed."""

    def __init__(
        self,
        line: Lines,
        loop: SendLoop,
        out: Outgoing,
        addresses: list[Address],
        seed: int = 0,
        pace: Paced | None = None,
    ) -> None:
        self.line, self.addresses = Layers(line, pace or Now(), loop), addresses
        self.lanes: list[Lane] = []
        self.ends: list[End] = []
        numbers = random.Random(seed)
        for place, address in enumerate(addresses):
            lane = Lane(line)
            lane.numbers.sequence, lane.numbers.timestamp = numbers.randrange(0x4000), numbers.getrandbits(32)
            lane.numbers.picture, lane.numbers.layer = numbers.randrange(0x4000), numbers.randrange(0x100)
            end = End(out, address, seed * 1000 + place)
            self.lanes.append(lane)
            self.ends.append(end)
            self.line.join(Receiver(cast(Peer, end), f"site-{place}", lane))


def sending(family: socket.AddressFamily = socket.AF_INET) -> tuple[socket.socket, Outgoing, Counter[str]]:
    """A socket that does not wait, and its way out."""
    opened, counters = socket.socket(family, socket.SOCK_DGRAM), Counter[str]()
    opened.setblocking(False)
    return opened, Outgoing(opened, counters), counters
