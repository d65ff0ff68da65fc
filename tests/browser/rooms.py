"""What the tests of the room's pages share: the demo sitting on a running application, and browsers with devices."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, Playwright, expect
from sqlalchemy import select

from meetings.calendar.tables import Meeting, Participant
from meetings.ids import new_id
from meetings.sitting.actors import Identity
from meetings.sitting.state import State
from meetings.storage.database import Database
from signaling.gateway import Gateway
from tests.browser.sample import PASSWORD, sample_settings
from web.app import GATEWAY, create_app


@dataclass(frozen=True, slots=True)
class Demo:
    """A running application with the demo sitting; `sites` in the meeting's order."""

    address: str
    meeting: str
    sites: tuple[str, ...]
    gateway: Gateway
    chair: str
    secretary: str

    async def ask(self, person: str, name: str, **payload: object) -> None:
        """Have a person's command decided and kept, as if it came from their page."""
        home = await self.gateway.homes.get(self.meeting)
        await home.command(Identity(person, person=person, own_account=True), new_id(), name, payload)

    async def open(self) -> None:
        """Every delegate is there, and the chair opens the sitting."""
        home = await self.gateway.homes.get(self.meeting)
        for delegate in list(home.state.attendance):
            await self.ask(self.secretary, "roll_call.mark", delegate=delegate, status="in_person")
        await self.ask(self.chair, "sitting.open")

    async def state(self) -> State:
        return (await self.gateway.homes.get(self.meeting)).state

    def room(self, page: str, query: str = "") -> str:
        return f"{self.address}/room/{self.meeting}/{page}{query}"


@asynccontextmanager
async def demo_sitting(folder: Path, port: int, host: str = "127.0.0.1", **settings_too: str) -> AsyncIterator[Demo]:
    """The demo sitting on a running application; its media comes from whatever engine listens at `media.sock`."""
    settings = await sample_settings(folder, port, **settings_too)
    database = Database(settings.database_url)
    async with database.read() as session:
        meeting = await session.scalar(select(Meeting))
        assert meeting
        order = select(Participant.site).where(Participant.meeting == meeting.id).order_by(Participant.position)
        sites = tuple(await session.scalars(order))
    application = create_app(settings, database)
    async with TestServer(application, host=host, port=port) as server:
        base = str(server.make_url("/")).rstrip("/")
        yield Demo(base, meeting.id, sites, application[GATEWAY], meeting.chair, meeting.secretary)
    await database.close()


async def launch(playwright: Playwright, video: Path | None = None, audio: Path | None = None) -> Browser:
    """A Chromium process with a camera and a microphone of its own: the browser's own pattern and beep, or files."""
    args = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    if video:
        args.append(f"--use-file-for-fake-video-capture={video}")
    if audio:
        args.append(f"--use-file-for-fake-audio-capture={audio}")
    return await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=args)


async def sign_in(page: Page, demo: Demo, login: str) -> None:
    await page.goto(f"{demo.address}/sign-in")
    await page.get_by_label("Tên đăng nhập").fill(login)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def pair(page: Page, demo: Demo, site: str) -> None:
    """Open the room PC's page and have an administrator type its code."""
    await page.goto(f"{demo.address}/room-device")
    shown = page.locator(".code")
    await expect(shown).to_be_visible()
    code = await shown.inner_text()
    async with ClientSession(demo.address, cookie_jar=CookieJar(unsafe=True)) as http:
        signed = await http.post("/api/session", json={"login": "quantri", "password": PASSWORD})
        assert signed.ok
        me = await (await http.get("/api/me")).json()
        typed = {"code": code, "site": site}
        paired = await http.post("/api/devices/pair", json=typed, headers={"X-CSRF-Token": me["csrf"]})
        assert paired.status == 201, await paired.text()
    await expect(page.get_by_role("button", name="Vào họp")).to_be_visible()


async def picture(page: Page, name: str) -> None:
    """Keep what the page looks like, for people to look at."""
    folder = Path(os.environ.get("SCREENSHOTS", "build/screenshots"))
    await page.screenshot(path=folder / f"{name}.png")
