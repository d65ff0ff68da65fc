"""Media as pages negotiate it: over the room's signals, by the sitting's rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from meetings.storage.database import Database
from signaling.media.embedded.link import Link
from signaling.media.engine import Engine, Source
from signaling.media.reconcile import FLAP, MediaRooms
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.pages import BLUE, RED, Receiver, Sender, until
from tests.integration.signaling.room import MEETING, Page, open_room
from tests.unit.media.samples import chromium_offer


class Signals:
    """Negotiates for one page over its connection."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = ""

    async def _ask(self, name: str, **payload: Any) -> str:
        answer = await self.page.signal(name, payload)
        assert answer["ok"], answer
        self.session = answer.get("session", self.session)
        return str(answer.get("sdp", ""))

    async def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str:
        return await self._ask("media.receive")

    async def answer(self, session: str, sdp: str) -> None:
        await self._ask("media.answer", session=self.session, sdp=sdp)

    async def publish(
        self, meeting: str, session: str, owner: str, site: str, sdp: str, tracks: Mapping[str, Source]
    ) -> str:
        return await self._ask("media.send", sdp=sdp, tracks=dict(tracks))


class Room:
    """A sitting in session with its pages and their media."""

    def __init__(self, url: str, link: Engine) -> None:
        self.url, self.link = url, link
        self._pages: list[Page] = []
        self._media: list[Sender | Receiver] = []

    async def page(self, who: str, endpoint: str = "office") -> Page:
        page = await Page(self.url, who).join(endpoint)
        self._pages.append(page)
        return page

    async def send(self, page: Page, colour: tuple[int, int, int]) -> Sender:
        signals = Signals(page)
        sender = Sender(signals, MEETING, "", colour)
        self._media.append(sender)
        await sender.join()
        sender.session = signals.session
        return sender

    async def receive(self, page: Page) -> Receiver:
        signals = Signals(page)
        receiver = Receiver(signals, MEETING, "")
        self._media.append(receiver)
        await receiver.join()
        receiver.session = signals.session
        return receiver

    async def sessions(self) -> int:
        return len((await self.link.state()).sessions)

    async def close(self) -> None:
        for one in self._media:
            await one.leave()
        for page in self._pages:
            await page.leave()


@asynccontextmanager
async def room(database: Database, engine: EngineProcess) -> AsyncIterator[Room]:
    link = Link(engine.socket)
    media = MediaRooms(link)
    link.start()
    media.start()
    async with open_room(database, media=media) as (url, _, _):
        await until(lambda: bool(link.epoch))
        one = Room(url, link)
        try:
            yield one
        finally:
            await one.close()
    await media.stop()
    await link.stop()


async def in_session(one: Room) -> tuple[Page, Page, Page]:
    """The chair, a site's room and the secretary; the sitting has opened."""
    chair, hall = await one.page("person:chair"), await one.page("room:s1", "room")
    secretary = await one.page("person:secretary")
    await chair.done("sitting.open")
    return chair, hall, secretary


async def test_the_site_with_the_floor_is_seen_and_heard_once_it_opens_its_microphone(
    room_database: Database, engine: EngineProcess
) -> None:
    async with room(room_database, engine) as one:
        chair, hall, secretary = await in_session(one)
        await one.send(hall, RED)
        listener = await one.receive(secretary)
        await hall.until(lambda: hall.told("media.wanted"))
        assert hall.told("media.wanted")[-1] == {"microphone": False, "camera": False, "screen": False}
        await chair.done("floor.invite", {"site": "s1"})
        await until(lambda: listener.shows("speaker", RED))
        assert hall.told("media.wanted")[-1] == {"microphone": True, "camera": True, "screen": False}
        assert "speaker-audio" not in listener.loudness
        await hall.done("microphone.open")
        await until(lambda: listener.hears("speaker"))
        await secretary.until(lambda: any("s1" in told["sites"] for told in secretary.told("media.levels")))
        await chair.done("microphone.mute", {"site": "s1"})
        listener.loudness.clear()
        seen = listener.frames["speaker-video"]
        await until(lambda: listener.frames["speaker-video"] > seen + 20)
        assert not listener.hears("speaker")


async def test_the_chair_is_shown_from_the_chairs_own_page(room_database: Database, engine: EngineProcess) -> None:
    async with room(room_database, engine) as one:
        chair, hall, _ = await in_session(one)
        await one.send(chair, BLUE)
        listener = await one.receive(hall)
        await until(lambda: listener.shows("chair", BLUE) and listener.hears("chair"))
        await chair.done("sitting.stop_secret")
        await chair.until(lambda: chair.told("media.wanted")[-1]["camera"] is False)
        seen = listener.frames["chair-video"]
        listener.loudness.clear()
        assert (await one.link.state()).generations
        assert listener.frames["chair-video"] <= seen + 3


async def test_who_leaves_takes_their_media_along(room_database: Database, engine: EngineProcess) -> None:
    async with room(room_database, engine) as one:
        _, hall, secretary = await in_session(one)
        await one.send(hall, RED)
        await one.receive(secretary)
        assert await one.sessions() == 2
        await hall.leave()
        await secretary.leave()
        async with asyncio.timeout(10):
            while await one.sessions():
                pass


async def test_a_site_that_never_sent_is_asked_to_while_its_tile_is_open(
    room_database: Database, engine: EngineProcess
) -> None:
    async with room(room_database, engine) as one:
        _, hall, secretary = await in_session(one)
        await one.receive(hall)
        listener = await one.receive(secretary)
        assert not hall.told("media.wanted")
        assert (await secretary.signal("media.watch", {"site": "s1"}))["ok"]
        await hall.until(lambda: hall.told("media.wanted"))
        assert hall.told("media.wanted") == [{"microphone": True, "camera": True, "screen": False}]
        sender = await one.send(hall, RED)
        await until(lambda: listener.shows("tile", RED))
        assert (await secretary.signal("media.unwatch"))["ok"]
        await hall.until(lambda: not hall.told("media.wanted")[-1]["camera"])
        await sender.leave()


async def test_only_those_send_and_watch_who_may(room_database: Database, engine: EngineProcess) -> None:
    async with room(room_database, engine) as one:
        _, hall, secretary = await in_session(one)
        companion = await one.page("person:p1", "companion")
        offer = {"sdp": chromium_offer(), "tracks": {"0": "microphone", "1": "camera", "2": "screen"}}
        assert (await companion.signal("media.receive"))["error"]["id"] == "media.no_endpoint"
        assert (await secretary.signal("media.send", offer))["error"]["id"] == "media.no_endpoint"
        assert (await hall.signal("media.watch", {"site": "s2"}))["error"]["id"] == "permission.role"
        assert (await secretary.signal("media.watch", {"site": "s2"}))["ok"]
        assert (await secretary.signal("media.watch", {"site": "nowhere"}))["error"]["id"] == "site.unknown"
        foreign = await hall.signal("media.send", offer)
        stolen = {"session": foreign["session"], "sdp": chromium_offer()}
        assert (await secretary.signal("media.restart", stolen))["error"]["id"] == "media.unknown_session"
        assert (await secretary.signal("media.answer", stolen))["error"]["id"] == "media.unknown_session"


@pytest.mark.parametrize(
    ("name", "payload", "id"),
    [
        ("media.send", {}, "media.invalid_sdp"),
        ("media.send", {"sdp": "v=0", "tracks": {"0": "camera"}}, "media.invalid_sdp"),
        ("media.send", {"sdp": "x" * 70_000, "tracks": {"0": "camera"}}, "media.invalid_sdp"),
        ("media.send", {"sdp": chromium_offer(), "tracks": {"0": "telepathy"}}, "media.invalid_sdp"),
        (
            "media.send",
            {"sdp": chromium_offer(), "tracks": {str(one): "camera" for one in range(99)}},
            "command.invalid",
        ),
        ("media.answer", {"session": 7, "sdp": "v=0"}, "command.invalid"),
        ("media.restart", {"session": "nothing"}, "media.unknown_session"),
        ("media.keep", {"sessions": ["x"] * 99}, "command.invalid"),
        ("media.report", {"fps": -1}, "command.invalid"),
        ("media.report", {"fps": "many"}, "command.invalid"),
        ("media.dance", {}, "command.unknown"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_id(
    room_database: Database, engine: EngineProcess, name: str, payload: dict[str, Any], id: str
) -> None:
    async with room(room_database, engine) as one:
        hall = await one.page("room:s1", "room")
        assert (await hall.signal(name, payload))["error"]["id"] == id
        assert (await hall.signal("media.receive"))["ok"]


async def test_a_page_that_connects_too_often_is_slowed_down(room_database: Database, engine: EngineProcess) -> None:
    async with room(room_database, engine) as one:
        hall = await one.page("room:s1", "room")
        answers = [await hall.signal("media.receive") for _ in range(20)]
        assert answers[-1]["error"]["id"] == "media.rate"
        assert await one.sessions() == 1


async def test_after_the_engine_was_killed_everybody_negotiates_anew(
    room_database: Database, engine: EngineProcess
) -> None:
    async with room(room_database, engine) as one:
        chair, hall, secretary = await in_session(one)
        await one.send(hall, RED)
        await one.receive(secretary)
        await chair.done("floor.invite", {"site": "s1"})
        await engine.kill()
        await until(lambda: not one.link.epoch)
        assert (await chair.signal("media.receive"))["error"]["id"] == "media.unavailable"
        await engine.start()
        for page in (hall, secretary):
            await page.until(lambda page=page: page.told("media.closed"), seconds=20)
            assert page.told("media.closed")[0]["reason"] == "restarted"
        await one.send(hall, BLUE)
        listener = await one.receive(secretary)
        await until(lambda: listener.shows("speaker", BLUE))


async def test_media_goes_on_over_a_restart_of_the_web_process(room_database: Database, engine: EngineProcess) -> None:
    link = Link(engine.socket)
    media = MediaRooms(link)
    link.start()
    media.start()
    async with open_room(room_database, media=media) as (url, _, _):
        await until(lambda: bool(link.epoch))
        first = Room(url, link)
        _, hall, secretary = await in_session(first)
        sender, listener = await first.send(hall, RED), await first.receive(secretary)
        sent, received = sender.session, listener.session
        await (await first.page("person:chair")).done("floor.invite", {"site": "s1"})
        await until(lambda: listener.shows("speaker", RED))
        # As when the process is killed: nobody tells the engine anything any more.
        await media.stop()
        await link.stop()
    seen = listener.frames["speaker-video"]
    await until(lambda: listener.frames["speaker-video"] > seen + 10)
    async with room(room_database, engine) as second:
        hall, secretary = await second.page("room:s1", "room"), await second.page("person:secretary")
        mine = [sent]
        assert (await secretary.signal("media.keep", {"sessions": mine}))["kept"] == [], "another page's session"
        assert (await hall.signal("media.keep", {"sessions": mine}))["kept"] == mine
        kept = await secretary.signal("media.keep", {"sessions": [received]})
        assert kept["kept"] == [received]
        seen = listener.frames["speaker-video"]
        await until(lambda: listener.frames["speaker-video"] > seen + 10)
        await sender.leave()
        await listener.leave()


async def test_a_page_that_comes_back_after_a_flap_goes_on_with_its_media(
    room_database: Database, engine: EngineProcess
) -> None:
    async with room(room_database, engine) as one:
        chair, hall, secretary = await in_session(one)
        sender, listener = await one.send(hall, RED), await one.receive(secretary)
        await chair.done("floor.invite", {"site": "s1"})
        await until(lambda: listener.shows("speaker", RED))
        mine = {"sessions": [sender.session]}
        back = await one.page("room:s1", "room")  # before the server sees that the former connection is gone
        assert (await back.signal("media.keep", mine))["kept"] == [sender.session]
        await hall.leave()
        await back.leave()
        again = await one.page("room:s1", "room")
        assert (await again.signal("media.keep", mine))["kept"] == [sender.session]
        assert (await secretary.signal("media.keep", mine))["kept"] == [], "another page's session"
        await asyncio.sleep(FLAP + 0.5)
        seen = listener.frames["speaker-video"]
        await until(lambda: listener.frames["speaker-video"] > seen + 10)


async def test_who_leads_fixes_what_a_site_receives_and_nobody_else(
    room_database: Database, engine: EngineProcess
) -> None:
    async with room(room_database, engine) as one:
        chair, hall, secretary = await in_session(one)
        other = await one.page("room:s2", "room")
        await one.send(hall, RED)
        listener = await one.receive(other)
        await chair.done("floor.invite", {"site": "s1"})
        await until(lambda: listener.shows("speaker", RED))
        fix = {"site": "s2", "step": "audio"}
        assert (await other.signal("media.fix", fix))["error"]["id"] == "permission.role"
        assert (await secretary.signal("media.fix", fix | {"site": "s99"}))["error"]["id"] == "site.unknown"
        assert (await secretary.signal("media.fix", fix | {"step": "best"}))["error"]["id"] == "command.invalid"
        assert (await secretary.signal("media.fix", fix))["ok"]
        await other.until(lambda: {"s2": {"step": "audio", "fixed": True}} in steps_of(other), seconds=20)
        seen = listener.frames["speaker-video"]
        await asyncio.sleep(1)
        assert listener.frames["speaker-video"] == seen
        assert (await secretary.signal("media.fix", fix | {"step": "high"}))["ok"]
        await until(lambda: listener.frames["speaker-video"] > seen)


def steps_of(page: Page) -> list[dict[str, Any]]:
    return [told["sites"] for told in page.told("media.steps")]
