from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from signaling.media.embedded.link import Link
from tests.integration.media.engine_process import EngineProcess


@pytest.fixture(params=["c", "python"])
async def engine(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[EngineProcess]:
    """An engine with each of the two send loops."""
    process = EngineProcess(tmp_path / "media.sock", request.param)
    await process.start()
    yield process
    await process.kill()


@pytest.fixture
async def link(engine: EngineProcess) -> AsyncIterator[Link]:
    link = Link(engine.socket)
    link.start()
    await engine.until(lambda: bool(link.epoch))
    yield link
    await link.stop()


@pytest.fixture
async def room_database(tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite alone: what is tried here does not depend on the database."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'room.sqlite3'}")
    await migrate(database)
    yield database
    await database.close()
