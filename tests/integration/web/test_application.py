"""The door: health, metrics, the API's document, and what it refuses."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest

from meetings.directory.service import periods_on
from meetings.http import Role
from meetings.ids import local_time, now_ms
from meetings.storage.database import Database
from tests.integration.web.conftest import Office
from web.demo import PEOPLE, prepare
from web.settings import Settings, SettingsError, load_settings


async def test_it_says_that_it_is_well_and_what_it_did(office: Office) -> None:
    browser = await office.browser()
    assert (await (await browser.get("/healthz")).json())["status"] == "ok"
    assert 'diemcau_http_requests_total{method="GET",route="/healthz"' in await (await browser.get("/metrics")).text()


async def test_the_api_document_names_every_route_and_body(office: Office) -> None:
    document = await (await (await office.browser()).get("/api/openapi.json")).json()
    served = {route.resource.canonical for route in office.application.router.routes() if route.resource is not None}
    assert {path for path in served if path.startswith("/api/")} == set(document["paths"])
    assert "requestBody" in document["paths"]["/api/session"]["post"]


async def test_nobody_reads_the_api_without_signing_in(office: Office) -> None:
    browser = await office.browser()
    for path in ("/api/me", "/api/sites", "/api/units", "/api/people", "/api/meetings?from=2026-01-01&to=2026-01-31"):
        answer = await browser.get(path)
        assert (answer.status, (await answer.json())["id"]) == (401, "identity.not_signed_in"), path


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"login":1}', b'{"login":"a","password":"b","x":1}', b"\xff\xfe"])
async def test_a_misshapen_body_is_said_to_be_so(office: Office, body: bytes) -> None:
    answer = await (await office.browser()).post("/api/session", data=body)
    assert (answer.status, (await answer.json())["id"]) == (422, "request.invalid")


async def test_a_body_beyond_the_limit_is_refused(office: Office) -> None:
    answer = await (await office.browser()).post("/api/session", data=io.BytesIO(b"x" * 3_000_000))
    assert (answer.status, (await answer.json())["id"]) == (413, "request.too_large")


async def test_an_unknown_address_is_a_sentence(office: Office) -> None:
    answer = await (await office.browser()).get("/api/none")
    assert (answer.status, (await answer.json())["id"]) == (404, "http.failed")


async def test_files_outside_the_client_are_not_served(office: Office) -> None:
    browser = await office.browser()
    for path in ("/../settings.py", "/%2e%2e/settings.py", "/assets/..%2f..%2f..%2fsettings.py"):
        assert "SettingsError" not in await (await browser.get(path)).text()


async def test_scripts_are_sent_compressed(office: Office) -> None:
    browser = await office.browser()
    (script,) = re.findall(r'src="(/assets/[^"]+\.js)"', await (await browser.get("/")).text())
    answer = await browser.get(script, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < len(await answer.read()) / 2


async def test_an_administrator_imports_a_directory_after_a_preview(office: Office) -> None:
    await office.add("quantri", Role.ADMINISTRATOR)
    browser = await office.browser("quantri")
    raw = "code,name,level,parent,valid_from\nX1,Xã Mẫu,commune,,2025-07-01\n".encode()
    preview = await (await browser.post("/api/directory/import/preview", data=raw)).json()
    assert [row["code"] for row in preview["added"]] == ["X1"]
    assert (await (await browser.post("/api/directory/import/apply", data=raw)).json())["added"] == 1
    found = await (await browser.get("/api/sites?q=xa mau")).json()
    assert [row["name"] for row in found["sites"]] == ["Xã Mẫu"]
    bad = await browser.post("/api/directory/import/apply", data=raw + b"X1,?,,,\n")
    assert (bad.status, (await bad.json())["id"]) == (422, "directory.import_problems")


async def test_the_demo_is_made_once(database: Database, tmp_path: Path) -> None:
    settings = Settings(database_url=database.url, data_dir=tmp_path)
    assert await prepare(settings)
    assert await prepare(settings) is None
    assert len({login for login, _, _ in PEOPLE}) == len(PEOPLE)
    async with database.read() as session:
        assert len(await periods_on(session, local_time(now_ms()).date())) == 215


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "many"}, "PORT"),
        ({"HOST": "0.0.0.0"}, "HOST"),
        ({"HOST": "0.0.0.0", "BEHIND_TLS_PROXY": "true"}, "TRUSTED_PROXIES"),
        ({"TLS_CERTIFICATE": "a.pem"}, "TLS_KEY"),
        ({"SIGN_PKCS12": "always"}, "SIGN_PKCS12"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    settings: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=named):
        load_settings()


async def test_a_stopping_server_lets_its_pages_go_at_once(office: Office) -> None:
    client = await office.browser()
    page = await client.ws_connect("/socket.io/?EIO=4&transport=websocket")
    assert (await page.receive_str()).startswith("0")
    async with asyncio.timeout(10):  # a silent line would be held for the twenty seconds of two pings
        stopping = asyncio.create_task(office.server.close())
        while not page.closed:
            await page.receive()
        await stopping
