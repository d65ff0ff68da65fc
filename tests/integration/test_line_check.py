"""Measuring the line over HTTP: real transfers, bounded in size, rate and to whom they are given."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, answer
from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from signaling import line_check

Client = TestClient[web.Request, web.Application]
PATH = "/api/line-check"
WHO = {"X-Person": "p1"}


@web.middleware
async def signed_in(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if person := request.headers.get("X-Person"):
        request[PRINCIPAL] = Principal(person, person, "u1", frozenset(), "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/m.db")
    await migrate(database)
    application = web.Application(middlewares=[signed_in])
    application[DATABASE] = database
    application.add_routes(line_check.routes())
    async with TestClient(TestServer(application)) as opened:
        yield opened
    await database.close()


async def test_as_many_bytes_come_and_go_as_were_asked_for(client: Client) -> None:
    assert await (await client.get(PATH, headers=WHO)).read() == b""
    assert len(await (await client.get(f"{PATH}?kib=512", headers=WHO)).read()) == 512 * 1024
    sent = await client.post(PATH, data=b"x" * 300_000, headers=WHO)
    assert await sent.json() == {"bytes": 300_000}


async def test_what_comes_down_cannot_be_compressed_on_the_way(client: Client) -> None:
    body = await (await client.get(f"{PATH}?kib=128", headers=WHO)).read()
    assert len(zlib.compress(body)) > len(body) * 0.99


@pytest.mark.parametrize("kib", ["2049", "-1", "1e9", "x", "9" * 400])
async def test_a_transfer_of_a_wrong_size_is_refused(client: Client, kib: str) -> None:
    refused = await client.get(f"{PATH}?kib={kib}", headers=WHO)
    assert (refused.status, (await refused.json())["id"]) == (422, "line_check.size")


async def test_too_large_a_body_is_refused_while_it_comes(client: Client) -> None:
    refused = await client.post(PATH, data=BytesIO(b"x" * (line_check.LARGEST * 1024 + 1)), headers=WHO)
    assert (await refused.json())["id"] == "line_check.size"


async def test_nobody_measures_without_a_right_to_a_room(client: Client) -> None:
    for ask in (client.get(PATH), client.post(PATH, data=b"x")):
        refused = await ask
        assert (refused.status, (await refused.json())["id"]) == (401, "identity.not_signed_in")


async def test_who_measures_without_end_is_asked_to_wait_and_others_are_not(client: Client) -> None:
    answers = [(await client.get(PATH, headers=WHO)).status for _ in range(62)]
    assert set(answers[:60]) == {200}
    assert 429 in answers
    assert (await client.get(PATH, headers={"X-Person": "p2"})).status == 200
