"""The main job in one browser: scheduled by form, opened, spoken, voted, adjourned, signed twice, verified."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.rooms import Demo, demo_sitting, launch, sign_in
from tests.browser.test_papers_pages import TITLE, paper
from tests.story import acts, office
from tests.story.paper import check, sign
from tests.story.province import Office
from tests.story.screens import Screen

pytestmark = pytest.mark.browser
ITEMS = ("Báo cáo thu ngân sách", "Thảo luận và biểu quyết")
BODY = "Tổ công tác (mẫu)"
NAME = "Phiên họp ngắn (mẫu)"
SITES = ("Văn phòng Tỉnh ủy", "Sở Công Thương")


async def test_a_sitting_from_the_calendars_form_to_minutes_that_verify(tmp_path: Path, unused_tcp_port: int) -> None:
    async with AsyncExitStack() as stack:
        demo = await stack.enter_async_context(demo_sitting(tmp_path, unused_tcp_port, sign_pkcs12="demo"))
        browser = await launch(await stack.enter_async_context(async_playwright()))
        stack.push_async_callback(browser.close)
        secretary = await _signed_in(browser, demo, tmp_path, "thuky")
        await office.cancel(secretary, demo.address, "Phiên họp thường kỳ")
        meeting = await _schedule(secretary, demo)
        rooms = [("chutri", "chair"), ("daibieu1", "hall"), ("daibieu1", "companion")]
        chair, hall, companion = [await _signed_in(browser, demo, tmp_path, login) for login, _ in rooms]
        await secretary.page.goto(f"{demo.address}/room/{meeting}/secretary")
        for screen, (_, page) in zip((chair, hall, companion), rooms, strict=True):
            await screen.page.goto(f"{demo.address}/room/{meeting}/{page}")
            await screen.reads(NAME)
        await _sit(chair, secretary, hall, companion)
        await sign(secretary, demo.address, meeting, "secretary")
        await sign(chair, demo.address, meeting, "chair")
        reader = Office(demo.address, "thuky")
        stack.push_async_callback(reader.close)
        await check(await reader.sign_in(), meeting, tmp_path, tmp_path)


async def _signed_in(browser: Browser, demo: Demo, pictures: Path, login: str) -> Screen:
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = await context.new_page()
    await sign_in(page, demo, login)
    return Screen(page, pictures)


async def _schedule(secretary: Screen, demo: Demo) -> str:
    rules = {"name": BODY, "members": 1, "quorum": [2, 3], "choices": ["Đồng ý", "Không đồng ý", "Ý kiến khác"]}
    administrator = Office(demo.address, "quantri")
    await (await administrator.sign_in()).ask("POST", "/api/bodies", rules)
    await administrator.close()
    wanted = office.Wanted(NAME, BODY, "Chủ trì (mẫu)", ITEMS, sites=SITES, hub=SITES[0])
    meeting = await office.schedule(secretary, demo.address, wanted)
    await office.add_paper(secretary, paper(3), TITLE, ITEMS[0])
    await office.add_delegate(secretary, "Đại biểu 1 (mẫu)", SITES[1])
    return meeting


async def _sit(chair: Screen, secretary: Screen, hall: Screen, companion: Screen) -> None:
    """From the roll call to the adjournment."""
    await companion.press("Tôi có mặt")
    await acts.confirm(secretary, 1)
    await acts.open_sitting(chair)
    await hall.reads(re.compile("Nội dung 1/2"))
    await acts.raise_hand(hall)
    await expect(chair.page.get_by_role("list", name="Danh sách đăng ký phát biểu")).to_contain_text(SITES[1])
    await acts.grant_first(chair)
    await hall.reads("Điểm cầu đang phát biểu")
    await acts.open_ballot(chair, "Thông qua báo cáo?")
    await acts.vote(companion)
    await acts.close_ballot(chair)
    await chair.reads("✓ Thông qua")
    await chair.press("Chuyển nội dung")
    await hall.reads(re.compile("Nội dung 2/2"))
    await acts.adjourn(chair)
    await hall.reads(re.compile("[Bb]ế mạc"))
