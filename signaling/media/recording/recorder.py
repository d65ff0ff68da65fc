"""One recording of a sitting's stage: it receives as a page does and writes a part for each connection."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import time
from collections.abc import Iterable, Iterator
from enum import StrEnum

import structlog
from sqlalchemy.exc import SQLAlchemyError

from meetings.ids import new_id, now_ms
from meetings.sitting.state import Phase, State
from meetings.sitting.views import stage
from signaling.media.embedded import rtcp
from signaling.media.engine import Engine, EngineError, Levels, Slot
from signaling.media.reconcile import MediaRooms
from signaling.media.recording import description
from signaling.media.recording.archive import Archive
from signaling.media.recording.description import Offer
from signaling.media.recording.line import Line
from signaling.media.recording.tape import Tape

log = structlog.get_logger()

#: Between two looks whether all is well, in seconds; reports go with every fourth.
BEAT = 0.25
#: Without a connection for so long the recording has failed, in seconds.
LOST = 30.0
#: A connection that takes longer is tried anew, in seconds; and the wait before.
PATIENCE, RETRY = 10.0, 0.5
#: With less room than this the log warns, in bytes: about two hours are left.
LOW = 1_000_000_000
_SSRC = 1
_BEFORE = "Trước nội dung đầu tiên"


class Failure(StrEnum):
    """Why nothing can be recorded."""

    DISK = "disk"  # nearly full
    FOLDER = "folder"  # not there, or it takes no file
    ENGINE = "engine"  # not reached, or it sends nothing to us


class Recorder:
    """Records until `stop`; afterwards `failed` says whether by itself, and why."""

    def __init__(self, engine: Engine, media: MediaRooms, archive: Archive, host: str, state: State) -> None:
        """`host` is the engine's machine as this one reaches it; empty: as the engine offers."""
        self.meeting, self.recording = state.meeting, state.recording.id
        self.failed: Failure | None = None
        self._engine, self._media, self._archive, self._host = engine, media, archive, host
        self._title = state.setup.title
        self._item, self._chapter, self._recess = "", (0.0, ""), 0.0
        self._sites: dict[Slot, str] = {}
        self._speaking: frozenset[str] = frozenset()
        self._tries = 0
        self._over = asyncio.Event()
        self._warned = False
        self._session = ""
        self._tape: Tape | None = None
        self.follow(state)

    def follow(self, state: State) -> None:
        """The state changed: another item of the agenda is another chapter, and a recess is left out."""
        at = state.at / 1000
        if state.current_item != self._item or not self._chapter[0]:
            titles = (one.title for one in state.setup.items if one.item == state.current_item)
            self._item, self._chapter = state.current_item, (at, next(titles, _BEFORE))
        self._recess = (self._recess or at) if state.phase is Phase.RECESS else 0.0
        self._sites = {Slot(slot): fed["site"] for slot, fed in stage(state).items()}
        if self._tape is not None:
            with self._writing():
                self._tell(self._tape)

    def heard(self, levels: Levels) -> None:
        """Other sites are heard than before."""
        self._speaking = frozenset(levels.sites)
        if self._tape is not None:
            self._tape.voices = self._voices()

    def _voices(self) -> frozenset[Slot]:
        return frozenset(slot for slot, site in self._sites.items() if site in self._speaking)

    def _tell(self, tape: Tape) -> None:
        """Tell a tape where the sitting stands. Raises OSError."""
        tape.chapter(*self._chapter)
        tape.voices = self._voices()
        if self._recess:
            tape.recess(self._recess)
        else:
            tape.resume()

    def stop(self) -> None:
        """Nothing that comes from now on is written."""
        self._over.set()

    async def run(self) -> None:
        """Record, part by part, until it is over or nothing can be written."""
        lost_at = time.monotonic()
        while self._has_room() and not self._over.is_set():
            try:
                await self._connected()
                lost_at = time.monotonic()
            except (EngineError, TimeoutError, ValueError, OSError, SQLAlchemyError) as error:
                log.info("recording.not_connected", meeting=self.meeting, error=str(error) or type(error).__name__)
            if time.monotonic() - lost_at > LOST:
                self._fail(Failure.ENGINE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), RETRY)

    def _has_room(self) -> bool:
        """Whether there is a folder whose disk takes more; else the recording has failed."""
        with self._writing():
            room = self._archive.room()
            if room <= 0:
                self._fail(Failure.DISK)
            elif room < LOW and not self._warned:
                self._warned = True
                log.warning("recording.disk_low", meeting=self.meeting, megabytes=room // 1_000_000)
        return self.failed is None

    def _fail(self, why: Failure) -> None:
        if self.failed is None:
            log.error("recording.failed", meeting=self.meeting, why=why)
            self.failed = why
        self._over.set()

    def closed(self, session: str) -> None:
        """The engine closed a session by itself."""
        if session == self._session:
            self._session = ""

    async def _connected(self) -> None:
        """Record while one connection holds.

        Raises:
            EngineError, TimeoutError, ValueError, OSError: there was none.
        """
        epoch = self._engine.epoch
        held, sdp = await self._media.hold(self.meeting)
        self._session = held.session
        try:
            offer = description.read(sdp)
            line = Line(self._way_to(offer))
            try:
                line.begin(offer)
                await self._engine.answer(
                    held.session, description.answer(sdp, line.credentials, line.certificate, line.local)
                )
                await self._write(line, offer, epoch)
            finally:
                await line.close()
        finally:
            self._session = ""
            self._media.let_go(held)

    def _way_to(self, offer: Offer) -> tuple[str, int]:
        """Where to try the engine this time."""
        self._tries += 1
        host, port = offer.addresses[self._tries % len(offer.addresses)]
        return self._host or host, port

    async def _write(self, line: Line, offer: Offer, epoch: str) -> None:
        """Write a part once the line is up, until it is over."""
        part = new_id()
        with self._writing():
            self._tape = Tape(self._archive.path(part), self._title, offer)
            self._tell(self._tape)
        if self._tape is None:
            return
        tape = self._tape

        def media(packet: bytes) -> None:
            if not self._over.is_set():
                with self._writing():
                    tape.media(packet, time.time())

        line.media, line.control = media, lambda packet: tape.control(packet, time.time())
        try:
            async with asyncio.timeout(PATIENCE):
                await line.up.wait()
            await self._archive.begin(part, self.meeting, self.recording, now_ms())
            with self._writing():
                await self._attend(tape, line, epoch)
        finally:
            line.media, self._tape = (lambda _: None), None
            with self._writing():
                tape.finish()
            asked = self._over.is_set() and self.failed is None
            await self._archive.end(part, now_ms(), broken_off=not asked)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """What the file does not take ends the recording."""
        try:
            yield
        except OSError as error:
            log.error("recording.not_written", meeting=self.meeting, error=str(error))
            self._fail(Failure.DISK if error.errno == errno.ENOSPC else Failure.FOLDER)

    async def _attend(self, tape: Tape, line: Line, epoch: str) -> None:
        """Report and ask for key frames until the recording is over or the connection is."""
        beats = 0
        while self._session and self._engine.epoch == epoch and not line.broken.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), BEAT)
                return
            beats += 1
            asked = tape.beat(time.time())
            reports = tape.reports()
            if beats % 4 == 0:
                line.send_rtcp(_report(reports.values()))
            for ssrc in asked:  # Janus takes a packet to be about what its first report is about
                line.send_rtcp(_report([reports[ssrc]]) + rtcp.picture_loss(_SSRC, ssrc))
            if beats % 40 == 0:
                self._has_room()


def _report(blocks: Iterable[rtcp.Block]) -> bytes:
    return rtcp.receiver_report(_SSRC, list(blocks)) + rtcp.description([_SSRC], "recorder")
