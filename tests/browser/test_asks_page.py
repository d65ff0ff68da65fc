"""*Chờ tôi ký*: what is asked of a person, for every kind of document, as it comes and goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from meetings.asks.service import DAY_MS, REDRAFT, Document, ask, settle
from meetings.ids import now_ms
from meetings.numbers.tables import Kind
from tests.browser.office import SIZES, Province, picture, sample_province
from tests.browser.test_accessibility import serious
from web.identity.tables import Account

pytestmark = pytest.mark.browser


@pytest.fixture
async def province(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Province]:
    async with sample_province(tmp_path, unused_tcp_port) as opened:
        yield opened


async def holds(page: Page, name: str) -> None:
    """At a desk and on a phone: nothing that axe finds serious, nothing that sticks out sideways."""
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        await picture(page, f"{name}-{size}")
        assert await serious(page) == [], (name, size)
        assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), (name, size)


async def test_every_kind_of_document_waits_in_one_place_and_goes_when_done(province: Province) -> None:
    async with province.database.read() as session:
        person = await session.scalar(select(Account.person).where(Account.login == "thuky"))
    assert person
    page = await province.visit("/asks", "thuky")
    await expect(page.get_by_text("Không có văn bản nào chờ quý vị.")).to_be_visible()
    await holds(page, "asks-none")
    at = province.meeting
    minutes = Document(f"minutes:{at}", Kind.MINUTES, at, "Hội nghị giao ban quý IV (mẫu)")
    notice = Document("letter:1", Kind.NOTICE, at, "Kết luận của Chủ tịch tại Hội nghị giao ban quý IV (mẫu)")
    invitation = Document("letter:2", Kind.INVITATION, at, "Dự Hội nghị giao ban quý IV (mẫu)")
    async with province.database.write() as session:
        await ask(session, minutes, "secretary", now_ms() - 5 * DAY_MS, person)
        await ask(session, notice, "signer", now_ms(), person)
        await ask(session, invitation, REDRAFT, now_ms(), person, reason="Ghi thiếu địa điểm họp.")
    await expect(page.get_by_text("3 văn bản đang chờ")).to_be_visible()
    await expect(page.get_by_text("2 văn bản quá hạn")).to_be_visible()
    await expect(page.get_by_role("navigation").get_by_text("3")).to_be_visible()
    await expect(page.get_by_text("Ghi thiếu địa điểm họp.")).to_be_visible()
    await expect(page.get_by_role("status").or_(page.get_by_text("Có văn bản mới chờ quý vị")).first).to_be_visible()
    await holds(page, "asks")
    async with province.database.write() as session:
        await settle(session, "letter:1")
    await expect(page.get_by_text("2 văn bản đang chờ")).to_be_visible()
    await page.get_by_role("link", name="Mở văn bản: Hội nghị giao ban").click()
    await page.wait_for_url("**/minutes")
