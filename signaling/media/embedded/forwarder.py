"""The engine inside its process: all rooms and sessions behind the one port."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from signaling.media.active_speaker import ActiveSpeaker
from signaling.media.embedded import sdp
from signaling.media.embedded.column import SendLoop
from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.pace import Pace
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.port import Port
from signaling.media.embedded.publisher import SILENCE, Publisher
from signaling.media.embedded.room import Room
from signaling.media.embedded.slots import lines_for
from signaling.media.embedded.subscriber import Subscriber
from signaling.media.engine import (
    Closed,
    Desired,
    EngineError,
    EngineState,
    Event,
    Levels,
    SessionState,
    Source,
)

#: Between two rounds of reminders, reports and requests, in seconds.
BEAT = 0.05
LEVELS_EVERY = 0.5
#: A room in which nobody has been for so long is forgotten, in seconds.
EMPTY = 600.0
#: A round goes through the sessions in so many parts, so that no sound waits for all of them.
PARTS = 5
#: Sessions that one engine takes; more are refused as `media.full`.
FULL = 1500


@dataclass(slots=True)
class Session:
    """A page's connection and what it is for."""

    id: str
    meeting: str
    owner: str
    peer: Peer
    media: Publisher | Subscriber
    version: int = 1


class Forwarder:
    """Opens and closes sessions, drives rooms to what is desired, and tells what happens."""

    def __init__(self, port: Port, addresses: list[str], tell: Callable[[Event], None], loop: SendLoop) -> None:
        self.epoch = secrets.token_hex(8)
        self.port = port
        self._certificate = Certificate()
        self._place = sdp.Place(tuple(addresses), port.number, self._certificate.fingerprint)
        self._tell = tell
        self._pace, self._loop = Pace(port.crowded), loop
        self._sessions: dict[str, Session] = {}
        self._by_peer: dict[Peer, str] = {}
        self._rooms: dict[str, Room] = {}
        self._speakers: dict[str, ActiveSpeaker] = {}
        self._levels_at = 0.0

    # -- what the web process asks -----------------------------------------------------------------------------

    def apply(self, meeting: str, generation: int, desired: Desired) -> None:
        room = self._room(meeting)
        for change in room.apply(generation, desired, lambda session: self._end(session, "")):
            self._tell(change)

    def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str:
        peer = self._peer(session)
        room = self._room(meeting)
        lines = lines_for(tile)
        subscriber = Subscriber(peer, site, tile, room.lines_for(lines))
        peer.handler = subscriber
        subscriber.waits = room.hurry
        room.subscribers[session] = subscriber
        self._keep(Session(session, meeting, owner, peer, subscriber))
        room.wire()
        return sdp.receive_offer(self._place, peer.credentials, lines, 1)

    def answer(self, session: str, text: str) -> None:
        found = self._find(session)
        if not isinstance(found.media, Subscriber):
            raise EngineError("media.unknown_session", "not a receive session")
        found.peer.expect(sdp.fingerprints_of_answer(text))

    def publish(
        self, meeting: str, session: str, owner: str, site: str, text: str, tracks: Mapping[str, Source]
    ) -> str:
        offer = sdp.send_offer(text, dict(tracks))
        peer = self._peer(session)
        room = self._room(meeting)
        publisher = Publisher(peer, site, offer.plans)
        peer.handler = publisher
        room.publishers[session] = publisher
        self._keep(Session(session, meeting, owner, peer, publisher))
        room.wire()
        peer.expect(offer.fingerprints)
        return sdp.send_answer(self._place, peer.credentials, offer, 1)

    def restart(self, session: str, text: str) -> str:
        found = self._find(session)
        if isinstance(found.media, Subscriber):
            found.peer.restart()
            found.version += 1
            lines = lines_for(found.media.tile)
            return sdp.receive_offer(self._place, found.peer.credentials, lines, found.version)
        tracks = {track.plan.mid: track.plan.source for track in found.media.tracks}
        offer = sdp.send_offer(text, tracks)
        found.peer.expect(offer.fingerprints)
        found.peer.restart()
        found.version += 1
        return sdp.send_answer(self._place, found.peer.credentials, offer, found.version)

    def probe(self, session: str, bitrate: int, ms: int) -> int:
        found = self._find(session)
        if not isinstance(found.media, Subscriber) or not found.peer.up:
            raise EngineError("media.unknown_session", "no receive session that is up")
        return found.media.probe(bitrate, ms / 1000, time.monotonic())

    def close(self, session: str) -> None:
        self._end(session, "")

    def state(self) -> EngineState:
        counters = dict(self.port.counters)
        counters["sessions"] = len(self._sessions)
        counters["pictures_given_up"] = self._pace.given_up
        counters["pictures_left_out"] = self._pace.left_out
        return EngineState(
            self.epoch,
            tuple(_state(one) for one in self._sessions.values()),
            {meeting: room.generation for meeting, room in self._rooms.items()},
            counters,
        )

    def _room(self, meeting: str) -> Room:
        room = self._rooms.get(meeting)
        if room is None:
            room = self._rooms[meeting] = Room(self._pace, self._loop)
            room.used_at = time.monotonic()
        return room

    # -- sessions ----------------------------------------------------------------------------------------------

    def _peer(self, session: str) -> Peer:
        self._end(session, "")
        if len(self._sessions) >= FULL:
            raise EngineError("media.full", f"{FULL} sessions")
        return Peer(self.port, self._certificate, time.monotonic(), self._peer_closed)

    def _keep(self, session: Session) -> None:
        self._sessions[session.id] = session
        self._by_peer[session.peer] = session.id

    def _find(self, session: str) -> Session:
        found = self._sessions.get(session)
        if found is None:
            raise EngineError("media.unknown_session", session)
        return found

    def _peer_closed(self, peer: Peer, reason: str) -> None:
        session = self._by_peer.get(peer)
        if session is not None:
            self._end(session, reason)

    def _end(self, session: str, reason: str) -> None:
        """Forget a session; a reason is told to whoever listens."""
        found = self._sessions.pop(session, None)
        if found is None:
            return
        self._by_peer.pop(found.peer, None)
        room = self._rooms[found.meeting]
        room.remove(session)
        if room.empty:
            self._speakers.pop(found.meeting, None)
        found.peer.close(reason)
        if reason:
            self.port.count(f"closed_{reason}")
            self._tell(Closed(session, reason))

    def abandon(self) -> None:
        """Nobody has told us what should be for too long: end everything."""
        for session in list(self._sessions):
            self._end(session, "abandoned")
        self._rooms.clear()

    # -- time --------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            for part in range(PARTS):
                await asyncio.sleep(BEAT / PARTS)
                self._remind(list(self._sessions.values())[part::PARTS], time.monotonic())
            self._look(time.monotonic())

    def beat(self, now: float) -> None:
        """One round over all sessions and rooms."""
        self._remind(list(self._sessions.values()), now)
        self._look(now)

    @staticmethod
    def _remind(sessions: list[Session], now: float) -> None:
        """Reminders, reports and requests of these sessions."""
        for session in sessions:
            session.peer.beat(now)
            session.media.beat(now)

    def _look(self, now: float) -> None:
        """Layers, levels, and rooms that nobody needs any more."""
        for room in self._rooms.values():
            for change in room.beat(now):
                self._tell(change)
        if now - self._levels_at >= LEVELS_EVERY:
            self._levels_at = now
            for meeting, room in list(self._rooms.items()):
                if not room.empty:
                    room.used_at = now
                    self._tell_levels(meeting, room)
                elif now - room.used_at > EMPTY:
                    del self._rooms[meeting]

    def _tell_levels(self, meeting: str, room: Room) -> None:
        tracks = room.audible()
        speaker = self._speakers.setdefault(meeting, ActiveSpeaker())
        levels = {site: track.level for site, track in tracks.items()}
        before = speaker.site
        if speaker.look(levels) != before or any(one < SILENCE for one in levels.values()):
            self._tell(Levels(meeting, levels, speaker.site))
        for track in tracks.values():
            track.level = min(SILENCE, track.level + 20)  # what no longer sends fades


def _state(session: Session) -> SessionState:
    media = session.media
    if isinstance(media, Publisher):
        loss = max((one.reception.lost_share for one in media.tracks), default=0)
        return SessionState(
            session.id,
            session.meeting,
            session.owner,
            media.site,
            True,
            up=session.peer.up,
            lost=loss,
            layers=media.told,
        )
    return SessionState(
        session.id,
        session.meeting,
        session.owner,
        media.site,
        False,
        media.tile,
        session.peer.up,
        media.lost,
        media.jitter_ms,
        media.round_trip_ms,
        media.bitrate,
        media.dropped,
        media.step,
    )
