"""Minutes take their number from the unit's register once, or keep a field for the number of its document system."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pypdfium2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from meetings.http import DATABASE, PRINCIPAL, Principal, Role
from meetings.ids import local_time, now_ms
from meetings.minutes import routes
from meetings.numbers import service as numbers
from meetings.numbers.tables import Kind, Source
from meetings.signing import routes as signing_routes
from meetings.signing.proof import prove
from meetings.signing.sample_authority import SampleAuthority, sample_authority
from meetings.signing.verify import verify
from meetings.storage.database import Database
from tests.integration.minutes.test_minutes_over_http import CHAIR, OTHER, SECRETARY, Handler, signed_in, sitting
from tests.unit.minutes.played import Played

__all__ = ["sitting"]
Client = TestClient[web.Request, web.Application]
CLERK = {"X-Person": "p-clerk", "X-Clerk": "1"}
UNIT = "u9"  # of the sitting
YEAR = local_time(now_ms()).year


@web.middleware
async def clerks(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.headers.get("X-Clerk"):
        request[PRINCIPAL] = Principal("p-clerk", "Văn thư (mẫu)", UNIT, frozenset({Role.RECORDS_CLERK}), "s")
    return await handler(request)


@pytest.fixture
def authority(tmp_path: Path) -> SampleAuthority:
    found = sample_authority({"SIGN_PKCS12": "demo"}, tmp_path / "keys")
    assert found is not None
    return found


@pytest.fixture
async def client(database: Database, authority: SampleAuthority) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[signed_in, clerks])
    app[DATABASE] = database
    app[routes.SAMPLE_AUTHORITY] = authority
    app[routes.TRUST] = authority.trust().read_bytes()
    app.add_routes([*routes.routes(), *signing_routes.routes()])
    routes._asked.clear()
    async with TestClient(TestServer(app)) as found:
        yield found


async def choose(database: Database, source: Source) -> None:
    async with database.write() as session:
        await numbers.choose_source(session, UNIT, source, YEAR, "p-clerk", now_ms())


async def book(database: Database) -> list[tuple[int, str]]:
    async with database.read() as session:
        return [(one.number, one.reason) for one in await numbers.book(session, UNIT, Kind.MINUTES, YEAR)]


def first_page(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    text = document[0].get_textpage()
    shown = str(text.get_text_bounded())
    text.close()
    document.close()
    return shown


async def test_the_register_gives_one_number_before_the_first_signature(
    client: Client, sitting: Played, database: Database
) -> None:
    await choose(database, Source.REGISTER)
    base = f"/api/meetings/{sitting.meeting}/minutes"
    assert await book(database) == []
    clicks = [client.post(f"{base}/sign", json={"revision": 0}, headers=SECRETARY) for _ in range(3)]
    answers = await asyncio.gather(*clicks)
    assert sorted(one.status for one in answers) == [200, 409, 409]
    assert await book(database) == [(1, "")], "three clicks, one number"
    pdf = await (await client.get(f"{base}/preview.pdf", headers=SECRETARY)).read()
    assert "Số: 01/" in first_page(pdf)


async def test_an_attempt_that_died_leaves_its_number_to_the_next(
    client: Client, sitting: Played, database: Database
) -> None:
    await choose(database, Source.REGISTER)
    base = f"/api/meetings/{sitting.meeting}/minutes"
    given = await (await client.get(f"{base}/signing/document.pdf", headers=SECRETARY)).read()  # and never came back
    assert "Số: 01/" in first_page(given)
    assert (await client.post(f"{base}/sign", json={"revision": 0}, headers=SECRETARY)).status == 200
    assert await book(database) == [(1, "")]


async def test_a_refused_number_stays_cancelled_and_the_next_document_shows_another(
    client: Client, sitting: Played, database: Database
) -> None:
    await choose(database, Source.REGISTER)
    base = f"/api/meetings/{sitting.meeting}/minutes"
    await client.post(f"{base}/sign", json={"revision": 0}, headers=SECRETARY)
    refusal = await client.post(f"{base}/signing/refuse", json={"reason": "Thiếu một ý kiến"}, headers=CHAIR)
    assert refusal.status == 204
    assert await book(database) == [(1, "Thiếu một ý kiến")]
    given = await (await client.get(f"{base}/signing/document.pdf", headers=SECRETARY)).read()
    assert "Số: 02/" in first_page(given)
    assert await book(database) == [(1, "Thiếu một ý kiến"), (2, "")]


async def test_the_document_systems_number_is_written_after_the_chair_into_the_field_kept_for_it(
    client: Client, sitting: Played, database: Database, authority: SampleAuthority
) -> None:
    await choose(database, Source.SYSTEM)
    base = f"/api/meetings/{sitting.meeting}/minutes"
    first = await (await client.post(f"{base}/sign", json={"revision": 0}, headers=SECRETARY)).json()
    early = await client.post(f"{base}/number", json={"number": 7}, headers=CLERK)
    assert (await early.json())["id"] == "signing.number_later"
    await client.post(f"{base}/sign", json={"revision": 0, "sha256": first["sha256"]}, headers=CHAIR)
    assert (await (await client.get(f"{base}/number", headers=CLERK)).json())["may_enter"]

    for wrong, status in ((SECRETARY, 403), (OTHER, 404)):
        assert (await client.post(f"{base}/number", json={"number": 7}, headers=wrong)).status == status
    signed = await (await client.get(f"{base}/file.pdf", headers=CHAIR)).read()
    entered = [client.post(f"{base}/number", json={"number": 7}, headers=CLERK) for _ in range(2)]
    assert sorted(one.status for one in await asyncio.gather(*entered)) == [200, 409]
    assert await book(database) == [(7, "")]
    numbered = await (await client.get(f"{base}/file.pdf", headers=CHAIR)).read()
    assert numbered.startswith(signed), "the signed bytes stay"

    assert await prove(database, authority.authorities(), f"minutes:{sitting.meeting}")
    proven = await (await client.get(f"{base}/file.pdf", headers=CHAIR)).read()
    told = await asyncio.to_thread(verify, proven, authority.trust().read_bytes())
    assert told.valid, told.reasons
    assert "Điền số: 07." in told.changes


async def test_a_number_known_before_the_first_signature_is_printed(
    client: Client, sitting: Played, database: Database
) -> None:
    await choose(database, Source.SYSTEM)
    base = f"/api/meetings/{sitting.meeting}/minutes"
    assert (await client.post(f"{base}/number", json={"number": 12}, headers=CLERK)).status == 200
    assert (await client.post(f"{base}/sign", json={"revision": 0}, headers=SECRETARY)).status == 200
    pdf = await (await client.get(f"{base}/preview.pdf", headers=SECRETARY)).read()
    assert "Số: 12/" in first_page(pdf)
