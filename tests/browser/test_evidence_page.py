"""From the minutes page to the check: the package is downloaded, verified on the page, and a recall shows there."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import async_playwright, expect

from meetings.http import DATABASE
from meetings.ids import now_ms
from meetings.minutes import routes as minutes_routes
from meetings.signing import evidence_routes, routes
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.tables import Signature, SignedFile
from meetings.storage.database import Database
from tests.browser.test_signing_page import CLIENT, as_the_application, serving
from tests.integration.minutes.test_minutes_over_http import stored
from tests.sample_minutes import signed_minutes
from tests.unit.minutes.played import Played
from tests.unit.signing.test_evidence import ATTESTED, NAMED, attested

pytestmark = pytest.mark.browser


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


async def signed(database: Database, sitting: Played, authority: SampleAuthority) -> None:
    """Minutes that secretary and chair have signed."""
    pdf = await signed_minutes(authority, sitting)
    digest = hashlib.sha256(pdf).hexdigest()
    async with database.write() as session:
        document = f"minutes:{sitting.meeting}"
        session.add(
            SignedFile(
                document=document, meeting=sitting.meeting, unit="u9", revision=0, sha256=digest, pdf=pdf,
                next_role="", awaits="", at=now_ms(),
            )
        )  # fmt: skip
        for role, person in (("secretary", "p-secretary"), ("chair", "p-chair")):
            session.add(
                Signature(
                    document=document,
                    role=role,
                    person=person,
                    name=f"{person} (mẫu)",
                    at=now_ms(),
                    issuer="",
                    serial=role,
                    sha256=digest,
                )
            )


@pytest.mark.parametrize("width", [1366, 390])
async def test_a_package_is_downloaded_verified_and_recalled(width: int, database: Database, tmp_path: Path) -> None:
    assert (CLIENT / "index.html").exists(), "The client is not built: run `make client`."
    sitting = await stored(database)
    authority = SampleAuthority(tmp_path / "keys")
    await signed(database, sitting, authority)
    application = web.Application(middlewares=[as_the_application], client_max_size=40 << 20)
    application[DATABASE] = database
    application[minutes_routes.TRUST] = authority.trust().read_bytes()
    application.add_routes([*minutes_routes.routes(), *routes.routes(), *evidence_routes.routes()])
    minutes_routes._asked.clear()

    async def me(_: web.Request) -> web.Response:
        who = {"person": "p-secretary", "name": "Thư ký (mẫu)", "unit": "u1", "roles": [], "csrf": "c"}
        return web.json_response(who)

    async def page_file(_: web.Request) -> web.FileResponse:
        return web.FileResponse(CLIENT / "index.html")

    application.add_routes([web.get("/api/me", me), web.static("/assets", CLIENT / "assets")])
    application.add_routes([web.get("/meetings/{path:.*}", page_file), web.get("/verify", page_file)])
    server = await serving(application)
    try:
        async with async_playwright() as tool:
            browser = await tool.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = await browser.new_page(viewport={"width": width, "height": 768})
            page.set_default_timeout(60_000)
            await page.goto(str(server.make_url(f"/meetings/{sitting.meeting}/minutes")))
            async with page.expect_download() as coming:
                await page.get_by_role("link", name="Tải gói hồ sơ").click()
            packed = tmp_path / "goi-ho-so.zip"
            await (await coming.value).save_as(packed)
            await page.screenshot(path=tmp_path / f"minutes-{width}.png", full_page=True)

            await page.get_by_role("button", name="Thu hồi văn bản").click()
            await page.get_by_label("Lý do thu hồi").fill("Ghi sai thành phần tham dự")
            await page.get_by_role("button", name="Thu hồi", exact=True).click()
            await expect(page.get_by_text("thu hồi: Ghi sai thành phần tham dự")).to_be_visible(timeout=60_000)

            await page.goto(str(server.make_url("/verify")))
            await page.get_by_label("Chọn tệp").set_input_files(packed)
            await expect(page.get_by_text("Gói hồ sơ", exact=True)).to_be_visible(timeout=120_000)
            await expect(page.get_by_text(sitting.last.hash.hex())).to_be_visible()
            await expect(page.get_by_text("Không hợp lệ")).to_be_visible()
            await expect(page.get_by_text("Nơi phát hành đã thu hồi văn bản này.")).to_be_visible()
            await page.screenshot(path=tmp_path / f"verify-{width}.png", full_page=True)
            other = await asyncio.to_thread(attested, authority, sitting, ATTESTED.name, [NAMED])
            package = {"name": "xac-nhan-thay.zip", "mimeType": "application/zip", "buffer": other}
            await page.get_by_label("Chọn tệp").set_input_files(package)  # type: ignore[arg-type]
            await expect(page.get_by_text(f"{ATTESTED.name} xác nhận biên bản thay chủ tọa")).to_be_visible(
                timeout=120_000
            )
            await expect(page.get_by_text("Hợp lệ", exact=False).first).to_be_visible()
            await page.screenshot(path=tmp_path / f"attested-{width}.png", full_page=True)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, "nothing runs out of the window"
            await browser.close()
    finally:
        await server.close()
