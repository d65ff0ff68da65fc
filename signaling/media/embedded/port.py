"""The one UDP port: takes datagrams apart by their first byte (RFC 7983) and calls straight through.

A check finds its peer by our user fragment, everything else by the address that a check has proved.
Nothing that arrives here may stop the engine: what breaks a peer closes that peer and is counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import Counter

import structlog

from signaling.media.embedded.ice import Address, read_check
from signaling.media.embedded.outgoing import Outgoing
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.rtp import Malformed
from signaling.media.embedded.structures import Outlet

log = structlog.get_logger()

#: How long one turn of the loop may read, in seconds.
TURN = 0.005
#: Checks of one address that are refused within a second before no more of it are read, and addresses remembered.
REFUSALS, REFUSED_ADDRESSES = 50, 4096
#: Buffers asked of the kernel, in bytes.
BUFFER = 4 * 1024 * 1024


class Port:
    """Sockets on one port number, and the peers behind them."""

    def __init__(self, hosts: list[str], number: int) -> None:
        """Bind; `number` 0 takes a free port.

        Raises:
            OSError: an address is not ours or the port is taken.
        """
        self.counters: Counter[str] = Counter()
        self.number = number
        self._sockets: dict[int, socket.socket] = {}
        self._out: dict[int, Outgoing] = {}
        self._fragments: dict[str, Peer] = {}
        self._addresses: dict[Address, Peer] = {}
        self._refused: dict[Address, int] = {}
        self._refused_since = 0.0
        try:
            for host in hosts:
                self._open(host)
        except OSError:
            self.close()
            raise

    def _open(self, host: str) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_DGRAM)
        self._sockets[family] = opened
        self._out[family] = Outgoing(opened, self.counters)
        opened.setblocking(False)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            opened.setsockopt(socket.SOL_SOCKET, option, BUFFER)
            granted = opened.getsockopt(socket.SOL_SOCKET, option) // 2  # the kernel tells twice what it grants
            if granted < BUFFER:
                log.warning("media.small_socket_buffer", granted=granted, wanted=BUFFER, see="net.core.[rw]mem_max")
        opened.bind((host, self.number))
        self.number = opened.getsockname()[1]

    def start(self) -> None:
        """Read from now on, on the running event loop."""
        loop = asyncio.get_running_loop()
        for one in self._sockets.values():
            loop.add_reader(one.fileno(), self._readable, one)

    def close(self) -> None:
        for one in self._sockets.values():
            if one.fileno() >= 0:
                with contextlib.suppress(RuntimeError):  # no loop runs where the start failed
                    asyncio.get_running_loop().remove_reader(one.fileno())
                    asyncio.get_running_loop().remove_writer(one.fileno())
                one.close()
        self._sockets.clear()

    # -- peers -------------------------------------------------------------------------------------------------

    def add(self, peer: Peer) -> None:
        self._fragments[peer.credentials.fragment] = peer

    def forget_fragment(self, fragment: str) -> None:
        self._fragments.pop(fragment, None)

    def bind(self, address: Address, peer: Peer) -> None:
        """From now on `address` speaks for `peer`."""
        former = self._addresses.get(address)
        if former is not None and former is not peer:
            former.addresses.remove(address)
            if former.address == address:
                former.address = None
        self._addresses[address] = peer

    def unbind(self, address: Address, peer: Peer) -> None:
        if self._addresses.get(address) is peer:
            del self._addresses[address]

    def remove(self, peer: Peer) -> None:
        for fragment in peer.fragments:
            self._fragments.pop(fragment, None)
        for address in peer.addresses:
            self.unbind(address, peer)

    # -- datagrams ---------------------------------------------------------------------------------------------

    def count(self, what: str) -> None:
        self.counters[what] += 1

    def send(self, datagram: bytes, address: Address, bulk: bool = False) -> bool:
        """Send one datagram, pictures (`bulk`) after everything else; False where it was dropped."""
        out = self._out.get(_family(address))
        return out is not None and out.send(datagram, address, bulk)

    @property
    def outgoings(self) -> list[Outgoing]:
        """The ways out, one for each version of IP."""
        return list(self._out.values())

    def outlet(self, address: Address) -> Outlet | None:
        """The batch of the C loop towards `address`."""
        out = self._out.get(_family(address))
        return out.outlet if out is not None else None

    def crowded(self) -> bool:
        """Whether pictures have to wait, for the kernel's room or for sound's sake."""
        return bool(self._sockets) and any(one.crowded for one in self._out.values())

    def _readable(self, from_socket: socket.socket) -> None:
        began = now = time.monotonic()
        while now - began < TURN:
            try:
                datagram, address = from_socket.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:
                self.counters["receive_failed"] += 1  # an ICMP error of an earlier packet
                continue
            finally:
                now = time.monotonic()
            self.counters["packets_in"] += 1
            self.receive(datagram, address, now)

    def receive(self, datagram: bytes, address: Address, now: float) -> None:
        """Take one datagram, whoever sent it."""
        peer = self._addresses.get(address)
        try:
            self._route(peer, datagram, address, now)
        except Malformed:
            self.counters["malformed"] += 1
        except Exception:
            self.counters["broken"] += 1
            log.exception("media.peer_broken")
            if peer is not None:
                peer.close("broken")

    def _route(self, peer: Peer | None, datagram: bytes, address: Address, now: float) -> None:
        first = datagram[0] if datagram else 255
        if 128 <= first <= 191:
            if peer is None or len(datagram) < 8:
                self.counters["unknown_address"] += 1
            elif 192 <= datagram[1] <= 223:
                peer.rtcp(datagram, now)
            else:
                peer.rtp(datagram, now)
        elif first <= 3:
            self._check(datagram, address, now)
        elif 20 <= first <= 63 and peer is not None:
            peer.dtls(datagram)
        else:
            self.counters["unknown_address" if peer is None else "malformed"] += 1

    def _check(self, datagram: bytes, address: Address, now: float) -> None:
        if now - self._refused_since > 1:
            self._refused.clear()
            self._refused_since = now
        if self._refused.get(address, 0) >= REFUSALS:
            self.counters["check_refused"] += 1
            return
        check = read_check(datagram)
        if check is None:
            self.counters["malformed"] += 1
            return
        peer = self._fragments.get(check.fragment)
        if peer is None or not peer.checked(check, address, now):
            self.counters["check_refused"] += 1
            if len(self._refused) < REFUSED_ADDRESSES:
                self._refused[address] = self._refused.get(address, 0) + 1


def _family(address: Address) -> int:
    return socket.AF_INET6 if len(address) == 4 else socket.AF_INET
