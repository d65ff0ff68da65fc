"""The whole application on a real port, with a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from meetings.http import Role
from meetings.storage.database import Database
from web.app import create_app
from web.identity.routes import IDENTITY
from web.settings import Settings

Client = TestClient[web.Request, web.Application]
PASSWORD = "mat-khau-mau"


class Office:
    """A running application, and people who sign in to it."""

    def __init__(self, server: TestServer, application: web.Application) -> None:
        self.server, self.application = server, application
        self.clients: list[Client] = []

    async def add(self, login: str, *roles: Role, unit: str = "unit") -> str:
        identity = self.application[IDENTITY]
        return await identity.add_person(f"Mẫu {login}", unit, frozenset(roles), login, PASSWORD)

    async def browser(self, login: str = "") -> Client:
        """A browser, signed in as `login` where given."""
        client = TestClient(self.server, cookie_jar=CookieJar(unsafe=True))
        self.clients.append(client)
        if login:
            response = await client.post("/api/session", json={"login": login, "password": PASSWORD})
            assert response.status == 200, await response.text()
            client.session.headers["X-CSRF-Token"] = (await response.json())["csrf"]
        return client


@asynccontextmanager
async def serving(database: Database, folder: Path) -> AsyncIterator[Office]:
    """The application on `database`, with its files in `folder`."""
    application = create_app(Settings(data_dir=folder), database)
    server = TestServer(application)
    await server.start_server()
    office = Office(server, application)
    yield office
    for client in office.clients:
        await client.close()
    await server.close()


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with serving(database, tmp_path) as office:
        yield office
