"""A floor change to many connected pages: from the chair's command to each page's new view.

    python -m tests.bench.floor_change [PAGES] [CHANGES]

Prints a line of JSON: milliseconds p50 and p99 over all pages and changes, CPU of server and pages together.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from tests.integration.signaling.room import Page, brief, open_room


async def measure(pages: int, changes: int) -> dict[str, Any]:
    """The figures for `pages` room endpoints, each of a site of its own, and `changes` floor changes."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite3'}")
        await migrate(database)
        async with open_room(database, brief(delegates=6, sites=pages)) as (url, _, _gateway):
            chair = await Page(url, "person:chair").join()
            joined = time.perf_counter()
            rooms = await asyncio.gather(*(Page(url, f"room:s{one}").join("room") for one in range(pages)))
            joining = time.perf_counter() - joined
            await chair.done("sitting.open")
            took: list[float] = []
            cpu = time.process_time()
            for number in range(changes):
                took += await _change(chair, rooms, number)
            cpu = time.process_time() - cpu
            for page in [chair, *rooms]:
                await page.leave()
        await database.close()
    cuts = statistics.quantiles(took, n=100)
    return {
        "figure": "floor_change",
        "pages": pages,
        "changes": changes,
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
        "cpu_ms_per_change": round(cpu / changes * 1000, 1),
        "join_all_s": round(joining, 2),
    }


async def _change(chair: Page, rooms: list[Page], number: int) -> list[float]:
    site = f"s{number % len(rooms)}"
    holder = chair.view["floor"]["turns"].get("speaker", {}).get("turn", "")
    started = time.perf_counter()

    async def seen(page: Page) -> float:
        await page.until(lambda: page.view["stage"]["speaker"]["site"] == site, 30)
        return time.perf_counter() - started

    waiting = [asyncio.create_task(seen(page)) for page in rooms]
    await chair.done("floor.invite", {"site": site, "holder": holder})
    took = list(await asyncio.gather(*waiting))
    await chair.until(lambda: chair.view["stage"]["speaker"]["site"] == site)
    return took


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 215
    print(json.dumps(asyncio.run(measure(wanted, int(sys.argv[2]) if len(sys.argv) > 2 else 20))))
