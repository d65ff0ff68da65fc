"""How long each kind of attack holds the engine's loop: `python -m tests.bench.media_hostile [--seconds 5]`.

One engine, a speaker whose sound ten pages receive, and the attacker, who sends as fast as goes (`hostile_page.py`). A
line of JSON for each kind: what was sent, the longest turn of the loop, and the share of the sound that arrived.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.ice import Credentials
from signaling.media.embedded.link import Link
from signaling.media.engine import Desired, EngineError, Feed, Slot, Source
from tests.bench.media import descriptions
from tests.bench.media.line import Line
from tests.integration.media.engine_process import free_port
from tests.integration.media.hostile_page import (
    AUDIO,
    HostilePage,
    bombs,
    forged_check,
    hello,
    noise,
    nonsense,
    oversized,
)
from tests.unit.media.samples import rtp

MEETING, HOST, WITNESSES = "m", "127.0.0.1", 10
#: Datagrams that are sent before others have their turn.
GO = 64


class Bench:
    """The engine, what is said to it, and who hears the speaker."""

    def __init__(self, link: Link, process: asyncio.subprocess.Process, port: int) -> None:
        self.link, self._process, self.port = link, process, port
        self.speaker = HostilePage(HOST, "speaker")
        self.witnesses = [HostilePage(HOST, f"witness-{number}") for number in range(WITNESSES)]
        self.sessions: set[str] = set()
        self.generation = 0
        self.sent = 0
        self.stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.stranger.setblocking(False)
        self.stranger.connect((HOST, port))

    async def looked(self) -> dict[str, float]:
        """What the watch saw since the last look."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        found: dict[str, float] = json.loads(await self._process.stdout.readline())
        return found

    async def apply(self) -> None:
        self.generation += 1
        slots = {Slot.SPEAKER: Feed("speaker", "send-speaker", True, False)}
        await self.link.apply(MEETING, self.generation, Desired(slots, {}, frozenset(self.sessions)))

    async def begin(self) -> None:
        self.sessions |= {self.speaker.sending, *(one.receiving for one in self.witnesses)}
        await self.speaker.publish(self.link, MEETING)
        for one in self.witnesses:
            await one.subscribe(self.link, MEETING)
        await self.apply()

    async def talk(self) -> None:
        """The speaker's sound, 50 packets a second."""
        begun, first = time.monotonic(), self.sent
        while True:
            while self.sent - first < (time.monotonic() - begun) * 50:
                self.sent += 1
                self.speaker.line.send_rtp(rtp(self.sent, self.sent * 960, b"a sound of eighty bytes" * 3, 111, AUDIO))
            await asyncio.sleep(0.005)

    @property
    def heard(self) -> int:
        return sum(one.line.read for one in self.witnesses)

    async def close(self) -> None:
        self.stranger.close()
        for one in (self.speaker, *self.witnesses):
            await one.line.close()


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        path, port, pipe = Path(folder) / "media.sock", free_port(socket.SOCK_DGRAM), asyncio.subprocess.PIPE
        settings = {"MEDIA_SOCKET": str(path), "MEDIA_PORT": str(port), "MEDIA_HOST": HOST, "LOG_LEVEL": "error"}
        command = [sys.executable, "-m", "tests.bench.media.watched_engine"]
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=os.environ | settings)
        link = Link(path)
        link.start()
        async with asyncio.timeout(20):
            while not link.epoch:  # noqa: ASYNC110 — another process has to start
                await asyncio.sleep(0.05)
        one = Bench(link, process, port)
        await one.begin()
        talking = asyncio.create_task(one.talk())
        try:
            yield one
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
            await one.close()
            await link.stop()
            process.kill()
            await process.wait()


async def flood(one: Bench, seconds: float, datagrams: Iterator[bytes], send: Callable[[bytes], object]) -> int:
    """Send as fast as goes; how many."""
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        for datagram in itertools.islice(datagrams, GO):
            with suppress(BlockingIOError, ConnectionRefusedError):
                send(datagram)
            sent += 1
        await asyncio.sleep(0)
    return sent


async def strangers(one: Bench, seconds: float) -> AsyncIterator[tuple[str, int]]:
    """Who was never let in."""
    chance = random.Random(3)
    offer = await one.link.offer(MEETING, "bait", "page", "", False)
    fragment = descriptions.remote(offer).fragment
    kinds: dict[str, Iterator[bytes]] = {
        "noise, up to 65,000 bytes": (noise(chance) for _ in itertools.count()),
        "checks with a wrong password": (forged_check(fragment, number) for number in itertools.count()),
        "checks of nobody": (forged_check(f"nobody{number % 1000}", number) for number in itertools.count()),
        "DTLS from unchecked addresses": (hello() for _ in itertools.count()),
    }
    for kind, datagrams in kinds.items():
        prepared = itertools.cycle(
            list(itertools.islice(datagrams, 2000))
        )  # the attacker has no more work than sending
        yield kind, await flood(one, seconds, prepared, one.stranger.send)


async def pages(one: Bench, seconds: float) -> AsyncIterator[tuple[str, int]]:
    """Who was let in and sends nonsense under its keys."""
    chance, numbers = random.Random(4), itertools.count(1)
    attacks: dict[str, tuple[bool, Callable[[HostilePage], Iterator[bytes]]]] = {
        "RTP that does not hold": (True, lambda _: (nonsense(chance, number) for number in numbers)),
        "RTP too long to pass on": (True, lambda _: (oversized(number) for number in numbers)),
        "RTCP bombs": (False, lambda page: itertools.cycle(bombs(page.ssrcs["speaker-video"]))),
        "the same packet again and again": (True, lambda _: itertools.repeat(rtp(1, 1, b"opus", 111, AUDIO))),
    }
    for number, (kind, (sends, made)) in enumerate(attacks.items()):
        page = HostilePage(HOST, f"attacker-{number}")
        one.sessions.add(page.sending if sends else page.receiving)
        await (page.publish if sends else page.subscribe)(one.link, MEETING)
        await one.apply()
        line: Line = page.line
        if kind.startswith("the same"):
            kept: list[bytes] = []
            line.send, honest = kept.append, line.send  # type: ignore[method-assign, assignment]
            line.send_rtp(next(made(page)))
            yield kind, await flood(one, seconds, itertools.repeat(kept[0]), honest)
        else:
            yield kind, await flood(one, seconds, made(page), line.send_rtp if sends else line.send_rtcp)
        await line.close()


async def megabytes(one: Bench, seconds: float) -> int:
    """Descriptions as long as the engine is given any, and longer ones."""
    good = descriptions.offer(Credentials.new(), Certificate(), 1, 2)
    began, sent = time.monotonic(), 0
    texts = [good + "a=x\r\n" * times for times in (200_000, 12_000)]
    texts += [good + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:9\r\n" * 1500, good + "a=ssrc-group:FID 1 2\r\n" * 2800]
    while time.monotonic() - began < seconds:
        for text in texts:
            with suppress(EngineError):
                await one.link.publish(MEETING, "long", "page", "a", text, {"0": Source.MICROPHONE})
            sent += 1
    return sent


async def measured(one: Bench, kinds: AsyncIterator[tuple[str, int]], seconds: float) -> AsyncIterator[dict[str, Any]]:
    """Look before and after each kind."""
    await one.looked()
    sent, heard = one.sent, one.heard
    async for kind, count in kinds:
        seen = await one.looked()
        await asyncio.sleep(0.3)  # what is on its way
        arrived = (one.heard - heard) / max(1, (one.sent - sent) * WITNESSES)
        counters = (await one.link.state()).counters
        closed = {key: value for key, value in counters.items() if key.startswith("closed_")}
        yield {"bench": "media_hostile", "attack": kind, "a_second": round(count / seconds), **seen} | {
            "sound_arrived": round(arrived, 3),
            "broken": counters.get("broken", 0),
            **closed,
        }
        await one.looked()
        sent, heard = one.sent, one.heard


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.media_hostile")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each kind lasts")
    seconds = parser.parse_args().seconds

    async def quiet(one: Bench) -> AsyncIterator[tuple[str, int]]:
        await asyncio.sleep(seconds)
        yield "none", 0

    async def long(one: Bench) -> AsyncIterator[tuple[str, int]]:
        yield "descriptions of a megabyte", await megabytes(one, seconds)

    async with bench() as one:
        for kinds in (quiet(one), strangers(one, seconds), pages(one, seconds), long(one)):
            async for row in measured(one, kinds, seconds):
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
