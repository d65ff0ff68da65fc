"""A floor change to many connected pages: from the chair's command to each page's new view.

    python -m tests.bench.floor_change [PAGES] [CHANGES]

Prints three lines of JSON: the pages joining at once, the floor changes, and raw aiohttp websockets that are sent the
same bytes in the same run. `cpu_ms` is the server's alone; pages and server share the machine.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, TCPConnector

from tests.bench.pages import Listener, RoomPage, cpu_of


@asynccontextmanager
async def served(sites: int) -> AsyncIterator[tuple[str, int]]:
    """A server for a sitting of `sites` sites: `(address, process)`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite3'}"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.server", url, str(sites),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        yield (await process.stdout.readline()).decode().strip(), process.pid
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 60)
        except TimeoutError:
            process.kill()
            raise


def spread(took: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(took, n=100)
    return {"p50_ms": round(cuts[49] * 1000, 1), "p99_ms": round(cuts[98] * 1000, 1)}


async def measure(pages: int, changes: int) -> AsyncIterator[dict[str, Any]]:
    """The figures for `pages` room endpoints, each of a site of its own, and `changes` floor changes."""
    async with served(pages) as (address, server), ClientSession(connector=TCPConnector(limit=0)) as session:
        chair = RoomPage("person:chair", "office")
        await chair.join(session, address)
        rooms = [RoomPage(f"room:s{one}", "room") for one in range(pages)]
        cpu, started = cpu_of(server), time.perf_counter()
        await asyncio.gather(*(one.join(session, address) for one in rooms))
        joining = time.perf_counter() - started
        yield {
            "figure": "joining",
            "pages": pages,
            "seconds": round(joining, 2),
            "cpu_ms_per_page": round((cpu_of(server) - cpu) / pages * 1000, 2),
        }
        await chair.done("sitting.open", {})
        await asyncio.sleep(2)  # what the pages' arrival still brings
        took, holder = list[float](), ""
        cpu, received = cpu_of(server), rooms[0].bytes
        for number in range(changes):
            holder = await _change(chair, rooms, number, holder, took)
        cpu, received = cpu_of(server) - cpu, rooms[0].bytes - received
        yield _figure("floor_change", pages, changes, took, cpu, received)
        sent = rooms[0].message
        for page in [chair, *rooms]:
            await page.close()
        yield await _raw(session, address, server, pages, changes, sent)


async def _change(chair: RoomPage, rooms: list[RoomPage], number: int, holder: str, took: list[float]) -> str:
    site = f"s{number % len(rooms)}"
    shown = [one.expect(f'"speaker":{{"site":"{site}"') for one in rooms]
    turn = chair.expect('"turn":"')
    started = time.perf_counter()
    await chair.done("floor.invite", {"site": site, "holder": holder})
    took += [moment - started for moment in await asyncio.wait_for(asyncio.gather(*shown), 60)]
    await turn
    return chair.message.partition('"speaker":{"turn":"')[2][:36]


async def _raw(
    session: ClientSession, address: str, server: int, pages: int, changes: int, text: str
) -> dict[str, Any]:
    plain = [Listener() for _ in range(pages)]
    for one in plain:
        await one.open(session, f"{address}raw")
    took = list[float]()
    cpu, received = cpu_of(server), plain[0].bytes
    for _ in range(changes):
        shown = [one.expect(text) for one in plain]
        started = time.perf_counter()
        await plain[0].socket.send_str(text)
        took += [moment - started for moment in await asyncio.wait_for(asyncio.gather(*shown), 60)]
    cpu, received = cpu_of(server) - cpu, plain[0].bytes - received
    for one in plain:
        await one.close()
    return _figure("raw_websockets", pages, changes, took, cpu, received)


def _figure(name: str, pages: int, changes: int, took: list[float], cpu: float, received: int) -> dict[str, Any]:
    each = cpu / changes
    return {
        "figure": name,
        "pages": pages,
        "changes": changes,
        **spread(took),
        "cpu_ms_per_change": round(each * 1000, 1),
        "cpu_us_per_page": round(each / pages * 1e6, 1),
        "bytes_per_page": received // changes,
    }


async def main(pages: int, changes: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    async for figure in measure(pages, changes):
        print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 215
    asyncio.run(main(wanted, int(sys.argv[2]) if len(sys.argv) > 2 else 20))
