"""The send loop in C (`send_loop.c`), loaded through cffi; libsrtp is the one inside pylibsrtp."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from signaling.media.embedded.column import Column
from signaling.media.embedded.compile_loop import LIBRARY, version
from signaling.media.embedded.dtls import protect_function
from signaling.media.embedded.outgoing import Outgoing
from signaling.media.embedded.packet import Packet
from signaling.media.embedded.structures import TRAIN, ffi

_HEADER = 12


class Unavailable(Exception):
    """The loop in C cannot be used here; the text says why."""


class NativeLoop:
    """Hands a column to C, and takes back what the kernel had no room for."""

    stride = 128

    def __init__(self, outgoings: Sequence[Outgoing], library: Path = LIBRARY) -> None:
        """Load the loop.

        Raises:
            Unavailable: it is not compiled, of another version, or libsrtp's function is not as expected.
        """
        if not library.exists():
            raise Unavailable("not compiled")
        address = protect_function()
        if not address:
            raise Unavailable("libsrtp is not as expected")
        try:
            self._library: Any = ffi.dlopen(str(library))
            found = self._library.send_loop_version()
        except (OSError, AttributeError) as error:
            raise Unavailable(str(error)) from None
        if found != version():
            raise Unavailable("compiled from another version")
        self._protect = ffi.cast("protect_function", address)
        self._outgoings = outgoings
        self._last: Sequence[Packet] = ()
        self._shared: Any = None
        self._longest = cast(int, self._library.LONGEST) - _HEADER

    def send(self, burst: Sequence[Packet], column: Column, begin: int, end: int, now: float, bulk: bool) -> None:
        if burst is not self._last:
            self._take(burst)
        if column.lanes is None:
            column.lanes = _lanes(column)
        while begin < end:
            begin = self._library.send_loop_forward(
                self._protect, self._shared, len(burst), column.lanes, begin, end, now
            )
            for one in self._outgoings:
                one.settle(bulk)

    def _take(self, burst: Sequence[Packet]) -> None:
        """Describe `burst` for C.

        Raises:
            ValueError: more, or larger, than what is ever forwarded.
        """
        if len(burst) > TRAIN or any(len(packet.body) > self._longest for packet in burst):
            raise ValueError("burst is too long")
        all_shared: Any = ffi.new("struct packet[]", len(burst))
        for packet, shared in zip(burst, all_shared, strict=True):
            shared.body, shared.size = ffi.from_buffer(packet.body), len(packet.body)
            shared.sequence, shared.timestamp, shared.marker = packet.sequence, packet.timestamp, packet.marker
            shared.picture, shared.picture_at = packet.picture, packet.picture_at
            shared.picture_wide, shared.padded = packet.picture_wide, packet.padded
            shared.layer, shared.layer_at = packet.layer, packet.layer_at
        self._shared, self._last = all_shared, burst  # `burst` keeps the bytes alive that C reads


def _lanes(column: Column) -> object:
    for one in column.receivers:
        one.lane.numbers.way = one.peer.way
    return ffi.new("struct lane *[]", [one.lane.numbers for one in column.receivers])
