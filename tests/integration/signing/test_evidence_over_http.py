"""The evidence package over HTTP: who gets it, and that it checks on the page and without the server."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.http import DATABASE
from meetings.minutes import routes as minutes_routes
from meetings.signing import evidence, evidence_routes
from meetings.signing import routes as signing_routes
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.verify_process import verify_apart
from meetings.storage.database import Database
from tests.integration.minutes.test_minutes_over_http import CHAIR, OTHER, SECRETARY, signed_in, sitting
from tests.unit.minutes.played import Played

__all__ = ["sitting"]
Client = TestClient[web.Request, web.Application]
TEXT = "Báo cáo kinh tế (mẫu).pdf"


async def papers(session: AsyncSession, meeting: str) -> list[evidence.Paper]:
    return [evidence.Paper(TEXT, "ab" * 32)]


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[signed_in])
    app[DATABASE] = database
    authority = SampleAuthority(tmp_path / "keys")
    app[minutes_routes.SAMPLE_AUTHORITY] = authority
    app[minutes_routes.TRUST] = authority.trust().read_bytes()
    app[evidence_routes.PAPERS] = papers
    app.add_routes([*minutes_routes.routes(), *signing_routes.routes(), *evidence_routes.routes()])
    minutes_routes._asked.clear()
    async with TestClient(TestServer(app)) as found:
        yield found


async def test_the_package_of_signed_minutes(client: Client, sitting: Played) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    assert (await client.get(f"{base}/evidence.zip", headers=CHAIR)).status == 404, "nothing is signed"
    first = await (await client.post(f"{base}/sign", json={"revision": 0}, headers=SECRETARY)).json()
    assert (await client.get(f"{base}/evidence.zip", headers=CHAIR)).status == 404, "the chair has not"
    body = {"revision": 0, "sha256": first["sha256"]}
    assert (await client.post(f"{base}/sign", json=body, headers=CHAIR)).status == 200

    assert (await client.get(f"{base}/evidence.zip")).status == 401
    assert (await client.get(f"{base}/evidence.zip", headers=OTHER)).status == 404
    packed = await (await client.get(f"{base}/evidence.zip", headers=SECRETARY)).read()
    trust = client.server.app[minutes_routes.TRUST]  # type: ignore[attr-defined]
    verdict = await verify_apart(packed, trust)
    assert verdict.valid, verdict.reasons
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert TEXT in archive.read(evidence.PAPERS).decode()
        assert json.loads(archive.read(evidence.REPORT))["valid"] is True
        assert [one["what"] for one in json.loads(archive.read(evidence.COURSE))][:2] == ["signed", "signed"]
    told = await (await client.post("/api/verify", data=packed, headers=CHAIR)).json()
    assert (told["valid"], told["standing"]) == (True, "current")
    assert told["record"]["meeting"] == sitting.meeting

    recalled = {"reason": "Sai số liệu"}
    assert (await client.post(f"{base}/signing/recall", json=recalled, headers=CHAIR)).status == 204
    told = await (await client.post("/api/verify", data=packed, headers=CHAIR)).json()
    assert (told["valid"], told["standing"]) == (False, "recalled"), "an old package does not hide the recall"


async def test_everybody_may_read_how_to_check(client: Client) -> None:
    answer = await client.get("/api/verify/guide.txt")
    assert answer.status == 200
    assert "sha256sum -c SHA256SUMS" in await answer.text()
