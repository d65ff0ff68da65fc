"""The page of one's digital signature: a certificate from its file to the first signature, and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from playwright.async_api import FilePayload, expect

from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile
from tests.browser.office import Province, sample_province
from tests.browser.signing_service import StandIn
from tests.browser.test_asks_page import holds
from tests.integration.signing.test_handover import signed_in_field
from tests.unit.signing.test_pictures import BLUE, RED, png

pytestmark = pytest.mark.browser


@pytest.fixture
def service() -> StandIn:
    """The signing service of the computer; its device has no key before a test plugs one in."""

    async def nothing_plugged_in(pdf: bytes) -> bytes:
        return pdf

    return StandIn(nothing_plugged_in)


@pytest.fixture
async def province(
    service: StandIn, tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Province]:
    monkeypatch.setenv("SIGN_PKCS12", "demo")
    async with TestServer(service.application()) as local:
        monkeypatch.setenv("SIGN_LOCAL_SERVICE", f"ws://127.0.0.1:{local.port}")
        async with sample_province(tmp_path, unused_tcp_port) as opened:
            yield opened


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


async def test_a_clerk_sees_signature_and_seal_as_documents_will_show_them(province: Province) -> None:
    page = await province.visit("/signature", "vanthu")
    await expect(page.get_by_text("Chưa có ảnh").first).to_be_visible()
    hand, stamp = (page.get_by_role("region", name=name) for name in ("Ảnh chữ ký", "Ảnh con dấu của đơn vị"))
    await hand.get_by_label("Tệp ảnh").set_input_files(file("ky.png", png(600, 200, BLUE, ground=255)))
    await expect(hand.get_by_role("alert")).to_contain_text("không có nền trong suốt")
    await hand.get_by_label("Tệp ảnh").set_input_files(file("ky.png", png(600, 200, BLUE)))
    await expect(hand.get_by_role("button", name="Bỏ ảnh")).to_be_visible()
    await stamp.get_by_label("Đường kính").fill("99")
    await stamp.get_by_label("Tệp ảnh").set_input_files(file("dau.png", png(400, 400, RED)))
    await expect(stamp.get_by_role("alert")).to_contain_text("từ 20 đến 36 mm")
    await stamp.get_by_label("Đường kính").fill("32")
    await stamp.get_by_label("Tệp ảnh").set_input_files(file("dau.png", png(400, 400, RED)))
    await expect(stamp.get_by_role("img")).to_be_visible()
    await expect(stamp.get_by_role("button", name="Bỏ ảnh")).to_be_visible()
    await holds(page, "signature-pictures")
    await hand.get_by_role("button", name="Bỏ ảnh").click()
    await expect(hand.get_by_text("Chưa có ảnh")).to_be_visible()


async def test_a_certificate_is_shown_proved_confirmed_and_withdrawn(
    province: Province, service: StandIn, tmp_path: Path
) -> None:
    trusted, foreign = SampleAuthority(tmp_path / "sample-authority"), SampleAuthority(tmp_path / "foreign")
    key = KeyFile(trusted.key_file("thuky", "Thư ký (mẫu)"), PASSPHRASE)

    def certificate(authority: SampleAuthority) -> bytes:
        held = pkcs12.load_pkcs12(authority.key_file("thuky", "Thư ký (mẫu)").read_bytes(), PASSPHRASE).cert
        assert held is not None
        return held.certificate.public_bytes(Encoding.PEM)

    page = await province.visit("/asks", "thuky")
    await page.get_by_role("link", name="Chứng thư và ảnh chữ ký của tôi").click()
    await expect(page.get_by_text("Quý vị chưa ghi nhận chứng thư nào.")).to_be_visible()
    choose = page.get_by_label("Tệp chứng thư")
    await choose.set_input_files(file("anh.cer", b"not a certificate"))
    await expect(page.get_by_role("alert")).to_contain_text("Không đọc được chứng thư")
    await choose.set_input_files(file("la.cer", certificate(foreign)))
    await expect(page.get_by_role("alert")).to_contain_text("không do tổ chức chứng thực mà máy chủ tin cậy cấp")
    await choose.set_input_files(file("toi.cer", certificate(trusted)))
    await expect(page.get_by_text("Chờ quý vị ký phiếu")).to_be_visible()
    await holds(page, "signature-proof")
    await page.get_by_text("Ký phiếu bằng công cụ khác").click()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="1. Tải phiếu về").click()
    slip = (await (await download.value).path()).read_bytes()
    await page.get_by_label("2. Gửi phiếu đã ký").set_input_files(file("phieu.pdf", slip))
    await expect(page.get_by_role("alert")).to_contain_text("không phải là phiếu đã tải")
    sign = page.get_by_role("button", name="Ký phiếu bằng thiết bị cắm vào máy này")
    other = KeyFile(trusted.key_file("chutri", "Chủ trì (mẫu)"), PASSPHRASE)
    service.sign = lambda pdf: signed_in_field(pdf, other)
    await sign.click()
    await expect(page.get_by_role("alert")).to_contain_text("Phiếu được ký bằng chứng thư khác")
    await holds(page, "signature-other-device")
    service.sign = lambda pdf: signed_in_field(pdf, key)
    service.silent = service.twice = True  # the slip is kept, the page is not told and looks for itself
    await sign.click()
    await expect(page.get_by_role("article").get_by_text("Chờ quản trị viên xác nhận")).to_be_visible()

    office = await province.visit("/signature", "quantri")
    await office.get_by_role("button", name="Xác nhận: Thư ký (mẫu)").click()
    await holds(office, "signature-confirm")
    await office.get_by_role("dialog").get_by_role("button", name="Xác nhận").click()
    await expect(office.get_by_role("table").get_by_text("Đang dùng")).to_be_visible()
    await holds(office, "signature-managed")

    await page.reload()
    await expect(page.get_by_role("article").get_by_text("Đang dùng")).to_be_visible()
    await page.get_by_role("button", name="Ngừng dùng").click()
    await page.get_by_role("dialog").get_by_role("button", name="Ngừng dùng").click()
    await expect(page.get_by_role("article").get_by_text("Đã ngừng dùng")).to_be_visible()
