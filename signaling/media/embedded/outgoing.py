"""One socket's way out: what the kernel has no room for waits here, sound and answers before pictures."""

from __future__ import annotations

import asyncio
import fcntl
import socket
import sys
import termios
from collections import Counter, deque

from signaling.media.embedded.ice import Address
from signaling.media.embedded.structures import address_of, ffi, new_outlet

#: Datagrams that wait for room; more are dropped and counted.
WAITING = 8192
#: Bytes in the kernel before the line, as it counts them, behind which sound would come late: 2 ms of 1 Gbit/s.
QUEUED = 256 * 1024
#: Linux's option that cuts one message into datagrams (linux/udp.h).
_SEGMENT = 103


def _knows_trains(opened: socket.socket) -> bool:
    """Whether the kernel cuts messages into datagrams (Linux 4.18)."""
    try:
        opened.getsockopt(socket.IPPROTO_UDP, _SEGMENT)
    except OSError:
        return False
    return True


class Outgoing:
    """Sends at once where it can; a datagram that was protected is sent later, never protected again."""

    def __init__(self, opened: socket.socket, counters: Counter[str]) -> None:
        self._socket, self.counters = opened, counters
        self._first: deque[tuple[bytes, Address]] = deque()
        self._then: deque[tuple[bytes, Address]] = deque()
        #: The C loop's batch for this socket.
        self.outlet = new_outlet(opened.fileno(), _knows_trains(opened))
        self._sent = self._failed = self._refused = 0
        self._awaits = False

    @property
    def blocked(self) -> bool:
        """Whether the kernel has no room."""
        return bool(self.outlet.blocked)

    @property
    def queued(self) -> int:
        """Bytes that the kernel holds and has not sent, as it counts them."""
        return int.from_bytes(fcntl.ioctl(self._socket, termios.TIOCOUTQ, bytes(4)), sys.byteorder)

    @property
    def crowded(self) -> bool:
        """Whether pictures have to wait: the kernel has no room, or sound would queue behind too much of them."""
        return self.blocked or self.queued > QUEUED

    def send(self, datagram: bytes, address: Address, bulk: bool) -> bool:
        """Send one datagram, now or when there is room; False where it was dropped."""
        if self.outlet.blocked:
            return self._keep(datagram, address, bulk)
        try:
            self._socket.sendto(datagram, address)
        except BlockingIOError:
            self._wait()
            return self._keep(datagram, address, bulk)
        except OSError:
            self.counters["send_failed"] += 1
            return False
        self.counters["packets_out"] += 1
        return True

    def settle(self, bulk: bool) -> None:
        """After a run of the C loop: count what it did, and keep what it could not send."""
        outlet = self.outlet
        if outlet.sent != self._sent:
            self.counters["packets_out"] += outlet.sent - self._sent
            self._sent = outlet.sent
        if outlet.failed != self._failed:
            self.counters["send_failed"] += outlet.failed - self._failed
            self._failed = outlet.failed
        if outlet.refused != self._refused:
            self.counters["protect_refused"] += outlet.refused - self._refused
            self._refused = outlet.refused
        if outlet.count == 0:
            return
        if outlet.blocked:
            self._wait()
        for place in range(outlet.first, outlet.count):
            message = outlet.messages[place]
            datagram = bytes(ffi.buffer(message.data, message.size))
            if not self._keep(datagram, address_of(message.lane.way), bulk):
                message.lane.dropped += 1
        outlet.first = outlet.count = 0

    def _wait(self) -> None:
        """The kernel has no room: go on when it has."""
        self.outlet.blocked = 1
        if not self._awaits:
            self._awaits = True
            self.counters["send_waited"] += 1
            asyncio.get_running_loop().add_writer(self._socket.fileno(), self.resume)

    def _keep(self, datagram: bytes, address: Address, bulk: bool) -> bool:
        if len(self._first) + len(self._then) >= WAITING:
            self.counters["send_dropped"] += 1
            return False
        (self._then if bulk else self._first).append((datagram, address))
        return True

    def resume(self) -> None:
        """There is room again: send what waited."""
        while waiting := self._first or self._then:
            datagram, address = waiting.popleft()
            try:
                self._socket.sendto(datagram, address)
            except BlockingIOError:
                waiting.appendleft((datagram, address))
                return
            except OSError:
                self.counters["send_failed"] += 1
            else:
                self.counters["packets_out"] += 1
        self.outlet.blocked = 0
        if self._awaits:
            self._awaits = False
            asyncio.get_running_loop().remove_writer(self._socket.fileno())
