"""Signing from the page with the service on the official's own computer: a stand-in that fetches, signs and posts."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.async_api import async_playwright, expect
from sqlalchemy import select

from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, answer
from meetings.ids import now_ms
from meetings.minutes import routes as minutes_routes
from meetings.signing import enrolment, local_service, routes
from meetings.signing.appearance import Appearance
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, sign_once
from meetings.signing.tables import Signature
from meetings.storage.database import Database
from tests.browser.office import picture
from tests.browser.signing_service import StandIn
from tests.browser.test_asks_page import holds
from tests.browser.test_signature_page import file
from tests.integration.minutes.test_minutes_over_http import stored

pytestmark = pytest.mark.browser
CLIENT = Path(__file__).parents[2] / "web/static/app"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def as_the_application(request: web.Request, handler: Handler) -> web.StreamResponse:
    if "/handover/" not in request.path:
        request[PRINCIPAL] = Principal("p-secretary", "Thư ký (mẫu)", "u1", frozenset(), "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


async def serving(application: web.Application) -> TestServer:
    server = TestServer(application)
    await server.start_server()
    return server


def own_certificate(folder: Path) -> ssl.SSLContext:
    """TLS under a certificate that nobody signed but itself, as a signing service without its installed one has."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    kept = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    kept += key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "own.pem").write_bytes(kept)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "own.pem")
    return context


async def test_the_device_in_the_computer_signs_and_every_failure_says_what_to_do(
    database: Database, tmp_path: Path
) -> None:
    assert (CLIENT / "index.html").exists(), "The client is not built: run `make client`."
    sitting = await stored(database)
    authority = SampleAuthority(tmp_path / "keys")
    plugged_in = ["p-secretary"]

    def key() -> KeyFile:
        return KeyFile(authority.key_file(plugged_in[0], f"{plugged_in[0]} (mẫu)"), PASSPHRASE)

    async def sign(pdf: bytes) -> bytes:
        return (await sign_once(pdf, "secretary", key().signer(), Appearance("Mẫu", now_ms()))).pdf

    stand_in = StandIn(sign)
    service = await serving(stand_in.application())
    untrusted = TestServer(web.Application())
    await untrusted.start_server(ssl=own_certificate(tmp_path))
    application = web.Application(middlewares=[as_the_application], client_max_size=40 << 20)
    application[DATABASE] = database
    application[minutes_routes.TRUST] = authority.trust().read_bytes()
    application[local_service.LOCAL_SERVICE] = "ws://127.0.0.1:9"
    application.add_routes([*minutes_routes.routes(), *routes.routes()])

    async def me(_: web.Request) -> web.Response:
        return web.json_response(
            {"person": "p-secretary", "name": "Thư ký (mẫu)", "unit": "u1", "roles": [], "csrf": "c"}
        )

    async def page_file(_: web.Request) -> web.FileResponse:
        return web.FileResponse(CLIENT / "index.html")

    application.add_routes([web.get("/api/me", me), web.static("/assets", CLIENT / "assets")])
    application.add_routes([web.get("/meetings/{path:.*}", page_file)])
    server = await serving(application)
    signer = key().signer().signing_cert
    assert signer is not None
    async with database.write() as session:
        row = await enrolment.ask(session, "p-secretary", signer, now_ms())
        row.state = "enrolled"
    try:
        async with async_playwright() as tool:
            # to Chromium the page comes from the internet, so it asks before the page may reach this computer
            public = f"--ip-address-space-overrides=127.0.0.1:{server.port}=public"
            browser = await tool.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", public])
            page = await browser.new_page(viewport={"width": 1366, "height": 768})
            button = page.get_by_role("button", name="Ký bằng thiết bị cắm vào máy này")
            await page.goto(str(server.make_url(f"/meetings/{sitting.meeting}/minutes")))
            await page.get_by_text("Xem trước cạnh bản soạn").click()
            await expect(page.get_by_role("img", name="Bản xem trước, trang 1")).to_be_visible(timeout=20_000)
            await picture(page, "minutes-preview")

            def at(server: TestServer) -> str:
                return str(server.make_url("/SignApproved")).replace("http", "ws", 1)

            reached = [at(service), "ws://127.0.0.1:9/SignApproved", at(untrusted), at(service)]

            async def another_address(route: object) -> None:
                response = await route.fetch()  # type: ignore[attr-defined]
                told = await response.json() | {"service": reached[0]}
                await route.fulfill(response=response, json=told)  # type: ignore[attr-defined]

            await page.route("**/signing/handover", another_address)
            await button.click()  # without a window nobody answers Chromium's question, which it takes for a no
            problem = page.get_by_role("alert")
            await expect(problem).to_contain_text("Trình duyệt đang chặn trang này kết nối", timeout=20_000)
            await expect(problem).to_contain_text("Văn bản chưa thay đổi")
            await expect(problem).to_contain_text("gọi kỹ thuật viên")
            assert stand_in.asked == 0, "nothing reached the service"
            await holds(page, "signing-blocked")
            async with page.expect_download() as downloaded:
                await page.get_by_role("link", name="1. Tải văn bản về để ký").click()
            pdf = (await (await downloaded.value).path()).read_bytes()
            await page.get_by_label("2. Tải lên bản đã ký").set_input_files(file("ky.pdf", pdf))
            await expect(problem).to_contain_text("không phải là văn bản đã giao", timeout=20_000)

            await page.context.grant_permissions(["local-network-access"])
            for said in ("Không kết nối được phần mềm ký", "cảnh báo chứng thư của phần mềm ký"):
                reached.pop(0)
                await button.click()
                await expect(problem).to_contain_text(said, timeout=20_000)
            reached.pop(0)
            plugged_in[0] = "p-chair"
            await button.click()
            await expect(problem).to_contain_text("không phải là chứng thư", timeout=20_000)
            plugged_in[0], stand_in.another = "p-secretary", True
            await button.click()
            await expect(problem).to_contain_text("không phải là văn bản đã giao", timeout=20_000)
            async with database.read() as session:
                assert list(await session.scalars(select(Signature))) == [], "nothing changed so far"
            stand_in.another = False
            stand_in.twice = stand_in.silent = True
            await button.click()
            await expect(problem).to_contain_text("đã ngắt trước khi báo kết quả", timeout=20_000)
            await expect(page.get_by_text("đã ký lúc")).to_be_visible(timeout=20_000)
            await expect(button).to_have_count(0)
            await page.set_viewport_size({"width": 390, "height": 800})
            await page.get_by_text("Diễn biến ký").scroll_into_view_if_needed()
            await browser.close()
        async with database.read() as session:
            assert [one.role for one in await session.scalars(select(Signature))] == ["secretary"]
    finally:
        await server.close()
        await service.close()
        await untrusted.close()
