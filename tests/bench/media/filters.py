"""Socket filters (classic BPF): what the kernel lets through to us, and drops and counts otherwise."""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
from collections.abc import Sequence

_ATTACH = getattr(socket, "SO_ATTACH_FILTER", 26)
_DETACH = getattr(socket, "SO_DETACH_FILTER", 27)
_LOAD_BYTE, _AT_LEAST, _GREATER, _AND, _EQUAL, _RETURN = 0x30, 0x35, 0x25, 0x54, 0x15, 0x06
#: SO_MEMINFO: nine numbers, the last of them counts drops.
_MEMINFO, _MEMORY = 55, struct.Struct("=9I")
#: The filter sees the datagram with its UDP header of eight bytes.
_FIRST, _SECOND = 8, 9
_ALL = 0xFFFF

_Step = tuple[int, int, int, int]


def _media(then: Sequence[_Step]) -> list[_Step]:
    """Let through what is not RTP; for RTP go on with `then`."""
    accept: _Step = (_RETURN, 0, 0, _ALL)
    return [
        (_LOAD_BYTE, 0, 0, _FIRST),
        (_AT_LEAST, 1, 0, 128),  # at least 128: go on
        accept,
        (_GREATER, 0, 1, 191),
        accept,
        (_LOAD_BYTE, 0, 0, _SECOND),
        (_AT_LEAST, 0, 2, 192),  # 192 to 223 is RTCP
        (_GREATER, 1, 0, 223),
        accept,
        *then,
    ]


def everything_but_media(sock: socket.socket) -> None:
    """Drop RTP; checks, handshakes and RTCP come through."""
    _attach(sock, _media([(_RETURN, 0, 0, 0)]))


def only_payload_type(sock: socket.socket, payload_type: int) -> None:
    """Drop RTP of other payload types."""
    steps = [
        (_LOAD_BYTE, 0, 0, _SECOND),
        (_AND, 0, 0, 0x7F),
        (_EQUAL, 0, 1, payload_type),
        (_RETURN, 0, 0, _ALL),
        (_RETURN, 0, 0, 0),
    ]
    _attach(sock, _media(steps))


def everything(sock: socket.socket) -> None:
    """Drop nothing any more; nothing happens where nothing was dropped."""
    with contextlib.suppress(FileNotFoundError):
        sock.setsockopt(socket.SOL_SOCKET, _DETACH, 0)


def _attach(sock: socket.socket, steps: Sequence[_Step]) -> None:
    code = b"".join(struct.pack("=HBBI", *one) for one in steps)
    held = ctypes.create_string_buffer(code)
    sock.setsockopt(socket.SOL_SOCKET, _ATTACH, struct.pack("@HL", len(steps), ctypes.addressof(held)))


def dropped(sock: socket.socket) -> int:
    """How many datagrams the kernel has dropped at a socket since it was opened."""
    return _MEMORY.unpack(sock.getsockopt(socket.SOL_SOCKET, _MEMINFO, _MEMORY.size))[-1]  # type: ignore[no-any-return]
