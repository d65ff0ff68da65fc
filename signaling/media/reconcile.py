"""Keeps the engine in step with the sittings of this server, and negotiates for their pages.

Everything that a page asks for and everything that a state changes ends in one place: `_drive` computes what
should be and applies it. Every few seconds the engine is asked what is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from meetings.errors import Forbidden, Invalid
from meetings.ids import new_id, now_ms
from meetings.sitting.actors import Actor, Identity, actor_of
from meetings.sitting.state import State
from signaling.limits import Rate
from signaling.media import metrics, stage_feeds
from signaling.media.engine import (
    Closed,
    Desired,
    Engine,
    EngineError,
    EngineState,
    Event,
    Levels,
    Reached,
    Simulcast,
    Source,
)
from signaling.media.places import Places
from signaling.media.requests import Answer, Fix, Keep, Report, Restart, Send, Watch, read, refusal, too_often
from signaling.media.stage_feeds import Held, desired, expect_watcher, may_watch, speaks_for
from signaling.media.wants import Tell, Wants

log = structlog.get_logger()

#: Between two looks at what the engine really does, in seconds.
CHECK = 3.0
#: After a restart of this process, pages may come back for their sessions so long, in ms: a killed process's lease of
#: the meeting must end first (`meetings.record.lease`), and pages try again every few seconds.
COME_BACK = 45_000
#: The connection of a page to the room may be away so long before its media ends, in seconds.
FLAP = 5.0
#: Connections a page may open: in the long run per second, and at once.
OPENINGS = (0.5, 8.0)

Reported = Callable[[str, Identity, str, Report], Awaitable[None]]


async def _nobody(*_: object) -> None:
    return None


class MediaRooms:
    """The media of all meetings that live on this server."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        #: Sends a signal to a page; set by whoever holds the connections.
        self.tell: Tell = _nobody
        #: Called with every report of a page: meeting, identity, site, report.
        self.reported: Reported = _nobody
        #: Called with every new state.
        self.followed: Callable[[State], None] = lambda _: None
        self._states: dict[str, State] = {}
        self._identities: dict[str, Identity] = {}  # sid → who
        self._held: dict[str, Held] = {}
        self._rates: dict[str, Rate] = {}
        self._applied: dict[str, Desired] = {}
        self._generation = 0
        self._wants = Wants()
        self._places: dict[str, Places] = {}
        self._dirty: set[str] = set()
        self._wake = asyncio.Event()
        self._epoch = ""
        self._ready = False
        self._tasks: set[asyncio.Task[None]] = set()
        engine.listen(self._event)

    def start(self) -> None:
        """Drive the engine from now on."""
        self._spawn(self._work())
        self._spawn(self._watch())

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what the meetings' homes and pages ask ----------------------------------------------------------------

    def desire(self, state: State) -> None:
        """The state changed: end what is no longer allowed, drive the engine soon."""
        self._states[state.meeting] = state
        for held in list(self._held.values()):
            if held.meeting == state.meeting and not self._allowed(state, held):
                self._drop(held, "role")
        self._touch(state.meeting)
        self.followed(state)

    def _allowed(self, state: State, held: Held) -> bool:
        if not held.sid:
            return stage_feeds.may_go_on(state, held)
        identity = self._identities.get(held.sid)
        actor = actor_of(state, identity) if identity else None
        if identity is None or actor is None or actor.site != held.site:
            return False
        return stage_feeds.may_send(state, actor, identity) if held.sends else may_watch(actor) or not held.tile

    async def negotiate(
        self, sid: str, identity: Identity, actor: Actor, state: State, name: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer one `media.*` signal of a page.

        Raises:
            Refusal: malformed, not allowed, too often, or the engine refuses or is away.
        """
        self._states.setdefault(state.meeting, state)
        self._identities[sid] = identity
        try:
            match name:
                case "media.receive":
                    return await self._receive(sid, actor, state)
                case "media.answer":
                    answer = read(Answer, payload)
                    await self._engine.answer(self._mine(sid, answer.session).session, answer.sdp)
                case "media.send":
                    return await self._send(sid, identity, actor, state, read(Send, payload))
                case "media.restart":
                    return await self._restart(sid, read(Restart, payload))
                case "media.keep":
                    return self._keep(sid, identity, state, read(Keep, payload))
                case "media.watch" | "media.unwatch":
                    self._watching(sid, actor, state, read(Watch, payload).site if name == "media.watch" else "")
                case "media.fix":
                    await self._fix(actor, state, read(Fix, payload))
                case "media.report":
                    report = read(Report, payload)
                    metrics.deaf(actor.site, report.deaf)
                    await self.reported(state.meeting, identity, actor.site, report)
                case _:
                    raise Invalid("command.unknown", "Máy chủ không hiểu yêu cầu này. Hãy tải lại trang.")
        except EngineError as error:
            log.info("media.refused", id=error.id, why=error.why)
            raise refusal(error) from None
        return {}

    async def gone(self, sid: str, at_once: bool = False) -> None:
        """The page left: its media ends, unless the page comes back for it within a flap."""
        self._rates.pop(sid, None)
        if not at_once and any(one.sid == sid for one in self._held.values()):
            self._spawn(self._end_unless_back(sid))
        else:
            self._end(sid)

    async def _end_unless_back(self, sid: str) -> None:
        await asyncio.sleep(FLAP)
        self._end(sid)

    def _end(self, sid: str) -> None:
        self._identities.pop(sid, None)
        for held in [one for one in self._held.values() if one.sid == sid]:
            self._drop(held, "")

    # -- what the recorder and the technical check ask ----------------------------------------------------------

    async def hold(self, meeting: str) -> tuple[Held, str]:
        """Open a receive session for the recorder of a meeting, which answers it itself; the SDP to answer.

        Raises:
            EngineError: the engine refuses, or is away.
        """
        held = Held(new_id(), meeting, stage_feeds.RECORDER, "", False, "", records=True, opened=now_ms())
        self._held[held.session] = held
        try:
            sdp = await self._engine.offer(meeting, held.session, held.owner, held.site, held.tile)
        except EngineError:
            self._held.pop(held.session, None)
            raise
        self._touch(meeting)
        return held, sdp

    def let_go(self, held: Held) -> None:
        self._drop(held, "")

    def receiving(self, sid: str) -> str:
        """The receive session of a page; empty where it has none."""
        return next((one.session for one in self._held.values() if one.sid == sid and not one.sends), "")

    def measured(self, meeting: str, site: str, bitrate: int) -> None:
        """A technical check found how much the line to a site carries, in bit/s."""
        self._places.setdefault(meeting, Places()).measured(site, bitrate)
        self._touch(meeting)

    # -- negotiation -------------------------------------------------------------------------------------------

    def _open(self, sid: str, actor: Actor, state: State, sends: bool) -> Held:
        """Register a new session of the page in place of its earlier one."""
        if not self._rates.setdefault(sid, Rate(*OPENINGS)).allow():
            raise too_often()
        watching = ""
        for former in [one for one in self._held.values() if one.sid == sid and one.sends == sends]:
            watching = former.watching
            self._drop(former, "")
        held = Held(new_id(), state.meeting, actor.id, actor.site, sends, sid, watching=watching, opened=now_ms())
        self._held[held.session] = held
        return held

    async def _receive(self, sid: str, actor: Actor, state: State) -> dict[str, Any]:
        held = self._open(sid, actor, state, sends=False)
        held.tile = may_watch(actor)
        try:
            sdp = await self._engine.offer(held.meeting, held.session, held.owner, held.site, held.tile)
        except EngineError:
            self._held.pop(held.session, None)
            raise
        self._touch(held.meeting)
        self._spawn(self._tell_steps(held))
        return {"session": held.session, "sdp": sdp}

    async def _send(self, sid: str, identity: Identity, actor: Actor, state: State, asked: Send) -> dict[str, Any]:
        sources = asked.sources()
        if not stage_feeds.may_send(state, actor, identity):
            raise Forbidden("media.no_endpoint", "Thiết bị này không giữ chỗ của điểm cầu nên không gửi hình và tiếng.")
        held = self._open(sid, actor, state, sends=True)
        held.chairs = identity.person == state.chair and bool(identity.person)
        try:
            sdp = await self._engine.publish(held.meeting, held.session, held.owner, held.site, asked.sdp, sources)
        except EngineError:
            self._held.pop(held.session, None)
            raise
        self._touch(held.meeting)
        return {"session": held.session, "sdp": sdp}

    async def _restart(self, sid: str, asked: Restart) -> dict[str, Any]:
        held = self._mine(sid, asked.session)
        if held.sends and not asked.sdp:
            raise refusal(EngineError("media.invalid_sdp"))
        if not self._rates.setdefault(sid, Rate(*OPENINGS)).allow():
            raise too_often()
        return {"session": held.session, "sdp": await self._engine.restart(held.session, asked.sdp)}

    def _keep(self, sid: str, identity: Identity, state: State, asked: Keep) -> dict[str, Any]:
        """After a restart of this process, or a flap of the page's connection: which of its sessions go on.

        A page may be back before its former connection is seen to be gone; only it knows its sessions.
        """
        kept = []
        for session in asked.sessions:
            held = self._held.get(session)
            if held and held.owner == identity.id and held.meeting == state.meeting:
                held.sid = sid
                self._wants.forget(session)
                if self._allowed(state, held):
                    held.chairs = identity.person == state.chair and bool(identity.person)
                    kept.append(session)
                else:
                    self._drop(held, "")
        self._touch(state.meeting)
        return {"kept": kept}

    def _watching(self, sid: str, actor: Actor, state: State, site: str) -> None:
        expect_watcher(actor, state, site, "mở được hình")
        for held in self._held.values():
            if held.sid == sid and held.tile:
                held.watching = site
        self._touch(state.meeting)

    async def _fix(self, actor: Actor, state: State, asked: Fix) -> None:
        expect_watcher(actor, state, asked.site, "chọn được mức truyền")
        self._places.setdefault(state.meeting, Places()).fix(asked.site, asked.chosen())
        self._touch(state.meeting)
        await self._tell_places(state.meeting)

    def _mine(self, sid: str, session: str) -> Held:
        held = self._held.get(session)
        if held is None or held.sid != sid:
            raise EngineError("media.unknown_session", session)
        return held

    def _drop(self, held: Held, reason: str) -> None:
        """Forget a session; applying the desired state without it closes it in the engine."""
        if self._held.pop(held.session, None) is None:
            return
        self._wants.forget(held.session)
        if reason and held.sid:
            self._spawn(self.tell(held.sid, "media.closed", {"session": held.session, "reason": reason}))
        self._touch(held.meeting)

    # -- driving -----------------------------------------------------------------------------------------------

    def _touch(self, meeting: str) -> None:
        self._dirty.add(meeting)
        self._wake.set()

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._dirty:
                await self._drive(self._dirty.pop())

    async def _drive(self, meeting: str) -> None:
        state = self._states.get(meeting)
        if state is None or state.brief is None:
            return
        places = self._places.setdefault(meeting, Places())
        goal = desired(state, [one for one in self._held.values() if one.meeting == meeting], places.lines)
        if self._ready and goal != self._applied.get(meeting):
            self._generation = max(self._generation + 1, now_ms())
            self._applied[meeting] = goal
            try:
                await self._engine.apply(meeting, self._generation, goal)
            except EngineError as error:
                self._applied.pop(meeting, None)
                log.warning("media.not_applied", why=error.why)
        here = [one for one in self._held.values() if one.meeting == meeting]
        await self._wants.tell(state, goal, here, self.tell)

    def _event(self, event: Event) -> None:
        match event:
            case Closed() if held := self._held.get(event.session):
                self._drop(held, event.reason)
            case Simulcast() if held := self._held.get(event.session):
                held.layers = event.layers.get(Source.CAMERA)
                self._touch(held.meeting)
            case Levels():
                self._spawn(self._tell_levels(event))
            case Reached():
                self._ready = False
                self._spawn(self._reached(event.epoch))

    async def _reached(self, epoch: str) -> None:
        """The engine is there (again): with another epoch everybody negotiates anew."""
        if self._epoch and epoch != self._epoch:
            metrics.RESTARTS.inc()
            for held in list(self._held.values()):
                self._drop(held, "restarted")
        elif not self._epoch:
            await self._adopt()
        self._epoch = epoch
        self._ready = True
        self._applied.clear()
        for meeting in self._states:
            self._touch(meeting)

    async def _adopt(self) -> None:
        """This process is new: sessions that live in the engine wait for their pages to come back."""
        try:
            found = await self._engine.state()
        except EngineError:
            return
        for one in [one for one in found.sessions if one.owner != stage_feeds.RECORDER]:
            held = Held(one.session, one.meeting, one.owner, one.site, one.sends, "", one.tile, opened=now_ms())
            self._held.setdefault(one.session, held)

    async def _tell_levels(self, levels: Levels) -> None:
        payload = {"sites": dict(levels.sites), "speaker": levels.speaker}
        for sid in {one.sid for one in self._held.values() if one.meeting == levels.meeting and not one.sends} - {""}:
            await self.tell(sid, "media.levels", payload)

    async def _look(self, found: EngineState) -> None:
        """Take over what the engine says of lines and layers."""
        for one in found.sessions:
            held = self._held.get(one.session)
            if held is not None and held.sends:
                held.layers = one.layers.get(Source.CAMERA)
        for meeting, state in list(self._states.items()):
            own = [one for one in found.sessions if speaks_for(state, self._held.get(one.session))]
            if self._places.setdefault(meeting, Places()).look(own):
                await self._tell_places(meeting)

    async def _tell_places(self, meeting: str) -> None:
        """Tell who leads and the technicians how far sites are reduced, and each site its own step."""
        for held in [one for one in self._held.values() if one.meeting == meeting and not one.sends and one.sid]:
            await self._tell_steps(held)

    async def _tell_steps(self, held: Held) -> None:
        at = self._places.setdefault(held.meeting, Places())
        await self.tell(held.sid, "media.steps", {"sites": at.told() if held.tile else at.told_to(held.site)})

    async def _watch(self) -> None:
        """Look every few seconds whether the engine does what it should."""
        while True:
            await asyncio.sleep(CHECK)
            try:
                found = await self._engine.state()
            except EngineError:
                metrics.UP.set(0)
                continue
            metrics.show(found)
            await self._look(found)
            live, now = {one.session for one in found.sessions}, now_ms()
            for held in list(self._held.values()):
                lost = held.session not in live and now - held.opened > CHECK * 1000
                if lost or (not (held.sid or held.records) and now - held.opened > COME_BACK):
                    self._drop(held, "lost")
            for meeting in self._states:
                if meeting not in found.generations:
                    self._applied.pop(meeting, None)
                self._touch(meeting)
