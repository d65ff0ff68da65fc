"""Whatever arrives at the port, the engine goes on and who was connected stays so."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator

import pytest

from signaling.media.embedded.link import Link
from signaling.media.engine import Slot
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.pages import RED, Receiver, Sender, until
from tests.integration.media.sitting import sitting
from tests.integration.media.test_engine import MEETING
from tests.unit.media.samples import rtp
from tests.unit.media.test_ice import check


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        yield one


def _noise(seed: int) -> Iterator[bytes]:
    """Datagrams of every first byte and many sizes, the same ones each time."""
    chance = random.Random(seed)
    for first in range(256):
        for size in (0, 1, 7, 11, 19, 40, 300, 1400):
            yield bytes([first]) + chance.randbytes(size)
    yield b""
    yield bytes(65_000)


async def test_noise_from_strangers_is_counted_and_nothing_else(
    engine: EngineProcess, link: Link, stranger: socket.socket
) -> None:
    async with sitting(link) as room:
        listener = Receiver(link, MEETING, "l")
        await room.bring(Sender(link, MEETING, "a", RED), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED))
        sdp = await link.offer(MEETING, "bait", "page", "", False)
        fragment = next(line for line in sdp.splitlines() if line.startswith("a=ice-ufrag:")).split(":")[1]
        for datagram in _noise(1):
            stranger.sendto(datagram, ("127.0.0.1", engine.port))
        for number in range(300):
            stranger.sendto(check("wrong", f"{fragment}:x", ICE_CONTROLLING=number), ("127.0.0.1", engine.port))
            stranger.sendto(check("wrong", f"nobody{number}:x"), ("127.0.0.1", engine.port))
        await room.apply()
        seen = listener.frames["speaker-video"]
        await until(lambda: listener.frames["speaker-video"] > seen + 10)
        state = await link.state()
        assert state.counters["check_refused"] > 300
        assert state.counters["malformed"] > 0
        assert state.counters["unknown_address"] > 0
        assert "broken" not in state.counters
        assert {one.session for one in state.sessions if one.up} == {"send-a", listener.session}
        stranger.setblocking(False)
        with pytest.raises(BlockingIOError):
            stranger.recv(2000)


async def test_dtls_before_a_check_gets_no_answer(engine: EngineProcess, link: Link, stranger: socket.socket) -> None:
    await link.offer(MEETING, "bait", "page", "", False)
    hello = b"\x16\xfe\xff" + bytes(8) + b"\x00\x50" + b"\x01" + os.urandom(79)
    for _ in range(20):
        stranger.sendto(hello, ("127.0.0.1", engine.port))
    async with sitting(link) as room:
        listener = Receiver(link, MEETING, "l")
        await room.bring(Sender(link, MEETING, "a", RED), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED))
    stranger.setblocking(False)
    with pytest.raises(BlockingIOError):
        stranger.recv(2000)


async def test_noise_under_a_peers_own_address_does_not_cut_its_media(engine: EngineProcess, link: Link) -> None:
    """What a peer's address sends unprotected, replayed or as broken DTLS is dropped."""
    async with sitting(link) as room:
        sender, listener = Sender(link, MEETING, "a", RED), Receiver(link, MEETING, "l")
        await room.bring(sender, listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED))
        for number in range(200):
            await sender.raw(rtp(number, ssrc=number))
            await sender.raw(b"\x80\xc9" + os.urandom(60))
            await sender.raw(b"\x17\xfe\xfd" + os.urandom(60))
        seen = listener.frames["speaker-video"]
        await until(lambda: listener.frames["speaker-video"] > seen + 10)
        assert (await link.state()).counters["srtp_refused"] >= 200
