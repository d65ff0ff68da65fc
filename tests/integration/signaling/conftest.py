from __future__ import annotations

import pytest

from meetings.storage.database import Database


@pytest.fixture
def room_database(database: Database) -> Database:
    return database
