"""Elements of EBML (RFC 8794), of which a Matroska file is made: written, and read back from our own files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: The size of an element whose end is not known yet.
UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"
_NO_END = (1 << 56) - 1
#: The bytes of a `void` before its room.
_VOID = 9
_LONGEST = 12  # an id and a size, in bytes


class Broken(ValueError):
    """What is read is not what a file of ours holds there, or ends too early."""


def element(id: int, content: bytes) -> bytes:
    return name(id) + _size(len(content)) + content


def name(id: int) -> bytes:
    """An id as it is written."""
    return id.to_bytes((id.bit_length() + 7) // 8, "big")


def _size(size: int) -> bytes:
    length = next(one for one in range(1, 9) if size < (1 << 7 * one) - 1)
    return (size | 1 << 7 * length).to_bytes(length, "big")


def whole(id: int, value: int, length: int = 0) -> bytes:
    """A whole number, in as few bytes as it needs or in `length`."""
    return element(id, value.to_bytes(length or max(1, (value.bit_length() + 7) // 8), "big"))


def words(id: int, value: str) -> bytes:
    return element(id, value.encode())


def void(room: int) -> bytes:
    """An element of exactly `room` bytes that readers skip; at least 9."""
    return b"\xec" + (room - _VOID | 1 << 56).to_bytes(8, "big") + bytes(room - _VOID)


@dataclass(frozen=True, slots=True)
class Found:
    """An element, and where its content begins and ends; without a known end both are the same."""

    id: int
    start: int
    end: int


def find(data: bytes, at: int = 0) -> Found:
    """The element that begins at `at`; its content may end later than `data`.

    Raises:
        Broken: none begins there.
    """
    size_at = at + _length(data, at, 4)
    length = _length(data, size_at, 8)
    start = size_at + length
    if start > len(data):
        raise Broken("size")
    size = int.from_bytes(data[size_at:start], "big") ^ 1 << 7 * length
    return Found(int.from_bytes(data[at:size_at], "big"), start, start + (0 if size == _NO_END else size))


def _length(data: bytes, at: int, longest: int) -> int:
    """How many bytes an id or a size has, as its first one says."""
    length = 9 - data[at].bit_length() if at < len(data) else 9
    if length > longest:
        raise Broken("no element")
    return length


def find_in(file: BinaryIO, at: int, id: int) -> Found:
    """The element `id`, which is expected at byte `at` of a file. Raises Broken."""
    file.seek(at)
    found = find(file.read(_LONGEST))
    if found.id != id:
        raise Broken("another element")
    return Found(id, at + found.start, at + found.end)


def children(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Id and content of each element of `data`, which holds nothing else. Raises Broken."""
    at = 0
    while at < len(data):
        found = find(data, at)
        if found.end > len(data):
            raise Broken("longer than what holds it")
        yield found.id, data[found.start : found.end]
        at = found.end


def number(content: bytes) -> int:
    """A whole number as it was written."""
    return int.from_bytes(content, "big")
