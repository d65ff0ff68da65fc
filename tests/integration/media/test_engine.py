"""The engine in its own process, with real clients on its port: what is desired is what arrives."""

from __future__ import annotations

import pytest

from signaling.media.embedded.link import Link
from signaling.media.engine import Closed, Desired, EngineError, Feed, Levels, Slot, Source
from tests.integration.media.pages import BLUE, RED, Receiver, Sender, until
from tests.integration.media.sitting import sitting

MEETING = "m"


async def test_a_listener_sees_and_hears_the_speaker_and_then_the_next(link: Link) -> None:
    async with sitting(link) as room:
        listener = Receiver(link, MEETING, "l", "l")
        await room.bring(Sender(link, MEETING, "a", RED), Sender(link, MEETING, "b", BLUE), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED) and listener.hears("speaker"))
        await room.feed(Slot.SPEAKER, "b")
        await until(lambda: listener.shows("speaker", BLUE) and listener.hears("speaker"))
        await room.feed(Slot.CHAIR, "a")
        await until(lambda: listener.shows("chair", RED) and listener.hears("chair"))


async def test_a_site_does_not_receive_what_it_sends(link: Link) -> None:
    async with sitting(link) as room:
        own, other = Receiver(link, MEETING, "own", "a"), Receiver(link, MEETING, "other", "b")
        await room.bring(Sender(link, MEETING, "a", RED), Sender(link, MEETING, "b", BLUE), own, other)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: other.shows("speaker", RED))
        assert not own.frames
        await room.feed(Slot.SPEAKER, "b")
        await until(lambda: own.shows("speaker", BLUE))


async def test_what_is_not_on_the_stage_reaches_nobody(link: Link) -> None:
    async with sitting(link) as room:
        listener = Receiver(link, MEETING, "l")
        await room.bring(Sender(link, MEETING, "a", RED), listener)
        await room.feed(Slot.SPEAKER, "a", video=False)
        await until(lambda: listener.hears("speaker"))
        assert not listener.frames


async def test_a_removed_site_is_gone_when_the_call_returns(link: Link) -> None:
    async with sitting(link) as room:
        sender, listener = Sender(link, MEETING, "a", RED), Receiver(link, MEETING, "l")
        await room.bring(sender, listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED))
        await room.remove(sender)
        out = (await link.state()).counters["packets_out"]
        assert [one.session for one in (await link.state()).sessions] == [listener.session]
        await until(lambda: sender.connection.connectionState == "closed")
        sent = (await link.state()).counters["packets_out"] - out
        assert sent <= 30, "reports and checks only; the page had gone on for hundreds of packets"


async def test_a_tile_shows_one_watcher_what_it_asked_for(link: Link) -> None:
    async with sitting(link) as room:
        watcher, other = Receiver(link, MEETING, "w", tile=True), Receiver(link, MEETING, "o", tile=True)
        await room.bring(Sender(link, MEETING, "a", RED), Sender(link, MEETING, "b", BLUE), watcher, other)
        room.tiles = {watcher.session: Feed("a", "send-a", True, True), other.session: Feed("b", "send-b", True, True)}
        await room.apply()
        await until(lambda: watcher.shows("tile", RED) and other.shows("tile", BLUE) and watcher.hears("tile"))


async def test_levels_say_who_is_heard(link: Link) -> None:
    heard: list[Levels] = []
    link.listen(lambda event: heard.append(event) if isinstance(event, Levels) else None)
    async with sitting(link) as room:
        # Stock aiortc sends a constant level; the indicator itself is held by its own test.
        await room.bring(Sender(link, MEETING, "a", RED))
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: any("a" in one.sites for one in heard))


async def test_an_older_desired_state_changes_nothing(link: Link) -> None:
    async with sitting(link) as room:
        listener = Receiver(link, MEETING, "l")
        await room.bring(Sender(link, MEETING, "a", RED), listener)
        await room.feed(Slot.SPEAKER, "a")
        await link.apply(MEETING, room.generation - 1, Desired())
        assert len((await link.state()).sessions) == 2
        await until(lambda: listener.shows("speaker", RED))


async def test_media_with_another_certificate_than_announced_does_not_pass(link: Link) -> None:
    events: list[Closed] = []
    link.listen(lambda event: events.append(event) if isinstance(event, Closed) else None)
    async with sitting(link) as room:
        listener = Receiver(link, MEETING, "l")
        room.everybody.append(listener)
        listener.forged_fingerprint = True
        await listener.join()
        await until(lambda: bool(events))
        assert events == [Closed(listener.session, "fingerprint")]


async def test_calls_that_make_no_sense_get_an_error_and_the_engine_goes_on(link: Link) -> None:
    for call in (
        link.answer("nobody", "v=0"),
        link.restart("nobody"),
        link.publish(MEETING, "s", "page", "a", "v=0", {"0": Source.CAMERA}),
        link.publish(MEETING, "s", "page", "a", "x" * 100_000, {"0": Source.CAMERA}),
        link.offer("m" * 100, "s", "page", "", False),
    ):
        with pytest.raises(EngineError):
            await call
    await link.close("nobody")
    assert (await link.state()).sessions == ()
