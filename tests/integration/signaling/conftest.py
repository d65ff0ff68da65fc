from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meetings.storage.database import Database
from meetings.storage.migrate import migrate


@pytest.fixture
async def room_database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'room.sqlite3'}")
    await migrate(database)
    yield database
    await database.close()
