"""The media bench counts on the kernel: what its filters drop is media, and each drop is counted."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.bench.media.filters import dropped, everything, everything_but_media, only_payload_type

_CHECK, _HANDSHAKE, _REPORT = b"\x00\x01check", b"\x16handshake", b"\x80\xc9report"
_SOUND, _PICTURE_END = b"\x90\x6fsound", b"\x90\xe0picture"  # payload types 111, and 96 with the marker


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.socket(type=socket.SOCK_DGRAM) as receiver, socket.socket(type=socket.SOCK_DGRAM) as sender:
        receiver.bind(("127.0.0.1", 0))
        receiver.setblocking(False)
        sender.connect(receiver.getsockname())
        yield sender, receiver


def _received(sender: socket.socket, receiver: socket.socket) -> list[bytes]:
    for one in (_CHECK, _HANDSHAKE, _REPORT, _SOUND, _PICTURE_END):
        sender.send(one)
    got = []
    try:
        while True:
            got.append(receiver.recv(100))
    except BlockingIOError:
        return got


def test_media_is_dropped_and_counted_and_all_else_comes_through(pair: tuple[socket.socket, socket.socket]) -> None:
    everything_but_media(pair[1])
    assert _received(*pair) == [_CHECK, _HANDSHAKE, _REPORT]
    assert dropped(pair[1]) == 2
    everything(pair[1])
    assert len(_received(*pair)) == 5
    assert dropped(pair[1]) == 2


def test_one_payload_type_comes_through_with_and_without_its_marker(pair: tuple[socket.socket, socket.socket]) -> None:
    only_payload_type(pair[1], 96)
    assert _received(*pair) == [_CHECK, _HANDSHAKE, _REPORT, _PICTURE_END]
    assert dropped(pair[1]) == 1
