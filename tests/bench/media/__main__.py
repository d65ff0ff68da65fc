"""The engines side by side: `python -m tests.bench.media [RECEIVERS] …` (`tests/bench/README.md` says more)."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.janus.janus_process import JanusProcess
from tests.integration.janus.namespace import Namespace, namespace

ENGINES = ("embedded", "janus", "janus-loops-2")
#: A room whose sound takes longer (p99) is too large, in ms.
IN_TIME = 20.0
#: Where the embedded engine listens; each further one on the next.
PORT = 40_000
QUIET = {"LOG_LEVEL": "error"}
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Running:
    """An engine under load: how the load reaches it, and its process."""

    kind: str
    address: str
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time so far, of all its threads."""
        words = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / _TICK

    def memory(self) -> int:
        """Resident MiB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


@asynccontextmanager
async def running(name: str, space: Namespace, folder: Path, place: int = 0) -> AsyncIterator[Running]:
    """Start an engine in the namespace, alone."""
    if name == "embedded":
        path = folder / "media.sock"
        settings = {"MEDIA_SOCKET": str(path), "MEDIA_HOST": space.inside, "MEDIA_PORT": str(PORT + place)}
        command = [*space.enter, sys.executable, "-m", "signaling.media.embedded"]
        process = await asyncio.create_subprocess_exec(*command, env=os.environ | settings | QUIET, stdout=sys.stderr)
        try:
            yield Running("embedded", str(path), process.pid)
        finally:
            process.kill()
            await process.wait()
        return
    janus = JanusProcess(space, folder / "janus", loops="2" if name == "janus-loops-2" else "")
    await janus.start()
    try:
        yield Running("janus", janus.url, janus.pid)
    finally:
        await janus.kill()


async def run(name: str, space: Namespace, receivers: int, seconds: float, place: int = 0) -> dict[str, object]:
    """One engine, one load; what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(name, space, Path(folder), place) as engine:
            command = ["-m", "tests.bench.media.load", engine.kind, engine.address, space.outside]
            load = await asyncio.create_subprocess_exec(
                sys.executable, *command, str(receivers), str(seconds), stdout=asyncio.subprocess.PIPE
            )
            try:
                return await figures(name, receivers, engine, load)
            finally:
                if load.returncode is None:
                    load.kill()
                await load.wait()


async def figures(name: str, receivers: int, engine: Running, load: asyncio.subprocess.Process) -> dict[str, object]:
    """Follow the load's words, and look at the engine's processor time between them."""
    assert load.stdout is not None
    cpu: dict[str, float] = {}
    joined: dict[str, float] = {}
    async with asyncio.timeout(240):
        while line := await load.stdout.readline():
            if not line.startswith(b'{"event"'):
                sys.stderr.write(line.decode())
                continue
            said = json.loads(line)
            cpu[said["event"]] = engine.cpu()
            if said["event"] == "joined":
                if said["failed"]:
                    sys.stderr.write(f"{said['failed']} receivers did not join: {said['why']}\n")
                joined = said
            if said["event"] == "result":
                found = said["figures"]
                used = cpu["end"] - cpu["begin"]
                return {
                    "bench": "media",
                    "engine": name,
                    "receivers": receivers,
                    **{key: value for key, value in found.items() if key not in ("elapsed", "arrived")},
                    "cpu": round(used / found["elapsed"], 3),
                    "packets_per_cpu_second": round(found["arrived"] / used) if used else None,
                    "memory_mib": engine.memory(),
                    "join_seconds": joined["seconds"],
                    "join_failed": joined["failed"],
                    "cpu_ms_per_join": round((cpu["joined"] - cpu["joining"]) / receivers * 1000, 2),
                }
    raise RuntimeError(f"the load ended early with {name}")


def summary(runs: list[dict[str, object]]) -> dict[str, object]:
    """Medians, and how often the better Janus fits into the embedded engine."""
    rates: dict[str, list[float]] = defaultdict(list)
    for one in runs:
        rate = one["packets_per_cpu_second"]
        if isinstance(rate, int):
            rates[str(one["engine"])].append(rate)
    medians = {name: round(statistics.median(found)) for name, found in rates.items()}
    best = max((rate for name, rate in medians.items() if name != "embedded"), default=0)
    ratio = round(medians["embedded"] / best, 2) if best and "embedded" in medians else None
    return {"bench": "media_summary", "packets_per_cpu_second": medians, "embedded_to_better_janus": ratio}


def holds(one: dict[str, object]) -> bool:
    """Whether the engine carried a room: everybody there, nothing lost, and sound in time."""
    sound = one["audio_p99_ms"]
    in_time = isinstance(sound, float) and sound < IN_TIME
    return in_time and one["join_failed"] == 0 and one["delivered"] == 1 and not one["engine_dropped"]


def next_size(fits: int, fails: int) -> int:
    """The room to try after one fitted and one failed (0: none yet); 0 once the largest is known within a twentieth."""
    if not fails:
        return max(fits + 1, round(fits * 1.5))
    apart = fails - fits
    return fits + apart // 2 if apart > max(1, fails // 20) else 0


async def carries(name: str, space: Namespace, receivers: int, seconds: float) -> bool:
    """Whether an engine carries a room, at the second try at the latest."""
    for _ in range(2):
        try:
            found = await run(name, space, receivers, seconds)
        except (RuntimeError, TimeoutError) as error:  # so much too large that it never came to measuring
            sys.stderr.write(f"{name} with {receivers}: {error!r}\n")
            continue
        print(json.dumps(found), flush=True)
        if holds(found):
            return True
    return False


async def largest(name: str, space: Namespace, first: int, seconds: float) -> dict[str, object]:
    """The largest room that an engine carries, within a twentieth."""
    fits, fails, receivers = 0, 0, first
    while receivers:
        carried = await carries(name, space, receivers, seconds)
        fits, fails = (receivers, fails) if carried else (fits, receivers)
        receivers = next_size(fits, fails)
    return {"bench": "media_largest", "engine": name, "receivers": fits}


async def side_by_side(name: str, space: Namespace, engines: int, receivers: int, seconds: float) -> dict[str, object]:
    """So many engines at once, each with a room of its own; what they carry together."""
    runs = await asyncio.gather(*(run(name, space, receivers, seconds, place) for place in range(engines)))
    for one in runs:
        print(json.dumps(one), flush=True)
    out, cpu = (sum(float(str(one[key])) for one in runs) for key in ("packets_out", "cpu"))
    return {"bench": "media_side_by_side", "engine": name, "engines": engines, "packets_out": out, "cpu": round(cpu, 3)}


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.media")
    parser.add_argument("receivers", type=int, nargs="?", default=215)
    parser.add_argument("--engines", default=",".join(ENGINES), help="separated by commas")
    parser.add_argument("--seconds", type=float, default=12.0, help="measured in each run")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rate", default="", help="limit the veth from the engine, as tc writes it: 1gbit")
    parser.add_argument("--largest", action="store_true", help="search the largest room that each engine carries")
    parser.add_argument("--at-once", type=int, default=1, help="so many embedded engines side by side")
    options = parser.parse_args()
    runs = []
    with namespace() as space:
        if options.rate:
            shape = ["tc", "qdisc", "add", "dev", space.inner, "root", "tbf", "rate", options.rate]
            subprocess.run([*space.enter, *shape, "burst", "256kb", "latency", "200ms"], check=True)  # noqa: ASYNC221
        if options.at_once > 1:
            found = await side_by_side("embedded", space, options.at_once, options.receivers, options.seconds)
            print(json.dumps(found), flush=True)
            return
        if options.largest:
            for name in options.engines.split(","):
                print(json.dumps(await largest(name, space, options.receivers, options.seconds)), flush=True)
            return
        for _ in range(options.repeat):
            for name in options.engines.split(","):
                runs.append(await run(name, space, options.receivers, options.seconds))
                print(json.dumps(runs[-1]), flush=True)
    print(json.dumps(summary(runs)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
