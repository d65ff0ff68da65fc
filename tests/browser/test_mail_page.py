"""Invitations by e-mail from their page to a mail server that really listens, and what comes back beside the sites."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from meetings.ids import now_ms
from meetings.mail import service
from meetings.mail.calendar_mail import understand
from meetings.mail.tables import MailInvitation
from tests.browser.office import Province, sample_province
from tests.browser.test_asks_page import holds
from tests.integration.mail.test_postman import Mailbox, mailbox
from tests.unit.mail.replies import reply

__all__ = ["mailbox"]
pytestmark = pytest.mark.browser


@pytest.fixture
def box(mailbox: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    monkeypatch.setenv("MAIL_SERVER", f"smtp://127.0.0.1:{mailbox[1]}")
    monkeypatch.setenv("MAIL_FROM", "moihop@mau.example")
    return mailbox[0]


@pytest.fixture
async def province(tmp_path: Path, box: Mailbox, unused_tcp_port_factory: Callable[[], int]) -> AsyncIterator[Province]:
    async with sample_province(tmp_path, unused_tcp_port_factory()) as opened:
        yield opened


async def test_delegates_are_invited_and_their_replies_stand_beside_the_sites_answers(
    province: Province, box: Mailbox
) -> None:
    page = await province.visit(f"/meetings/{province.meeting}", "thuky")
    await page.get_by_role("tab", name="Thành phần").click()
    await page.get_by_role("link", name="Thư mời họp").click()
    fields = page.get_by_role("textbox", name="Địa chỉ thư của")
    await expect(fields.first).to_be_visible()
    await fields.nth(0).fill("khong-phai-dia-chi")
    await page.get_by_role("button", name="Lưu địa chỉ").click()
    await expect(page.get_by_role("alert")).to_contain_text("Địa chỉ thư điện tử chưa đúng")
    await fields.nth(0).fill("mot@mau.example")
    await fields.nth(1).fill("hai@mau.example")
    box.unknown.add("hai@mau.example")
    await page.get_by_role("button", name="Lưu địa chỉ").click()
    await expect(page.get_by_text("Đã lưu địa chỉ.")).to_be_visible()
    await page.get_by_role("button", name="Gửi thư mời").click()
    await page.get_by_role("dialog").get_by_role("button", name="Gửi thư mời").click()
    await expect(page.get_by_text("Không gửi được")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text("1 trên")).to_be_visible(timeout=30_000)
    async with province.database.write() as session:
        row = await session.scalar(select(MailInvitation).where(MailInvitation.address == "mot@mau.example"))
        assert row
        answer = understand(reply(f"{row.token}@mau.example", row.address, "ACCEPTED"))
        assert answer
        await service.take_reply(session, answer, now_ms())
    await expect(page.get_by_text("Đồng ý dự")).to_be_visible(timeout=15_000)
    await holds(page, "mail")
    box.unknown.clear()
    await page.get_by_role("button", name="Gửi lại").nth(1).click()
    await expect(page.get_by_text("2 trên")).to_be_visible(timeout=30_000)
