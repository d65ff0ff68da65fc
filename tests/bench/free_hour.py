"""A free hour for 215 sites in a year with 10,000 meetings: `python -m tests.bench.free_hour`, one line of JSON."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
from datetime import datetime

from sqlalchemy import insert

from meetings.calendar.conflicts import MINUTE
from meetings.calendar.occupancy import next_free
from meetings.calendar.tables import Meeting, Occupancy
from meetings.ids import PROVINCE_ZONE
from meetings.storage.database import Database
from meetings.storage.migrate import migrate

HOUR = 60 * MINUTE
SITES = 215
MEETINGS = 10_000
YEAR = int(datetime(2027, 1, 1, tzinfo=PROVINCE_ZONE).timestamp() * 1000)


async def fill(database: Database, chance: random.Random) -> None:
    """A year of hours, spread over the working day, each of six sites."""
    meetings: list[dict[str, object]] = []
    taken: list[dict[str, object]] = []
    for number in range(MEETINGS):
        start = YEAR + (chance.randrange(365) * 24 + chance.randrange(7, 17)) * HOUR
        meetings.append(
            {
                "id": f"m{number}", "title": "Họp", "starts_at": start, "ends_at": start + HOUR, "unit": "u",
                "unit_rank": 1, "hub_site": "s", "chair": "c", "chair_name": "", "secretary": "t",
                "secretary_name": "", "urgency": "normal", "urgency_reason": "", "status": "scheduled",
                "cancel_reason": "", "revision": 1, "created_by": "c", "created_at": YEAR,
            }
        )  # fmt: skip
        taken += [
            {"resource": f"s:{site}", "meeting": f"m{number}", "starts_at": start, "ends_at": start + HOUR}
            for site in chance.sample(range(SITES), 6)
        ]
    async with database.write() as session:
        await session.execute(insert(Meeting), meetings)
        await session.execute(insert(Occupancy), taken)


async def main() -> None:
    chance = random.Random(1)
    took: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
        await migrate(database)
        await fill(database, chance)
        resources = [f"s:{site}" for site in range(SITES)]
        for _ in range(50):
            after = YEAR + chance.randrange(330) * 24 * HOUR
            async with database.read() as session:
                began = time.perf_counter()
                await next_free(session, resources, HOUR, after)
                took.append((time.perf_counter() - began) * 1000)
        await database.close()
    took.sort()
    figure = {
        "bench": "free_hour",
        "sites": SITES,
        "meetings": MEETINGS,
        "p50_ms": round(statistics.median(took), 1),
        "max_ms": round(took[-1], 1),
    }
    print(json.dumps(figure))


if __name__ == "__main__":
    asyncio.run(main())
