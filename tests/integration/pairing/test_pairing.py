"""Pairing over HTTP: one use, expiry, rate, revocation, hostile input."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from meetings.directory.tables import SitePeriod
from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, Role, answer
from meetings.storage.database import Database
from signaling.pairing import joining
from signaling.pairing.revoking import ON_REVOKED
from signaling.pairing.routes import routes
from signaling.pairing.tables import Pairing

Client = TestClient[web.Request, web.Application]
TECHNICIAN = {"X-Unit": "u1"}
REVOKED: list[str] = []


@web.middleware
async def signed_in(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if unit := request.headers.get("X-Unit"):
        request[PRINCIPAL] = Principal("p1", "p1", unit, frozenset({Role.TECHNICIAN}), "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    async with database.write() as session:
        session.add(
            SitePeriod(
                id="t1",
                site="s1",
                code="1",
                name="A",
                folded="a",
                level="xa",
                parent="",
                unit="u1",
                organ_code="",
                valid_from=date(2020, 1, 1),
                valid_to=None,
                position=1,
            )
        )
    application = web.Application(middlewares=[signed_in])
    application[DATABASE] = database

    async def cut(device: str) -> None:
        REVOKED.append(device)

    callbacks: list[Callable[[str], Awaitable[None]]] = [cut]
    application[ON_REVOKED] = callbacks
    application.add_routes(routes() + joining.routes())
    async with TestClient(TestServer(application)) as opened:
        yield opened


async def begun(client: Client) -> dict[str, str]:
    data: dict[str, str] = await (await client.post("/api/devices/pairing")).json()
    return data


async def test_a_device_is_paired_once_and_is_out_when_revoked(client: Client) -> None:
    started = await begun(client)
    asked = {"code": started["code"], "site": "s1"}
    assert (await client.post("/api/devices/pair", json=asked)).status == 401
    assert (await client.post("/api/devices/pair", json=asked, headers={"X-Unit": "u2"})).status == 403
    assert (await client.post("/api/devices/pair", json=asked, headers=TECHNICIAN)).status == 201
    assert (await client.post("/api/devices/pair", json=asked, headers=TECHNICIAN)).status == 404
    path = f"/api/devices/pairing/{started['id']}"
    assert (await client.get(path, headers={"X-Pairing-Secret": "x"})).status == 404
    secret = {"X-Pairing-Secret": started["secret"]}
    assert (await (await client.get(path, headers=secret)).json())["paired"] is True
    assert (await client.get(path, headers=secret)).status == 404
    me = await (await client.get("/api/devices/me")).json()
    assert me["site"] == "s1"
    assert (me["next_meeting"], me["site_name"]) == (None, "A")
    assert (await client.get("/api/hall-token?meeting=other")).status == 404
    assert (await client.delete(f"/api/devices/{me['device']}", headers={"X-Unit": "u2"})).status == 404
    assert (await client.delete(f"/api/devices/{me['device']}", headers=TECHNICIAN)).status == 200
    assert REVOKED[-1] == me["device"]
    assert (await client.get("/api/devices/me")).status == 401


async def test_an_expired_code_is_refused(client: Client) -> None:
    started = await begun(client)
    async with client.app[DATABASE].write() as session:
        await session.execute(update(Pairing).values(expires_at=1))
    asked = {"code": started["code"], "site": "s1"}
    assert (await client.post("/api/devices/pair", json=asked, headers=TECHNICIAN)).status == 404


async def test_rate_and_hostile_input(client: Client) -> None:
    for body in ({}, {"token": 5}, {"token": "x" * 101}):
        assert (await client.post("/api/hall-claims", json=body)).status == 422
    assert (await client.post("/api/hall-claims", json={"token": "\x00'"})).status == 404
    assert (await client.post("/api/guest-claims", json={"token": "x"})).status == 404
    statuses = [(await client.post("/api/devices/pairing")).status for _ in range(11)]
    assert statuses == [201] * 10 + [429]
