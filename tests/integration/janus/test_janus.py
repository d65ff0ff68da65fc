"""A real Janus behind the same interface, with real clients: what is desired is what arrives."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling.media.engine import Closed, Desired, EngineError, Feed, Levels, Lost, Reached, Slot, Source
from signaling.media.engines import Engines
from signaling.media.janus.engine import Janus
from tests.integration.janus.janus_process import JanusProcess
from tests.integration.janus.namespace import Namespace
from tests.integration.media.pages import BLUE, RED, Receiver, Sender, until
from tests.integration.media.sitting import sitting

MEETING = "m"


async def test_a_listener_sees_and_hears_the_speaker_and_then_the_next(janus: Janus) -> None:
    heard: list[Levels] = []
    janus.listen(lambda event: heard.append(event) if isinstance(event, Levels) else None)
    async with sitting(janus) as room:
        listener = Receiver(janus, MEETING, "l", "l")
        await room.bring(Sender(janus, MEETING, "a", RED), Sender(janus, MEETING, "b", BLUE), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED) and listener.hears("speaker"))
        await room.feed(Slot.SPEAKER, "b")
        await until(lambda: listener.shows("speaker", BLUE) and listener.hears("speaker"))
        await room.feed(Slot.CHAIR, "a")
        await until(lambda: listener.shows("chair", RED) and listener.hears("chair"))
        await until(lambda: bool(heard))
        assert {one.up for one in (await janus.state()).sessions} == {True}


async def test_a_site_does_not_receive_what_it_sends(janus: Janus) -> None:
    async with sitting(janus) as room:
        own, other = Receiver(janus, MEETING, "own", "a"), Receiver(janus, MEETING, "other", "b")
        await room.bring(Sender(janus, MEETING, "a", RED), Sender(janus, MEETING, "b", BLUE), own, other)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: other.shows("speaker", RED))
        assert not own.frames
        await room.feed(Slot.SPEAKER, "b")
        await until(lambda: own.shows("speaker", BLUE))


async def test_a_muted_source_stops_at_janus_though_its_page_goes_on_sending(janus: Janus) -> None:
    async with sitting(janus) as room:
        listener, late = Receiver(janus, MEETING, "l"), Receiver(janus, MEETING, "late")
        await room.bring(Sender(janus, MEETING, "a", RED), listener)
        await room.feed(Slot.SPEAKER, "a", video=False)
        await until(lambda: listener.hears("speaker"))
        assert not listener.frames
        await room.feed(Slot.SPEAKER, "a", audio=False)
        await until(lambda: listener.shows("speaker", RED))
        await room.bring(late)
        await until(lambda: late.shows("speaker", RED))
        assert not late.loudness
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: late.hears("speaker"))


async def test_a_tile_shows_one_watcher_what_it_asked_for_and_opens_it_for_nobody_else(janus: Janus) -> None:
    async with sitting(janus) as room:
        watcher, other = Receiver(janus, MEETING, "w", tile=True), Receiver(janus, MEETING, "o", tile=True)
        await room.bring(Sender(janus, MEETING, "a", RED), Sender(janus, MEETING, "b", BLUE), watcher, other)
        await room.feed(Slot.SPEAKER, "b", audio=False)
        room.tiles = {watcher.session: Feed("b", "send-b", True, True)}
        await room.apply()
        await until(lambda: watcher.shows("tile", BLUE) and watcher.hears("tile") and other.shows("speaker", BLUE))
        assert not other.loudness, "the speaker's sound is off on the stage, and on in one tile alone"


async def test_a_removed_site_is_gone_when_the_call_returns_and_its_slot_works_on(janus: Janus) -> None:
    async with sitting(janus) as room:
        sender, listener = Sender(janus, MEETING, "a", RED), Receiver(janus, MEETING, "l")
        await room.bring(sender, Sender(janus, MEETING, "b", BLUE), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED))
        await room.remove(sender)
        assert sender.session not in [one.session for one in (await janus.state()).sessions]
        await until(lambda: sender.connection.connectionState == "closed")
        await room.feed(Slot.SPEAKER, "b")
        await until(lambda: listener.shows("speaker", BLUE) and listener.hears("speaker"))


async def test_a_page_that_leaves_by_itself_is_told_and_the_slot_shows_the_next(janus: Janus) -> None:
    events: list[Closed] = []
    janus.listen(lambda event: events.append(event) if isinstance(event, Closed) else None)
    async with sitting(janus) as room:
        sender, listener = Sender(janus, MEETING, "a", RED), Receiver(janus, MEETING, "l")
        await room.bring(sender, Sender(janus, MEETING, "b", BLUE), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", RED))
        await sender.leave()
        await until(lambda: Closed(sender.session, "ended") in events)
        room.pages.remove(sender)
        await room.feed(Slot.SPEAKER, "b")
        await until(lambda: listener.shows("speaker", BLUE) and listener.hears("speaker"))


async def test_an_empty_meeting_leaves_nothing_at_janus(janus: Janus) -> None:
    async with sitting(janus) as room:
        listener = Receiver(janus, MEETING, "l")
        await room.bring(listener)
        await room.remove(listener)
        await janus.state()
        assert janus._instance.handles == set()


async def test_janus_killed_and_back_serves_again(janus: Janus, process: JanusProcess) -> None:
    events: list[object] = []
    janus.listen(events.append)
    async with sitting(janus) as room:
        former = Receiver(janus, MEETING, "l")
        await room.bring(Sender(janus, MEETING, "a", RED), former)
        await process.kill()
        await until(lambda: not janus.epoch)
        await until(lambda: Lost() in events)
        with pytest.raises(EngineError):
            await janus.state()
        await process.start()
        await until(lambda: any(isinstance(one, Reached) for one in events))
        room.pages.clear()
        listener = Receiver(janus, MEETING, "l")
        await room.bring(Sender(janus, MEETING, "a", BLUE), listener)
        await room.feed(Slot.SPEAKER, "a")
        await until(lambda: listener.shows("speaker", BLUE) and listener.hears("speaker"))


async def test_meetings_spread_over_instances_and_move_when_one_dies(space: Namespace, tmp_path: Path) -> None:
    processes = [JanusProcess(space, tmp_path / f"janus{port}", port) for port in (8188, 8189)]
    for one in processes:
        await one.start()
    janus = Engines({one.url: Janus(one.url, "") for one in processes})
    janus.start()
    await until(lambda: bool(janus.epoch))
    closed: list[str] = []
    janus.listen(lambda event: closed.append(event.session) if isinstance(event, Closed) else None)
    try:
        async with sitting(janus, "m1") as first, sitting(janus, "m2") as second:
            await first.bring(Receiver(janus, "m1", "one"))
            stays = Receiver(janus, "m2", "two")
            await second.bring(Sender(janus, "m2", "b", BLUE), stays)
            assert sorted(one.sessions for one in (await janus.state()).parts) == [1, 2]
            (dying,) = [one.name for one in (await janus.state()).parts if one.sessions == 1]
            await next(one for one in processes if one.url == dying).kill()
            await until(lambda: closed == ["receive-one"])
            first.pages.clear()
            again = Receiver(janus, "m1", "one")
            await first.bring(Sender(janus, "m1", "a", RED), again)
            await first.feed(Slot.SPEAKER, "a")
            await second.feed(Slot.SPEAKER, "b")
            await until(lambda: again.shows("speaker", RED) and stays.shows("speaker", BLUE))
            assert [(one.name, one.lost) for one in (await janus.state()).parts if not one.up] == [(dying, 1)]
    finally:
        await janus.stop()
        for one in processes:
            await one.kill()


async def test_a_room_left_over_from_an_earlier_life_is_replaced(janus: Janus, process: JanusProcess) -> None:
    async with sitting(janus) as room:
        await room.bring(Receiver(janus, MEETING, "l"))
        other = Janus(process.url, "a secret of tests")
        other.start()
        await until(lambda: bool(other.epoch))
        assert "a=mid:speaker-video" in await other.offer(MEETING, "receive-n", "page", "", False)
        await other.stop()


async def test_janus_refuses_who_does_not_know_its_secret(process: JanusProcess) -> None:
    stranger = Janus(process.url, "guessed")
    stranger.start()
    instance = stranger._instance
    await until(lambda: instance._socket is not None)
    with pytest.raises(EngineError):
        await instance.attach()
    assert stranger.epoch == ""
    await stranger.stop()


async def test_calls_that_make_no_sense_get_an_error_and_the_engine_goes_on(janus: Janus) -> None:
    for call in (
        janus.answer("nobody", "v=0"),
        janus.restart("nobody"),
        janus.publish(MEETING, "s", "page", "a", "v=0", {"0": Source.CAMERA}),
        janus.publish(MEETING, "s", "page", "a", "x" * 100_000, {"0": Source.CAMERA}),
    ):
        with pytest.raises(EngineError):
            await call
    await janus.offer(MEETING, "r", "page", "", False)
    with pytest.raises(EngineError):
        await janus.answer("r", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111")
    await janus.close("nobody")
    await janus.close("r")
    assert (await janus.state()).sessions == ()


async def test_an_older_desired_state_changes_nothing(janus: Janus) -> None:
    async with sitting(janus) as room:
        await room.bring(Receiver(janus, MEETING, "l"))
        await janus.apply(MEETING, room.generation - 1, Desired())
        assert len((await janus.state()).sessions) == 1


async def test_a_session_that_janus_ended_is_opened_anew(janus: Janus) -> None:
    instance = janus._instance
    former, events = instance._session, list[object]()
    janus.listen(events.append)
    await janus.offer(MEETING, "r", "page", "", False)
    await instance.ask({"janus": "destroy"})
    with pytest.raises(EngineError):
        await instance.attach()
    assert instance._socket is not None
    await instance._socket.close()
    await until(lambda: instance.up and instance._session != former)
    assert [type(one) for one in events] == [Lost, Reached]
    assert "a=mid:speaker-video" in await janus.offer(MEETING, "r", "page", "", False)
