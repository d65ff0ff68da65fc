"""The web process is killed while a site speaks: the sound goes on without a gap, and pages get their media back."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest
import socketio.exceptions
from aiortc.rtp import RtpPacket

from meetings.storage.database import Database
from signaling.media.embedded.link import Link
from tests.integration.media.engine_process import EngineProcess
from tests.integration.media.pages import RED, Receiver, until
from tests.integration.media.test_through_the_room import Room
from tests.integration.media.web_process import web_process
from tests.integration.signaling.room import Page

#: RTP clock of one packet of sound, 20 ms.
PACKET = 960


def sound_of(listener: Receiver) -> list[tuple[int, int]]:
    """The (sequence, timestamp) of every packet of the speaker's sound that arrives from now on."""
    heard: list[tuple[int, int]] = []
    (line,) = [one for one in listener.connection.getTransceivers() if one.mid == "speaker-audio"]
    taken = line.receiver._handle_rtp_packet

    async def note(packet: RtpPacket, arrival_time_ms: int) -> None:
        heard.append((packet.sequence_number, packet.timestamp))
        await taken(packet, arrival_time_ms=arrival_time_ms)

    line.receiver._handle_rtp_packet = note  # type: ignore[method-assign]
    return heard


def gaps(heard: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where sequence or time does not go on by exactly one packet."""
    ordered = sorted(set(heard))
    steps = [(b[0] - a[0], (b[1] - a[1]) & 0xFFFFFFFF) for a, b in itertools.pairwise(ordered)]
    return [one for one in steps if one != (1, PACKET)]


async def back(url: str, who: str, endpoint: str = "office") -> Page:
    """A page that tries again until the meeting has a home and the server the time."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await Page(url, who).join(endpoint)
            except (socketio.exceptions.ConnectionError, TimeoutError):
                await asyncio.sleep(0.2)


@pytest.mark.parametrize("engine", ["c"], indirect=True)
async def test_the_sound_goes_on_without_a_gap(room_database: Database, engine: EngineProcess, tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'room.sqlite3'}"
    link = Link(engine.socket)
    link.start()
    await until(lambda: bool(link.epoch))
    async with web_process(database, engine.socket) as url:
        first = Room(url, link)
        chair, hall, secretary = (
            await back(url, "person:chair"),
            await back(url, "room:s1", "room"),
            await back(url, "person:secretary"),
        )
        await chair.done("sitting.open")
        sender, listener = await first.send(hall, RED), await first.receive(secretary)
        await chair.done("floor.invite", {"site": "s1"})
        await hall.done("microphone.open")
        await until(lambda: listener.hears("speaker"))
        heard = sound_of(listener)
        await until(lambda: len(heard) > 25)
    killed_at = len(heard)
    await until(lambda: len(heard) > killed_at + 100)
    async with web_process(database, engine.socket) as url:
        other, secretary = await back(url, "room:s2", "room"), await back(url, "person:secretary")
        turn = secretary.view["floor"]["turns"]["speaker"]
        assert (turn["site"], turn["microphone"], turn["lost_at"] > 0) == ("s1", True, True)
        home_since = len(heard)
        await until(lambda: len(heard) > home_since + 50)
        hall = await back(url, "room:s1", "room")
        assert (await hall.signal("media.keep", {"sessions": [sender.session]}))["kept"] == [sender.session]
        kept = await secretary.signal("media.keep", {"sessions": [listener.session]})
        assert kept["kept"] == [listener.session]
        came_back_at = len(heard)
        await until(lambda: len(heard) > came_back_at + 100)
        assert gaps(heard) == []
        chair = await back(url, "person:chair")
        await chair.done("microphone.mute", {"site": "s1"})
        await asyncio.sleep(0.5)
        silent_from = len(heard)
        await asyncio.sleep(0.5)
        assert len(heard) == silent_from, "the new process is obeyed"
    for page in (hall, other, secretary, chair):
        await page.leave()
    await first.close()
    await link.stop()
