"""Chromium behind a line with faults, through both engines: layers change under a limit and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from signaling.media.engine import Engine, Slot, Step
from tests.bench.media_faults import URL, Cable, cable, chromium, engine
from tests.browser.test_media_engine import Room, flows, hears, shows
from tests.integration.janus.namespace import namespace
from tests.integration.media.numbered_page import AUDIO, VIDEO, NumberedPage

pytestmark = pytest.mark.browser

RED = (220, 30, 30)
#: Whether Chromium was told that both layers arrive: from then on it names them no more in its packets.
_HEARD_OF = """async () => [...(await window.sending.getStats()).values()]
  .filter(one => one.type === "remote-inbound-rtp" && one.kind === "video").length >= 2"""


class Hall:
    """A room with a page behind a cable."""

    def __init__(self, room: Room, link: Engine, line: Cable, far: Browser) -> None:
        self.room, self.link, self.line, self.far = room, link, line, far

    async def step(self, session: str) -> Step:
        return next(one.step for one in (await self.link.state()).sessions if one.session == session)


@pytest.fixture(params=["embedded", "janus-loops-2"])
async def hall(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Hall]:
    with namespace() as near, namespace() as far:
        async with (
            cable(near, far) as line,
            engine(request.param, near, tmp_path) as link,
            async_playwright() as playwright,
        ):
            here, there = await chromium(playwright, tmp_path), await chromium(playwright, tmp_path, far)
            yield Hall(Room(link, here, URL), link, line, there)
            await here.close()
            await there.close()


async def height(page: Page, wanted: int) -> None:
    """Wait until the speaker's picture has this height."""
    async with asyncio.timeout(60):
        while (await page.evaluate("figures", "speaker-video")).get("frameHeight") != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def heard(page: Page) -> int:
    """Packets of the speaker's sound so far."""
    return int((await page.evaluate("figures", "speaker-audio")).get("packetsReceived", 0))


async def stands(hall: Hall, session: str, step: Step) -> None:
    """Until the receiver stands on the step: at Janus a step up is tried now and then, with the picture itself."""
    async with asyncio.timeout(30):
        while await hall.step(session) is not step:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_layers_change_under_a_limit_and_back_and_others_notice_nothing(hall: Hall) -> None:
    sender = await hall.room.sender("a", "", 0)
    async with asyncio.timeout(30):
        while not await sender.evaluate(_HEARD_OF):  # noqa: ASYNC110 — it happens in another process
            await asyncio.sleep(0.1)
    site = await hall.room.receiver("site", "s", hall.far)
    other = await hall.room.receiver("other", "o")
    await hall.room.feed(Slot.SPEAKER, "a")
    await height(site, 360)
    await height(other, 360)
    await hears(site, "speaker-audio")

    await hall.line.set({"rate": 500_000})
    await height(site, 180)
    await stands(hall, "receive-site", Step.LOW)
    await flows(site, "speaker-video")
    await hears(site, "speaker-audio")
    assert await hall.step("receive-other") is Step.HIGH
    await height(other, 360)

    await hall.line.set({})
    await height(site, 360)
    await stands(hall, "receive-site", Step.HIGH)
    await flows(site, "speaker-video")


async def test_numbers_that_wrap_under_loss_and_a_pause_of_seventy_thousand_packets(hall: Hall) -> None:
    """A page joins behind a line with losses while the speaker's numbers wrap; later the slot rests for a long time."""
    speaker = NumberedPage("0.0.0.0", 65_500)
    try:
        await speaker.join(hall.link, "m", "a")
        hall.room.sessions.add("send-a")
        await hall.line.set({"loss": 0.2})
        site = await hall.room.receiver("site", "s", hall.far)
        await hall.room.feed(Slot.SPEAKER, "a")
        speaker.talk()
        await shows(site, "speaker-video", RED, 40)
        await hears(site, "speaker-audio")
        async with asyncio.timeout(30):
            while min(speaker.number(AUDIO), speaker.number(VIDEO)) <= 0x10000:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await flows(site, "speaker-video", 40)
        await hall.line.set({})

        await hall.room.feed(Slot.SPEAKER, "a", audio=False, video=False)
        before = await heard(site)
        await speaker.rush(70_000)
        await hall.room.feed(Slot.SPEAKER, "a")
        await flows(site, "speaker-video", 40)
        async with asyncio.timeout(20):
            while await heard(site) < before + 100:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await hears(site, "speaker-audio")
    finally:
        await speaker.leave()
