"""The people of the story whose pages are real: each in a Chromium process with its own camera and microphone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.browser.devices import BLUE, GREEN, RED, coloured_camera, tone_microphone
from tests.browser.peers import COLOUR, CONNECTED, SUMS, TAMPERED, WATCH
from tests.browser.rooms import launch
from tests.browser.sample import PASSWORD
from tests.story.model import Meeting, Site

Colour = tuple[int, int, int]


@dataclass(slots=True)
class Screen:
    """One page, and where pictures of it go."""

    page: Page
    folder: Path

    async def picture(self, name: str) -> None:
        await self.page.screenshot(path=self.folder / f"{name}.png")

    async def press(self, name: str | re.Pattern[str], exact: bool = False) -> None:
        await self.page.get_by_role("button", name=name, exact=exact).first.click()

    async def agree(self, name: str) -> None:
        """Press the button of the dialog that asks once more."""
        dialog = self.page.get_by_role("dialog").or_(self.page.get_by_role("alertdialog"))
        await dialog.get_by_role("button", name=name).click()
        await expect(dialog).to_have_count(0, timeout=60_000)

    async def reads(self, text: str | re.Pattern[str], seconds: float = 60) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible(timeout=seconds * 1000)

    async def sees(self, colour: Colour, where: str = ".stage .speaker") -> None:
        """Wait until the picture there is of `colour`."""

        def near(shown: list[int] | None) -> bool:
            return shown is not None and all(abs(a - b) < 40 for a, b in zip(shown, colour, strict=True))

        await self.until(lambda: self.page.evaluate(COLOUR, where), near)

    async def hears(self) -> None:
        """Wait until a second's worth of the speaker's sound has come in, and it is no silence."""
        least = (await self.sums())["speaker"]

        def more(now: dict[str, float]) -> bool:
            nonlocal least
            least = min(least, now["speaker"])  # a new connection counts from nothing
            return now["speaker"] > least + 50 and now["level"] > 0.01

        await self.until(self.sums, more)

    async def sums(self) -> dict[str, float]:
        return dict(await self.page.evaluate(SUMS))

    async def described(self) -> int:
        return int(await self.page.evaluate("window.described"))

    async def connections(self, number: int) -> None:
        await self.until(lambda: self.page.evaluate(CONNECTED), lambda up: up == number)

    async def until(self, ask: Callable[[], Awaitable[object]], holds: Callable[[Any], bool]) -> None:
        found: object = None
        try:
            async with asyncio.timeout(60):
                while not holds(found := await ask()):  # noqa: ASYNC110 — it happens in another process
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(f"never came, last {found!r}") from None


@dataclass(slots=True)
class Screens:
    """Everybody's pages."""

    chair: Screen
    secretary: Screen
    red: Screen
    blue: Screen
    companion: Screen
    wall: Screen

    def all(self) -> list[tuple[str, Screen]]:
        names = ("chair", "secretary", "red", "blue", "companion", "wall")
        return [(name, getattr(self, name)) for name in names]


class Cast:
    """Opens the pages of everybody, one process each."""

    def __init__(self, playwright: Playwright, stack: AsyncExitStack, address: str, work: Path) -> None:
        self._playwright, self._stack = playwright, stack
        self._address, self._work = address, work
        self._tone = tone_microphone(work / "tone.wav")
        self.pictures = work / "pictures"

    async def open(self, meeting: Meeting, secretary: Screen) -> Screens:
        """Everybody's pages of the room; the secretary comes from the office."""
        red, blue = meeting.sites[1], meeting.sites[2]
        return Screens(
            chair=await self._enter(await self.sign_in("chutri", "chair", GREEN), meeting, "chair"),
            secretary=await self._enter(secretary, meeting, "secretary"),
            red=await self._enter(await self._hall(red, RED, WATCH + TAMPERED), meeting, "hall", "?as=room"),
            blue=await self._enter(await self._hall(blue, BLUE, WATCH), meeting, "hall", "?as=room"),
            companion=await self._enter(await self._delegate(red), meeting, "companion"),
            wall=await self._enter(await self.sign_in("kythuat", "wall"), meeting, "wall"),
        )

    async def _context(self, name: str, colour: Colour | None, phone: bool = False) -> BrowserContext:
        camera = coloured_camera(self._work / f"{name}.y4m", colour) if colour else None
        browser = await launch(self._playwright, camera, self._tone if colour else None)
        self._stack.push_async_callback(browser.close)
        size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        return await browser.new_context(viewport=size, locale="vi-VN", has_touch=phone)  # type: ignore[arg-type]

    async def sign_in(self, login: str, name: str, colour: Colour | None = None) -> Screen:
        """A person's own browser, signed in."""
        page = await (await self._context(name, colour)).new_page()
        await page.add_init_script(WATCH)
        await page.goto(f"{self._address}/sign-in")
        await page.get_by_label("Tên đăng nhập").fill(login)
        await page.get_by_label("Mật khẩu").fill(PASSWORD)
        await page.screenshot(path=self.pictures / "sign-in.png")
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda url: "/sign-in" not in url)
        return Screen(page, self.pictures)

    async def _hall(self, site: Site, colour: Colour, script: str) -> Screen:
        context = await self._context(site.site, colour)
        await context.add_cookies([{"name": "device", "value": site.device, "url": self._address}])
        page = await context.new_page()
        await page.add_init_script(script)
        return Screen(page, self.pictures)

    async def _delegate(self, site: Site) -> Screen:
        context = await self._context("companion", None, phone=True)
        await context.add_cookies([{"name": "session", "value": site.session, "url": self._address}])
        return Screen(await context.new_page(), self.pictures)

    async def _enter(self, screen: Screen, meeting: Meeting, name: str, query: str = "") -> Screen:
        await screen.page.goto(f"{self._address}/room/{meeting.id}/{name}{query}")
        await expect(screen.page.get_by_text(meeting.title).first).to_be_visible(timeout=60_000)
        return screen
