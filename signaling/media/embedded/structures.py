"""The structures of `send_loop.h` in Python: both send loops work on the same numbers."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from typing import Any, Protocol, cast

from cffi import FFI

from signaling.media.embedded.ice import Address

ffi = FFI()
ffi.cdef(Path(__file__).with_name("send_loop.h").read_text(encoding="utf-8"))

#: Packets to one receiver that leave as one message at most.
TRAIN = cast(int, ffi.typeof("enum constants").relements["TRAIN"])

_IPV4 = struct.Struct("=H2s4s8x")
_IPV6 = struct.Struct("=H2s4s16sI")


class Message(Protocol):
    """A datagram that is protected and waits."""

    lane: Numbers
    size: int
    data: object


class Outlet(Protocol):
    """One socket's batch."""

    fd: int
    train: int
    blocked: int
    first: int
    count: int
    sent: int
    failed: int
    refused: int
    messages: list[Message]


class Way(Protocol):
    """How a peer is reached."""

    srtp: object
    outlet: Outlet | None
    address_size: int
    apart: int
    address: object


class Numbers(Protocol):
    """One receiver's numbers on one line; `add_…` is what turns the source's numbers into them."""

    way: Way
    sequence: int
    picture: int
    layer: int
    source_first: int
    add_sequence: int
    add_picture: int
    add_layer: int
    packets: int
    octets: int
    dropped: int
    sent_at: float
    timestamp: int
    add_timestamp: int
    ssrc: int
    payload_type: int
    flows: int


def new_numbers() -> Numbers:
    return cast(Numbers, ffi.new("struct lane *"))


def new_way() -> Way:
    return cast(Way, ffi.new("struct way *"))


def new_outlet(fd: int, trains: bool = False) -> Outlet:
    """A batch for the socket `fd`; with `trains` its packets of one size to one receiver are one message."""
    outlet = cast(Outlet, ffi.new("struct outlet *"))
    outlet.fd, outlet.train = fd, TRAIN if trains else 1
    return outlet


def point(way: Way, address: Address | None, outlet: Outlet | None) -> None:
    """Let `way` lead to `address` through `outlet`, or nowhere."""
    raw = b"" if address is None or outlet is None else _packed(address)
    shared: Any = way
    shared.outlet = outlet if raw else ffi.NULL
    shared.address_size, shared.apart = len(raw), 0
    ffi.memmove(shared.address, raw, len(raw))


def address_of(way: Way) -> Address:
    """Where `way` leads, as the socket gives it."""
    raw = bytes(ffi.buffer(way.address, way.address_size))
    port = int.from_bytes(raw[2:4], "big")
    if len(raw) == _IPV4.size:
        return socket.inet_ntoa(raw[4:8]), port
    _, _, flow, host, scope = _IPV6.unpack(raw)
    return socket.inet_ntop(socket.AF_INET6, host), port, int.from_bytes(flow, "big"), scope


def _packed(address: Address) -> bytes:
    """`address` as the kernel reads it (sockaddr_in, sockaddr_in6)."""
    port = address[1].to_bytes(2, "big")
    if len(address) == 2:
        return _IPV4.pack(socket.AF_INET, port, socket.inet_aton(address[0]))
    _, _, flow, scope = address
    host = socket.inet_pton(socket.AF_INET6, address[0].split("%")[0])
    return _IPV6.pack(socket.AF_INET6, port, flow.to_bytes(4, "big"), host, scope)
