"""Databases for tests: each test gets a fresh one with the newest schema, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from tests.postgresql import Cluster
from web.identity import service

_numbers = itertools.count(1)

# No test fails because the machine is busy: rules have no time limit.
settings.register_profile("rules", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rules")


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Argon2 at its lowest cost: tests sign hundreds of people in. Its real cost is a test's subject elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server; where it cannot start the tests fail and say why."""
    cluster = Cluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _migrate_now(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def _migrated_template(postgresql: Cluster) -> str:
    _migrate_now(postgresql.create("migrated"))
    return "migrated"


def _migrate_now(url: str) -> None:
    async def run() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    with ThreadPoolExecutor(1) as apart:  # a loop of its own, whatever loop the tests use
        apart.submit(asyncio.run, run()).result()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh database with the newest schema: the test runs on SQLite and on PostgreSQL."""
    yield from fresh(request, request.param)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """For what concerns SQLite alone, or no database in particular."""
    yield from fresh(request, "sqlite")


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """For what concerns PostgreSQL alone, such as several servers that share it."""
    yield from fresh(request, "postgresql")


def fresh(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """A copy of the migrated template of `kind`, removed afterwards."""
    if kind == "sqlite":
        file: Path = request.getfixturevalue("tmp_path") / "database.sqlite3"
        shutil.copyfile(request.getfixturevalue("_migrated_file"), file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    name = f"test_{next(_numbers)}"
    yield cluster.create(name, request.getfixturevalue("_migrated_template"))
    cluster.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with the newest schema, opened."""
    opened = Database(database_url)
    yield opened
    await opened.close()
