"""Lets the sites of a meeting check their devices and lines, a few at a time, and tells who leads as results come.

A round lives in the memory of the meeting's home; results are kept with the meeting. Nothing of it is recorded.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from meetings.errors import Forbidden, Invalid, NotFound, Refusal
from meetings.ids import new_id, now_ms
from meetings.sitting.actors import Actor, SittingRole, actor_of
from meetings.sitting.state import Phase, State
from meetings.sitting.views import Audience
from meetings.storage.database import Database
from signaling.checks import service
from signaling.checks.figures import Figures, Outcome, Result, judge
from signaling.checks.settings import CheckSettings
from signaling.media.engine import Engine, EngineError
from signaling.media.requests import read, refusal

if TYPE_CHECKING:
    from signaling.gateway import Connection, Gateway
    from signaling.media.reconcile import MediaRooms

#: Who has sites checked and sees the sheet as it fills, and when: a check takes the line that a sitting needs.
LEADING = frozenset({SittingRole.TECHNICIAN, SittingRole.SECRETARY, SittingRole.CHAIR, SittingRole.ASSISTANT})
PHASES = frozenset({Phase.PREPARING, Phase.RECESS})
_TOLD = frozenset({Audience.TECHNICIAN, Audience.SECRETARY, Audience.CHAIR})
#: A site's check takes about a quarter of it; then it counts as not answered. In ms.
PATIENCE = 45_000
#: What one check may ask the engine to send to it, in bytes.
LARGEST = 1_500_000
#: Between two tellings, in seconds.
BEAT = 1.0

_Id = Annotated[str, Field(min_length=1, max_length=64)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Start(_Request):
    sites: Annotated[list[_Id], Field(min_length=1, max_length=1000)]


class Stop(_Request):
    """No payload."""


class Probe(_Request):
    """Have the engine send so fast for so long, to be counted by the page."""

    check: _Id
    kbps: Annotated[int, Field(ge=50, le=5000)]
    ms: Annotated[int, Field(ge=100, le=2000)]


class Done(_Request):
    check: _Id
    figures: Figures


@dataclass(slots=True)
class Running:
    """One site's check on its way, and the device that makes it."""

    check: str
    site: str
    identity: str
    ends: int
    octets: int = 0


@dataclass(slots=True)
class Round:
    """The checks of one meeting that are not done yet."""

    by: str
    waiting: deque[str] = field(default_factory=deque)
    running: dict[str, Running] = field(default_factory=dict)
    #: Results that were not told yet.
    fresh: dict[str, Result] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def busy(self) -> bool:
        return bool(self.waiting or self.running)

    def told(self) -> dict[str, Any]:
        return {"waiting": list(self.waiting), "running": list(self.running)}


class Checks:
    """All rounds of this server."""

    def __init__(
        self, gateway: Gateway, media: MediaRooms, engine: Engine, database: Database, wanted: CheckSettings
    ) -> None:
        self.wanted = wanted
        self._gateway, self._media, self._engine, self._database = gateway, media, engine, database
        self._rounds: dict[str, Round] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def signal(self, connection: Connection, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        """One `check.*` signal of a page; its answer.

        Raises:
            Refusal: malformed, not allowed, not now, or no such check.
        """
        match name:
            case "check.start":
                return await self._start(connection, read(Start, payload))
            case "check.stop":
                read(Stop, payload)
                return await self._stop(connection)
            case "check.probe":
                return await self._probe(connection, read(Probe, payload))
            case "check.done":
                return await self._done(connection, read(Done, payload))
            case _:
                raise Invalid("command.unknown", "Máy chủ không hiểu yêu cầu này. Hãy tải lại trang.")

    def progress(self, meeting: str) -> dict[str, Any]:
        """Which sites wait and which measure now."""
        found = self._rounds.get(meeting)
        return found.told() if found else {"waiting": [], "running": []}

    async def recall(self, meeting: str) -> None:
        """The meeting came to this server: let its sites start from what their lines were found to carry."""
        async with self._database.read() as session:
            found = await service.rates(session, meeting)
        for site, rate in found.items():
            self._media.measured(meeting, site, rate)

    async def stop(self) -> None:
        """End all rounds."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- who leads ---------------------------------------------------------------------------------------------

    async def _leader(self, connection: Connection) -> tuple[State, Actor]:
        state: State = (await self._gateway.homes.get(connection.meeting)).state
        actor = actor_of(state, connection.identity)
        if actor is None or not actor.roles & LEADING:
            raise Forbidden("permission.role", "Chỉ kỹ thuật, thư ký và chủ trì cho kiểm tra các điểm cầu.")
        return state, actor

    async def _start(self, connection: Connection, asked: Start) -> dict[str, Any]:
        state, actor = await self._leader(connection)
        if state.phase not in PHASES:
            raise Refusal(
                "check.phase", "Chỉ kiểm tra kỹ thuật trước khai mạc hoặc khi tạm nghỉ, để không giành đường truyền."
            )
        sites = list(dict.fromkeys(asked.sites))
        if any(one not in state.sites for one in sites):
            raise NotFound("site.unknown", "Điểm cầu này không có trong cuộc họp.")
        found = self._rounds.get(connection.meeting)
        if found is None:
            found = self._rounds[connection.meeting] = Round(actor.id)
            self._spawn(self._run(connection.meeting, found))
        found.waiting.extend(one for one in sites if one not in found.waiting and one not in found.running)
        found.wake.set()
        return found.told()

    async def _stop(self, connection: Connection) -> dict[str, Any]:
        await self._leader(connection)
        found = self._rounds.get(connection.meeting)
        if found is not None:
            found.waiting.clear()
            found.wake.set()
        return self.progress(connection.meeting)

    # -- a site's page -----------------------------------------------------------------------------------------

    def _mine(self, connection: Connection, check: str) -> tuple[Round, Running]:
        found = self._rounds.get(connection.meeting)
        for one in found.running.values() if found else ():
            if one.check == check and one.identity == connection.identity.id and connection.endpoint == "room":
                assert found is not None
                return found, one
        raise NotFound("check.unknown", "Lần kiểm tra này đã kết thúc. Kỹ thuật sẽ cho kiểm tra lại nếu cần.")

    async def _probe(self, connection: Connection, asked: Probe) -> dict[str, Any]:
        _, running = self._mine(connection, asked.check)
        running.octets += asked.kbps * asked.ms // 8
        if running.octets > LARGEST:
            raise Invalid("check.size", "Lần kiểm tra này đã đo đủ.")
        try:
            session = self._media.receiving(connection.sid)
            return {"octets": await self._engine.probe(session, asked.kbps * 1000, asked.ms)}
        except EngineError as error:
            raise refusal(error) from None

    async def _done(self, connection: Connection, asked: Done) -> dict[str, Any]:
        found, running = self._mine(connection, asked.check)
        del found.running[running.site]  # before anything waits: a check is counted once
        async with self._database.read() as session:
            spared = await service.receive_only(session, connection.meeting, running.site)
        result = judge(asked.figures, self.wanted, spared, now_ms())
        await self._keep(connection.meeting, found, {running.site: result})
        if asked.figures.down:
            self._media.measured(connection.meeting, running.site, asked.figures.down * 1000)
        return {"outcome": result.outcome, "failed": list(result.failed)}

    # -- a round -----------------------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, meeting: str, round: Round) -> None:
        try:
            while round.busy:
                await self._advance(meeting, round)
                self._tell(meeting, round)
                round.wake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEAT):
                        await round.wake.wait()
        finally:
            self._rounds.pop(meeting, None)
            self._tell(meeting, round)

    async def _advance(self, meeting: str, round: Round) -> None:
        """End what took too long, begin what has room; nothing begins once the sitting goes on."""
        now = now_ms()
        results: dict[str, Result] = {}
        for late in [one for one in round.running.values() if now > one.ends]:
            del round.running[late.site]
            results[late.site] = Result(now, Outcome.NO_ANSWER)
        try:
            state: State = (await self._gateway.homes.get(meeting)).state
        except Refusal:  # it lives elsewhere now
            round.waiting.clear()
            return
        if state.phase not in PHASES:
            round.waiting.clear()
        while round.waiting and len(round.running) < self.wanted.check_at_once:
            site = round.waiting.popleft()
            if not await self._begin(meeting, round, state, site):
                results[site] = Result(now, Outcome.ABSENT)
        if results:
            await self._keep(meeting, round, results)

    async def _begin(self, meeting: str, round: Round, state: State, site: str) -> bool:
        """Have a site measure; whether somebody holds its place."""
        place = state.place(site)
        pages = [
            one.sid
            for one in self._gateway.connections.values()
            if one.meeting == meeting and one.endpoint == "room" and one.identity.id == place.endpoint
        ]
        if not place.connected or not pages:
            return False
        running = Running(new_id(), site, place.endpoint, now_ms() + PATIENCE)
        round.running[site] = running
        for sid in pages:  # of a room PC's two windows the one that carries the media answers
            await self._gateway.signals.tell(sid, "check.begin", {"check": running.check})
        return True

    async def _keep(self, meeting: str, round: Round, results: dict[str, Result]) -> None:
        async with self._database.write() as session:
            for site, result in results.items():
                await service.keep(session, meeting, site, round.by, result)
        round.fresh.update(results)
        round.wake.set()

    def _tell(self, meeting: str, round: Round) -> None:
        fresh, round.fresh = round.fresh, {}
        results = {site: service.as_json(one) for site, one in fresh.items()}
        for audience in _TOLD:
            self._gateway.tell_audience(meeting, audience, "checks", {"results": results, **round.told()})
