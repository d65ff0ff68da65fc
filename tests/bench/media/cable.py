"""A cable between two network namespaces whose faults are ours to choose: `python -m tests.bench.media.cable NEAR FAR`.

Two TUN devices, and this process between them. Not every kernel has netem, tbf or nftables; every one has TUN. A line
of JSON on the standard input sets the faults, both ways alike: `{"loss": 0.1, "delay": 0.3, "rate": 500000, "cut":
false}`; delay in seconds, rate in bit/s (0: none), whose queue holds 300 ms. It says `ready` once packets may pass.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import random
import struct
import subprocess
import sys
from dataclasses import dataclass

NEAR, FAR = "198.19.7.1", "198.19.7.2"
QUEUE = 0.3
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


@dataclass(slots=True)
class Faults:
    loss: float = 0.0
    delay: float = 0.0
    rate: float = 0.0
    cut: bool = False


class Way:
    """One direction: what is read at `source` comes out at `sink`."""

    def __init__(self, source: int, sink: int, faults: Faults, seed: int) -> None:
        self._source, self._sink, self._faults = source, sink, faults
        self._chance = random.Random(seed)
        self._free_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(source, self._read)

    def _read(self) -> None:
        for _ in range(64):
            try:
                packet = os.read(self._source, 2048)
            except BlockingIOError:
                return
            self._take(packet)

    def _take(self, packet: bytes) -> None:
        faults, now = self._faults, self._loop.time()
        if faults.cut or self._chance.random() < faults.loss:
            return
        at = now
        if faults.rate:
            at = max(now, self._free_at)
            if at - now > QUEUE:
                return
            at = self._free_at = at + len(packet) * 8 / faults.rate
        if at + faults.delay <= now:
            self._put(packet)
        else:
            self._loop.call_at(at + faults.delay, self._put, packet)

    def _put(self, packet: bytes) -> None:
        try:
            os.write(self._sink, packet)
        except OSError:
            return  # the far side is full or going down: lost, as on a real line


def device(name: str, space: str, address: str) -> int:
    """A TUN device in namespace `space`; what is written here arrives there."""
    opened = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(opened, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    for words in (
        ["ip", "link", "set", name, "netns", space],
        ["ip", "-n", space, "address", "add", f"{address}/30", "dev", name],
        ["ip", "-n", space, "link", "set", name, "mtu", "1400", "up"],
    ):
        subprocess.run(words, check=True, capture_output=True, text=True)
    return opened


def laid(near: str, far: str) -> tuple[int, int]:
    """The cable's two ends; everything from `far` goes through it."""
    ends = device("dcnear", near, NEAR), device("dcfar", far, FAR)
    subprocess.run(["ip", "-n", far, "route", "add", "default", "via", NEAR], check=True, capture_output=True)
    return ends


async def main(ends: tuple[int, int]) -> None:
    faults = Faults()
    Way(ends[0], ends[1], faults, 1)
    Way(ends[1], ends[0], faults, 2)
    print("ready", flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        for name, value in json.loads(line).items():
            setattr(faults, name, value)


if __name__ == "__main__":
    asyncio.run(main(laid(*sys.argv[1:3])))
