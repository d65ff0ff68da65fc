"""One socket's way out: what the kernel has no room for waits here, sound and answers before pictures."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter, deque

from signaling.media.embedded.ice import Address

#: Datagrams that wait for room; more are dropped and counted.
WAITING = 8192


class Outgoing:
    """Sends at once where it can; a datagram that was protected is sent later, never protected again."""

    def __init__(self, opened: socket.socket, counters: Counter[str]) -> None:
        self._socket, self._counters = opened, counters
        self._first: deque[tuple[bytes, Address]] = deque()
        self._then: deque[tuple[bytes, Address]] = deque()
        self.blocked = False

    def send(self, datagram: bytes, address: Address, bulk: bool) -> bool:
        """Send one datagram, now or when there is room; False where it was dropped."""
        if self.blocked:
            return self._keep(datagram, address, bulk)
        try:
            self._socket.sendto(datagram, address)
        except BlockingIOError:
            self.blocked = True
            self._counters["send_waited"] += 1
            asyncio.get_running_loop().add_writer(self._socket.fileno(), self.resume)
            return self._keep(datagram, address, bulk)
        except OSError:
            self._counters["send_failed"] += 1
            return False
        self._counters["packets_out"] += 1
        return True

    def _keep(self, datagram: bytes, address: Address, bulk: bool) -> bool:
        if len(self._first) + len(self._then) >= WAITING:
            self._counters["send_dropped"] += 1
            return False
        (self._then if bulk else self._first).append((datagram, address))
        return True

    def resume(self) -> None:
        """There is room again: send what waited."""
        self.blocked = False
        while (waiting := self._first or self._then) and not self.blocked:
            datagram, address = waiting.popleft()
            try:
                self._socket.sendto(datagram, address)
            except BlockingIOError:
                waiting.appendleft((datagram, address))
                self.blocked = True
            except OSError:
                self._counters["send_failed"] += 1
            else:
                self._counters["packets_out"] += 1
        if not self.blocked:
            asyncio.get_running_loop().remove_writer(self._socket.fileno())
