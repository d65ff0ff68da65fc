"""All recordings of this server, begun and ended as the sittings say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from meetings.sitting.state import State
from signaling.media.engine import Closed, Engine, Event, Levels
from signaling.media.reconcile import MediaRooms
from signaling.media.recording.archive import Archive
from signaling.media.recording.recorder import Failure, Recorder

log = structlog.get_logger()


async def _nobody(_: str, __: str, ___: Failure) -> None:
    return None


class Recorders:
    """One recorder for each sitting that is recorded here."""

    def __init__(self, engine: Engine, media: MediaRooms, archive: Archive, host: str = "") -> None:
        """`host` is the engine's machine as this one reaches it; empty: as the engine offers."""
        self._engine, self._media, self._archive, self._host = engine, media, archive, host
        self._running: dict[str, Recorder] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        engine.listen(self._event)
        #: Called with meeting, recording and cause where one cannot be written.
        self.failed: Callable[[str, str, Failure], Awaitable[None]] = _nobody

    def follow(self, state: State) -> None:
        """The state changed: begin, end at once, or begin a chapter."""
        running = self._running.get(state.meeting)
        if running is not None and running.recording != state.recording.id:
            self.end(state.meeting)
            running = None
        if running is not None:
            running.follow(state)
        elif state.recording.id:
            self._begin(state)

    def _event(self, event: Event) -> None:
        if isinstance(event, Closed):
            for recorder in self._running.values():
                recorder.closed(event.session)
        elif isinstance(event, Levels) and event.meeting in self._running:
            self._running[event.meeting].heard(event)

    def _begin(self, state: State) -> None:
        recorder = Recorder(self._engine, self._media, self._archive, self._host, state)
        self._running[state.meeting] = recorder
        self._spawn(self._settle())
        self._spawn(self._run(recorder))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _settle(self) -> None:
        """Complete what a killed server left, of the same recording perhaps."""
        try:
            await self._archive.settle()
        except SQLAlchemyError as error:
            log.error("recording.not_settled", error=type(error).__name__)

    async def _run(self, recorder: Recorder) -> None:
        await recorder.run()
        if recorder.failed is not None:
            await self.failed(recorder.meeting, recorder.recording, recorder.failed)

    def end(self, meeting: str) -> None:
        """Write nothing more of this meeting here."""
        recorder = self._running.pop(meeting, None)
        if recorder is not None:
            recorder.stop()

    async def stop(self) -> None:
        """Complete every file."""
        for meeting in list(self._running):
            self.end(meeting)
        await asyncio.gather(*self._tasks, return_exceptions=True)
