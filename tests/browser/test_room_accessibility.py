"""No page of the room has a serious fault that axe finds: before the opening, in session, while a ballot is open."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.rooms import Demo, pair, picture, sign_in
from tests.browser.test_accessibility import serious

pytestmark = pytest.mark.browser
DESK, PHONE = (1366, 768), (390, 844)
#: View → (who looks at it; "" is the paired room PC, the sizes of its screens).
VIEWS = {
    "chair": ("chutri", (DESK, PHONE)),
    "secretary": ("thuky", (DESK, PHONE)),
    "companion": ("daibieu1", (PHONE,)),
    "wall": ("kythuat", (DESK, PHONE)),
    "hall": ("", (DESK,)),
    "console": ("", (DESK,)),
    "check": ("", (DESK, PHONE)),
}
QUESTION = "Thông qua kế hoạch?"


async def looked_at(page: Page, demo: Demo, view: str, login: str) -> None:
    """The view as a person has it, or the room PC."""
    if login:
        await sign_in(page, demo, login)
    else:
        await pair(page, demo, demo.sites[0])
    await page.goto(demo.room(view, "" if login else "?as=room"))
    await expect(page.get_by_role("main")).to_be_visible()
    await expect(page.get_by_text("Đang vào phòng họp…")).to_have_count(0)


async def ballot(demo: Demo) -> None:
    await demo.ask(demo.secretary, "ballot.prepare", question=QUESTION)
    (prepared,) = (await demo.state()).ballots
    await demo.ask(demo.chair, "ballot.open", ballot=prepared)


@pytest.mark.parametrize("view", VIEWS)
async def test_axe_finds_nothing_serious_in_the_room(demo: Demo, browser: Browser, view: str) -> None:
    login, sizes = VIEWS[view]
    context = await browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="vi-VN")
    page = await context.new_page()
    await looked_at(page, demo, view, login)
    for phase in ("preparing", "in-session", "ballot"):
        if phase == "in-session":
            await demo.open()
        if phase == "ballot":
            await ballot(demo)
        for language in ("vi", "en"):
            await page.evaluate("language => localStorage.setItem('language', language)", language)
            await page.reload()
            await expect(page.get_by_role("heading", level=1).first).to_be_attached()
            await expect(page.locator("html")).to_have_attribute("lang", language)
            await page.wait_for_load_state("networkidle")
            if phase == "ballot" and view in ("companion", "hall"):
                await expect(page.get_by_text(QUESTION).first).to_be_visible()
            for width, height in sizes:
                await page.set_viewport_size({"width": width, "height": height})
                await picture(page, f"axe-{view}-{phase}-{language}-{width}")
                assert await serious(page) == [], (phase, language, width)
                wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
                assert not wide, f"the page scrolls sideways at {width} pixels ({phase}, {language})"
