"""A client that is no browser: GStreamer publishes and receives through each engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.media.engine import Engine, Slot
from tests.bench.media_faults import engine
from tests.integration.janus.namespace import namespace
from tests.integration.media.gstreamer import GStreamerReceiver, GStreamerSender
from tests.integration.media.pages import BLUE, RED, Receiver, Sender, until
from tests.integration.media.sitting import sitting

MEETING = "m"


@pytest.fixture(params=["embedded", "janus-loops-2"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    with namespace() as space:
        async with engine(request.param, space, tmp_path) as running:
            yield running


async def test_picture_and_sound_go_both_ways_and_the_speaker_changes(either: Engine) -> None:
    async with sitting(either) as room:
        page = GStreamerReceiver(either, MEETING, "g", "g")
        listener = Receiver(either, MEETING, "l", "l")
        sender = GStreamerSender(either, MEETING, "a", "ff0000")
        await room.bring(sender, Sender(either, MEETING, "b", BLUE), page, listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED) and listener.hears("speaker"))
        await until(lambda: page.shows("speaker", RED) and page.hears("speaker"))
        await room.feed(Slot.SPEAKER, "b")
        await until(lambda: page.shows("speaker", BLUE) and page.hears("speaker"))
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: page.shows("speaker", RED) and listener.shows("speaker", RED))
