"""The sample province on a running application, and people's browsers in it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright
from sqlalchemy import select

from meetings.calendar.tables import Meeting
from meetings.storage.database import Database
from tests.browser.sample import PASSWORD, sample_settings
from web.app import create_app

SIZES = {"desk": (1366, 768), "phone": (390, 844)}


@dataclass(slots=True)
class Province:
    """The demo sitting's application at `address`."""

    address: str
    meeting: str
    database: Database
    browser: Browser

    async def visit(self, path: str, login: str = "", size: str = "desk") -> Page:
        """A page of a browser of its own at `path`, signed in as `login` where given."""
        width, height = SIZES[size]
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", base_url=self.address
        )
        page = await context.new_page()
        if login:
            await page.goto(f"{self.address}/sign-in")
            await page.get_by_label("Tên đăng nhập").fill(login)
            await page.get_by_label("Mật khẩu").fill(PASSWORD)
            await page.keyboard.press("Enter")
            await page.wait_for_url(lambda url: "/sign-in" not in url)
        await page.goto(f"{self.address}{path}")
        return page


@asynccontextmanager
async def sample_province(folder: Path, port: int) -> AsyncIterator[Province]:
    """The sample province in `folder`, served on `port`, with one Chromium."""
    settings = await sample_settings(folder, port)
    database = Database(settings.database_url)
    async with database.read() as session:
        meeting = await session.scalar(select(Meeting.id).order_by(Meeting.created_at).limit(1))
    assert meeting
    async with async_playwright() as playwright, TestServer(create_app(settings, database), port=port) as server:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield Province(str(server.make_url("/")).rstrip("/"), meeting, database, browser)
        await browser.close()
    await database.close()


async def picture(page: Page, name: str) -> None:
    """Keep what the page shows, to be looked at, where `SCREENSHOTS` names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
