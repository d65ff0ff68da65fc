"""What the load sends: sound every 20 ms, a picture of a fixed rate, key frames now and when they are asked for.

Each packet carries the time at which it was sent and what it is, so that whoever decrypts it knows how long it took.
"""

from __future__ import annotations

import asyncio
import os
import struct
import time
from dataclasses import dataclass
from enum import IntEnum

from signaling.media.embedded import rtcp
from signaling.media.embedded.packet import PADDED
from tests.bench.media.descriptions import ARRIVAL, LEVEL, MID, OPUS, VP8
from tests.bench.media.line import Line

#: Bytes of a picture's packet and of a sound's, of our own payload.
PICTURE, SOUND = 1070, 80
#: Packets of a key frame: 60 kB.
KEY = 55
#: Between two scheduled key frames, and at least between any two, in seconds.
KEY_EVERY, KEY_LEAST = 4.0, 1.0
_STAMP = struct.Struct("!QBBH")


class Kind(IntEnum):
    SOUND = 0
    PICTURE = 1
    KEY = 2  # of a key frame
    KEY_LAST = 3


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a packet says about itself; `sent` in ns since 1970, `place` is its number in its picture."""

    sent: int
    kind: Kind
    picture: int
    place: int


def stamp(packet: bytes) -> Stamp | None:
    """The stamp of a decrypted packet: before its padding, where it has some; None where padding is all it has."""
    end = len(packet) - (packet[-1] if packet[0] & PADDED else 0)
    if end < SOUND:
        return None
    sent, kind, picture, place = _STAMP.unpack_from(packet, end - _STAMP.size)
    return Stamp(sent, Kind(kind), picture, place)


class Source:
    """A site that sends: its microphone, and a camera with `rate` pictures a second of `packets` packets each."""

    def __init__(self, line: Line, audio: int, video: int, rate: int, packets: int, keys: bool) -> None:
        self.line, self.sent, self.paused, self.keys = line, 0, False, keys
        self._audio, self._video, self._rate, self._packets = audio, video, rate, packets
        self._arrival = 0
        self._audio_sequence, self._video_sequence = 1000, 1000
        self._pictures = 0
        self._key_at, self._key_wanted = 0.0, True
        self._counts = {audio: [0, 0], video: [0, 0]}
        self._noise = os.urandom(PICTURE)
        line.control = self._control

    def _control(self, packet: bytes) -> None:
        if self._video in rtcp.read(packet).key_frames:
            self._key_wanted = True

    async def run(self) -> None:
        """Send until cancelled."""
        begun, sounds, pictures, reported = time.monotonic(), 0, 0, 0.0
        while True:
            now = time.monotonic()
            if self.paused:
                sounds, pictures = int((now - begun) * 50), int((now - begun) * self._rate)
            else:
                while sounds < (now - begun) * 50:
                    sounds += 1
                    self._sound(sounds)
                while self._rate and pictures < (now - begun) * self._rate:
                    pictures += 1
                    self._picture(now)
            if now - reported > 1:
                reported = now
                self._report(now - begun)
            await asyncio.sleep(0.004)

    def _sound(self, number: int) -> None:
        self._audio_sequence += 1
        payload = self._noise[:SOUND] + _STAMP.pack(time.time_ns(), Kind.SOUND, 0, 0)
        self._send(OPUS, self._audio_sequence, number * 960, self._audio, b"0", payload, 0, bytes([0x80 | 30]))

    def _picture(self, now: float) -> None:
        self._pictures += 1
        due = self.keys and now - self._key_at > KEY_EVERY
        key = due or (self._key_wanted and now - self._key_at > KEY_LEAST)
        if key:
            self._key_at, self._key_wanted = now, False
        count = KEY if key and self.keys else self._packets
        for place in range(count):
            last = place == count - 1
            kind = (Kind.KEY_LAST if last else Kind.KEY) if key and self.keys else Kind.PICTURE
            first = struct.pack("!BBHB", 0x90 if place == 0 else 0x80, 0xC0, 0x8000 | self._pictures & 0x7FFF, 0)
            head = b"\x10\x02\x00\x9d\x01\x2a\x80\x02\x68\x01" if key else b"\x11\x02\x00"
            body = (head if place == 0 else b"\x55") + self._noise[: PICTURE - 10]
            self._video_sequence += 1
            payload = first + body + _STAMP.pack(time.time_ns(), kind, self._pictures & 0xFF, place)
            stamp_at = int(self._pictures * 90_000 / self._rate)
            self._send(VP8, self._video_sequence, stamp_at, self._video, b"1", payload, 0x80 if last else 0, b"")

    def _send(
        self, type: int, sequence: int, at: int, ssrc: int, mid: bytes, payload: bytes, marker: int, level: bytes
    ) -> None:
        self._arrival += 1
        elements = bytes([ARRIVAL << 4 | 1]) + struct.pack("!H", self._arrival & 0xFFFF) + bytes([MID << 4]) + mid
        elements += bytes([LEVEL << 4]) + level if level else b""
        elements += bytes(-len(elements) % 4)
        header = struct.pack("!BBHII", 0x90, marker | type, sequence & 0xFFFF, at & 0xFFFFFFFF, ssrc)
        self.line.send_rtp(header + struct.pack("!HH", 0xBEDE, len(elements) // 4) + elements + payload)
        self.sent += 1
        self._counts[ssrc][0] += 1
        self._counts[ssrc][1] += len(payload)

    def _report(self, elapsed: float) -> None:
        ntp = rtcp.ntp_time(time.time())
        for ssrc, rate in ((self._audio, 48_000), (self._video, 90_000)):
            packets, octets = self._counts[ssrc]
            if packets:
                report = rtcp.sender_report(ssrc, ntp, int(elapsed * rate) & 0xFFFFFFFF, packets, octets)
                self.line.send_rtcp(report + rtcp.description([ssrc], "load"))
