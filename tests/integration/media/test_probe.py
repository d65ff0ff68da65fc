"""The engine sends a counted stretch of padding to one page, so that the page can measure its line."""

from __future__ import annotations

import asyncio

import pytest

from signaling.media.embedded.link import Link
from signaling.media.engine import EngineError
from tests.integration.media.pages import RED, Receiver, Sender, until
from tests.integration.media.sitting import sitting
from tests.integration.media.test_engine import MEETING


async def received(page: Receiver) -> int:
    """The bytes of media that came over the page's connection."""
    stats = await page.connection.getStats()
    return sum(one.bytesReceived for one in stats.values() if one.type == "transport")


async def test_what_the_engine_says_that_it_sends_arrives_at_a_steady_rate(link: Link) -> None:
    async with sitting(link) as room:
        page, sender = Receiver(link, MEETING, "s2"), Sender(link, MEETING, "s1", RED)
        await room.bring(page, sender)
        await until(lambda: page.connection.connectionState == "connected")
        before = await received(page)
        sent = await link.probe(page.session, 800_000, 500)
        assert abs(sent - 50_000) < 500
        async with asyncio.timeout(20):
            while (came := await received(page) - before) < sent:  # noqa: ASYNC110 — it comes over the wire
                await asyncio.sleep(0.05)
        assert sent <= came <= sent * 1.1


async def test_only_a_receive_session_that_stands_is_measured(link: Link) -> None:
    async with sitting(link) as room:
        sender = Sender(link, MEETING, "s1", RED)
        await room.bring(sender)
        for session in ("nothing", "", sender.session):
            with pytest.raises(EngineError, match=r"media\.unknown_session"):
                await link.probe(session, 800_000, 500)
        for bitrate, ms in ((0, 500), (-1, 500), (10**9, 500), (800_000, 10**6)):
            with pytest.raises(EngineError):
                await link.probe(sender.session, bitrate, ms)
