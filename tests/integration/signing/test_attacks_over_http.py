"""What the library refuses the public page refuses too: every class of attack, each at least twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from meetings.http import DATABASE
from meetings.minutes import routes
from meetings.signing.sample_authority import SampleAuthority
from meetings.storage.database import Database
from tests.integration.minutes.test_minutes_over_http import signed_in
from tests.unit.signing.attacks import ATTACKS
from tests.unit.signing.signed import prolonged, reserved, sign_now

Client = TestClient[web.Request, web.Application]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    return SampleAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def signed(authority: SampleAuthority) -> bytes:
    return prolonged(authority, sign_now(authority, sign_now(authority, reserved(), "secretary"), "chair"))


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """Nothing here depends on the database."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def client(database: Database, authority: SampleAuthority) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[signed_in])
    app[DATABASE] = database
    app[routes.TRUST] = authority.trust().read_bytes()
    app.add_routes(routes.routes())
    routes._asked.clear()
    async with TestClient(TestServer(app)) as found:
        yield found


async def test_the_signed_file_itself_passes(client: Client, signed: bytes) -> None:
    told = await (await client.post("/api/verify", data=signed)).json()
    assert told["valid"], told["reasons"]


@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_page_refuses(attack: str, client: Client, signed: bytes) -> None:
    answer = await client.post("/api/verify", data=ATTACKS[attack](signed))
    assert answer.status == 200
    told = await answer.json()
    assert (told["valid"], told["intact"]) == (False, False)
    assert told["reasons"], "and the reason is said"
    assert "verify.too_long" not in told["reason_ids"], "it was judged, not given up"
