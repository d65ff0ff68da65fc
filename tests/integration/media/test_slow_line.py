"""A line slower than the engine: what waits, waits where sound can pass it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from signaling.media.embedded.outgoing import QUEUED
from signaling.media.embedded.pace import Pace
from signaling.media.embedded.port import Port
from tests.integration.janus.namespace import Namespace, namespace
from tests.integration.media.pages import until

PACKETS = 1000


def narrow(space: Namespace) -> None:
    """Let no more than 30 Mbit/s into the namespace."""
    words = ["tc", "qdisc", "add", "dev", space.outer, "root", "tbf", "rate", "30mbit", "burst", "32kb", "limit", "8mb"]
    subprocess.run(words, check=True)


async def test_pictures_wait_with_us_and_leave_the_kernels_queue_short() -> None:
    with namespace() as space:
        narrow(space)
        port = Port([space.outside], 0)
        (out,) = port.outgoings
        pace, queued = Pace(port.crowded), list[int]()

        def pictures() -> Iterator[int]:
            for _ in range(PACKETS):
                assert out.send(bytes(1100), (space.inside, 9), True)
                queued.append(out.queued)
                yield 1

        pace.add(pictures())
        await until(lambda: len(queued) == PACKETS)
        assert QUEUED < max(queued) < 2 * QUEUED, "the line was full, and no fuller than a turn's stride makes it"
        assert port.counters["send_waited"] == 0
        port.close()
        assert not port.crowded()
