from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from meetings.storage.database import Database


@pytest.fixture
async def sqlite_room(sqlite_url: str) -> AsyncIterator[Database]:
    """For what does not concern the database."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()
