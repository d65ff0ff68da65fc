"""What the engine spends on one outgoing packet: `python -m tests.bench.media_forwarding [RECEIVERS]`.

One picture's packets (1,100 bytes) are numbered, protected (AES-128-GCM) and sent to so many receivers on one port;
a second process reads and drops them. A line of JSON: microseconds of CPU a packet, packets per CPU second, and
what of it is protecting and sending alone.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import cast

from pylibsrtp import Policy

from signaling.media.embedded.dtls import Srtp
from signaling.media.embedded.forwarding import Receiver, Stream
from signaling.media.embedded.ice import Address
from signaling.media.embedded.lane import Lane
from signaling.media.embedded.outgoing import Outgoing
from signaling.media.embedded.packet import Packet, video_packet
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.publisher import Track, TrackPlan
from signaling.media.embedded.rtp import read
from signaling.media.embedded.slots import LINES
from signaling.media.engine import Source
from tests.unit.media.samples import rtp, vp8

PACKETS = 400
SIZE = 1100


class Way:
    """A peer's way out: its own SRTP session, the one socket."""

    up = True

    def __init__(self, out: Outgoing, address: Address) -> None:
        self._out, self._address = out, address
        policy = Policy(os.urandom(28), Policy.SSRC_ANY_OUTBOUND, 0, Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
        self._srtp = Srtp(policy)

    def send_rtp(self, packet: bytes, bulk: bool) -> bool:
        protected = self._srtp.protect(packet)
        return protected is not None and self._out.send(protected, self._address, bulk)


class Now:
    """Does every job at once."""

    def add(self, job: Iterator[None]) -> None:
        for _ in job:
            pass


def _drop(sink: socket.socket) -> None:
    while True:
        sink.recv(2048)


def _packet(number: int) -> Packet:
    raw = rtp(number, number * 3000, vp8(number, number, key=number == 0x10000) + os.urandom(SIZE - 30))
    header = read(raw)
    return video_packet(header, raw[header.start : header.end], number, 0.0)


def main() -> None:
    receivers = int(sys.argv[1]) if len(sys.argv) > 1 else 215
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.bind(("127.0.0.1", 0))
    reader = multiprocessing.get_context("fork").Process(target=_drop, args=(sink,), daemon=True)
    reader.start()
    sending = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    counters = Counter[str]()
    out = Outgoing(sending, counters)
    stream, track = Stream(LINES[1], Now()), Track(TrackPlan(Source.CAMERA, "1", 96))
    ways = [Way(out, sink.getsockname()) for _ in range(receivers)]
    for way in ways:
        stream.join(Receiver(cast(Peer, way), "", Lane(LINES[1])))
    stream.feed(track, "site")
    packets = [_packet(0x10000 + one) for one in range(PACKETS)]
    began = time.process_time()
    for number, packet in enumerate(packets):
        stream.forward(packet, number / 30)
    whole = time.process_time() - began
    payload = rtp(0, 0, os.urandom(SIZE))
    began = time.process_time()
    for number in range(PACKETS):
        data = payload[:2] + ((number + 1) & 0xFFFF).to_bytes(2, "big") + payload[4:]
        for way in ways:
            way.send_rtp(data, True)
    bare = time.process_time() - began
    sent = counters["packets_out"]
    reader.kill()
    reader.join()
    figures = {
        "bench": "media_forwarding",
        "receivers": receivers,
        "packets": sent // 2,
        "us_per_packet": round(whole / (PACKETS * receivers) * 1e6, 2),
        "us_protect_and_send": round(bare / (PACKETS * receivers) * 1e6, 2),
        "packets_per_cpu_second": round(PACKETS * receivers / whole),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
