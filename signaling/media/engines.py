"""Several media processes as one engine: each meeting lives in one, and only its pages notice when that one dies."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Protocol

import structlog

from signaling.media.engine import (
    Closed,
    Desired,
    Engine,
    EngineError,
    EngineState,
    Event,
    Levels,
    Lost,
    Part,
    Reached,
    Simulcast,
    Source,
)

log = structlog.get_logger()

#: At the start so long is waited for all processes, in seconds: a meeting may live in any of them already.
GATHER = 1.0
#: A process that is reached and does not say what it has is asked again so soon, in seconds.
AGAIN = 0.5


class Startable(Engine, Protocol):
    """An engine that is reached from its start to its stop, and again whenever it is gone."""

    def start(self) -> None: ...

    async def stop(self) -> None: ...


class Process:
    """One process, and what lives in it: meeting → sessions. A meeting without sessions lives nowhere."""

    def __init__(self, name: str, engine: Startable) -> None:
        self.name, self.engine = name, engine
        self.rooms: dict[str, set[str]] = {}
        #: It is reached, and what lives in it is known.
        self.up = False
        self.lost = 0

    @property
    def load(self) -> int:
        """How many sessions it has."""
        return sum(map(len, self.rooms.values()))

    def has(self, session: str) -> bool:
        return any(session in sessions for sessions in self.rooms.values())

    def add(self, meeting: str, session: str) -> None:
        self.rooms.setdefault(meeting, set()).add(session)

    def remove(self, session: str) -> None:
        """Forget a session, and its meeting with the last one."""
        for meeting, sessions in list(self.rooms.items()):
            sessions.discard(session)
            if not sessions:
                del self.rooms[meeting]


class Engines:
    """An `Engine` over engines by name. A meeting goes to the least loaded one when its first page comes, and stays."""

    def __init__(self, engines: Mapping[str, Startable]) -> None:
        self._life = secrets.token_hex(8)
        self._processes = [Process(name, engine) for name, engine in engines.items()]
        self._listeners: list[Callable[[Event], None]] = []
        self._open, self._all_up = False, asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        for one in self._processes:
            one.engine.listen(lambda event, at=one: self._event(at, event))  # type: ignore[misc]

    @property
    def epoch(self) -> str:
        """Names this object's life: what a process forgets is told as closed sessions."""
        return self._life if self._open and any(one.up for one in self._processes) else ""

    def listen(self, callback: Callable[[Event], None]) -> None:
        self._listeners.append(callback)

    def start(self) -> None:
        """Reach every process now, and again whenever it is gone."""
        for one in self._processes:
            one.engine.start()
        self._later(self._gather())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in self._processes:
            await one.engine.stop()

    def _tell(self, event: Event) -> None:
        for one in self._listeners:
            one(event)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- Engine ------------------------------------------------------------------------------------------------

    async def apply(self, meeting: str, generation: int, desired: Desired) -> None:
        home = self._home(meeting)
        if home is None:
            return  # nobody is there
        gone = home.rooms[meeting] - desired.sessions
        await home.engine.apply(meeting, generation, desired)
        for session in gone:
            home.remove(session)

    async def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str:
        with self._opening(meeting, session) as process:
            return await process.engine.offer(meeting, session, owner, site, tile)

    async def answer(self, session: str, sdp: str) -> None:
        await self._of(session).engine.answer(session, sdp)

    async def publish(
        self, meeting: str, session: str, owner: str, site: str, sdp: str, tracks: Mapping[str, Source]
    ) -> str:
        with self._opening(meeting, session) as process:
            return await process.engine.publish(meeting, session, owner, site, sdp, tracks)

    async def restart(self, session: str, sdp: str = "") -> str:
        return await self._of(session).engine.restart(session, sdp)

    async def probe(self, session: str, bitrate: int, ms: int) -> int:
        return await self._of(session).engine.probe(session, bitrate, ms)

    async def close(self, session: str) -> None:
        for one in self._processes:
            if one.has(session):
                one.remove(session)
                await one.engine.close(session)

    async def state(self) -> EngineState:
        reached = [one for one in self._processes if one.up]
        answers = await asyncio.gather(*(one.engine.state() for one in reached), return_exceptions=True)
        found = [(one, state) for one, state in zip(reached, answers, strict=True) if isinstance(state, EngineState)]
        if not found:
            raise EngineError("media.unavailable", "no media process is reached")
        counters: Counter[str] = Counter()
        for _, state in found:
            counters.update(state.counters)
        return EngineState(
            self._life,
            tuple(session for one, state in found for session in state.sessions if one.has(session.session)),
            {name: last for one, state in found for name, last in state.generations.items() if name in one.rooms},
            counters,
            tuple(Part(one.name, one.up, one.load, one.lost) for one in self._processes),
        )

    # -- where meetings live -----------------------------------------------------------------------------------

    def _home(self, meeting: str) -> Process | None:
        return next((one for one in self._processes if meeting in one.rooms), None)

    def _of(self, session: str) -> Process:
        for one in self._processes:
            if one.has(session):
                return one
        raise EngineError("media.unknown_session", session)

    @contextlib.contextmanager
    def _opening(self, meeting: str, session: str) -> Iterator[Process]:
        """Where a new session of the meeting goes; it is forgotten again where it does not come to be."""
        process = self._home(meeting)
        if process is None:
            reached = [one for one in self._processes if one.up] if self._open else []
            if not reached:
                raise EngineError("media.unavailable", "no media process is reached")
            process = min(reached, key=lambda one: one.load)
        process.add(meeting, session)
        try:
            yield process
        except BaseException:
            process.remove(session)
            raise

    # -- what happens by itself --------------------------------------------------------------------------------

    def _event(self, process: Process, event: Event) -> None:
        match event:
            case Reached():
                self._later(self._learn(process))
            case Lost():
                self._lose(process)
            case Closed() if process.has(event.session):
                process.remove(event.session)
                self._tell(event)
            case Simulcast() if process.has(event.session):
                self._tell(event)
            case Levels() if event.meeting in process.rooms:
                self._tell(event)

    async def _gather(self) -> None:
        """Begin once every process is there, or with those that are."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_up.wait(), GATHER)
        self._open = True
        if self.epoch:
            self._tell(Reached(self._life))

    async def _learn(self, process: Process) -> None:
        """A process is reached: take over what lives in it, and end what lives elsewhere by now."""
        epoch = process.engine.epoch
        while epoch and process.engine.epoch == epoch:
            try:
                found = await process.engine.state()
                elsewhere = set()
                for one in found.sessions:
                    if self._home(one.meeting) in (None, process):
                        process.add(one.meeting, one.session)
                    else:
                        elsewhere.add(one.meeting)
                for meeting in elsewhere:
                    await process.engine.apply(meeting, found.generations.get(meeting, 0) + 1, Desired())
            except EngineError as error:
                log.warning("media.process_silent", process=process.name, why=error.why)
                await asyncio.sleep(AGAIN)
                continue
            process.up = True
            log.info("media.process_reached", process=process.name)
            if self._open:
                self._tell(Reached(self._life))
            elif all(one.up for one in self._processes):
                self._all_up.set()
            return

    def _lose(self, process: Process) -> None:
        """A process is gone: its pages come back, to another one where there is one."""
        log.warning("media.process_lost", process=process.name)
        gone = [session for sessions in process.rooms.values() for session in sessions]
        process.rooms.clear()
        process.up = False
        process.lost += 1
        for session in gone:
            self._tell(Closed(session, "restarted"))
