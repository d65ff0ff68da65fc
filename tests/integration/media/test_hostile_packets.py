"""Whatever arrives at the port, the engine goes on and who was connected stays so."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import Callable, Iterator

import pytest

from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.ice import Credentials
from signaling.media.embedded.link import Link
from signaling.media.engine import Closed, EngineError, Event, Lost, Slot, Source
from tests.bench.media import descriptions
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.hostile_page import AUDIO, HostilePage, bombs, nonsense, oversized
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


async def test_a_page_that_attacks_under_its_own_keys_is_closed_and_counted_and_nobody_else_notices(
    engine: EngineProcess, link: Link
) -> None:
    chance, closed = random.Random(2), list[Closed]()
    link.listen(lambda event: closed.append(event) if isinstance(event, Closed) else None)
    async with sitting(link) as room:
        listener = Receiver(link, MEETING, "l")
        await room.bring(Sender(link, MEETING, "a", RED), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED))
        sends, receives = HostilePage("127.0.0.1"), HostilePage("127.0.0.1", "y")
        try:
            await sends.publish(link, MEETING)
            await receives.subscribe(link, MEETING)
            for _ in range(100):
                for bomb in bombs(receives.ssrcs["speaker-video"]):
                    receives.line.send_rtcp(bomb)
                await asyncio.sleep(0.002)
            sent: list[bytes] = []
            honest: Callable[[bytes], None] = sends.line.send
            sends.line.send = sent.append  # type: ignore[method-assign, assignment]
            for number in range(60):
                sends.line.send_rtp(rtp(number, number * 960, b"opus", 111, AUDIO))
            sends.line.send = honest  # type: ignore[method-assign, assignment]
            for datagram in [*reversed(sent), *sent, *[one[:-5] for one in sent], *[one[:13] for one in sent]]:
                honest(datagram)
            await until(_going_on(listener))
            state = await link.state()
            assert {sends.sending, receives.receiving} <= {one.session for one in state.sessions if one.up}
            assert state.counters["srtp_refused"] >= 60, "replayed and cut"
            assert state.counters["rtcp_flood"] > 100
            assert closed == []

            number = 1000
            while not closed:
                for _ in range(100):
                    number += 1
                    sends.line.send_rtp(oversized(number) if number % 4 == 0 else nonsense(chance, number))
                await asyncio.sleep(0.01)
                assert number < 50_000, "it was never closed"
            assert closed == [Closed(sends.sending, "malformed")]
            await until(_going_on(listener))
            state = await link.state()
            assert state.counters["closed_malformed"] == 1
            assert state.counters["malformed"] > 1000
            assert "broken" not in state.counters
        finally:
            await sends.line.close()
            await receives.line.close()


def _going_on(listener: Receiver) -> Callable[[], bool]:
    seen = listener.frames["speaker-video"]
    return lambda: listener.frames["speaker-video"] > seen + 10


async def test_a_description_of_a_megabyte_is_refused_and_the_engine_is_still_reached(link: Link) -> None:
    lost: list[Event] = []
    link.listen(lambda event: lost.append(event) if isinstance(event, Lost) else None)
    good = descriptions.offer(Credentials.new(), Certificate(), 1, 2)
    for text in (
        good + "a=x\r\n" * 200_000,
        good + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 1800,
        "v=0\r\n" + "\x00" * 60_000,
    ):
        with pytest.raises(EngineError, match=r"media\.invalid_sdp"):
            await link.publish(MEETING, "s", "page", "a", text, {"0": Source.MICROPHONE})
        with pytest.raises(EngineError, match=r"media\.(invalid_sdp|unknown_session)"):
            await link.answer("s", text)
    assert lost == []
    assert await link.publish(MEETING, "s", "page", "a", good, {"0": Source.MICROPHONE, "1": Source.CAMERA})
