"""Sending signed minutes, following and recalling them, in a real browser with a gateway that really listens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from playwright.async_api import expect
from sqlalchemy import select

from meetings.calendar.tables import Meeting, Participant
from meetings.dispatch.message import Organ, ResponseFor, Status
from meetings.dispatch.sealing import Sealer
from meetings.dispatch.tables import Dispatch, Mode
from meetings.dispatch.units import Ways, Wish, configure
from meetings.dispatch.writer import write_status
from meetings.ids import now_ms
from tests.browser.office import Province, picture, sample_province
from tests.browser.test_asks_page import holds
from tests.integration.dispatch.exchange import Exchange, running
from tests.integration.dispatch.issued_minutes import issue_minutes

pytestmark = pytest.mark.browser
SYSTEM = {"SYS.H56": "khoa-bi-mat-mau"}


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with running() as found:
        yield found


@pytest.fixture
async def province(
    tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch, exchange: Exchange
) -> AsyncIterator[Province]:
    monkeypatch.setenv("DISPATCH_KEY", Fernet.generate_key().decode())
    (tmp_path / "key").write_text(SYSTEM["SYS.H56"] + "\n")
    (tmp_path / "gateways.toml").write_text(
        f'[tinh]\ntitle = "Trục của tỉnh (mẫu)"\naddress = "{exchange.address}"\nkeys = {{ "SYS.H56" = "key" }}\n'
    )
    monkeypatch.setenv("DISPATCH_GATEWAYS", str(tmp_path / "gateways.toml"))
    monkeypatch.setattr("meetings.dispatch.worker.LOOK", 0.2)
    monkeypatch.setattr("meetings.dispatch.worker.FETCH", 0.2)
    async with sample_province(tmp_path, unused_tcp_port) as found:
        async with found.database.write() as session:
            meeting = await session.get_one(Meeting, found.meeting)
            units = await session.scalars(
                select(Participant.unit)
                .where(Participant.meeting == meeting.id, Participant.unit != meeting.unit)
                .order_by(Participant.position)
            )
            for index, unit in enumerate(dict.fromkeys(units)):
                if index < 3:
                    wish = Wish(Mode.HANDOVER, f"000.00.{index + 1:02d}.H56")
                    await configure(session, unit, wish, Ways(Sealer(), {}), "admin", now_ms())
            await issue_minutes(session, meeting.id, now_ms())
        yield found


async def test_an_administrator_sets_the_way_and_sends_follows_and_recalls(
    province: Province, exchange: Exchange
) -> None:
    page = await province.visit("/numbers", "quantri")
    await page.get_by_label("Cách gửi văn bản đã ký").select_option("direct")
    await page.get_by_label("Mã định danh", exact=True).fill("000.00.09.H56")
    await page.get_by_label("Địa chỉ nhận gói tin").fill(exchange.address)
    await page.get_by_label("Mã hệ thống").fill("SYS.H56")
    await page.get_by_label("Khóa").fill(SYSTEM["SYS.H56"])
    await page.get_by_role("button", name="Lưu cách gửi").click()
    await expect(page.get_by_text("Đã lưu cách gửi.")).to_be_visible()
    await expect(page.get_by_label("Khóa")).to_have_value("")
    await holds(page, "exchange-own")
    await page.set_viewport_size({"width": 1366, "height": 768})
    await page.get_by_label("Cổng liên thông").select_option("tinh")
    await expect(page.get_by_label("Khóa")).to_have_count(0)
    await page.get_by_label("Mã định danh", exact=True).fill("h56")
    await page.get_by_role("button", name="Lưu cách gửi").click()
    await expect(page.get_by_role("alert")).to_contain_text("theo một trong các mẫu XXX.XX.XX.A00")
    await page.get_by_label("Mã định danh", exact=True).fill("000.00.09.H56")
    await page.get_by_role("button", name="Lưu cách gửi").click()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_label("Cổng liên thông")).to_have_value("tinh")
    await expect(page.get_by_label("Mã hệ thống")).to_have_value("SYS.H56")
    await holds(page, "exchange-named")

    exchange.faults.append("18")
    path = f"/meetings/{province.meeting}/dispatch"
    await page.goto(province.address + path)
    await expect(page.get_by_text("Chưa gửi văn bản nào.")).to_be_visible()
    await page.get_by_role("button", name="Bỏ chọn tất cả").click()
    for index in (1, 2, 3):
        await page.get_by_label(f"000.00.{index:02d}.H56").check()
    await picture(page, "dispatch-form-desk")
    await page.get_by_role("button", name="Gửi văn bản").click()
    await page.get_by_role("dialog").get_by_role("button", name="Gửi văn bản").click()
    await expect(page.get_by_text("Trục liên thông không biết một nơi nhận.")).to_be_visible(timeout=20_000)
    await page.get_by_role("button", name="Gửi lại").click()
    await page.get_by_role("dialog").get_by_role("button", name="Gửi lại").click()
    await expect(page.get_by_text("● Đã gửi")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("◐ Chưa có trả lời")).to_have_count(3)

    async with province.database.read() as session:
        document_id = (await session.scalars(select(Dispatch.document_id))).one()
    for index, (organ, code) in enumerate((("000.00.01.H56", "03"), ("000.00.02.H56", "02"), ("000.00.77.H56", "01"))):
        about = ResponseFor(document_id, "000.00.09.H56")
        exchange.mail[f"r{index}"] = write_status(Status(Organ(organ), about, code, "2026/11/24 10:00:00"))
    await page.get_by_role("button", name="Thu hồi").click()
    await page.get_by_role("dialog").get_by_label("Lý do thu hồi").fill("Sai số liệu (mẫu)")
    await picture(page, "dispatch-recall-desk")
    await page.get_by_role("dialog").get_by_role("button", name="Thu hồi").click()
    await expect(page.get_by_text("◐ Đã tiếp nhận · Đang chờ trả lời thu hồi")).to_have_count(1, timeout=30_000)
    await expect(page.get_by_text("✕ Từ chối nhận")).to_be_visible()
    await expect(page.get_by_text("Tình trạng không được tin (1)")).to_be_visible()
    await picture(page, "dispatch-desk")
    phone = await province.visit(path, "quantri", "phone")
    await expect(phone.get_by_text("● Đã gửi").first).to_be_visible()
    await picture(phone, "dispatch-phone")
    width, shown = await phone.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown, "nothing sticks out of the page"
    reader = await province.visit(path, "thuky")
    await expect(reader.get_by_text("Chỉ văn thư và quản trị của đơn vị ban hành")).to_be_visible()
    await expect(reader.get_by_role("button", name="Thu hồi")).to_have_count(0)
