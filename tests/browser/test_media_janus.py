"""The same pages with Janus behind the same interface: they do not know the difference."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright

from signaling.media.janus.engine import Janus
from tests.browser.test_media_engine import (
    Room,
    serve,
    test_a_silenced_site_is_not_heard_though_its_page_goes_on_sending,
    test_both_connections_restart_ice_and_keep_their_media,
    test_picture_and_sound_go_through_and_the_speaker_changes_without_sdp,
)
from tests.integration.janus.janus_process import JanusProcess
from tests.integration.janus.namespace import namespace
from tests.integration.media.pages import until

pytestmark = pytest.mark.browser

__all__ = [
    "test_a_silenced_site_is_not_heard_though_its_page_goes_on_sending",
    "test_both_connections_restart_ice_and_keep_their_media",
    "test_picture_and_sound_go_through_and_the_speaker_changes_without_sdp",
]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    application = web.Application()
    application.add_routes([web.get("/", serve)])
    flags = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    with namespace() as space:
        process = JanusProcess(space, tmp_path / "janus")
        await process.start()
        engine = Janus(process.url, "")
        engine.start()
        await until(lambda: bool(engine.epoch))
        async with TestServer(application) as server, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            yield Room(engine, browser, str(server.make_url("/")))
            await browser.close()
        await engine.stop()
        await process.kill()
