"""The load, in a process of its own: `python -m tests.bench.media.load ENGINE ADDRESS HOST RECEIVERS SECONDS`.

Says on its output, one line of JSON each, when the joins begin and end, when the measured time begins and ends, and
at last what it measured.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import statistics
import sys
import time
from pathlib import Path

from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.link import Link
from signaling.media.engine import Desired, Engine, Feed, Slot
from signaling.media.engine import Source as Kinds
from signaling.media.janus.engine import Janus
from tests.bench.media import descriptions
from tests.bench.media.line import Line
from tests.bench.media.receivers import Receiver
from tests.bench.media.sources import Kind, Source

MEETING = "bench"
#: Who sends: site, pictures a second, packets of each, whether key frames are 60 kB. The floor's guest only speaks.
SENDERS = (("speaker", 30, 3, True), ("chair", 15, 1, False), ("floor", 0, 0, False))
#: Receivers that decrypt everything; they are spread over the order in which all joined, the last one among them.
SAMPLE = 8
#: Nothing is on its way any more when nothing came in so many looks in a row, so many seconds apart; an engine that is
#: behind is waited for no longer than this.
QUIET, SILENCE, LONGEST = 3, 0.4, 100


def say(event: str, **more: object) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


async def publish(engine: Engine, host: str, certificate: Certificate, number: int) -> Source:
    """Bring one sender."""
    site, rate, packets, keys = SENDERS[number]
    audio, video = 1000 + 10 * number, 1001 + 10 * number
    line = Line(host, certificate, 1_000_000)
    source = Source(line, audio, video, rate, packets, keys)
    offer = descriptions.offer(line.credentials, certificate, audio, video)
    tracks = {"0": Kinds.MICROPHONE, "1": Kinds.CAMERA}
    there = descriptions.remote(await engine.publish(MEETING, f"send-{site}", "load", site, offer, tracks))
    line.begin(there, client=not there.begins)
    async with asyncio.timeout(10):
        await line.up.wait()
    return source


def desired(receivers: list[Receiver]) -> Desired:
    slots = {Slot(site): Feed(site, f"send-{site}", True, rate > 0) for site, rate, *_ in SENDERS}
    sessions = [f"send-{site}" for site, *_ in SENDERS] + [one.session for one in receivers]
    return Desired(slots, {}, frozenset(sessions))


async def beat(receivers: list[Receiver]) -> None:
    while True:
        now = time.monotonic()
        for one in receivers:
            one.beat(now)
        await asyncio.sleep(0.01)


async def count(receivers: list[Receiver], sources: list[Source]) -> tuple[int, list[int]]:
    """Wait until nothing is on its way; what was sent so far, and what arrived at each receiver."""
    for source in sources:
        source.paused = True
    arrived: list[int] = []
    quiet = 0
    for _ in range(LONGEST):
        before, arrived = arrived, [one.arrived for one in receivers]
        quiet = quiet + 1 if arrived == before else 0
        if quiet == QUIET:
            break
        await asyncio.sleep(SILENCE)
    return sum(one.sent for one in sources), arrived


async def measure(engine: Engine, host: str, count_of: int, seconds: float) -> None:
    certificate = Certificate()
    sources = [await publish(engine, host, certificate, number) for number in range(len(SENDERS))]
    step = count_of / min(SAMPLE, count_of)
    sampled = {count_of - 1 - int(step * one) for one in range(min(SAMPLE, count_of))}
    receivers = [Receiver(host, certificate, number, number in sampled) for number in range(count_of)]
    await engine.apply(MEETING, 1, desired(receivers))
    tasks = [asyncio.create_task(one.run()) for one in sources] + [asyncio.create_task(beat(receivers))]
    await asyncio.sleep(1)
    gc.collect()
    gc.freeze()
    say("joining")
    begun = time.monotonic()
    joins = await asyncio.gather(*(one.join(engine, MEETING) for one in receivers), return_exceptions=True)
    joined = time.monotonic() - begun
    failed = [repr(error) for error in joins if isinstance(error, BaseException)]
    for one, error in zip(receivers, joins, strict=True):
        if isinstance(error, BaseException):
            one.settle()
    say("joined", seconds=round(joined, 2), failed=len(failed), why=failed[:1])
    await asyncio.sleep(2)
    sent_before, arrived_before = await count(receivers, sources)
    say("begin")
    load_before = time.process_time()
    for one in receivers:
        one.measuring = True
    for source in sources:
        source.paused = False
    began = time.monotonic()
    await asyncio.sleep(seconds)
    elapsed = time.monotonic() - began
    load = time.process_time() - load_before
    sent_after, arrived_after = await count(receivers, sources)
    say("end")
    sent = sent_after - sent_before
    arrived = [after - before for before, after in zip(arrived_before, arrived_after, strict=True)]
    figures = {
        "packets_in": round(sent / elapsed),
        "packets_out": round(sum(arrived) / elapsed),
        "delivered": round(sum(arrived) / (sent * count_of), 5),
        "delivered_worst": round(min(arrived) / sent, 5),
        "load_cpu": round(load / elapsed, 2),
        "undecrypted": sum(one.line.refused for one in receivers if one.read_on),
        **delays([one for one in receivers if one.read_on]),
        "engine_dropped": await engine_drops(engine),
        "elapsed": elapsed,
        "arrived": sum(arrived),
    }
    say("result", figures=figures)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for line in [*(one.line for one in receivers), *(one.line for one in sources)]:
        await line.close()


def delays(sample: list[Receiver]) -> dict[str, float | None]:
    """Milliseconds from sending to arriving, over all that the sample decrypted."""
    named = {
        "audio": (Kind.SOUND,),
        "video": (Kind.PICTURE, Kind.KEY, Kind.KEY_LAST),
        "key_frame_last": (Kind.KEY_LAST,),
    }
    found: dict[str, float | None] = {}
    for name, kinds in named.items():
        all_of = [delay for one in sample for kind in kinds for delay in one.delays[kind]]
        cut = statistics.quantiles(all_of, n=100) if len(all_of) > 1 else [None] * 99
        found |= {f"{name}_p50_ms": _round(cut[49]), f"{name}_p99_ms": _round(cut[98])}
    return found


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


async def engine_drops(engine: Engine) -> int | None:
    """What the engine says that it dropped on the way out; Janus does not say."""
    if isinstance(engine, Janus):
        return None
    return sum(one.dropped for one in (await engine.state()).sessions)


async def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    kind, address, host, count_of, seconds = sys.argv[1:6]
    engine: Link | Janus = Janus(address, "") if kind == "janus" else Link(Path(address))
    engine.start()
    async with asyncio.timeout(20):
        while not engine.epoch:  # noqa: ASYNC110 — another process has to start
            await asyncio.sleep(0.05)
    try:
        await measure(engine, host, int(count_of), float(seconds))
    finally:
        await engine.stop()


if __name__ == "__main__":
    asyncio.run(main())
