"""A page that attacks: strangers' datagrams, and nonsense under the keys of a session that was negotiated well."""

from __future__ import annotations

import asyncio
import os
import random
import struct
from collections.abc import Iterator

from signaling.media.embedded import rtcp
from signaling.media.embedded.dtls import Certificate
from signaling.media.engine import Engine, Source
from tests.bench.media import descriptions
from tests.bench.media.line import Line
from tests.unit.media.test_ice import check

AUDIO, VIDEO = 0x7000, 0x7100


class HostilePage:
    """Connected as a site that sends (`send-x`), or as one that receives (`receive-x`)."""

    def __init__(self, host: str, name: str = "x") -> None:
        self.name = name
        self._certificate = Certificate()
        self.line = Line(host, self._certificate, 1_000_000)
        self.ssrcs: dict[str, int] = {}

    @property
    def sending(self) -> str:
        return f"send-{self.name}"

    @property
    def receiving(self) -> str:
        return f"receive-{self.name}"

    async def publish(self, engine: Engine, meeting: str) -> None:
        offer = descriptions.offer(self.line.credentials, self._certificate, AUDIO, VIDEO)
        tracks = {"0": Source.MICROPHONE, "1": Source.CAMERA}
        answer = await engine.publish(meeting, self.sending, "page", self.name, offer, tracks)
        remote = descriptions.remote(answer)
        self.line.begin(remote, client=not remote.begins)
        async with asyncio.timeout(20):
            await self.line.up.wait()

    async def subscribe(self, engine: Engine, meeting: str) -> None:
        offer = await engine.offer(meeting, self.receiving, "page", self.name, False)
        self.ssrcs = descriptions.ssrcs(offer)
        self.line.begin(descriptions.remote(offer), client=True)
        await engine.answer(self.receiving, descriptions.answer(offer, self.line.credentials, self._certificate))
        async with asyncio.timeout(20):
            await self.line.up.wait()


def noise(chance: random.Random) -> bytes:
    """A datagram of any first byte and size, up to the most that UDP carries."""
    size = chance.choice((0, 1, 7, 11, 19, 40, 300, 1400, 1400, 9000, 65_000))
    return bytes([chance.randrange(256)]) + chance.randbytes(size)


def forged_check(fragment: str, number: int) -> bytes:
    """A connectivity check of somebody who does not know the password."""
    return check("wrong", f"{fragment}:x", ICE_CONTROLLING=number)


def hello() -> bytes:
    """The begin of a DTLS handshake."""
    return b"\x16\xfe\xff" + bytes(8) + b"\x00\x50" + b"\x01" + os.urandom(79)


def nonsense(chance: random.Random, sequence: int) -> bytes:
    """RTP of a known source whose inside does not hold: extensions without end, padding beyond it, an unknown type."""
    kind = chance.randrange(3)
    if kind == 0:
        head = struct.pack("!BBHII", 0x90, 96, sequence & 0xFFFF, 0, VIDEO)
        return head + b"\xbe\xde\xff\xff" + chance.randbytes(40)
    if kind == 1:
        return struct.pack("!BBHII", 0xA0, 96, sequence & 0xFFFF, 0, VIDEO) + chance.randbytes(20) + b"\xff"
    return struct.pack("!BBHII", 0x80, 77, sequence & 0xFFFF, 0, VIDEO) + chance.randbytes(30)


def oversized(sequence: int) -> bytes:
    """A picture's packet longer than any that is passed on."""
    return struct.pack("!BBHII", 0x80, 96, sequence & 0xFFFF, 0, VIDEO) + b"\x90\xe0\x80\x01\x01\x00" + bytes(1390)


def bombs(ssrc: int) -> Iterator[bytes]:
    """Compound RTCP as large as a datagram: everything asked for again, key frames, reports, rates of 0 and of all."""
    everything = struct.pack("!HH", 0, 0xFFFF) * 300
    yield struct.pack("!BBHII", 0x81, 205, 2 + 300, 1, ssrc) + everything
    yield b"".join(rtcp.nack(1, ssrc, range(first, first + 17)) for first in range(0, 1400, 17))
    yield rtcp.picture_loss(1, ssrc) * 110
    yield rtcp.receiver_report(1, [rtcp.Block(ssrc, 255, 0x7FFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0)] * 31)
    yield rtcp.bitrate_limit(1, [ssrc], 0) * 40
    yield rtcp.bitrate_limit(1, [ssrc], (1 << 60)) * 40
