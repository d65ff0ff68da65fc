"""No page has a serious fault that axe finds, at a desk and on a phone, in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.office import SIZES, Province, picture, sample_province

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "web/client/node_modules/axe-core/axe.min.js"
#: Name → (address, who looks at it); `{meeting}` is the sample sitting.
PAGES = {
    "sign-in": ("/sign-in", ""),
    "activate": ("/activate", ""),
    "calendar": ("/calendar", "thuky"),
    "new-meeting": ("/meetings/new", "thuky"),
    "meeting": ("/meetings/{meeting}", "thuky"),
    "directory": ("/directory", "quantri"),
    "bodies": ("/bodies", "quantri"),
    "accounts": ("/accounts", "quantri"),
    "devices": ("/devices", "quantri"),
    "minutes": ("/minutes/{meeting}", "thuky"),
    "verify": ("/verify", ""),
    "join-hall": ("/join/hall#x", ""),
    "join-guest": ("/join/guest#x", ""),
    "nowhere": ("/nowhere", ""),
}
_RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(" | ")}`);
}"""


@pytest.fixture
async def province(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Province]:
    async with sample_province(tmp_path, unused_tcp_port) as opened:
        yield opened


async def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it is now, each with where."""
    await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(_RUN)
    return found


@pytest.mark.parametrize("name", PAGES)
async def test_axe_finds_nothing_serious(province: Province, name: str) -> None:
    address, login = PAGES[name]
    page = await province.visit(address.format(meeting=province.meeting), login)
    for language in ("vi", "en"):
        await page.evaluate("language => localStorage.setItem('language', language)", language)
        for size, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.reload()
            await page.wait_for_load_state("networkidle")
            await picture(page, f"{name}-{size}-{language}")
            assert await serious(page) == [], (language, size)
            wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert not wide, f"the page scrolls sideways at {width} pixels"
