"""What is asked of whom while minutes go their way, and when it is due."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from meetings.asks.routes import routes
from meetings.asks.service import DAY_MS, Document, ask, due_at
from meetings.http import DATABASE
from meetings.minutes import routes as minutes
from meetings.minutes.service import book_id
from meetings.numbers.tables import Kind
from meetings.signing import routes as signing
from meetings.signing.sample_authority import SampleAuthority
from meetings.storage.database import Database
from tests.integration.minutes.test_minutes_over_http import CHAIR, OTHER, SECRETARY, Client, signed_in, sitting
from tests.unit.minutes.played import STARTS, Played

__all__ = ["sitting"]


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[signed_in])
    app[DATABASE], app[minutes.SAMPLE_AUTHORITY] = database, SampleAuthority(tmp_path / "keys")
    app.add_routes([*minutes.routes(), *signing.routes(), *routes()])
    async with TestClient(TestServer(app)) as found:
        yield found


async def test_minutes_are_asked_of_the_secretary_then_of_the_chair_and_again_when_they_come_back(
    database: Database, client: Client, sitting: Played
) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    document = Document(book_id(sitting.meeting), Kind.MINUTES, sitting.meeting, "Phiên họp mẫu")

    async def asked(headers: dict[str, str]) -> list[tuple[str, str]]:
        found = (await (await client.get("/api/asks", headers=headers)).json())["asks"]
        assert all(one["page"] == f"/meetings/{sitting.meeting}/minutes" for one in found)
        return [(one["role"], one["reason"]) for one in found]

    async def sign(headers: dict[str, str]) -> int:
        found = await (await client.get(base, headers=headers)).json()
        seen = {"revision": found["revision"], "sha256": found["sha256"]}
        return (await client.post(f"{base}/sign", json=seen, headers=headers)).status

    async with database.write() as session:
        await ask(session, document, "secretary", STARTS, "p-secretary")
    assert (await asked(SECRETARY), await asked(CHAIR), await asked(OTHER)) == ([("secretary", "")], [], [])
    assert await sign(SECRETARY) == 200
    assert (await asked(SECRETARY), await asked(CHAIR)) == ([], [("chair", "")])
    refused = await client.post(f"{base}/signing/refuse", json={"reason": "Thiếu ý kiến"}, headers=CHAIR)
    assert refused.status == 204
    assert (await asked(SECRETARY), await asked(CHAIR)) == ([("secretary", "Thiếu ý kiến")], [])
    assert (await sign(SECRETARY), await sign(CHAIR)) == (200, 200)
    assert (await asked(SECRETARY), await asked(CHAIR)) == ([], [])


def test_an_invitation_is_due_before_its_meeting() -> None:
    assert due_at(Kind.NOTICE, 0, DAY_MS, 3) == 3 * DAY_MS
    assert due_at(Kind.INVITATION, 0, DAY_MS, 3) == DAY_MS
