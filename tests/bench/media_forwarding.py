"""What the engine spends on one outgoing packet: `python -m tests.bench.media_forwarding [RECEIVERS]`.

Pictures of three packets (1,100 bytes) are numbered, protected (AES-128-GCM) and sent to so many receivers on one port;
a second process reads and drops them. Both send loops in turn, three times. A line of JSON for each loop, with the
median: microseconds of CPU a packet, and what of it is numbering, protecting and sending alone.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

from signaling.media.embedded.column import SendLoop
from signaling.media.embedded.compile_loop import compiled
from signaling.media.embedded.native_loop import NativeLoop
from signaling.media.embedded.outgoing import Outgoing
from signaling.media.embedded.packet import Packet, video_packet
from signaling.media.embedded.publisher import Track, TrackPlan
from signaling.media.embedded.python_loop import PythonLoop
from signaling.media.embedded.rtp import read
from signaling.media.embedded.slots import LINES
from signaling.media.engine import Source
from tests.unit.media.lines import Hall, Later, sending
from tests.unit.media.samples import rtp, vp8

PACKETS = 301
PICTURE = 3
ROUNDS = 3
SIZE = 1100


def _drop(sink: socket.socket) -> None:
    while True:
        sink.recv(2048)


def _packet(number: int) -> Packet:
    raw = rtp(number, number * 3000, vp8(number, number, key=number == 0x10000) + os.urandom(SIZE - 30))
    header = read(raw)
    return video_packet(header, raw[header.start : header.end], number, 0.0)


def _whole(hall: Hall, pace: Later, packets: list[Packet]) -> float:
    """Microseconds of CPU a packet on the whole way."""
    hall.line.feed((Track(TrackPlan(Source.CAMERA, "1", 96)),), "site")
    hall.line.streams[0].forward(packets[0], 0.0)
    pace.run()
    began = time.process_time()
    for number, packet in enumerate(packets[1:], 1):
        hall.line.streams[0].forward(packet, number / 90)
        if number % PICTURE == 0:
            pace.run()
    pace.run()
    return (time.process_time() - began) / ((len(packets) - 1) * len(hall.lanes)) * 1e6


def _parts(out: Outgoing, hall: Hall, packets: list[Packet]) -> dict[str, float]:
    """Of that, in Python: numbering, protecting, and sending, each alone."""
    lane, end, address = hall.lanes[0], hall.ends[0], hall.addresses[0]
    lane.start(packets[0], lambda _: None, 0.0)
    count = len(packets) * 20
    began = time.process_time()
    numbered = [data for _ in range(20) for packet in packets if (data := lane.render(packet, 0.0))]
    middle = time.process_time()
    fresh = [one[:2] + (number & 0xFFFF).to_bytes(2, "big") + one[4:] for number, one in enumerate(numbered)]
    protecting = time.process_time()
    protected = [end.srtp.protect(one) or one for one in fresh]
    sending_from = time.process_time()
    for one in protected:
        out.send(one, address, True)
    done = time.process_time()
    each = 1e6 / count
    return {
        "us_number": round((middle - began) * each, 2),
        "us_protect": round((sending_from - protecting) * each, 2),
        "us_send": round((done - sending_from) * each, 2),
    }


def main() -> None:
    receivers = int(sys.argv[1]) if len(sys.argv) > 1 else 215
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.bind(("127.0.0.1", 0))
    reader = multiprocessing.get_context("fork").Process(target=_drop, args=(sink,), daemon=True)
    reader.start()
    opened, out, _ = sending()
    opened.setblocking(True)
    packets = [_packet(0x10000 + one) for one in range(PACKETS)]
    addresses = [sink.getsockname()] * receivers
    spent: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "send_loop.so"
        loops: dict[str, SendLoop] = {"python": PythonLoop()}
        if why := compiled(library):
            print(f"No loop in C: {why}", file=sys.stderr)
        else:
            loops["c"] = NativeLoop([out], library)
        for _ in range(ROUNDS):
            for name, loop in loops.items():
                pace = Later()
                hall = Hall(LINES[1], loop, out, addresses, pace=pace)
                spent.setdefault(name, []).append(_whole(hall, pace, packets))
    parts = _parts(out, Hall(LINES[1], PythonLoop(), out, addresses[:1]), packets)
    reader.kill()
    reader.join()
    for name, figures in spent.items():
        median = statistics.median(figures)
        line = {"bench": "media_forwarding", "loop": name, "receivers": receivers, "us_per_packet": round(median, 2)}
        print(json.dumps(line | {"packets_per_cpu_second": round(1e6 / median)} | parts))


if __name__ == "__main__":
    main()
