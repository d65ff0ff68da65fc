"""A meeting's home: one writer task that takes commands in arrival order and makes them facts.

Decide, apply in memory, keep everything that waited in one transaction, publish, acknowledge. Where the
database refuses, the state is read again from the record and the senders are told.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from agendas.documents.service import papers_shown
from meetings.errors import Forbidden, Invalid, Refusal, TooMany
from meetings.ids import new_id, now_ms
from meetings.record import lease
from meetings.record.chain import SALT_SIZE
from meetings.record.store import (
    Entry,
    Head,
    LeaseLost,
    Note,
    append,
    first_answer,
    head,
    latest_notes,
    read_events,
    read_texts,
    seal,
    secret_casts,
    secret_totals,
)
from meetings.sitting.actors import SYSTEM_ACTOR, Actor, Identity, actor_of
from meetings.sitting.brief import Brief
from meetings.sitting.commands import COMMANDS, BallotRef, Command, NoteSave, Present, parse
from meetings.sitting.decide import apply, decide, on_behalf_of, replay, system_decision
from meetings.sitting.events import Draft
from meetings.sitting.progress import prepare
from meetings.sitting.registry import Context, Decision
from meetings.sitting.rehearsal import set_aside
from meetings.sitting.roll_call import take_home
from meetings.sitting.sharing import end_withdrawn
from meetings.sitting.state import SYSTEM, Phase, State
from meetings.storage.database import Database
from signaling.jobs import Job, Server
from signaling.secret_votes import SecretVotes
from signaling.watch import Watch

log = structlog.get_logger()

#: Commands that may wait for one meeting; more are refused as too many.
QUEUE_BOUND = 2000
#: How long what is quiet (sites coming and going) may wait to be shown, in seconds.
QUIET = 1.0
#: What the calendar answers for a meeting that was cancelled.
CANCELLED = "calendar.cancelled"
#: How many commands go into one transaction.
BATCH = 200


class Home:
    """One meeting in session on this server."""

    def __init__(
        self,
        database: Database,
        meeting: str,
        server: Server,
        load_brief: Callable[[str], Awaitable[Brief]],
        publish: Callable[[Home], Awaitable[None]],
        outside: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self.meeting = meeting
        self.database = database
        self.state = State(meeting)
        self.notes: dict[str, tuple[int, str]] = {}
        self._server = server
        self._load_brief = load_brief
        self._publish = publish
        self._outside = outside
        self._watch = Watch(self, outside)
        self._unpublished = False
        self._later: asyncio.TimerHandle | None = None
        self._queue: asyncio.Queue[Job] = asyncio.Queue(QUEUE_BOUND)
        self._epoch = 0
        self._head = Head(0, 0, b"")
        self._tasks: list[asyncio.Task[None]] = []
        self.secret = SecretVotes(database, meeting, self._wake)
        self.lost = asyncio.Event()

    async def start(self) -> None:
        """Take the lease, read the record, freeze the brief where it is new.

        Raises:
            Refusal: another server is the meeting's home.
        """
        epoch = await lease.take(self.database, self.meeting, self._server.id, self._server.address, now_ms())
        if epoch is None:
            raise Refusal(
                "meeting.elsewhere",
                "Cuộc họp đang chạy trên máy chủ khác. Hãy tải lại trang sau vài giây.",
                address=await lease.whereabouts(self.database, self.meeting),
            )
        self._epoch = self.secret.epoch = epoch
        await self._read_record()
        if self.state.phase is not Phase.ADJOURNED:
            await self._keep_system(lambda context: take_home(context, epoch, self._server.id))
        if not self.state.opened_at:
            try:
                brief = await self._load_brief(self.meeting)
            except Refusal:  # cancelled, or gone from the calendar
                await lease.release(self.database, self.meeting, epoch)
                raise
            await self._keep_system(lambda context: _prepare_anew(context, brief))
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._watch.run())]

    async def stop(self) -> None:
        """Keep what was taken in, then give the lease up.

        Nothing is cancelled: a transaction cut in its middle costs its connection, which holds the database's
        lock until its thread has closed it.
        """
        self.lost.set()
        if self._later:
            self._later.cancel()
        self._wake()
        for task in self._tasks:  # the writer, then the watch, which may wait for what the writer leaves
            await asyncio.gather(task, return_exceptions=True)
            while not self._queue.empty():
                self._fail([self._queue.get_nowait()], _moved())
        await self.secret.flush()
        await lease.release(self.database, self.meeting, self._epoch)

    async def _read_record(self) -> None:
        async with self.database.read() as session:
            events = await read_events(session, self.meeting)
            texts = await read_texts(session, self.meeting)
            self._head = await head(session, self.meeting)
            self.notes = await latest_notes(session, self.meeting)
            self.secret.casts = await secret_casts(session, self.meeting)
        rehearsal = self.state.rehearsal
        self.state = replay(self.meeting, events, texts)
        self.state.rehearsal = rehearsal

    async def refresh_brief(self) -> None:
        """Freeze the calendar's brief again where it changed and the sitting has not been opened."""
        if self.state.opened_at:
            return
        try:
            brief = await self._load_brief(self.meeting)
        except Refusal as refusal:
            if refusal.id != CANCELLED:
                raise
            await self._outside(self.meeting, CANCELLED)
            return
        await self.system(lambda context: _prepare_anew(context, brief))

    async def _keep_system(self, rule: Callable[[Context], list[Draft]]) -> None:
        entry = self._sealed_by_system(rule)
        if entry:
            await append(self.database, self.meeting, self._epoch, [entry])

    # -- what the room asks ------------------------------------------------------------------------------------

    async def command(self, identity: Identity, command_id: str, name: str, payload: object) -> dict[str, Any]:
        """Have a command decided and kept; what the sender gets.

        Raises:
            Refusal: malformed, not allowed, stale, too many, or the record could not be written.
        """
        if name not in COMMANDS:
            raise Invalid("command.unknown", "Máy chủ không hiểu yêu cầu này. Hãy tải lại trang.", name=name[:64])
        return dict(await self._submit(Job(self._future(), name, identity, command_id, payload)))

    async def system(self, rule: Callable[[Context], list[Draft]], quiet: bool = False) -> None:
        """Record what the server itself found; where it is `quiet`, pages see it about a second later."""
        await self._submit(Job(self._future(), rule=rule, quiet=quiet))

    async def between(self, call: Callable[[State], Any]) -> Any:
        """Run `call` when the state holds nothing that is not kept yet."""
        return await self._submit(Job(self._future(), call=call))

    async def rehearse(self, change: Callable[[State], None]) -> None:
        """Change the rehearsal and show it; nothing is recorded. Raises Refusal where `change` does."""
        await self._submit(Job(self._future(), call=change, shows=True))

    def _future(self) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_future()

    async def _submit(self, job: Job) -> Any:
        if self.lost.is_set():
            raise _moved()
        try:
            self._queue.put_nowait(job)
        except asyncio.QueueFull:
            raise TooMany("meeting.busy", "Cuộc họp đang nhận quá nhiều yêu cầu. Hãy thử lại sau giây lát.") from None
        return await job.future

    # -- the writer --------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        while not self.lost.is_set():
            jobs = [await self._queue.get()]
            while len(jobs) < BATCH and not self._queue.empty():
                jobs.append(self._queue.get_nowait())
            try:
                await self._take(jobs)
            except asyncio.CancelledError:
                self._fail(jobs, _moved())
                raise
            except LeaseLost:
                self._fail(jobs, _moved())
                await self._lose()
                return
            except Exception:
                log.exception("home.writer_failed", meeting=self.meeting)
                self._fail(jobs, Refusal("record.failed", "Máy chủ chưa ghi nhận được. Hãy thử lại."))
                await self._read_record()

    @staticmethod
    def _fail(jobs: list[Job], refusal: Refusal) -> None:
        for job in jobs:
            if not job.future.done():
                job.future.set_exception(refusal)

    async def _take(self, jobs: list[Job]) -> None:
        kept: list[tuple[Job, Entry]] = []
        answers: list[tuple[Job, Any]] = []
        for job in jobs:
            if job.call is not None:
                await self._keep(kept, answers)
                self._call(job)
                await self._show(quiet=not job.shows)
                continue
            try:
                entry = await self._enter(job, kept, answers)
            except Refusal as refusal:
                job.future.set_exception(refusal)
                continue
            if entry is not None:
                kept.append((job, entry))
        await self._keep(kept, answers)

    def _call(self, job: Job) -> None:
        assert job.call is not None
        try:
            result = job.call(self.state)
            self._unpublished = self._unpublished or job.shows
            job.future.set_result(result)
        except Refusal as refusal:
            job.future.set_exception(refusal)

    async def _keep(self, kept: list[tuple[Job, Entry]], answers: list[tuple[Job, Any]]) -> None:
        """Commit, publish, acknowledge; empties both lists."""
        if kept:
            try:
                await append(self.database, self.meeting, self._epoch, [entry for _, entry in kept])
            except DBAPIError as error:
                log.error("record.append_failed", meeting=self.meeting, error=type(error.orig).__name__)
                refusal = Refusal(
                    "record.not_written",
                    "Máy chủ chưa ghi được hồ sơ cuộc họp (có thể hết dung lượng). Hãy báo kỹ thuật và thử lại.",
                )
                self._fail([job for job, _ in kept], refusal)
                kept.clear()
                await self._read_record()
            else:
                for _, entry in kept:
                    if entry.note:
                        self.notes[entry.note.item] = (entry.note.revision, entry.note.text)
                self._unpublished = True
        await self._show(quiet=all(job.quiet for job, _ in (*kept, *answers)))
        for job, entry in kept:
            if not job.future.done():
                job.future.set_result({"seq": entry.events[-1].seq if entry.events else self.state.seq})
        for job, answer in answers:
            if not job.future.done():
                job.future.set_result(answer)
        kept.clear()
        answers.clear()

    async def _show(self, quiet: bool) -> None:
        if not self._unpublished:
            return
        if quiet:
            self._later = self._later or asyncio.get_running_loop().call_later(QUIET, self._wake)
            return
        if self._later:
            self._later.cancel()
            self._later = None
        self._unpublished = False
        await self._publish(self)

    def _wake(self) -> None:
        """Have the writer show what was quiet, or see that it is over; where its queue is full, what is in it does."""
        with suppress(asyncio.QueueFull):
            self._queue.put_nowait(Job(self._future(), call=lambda _: None, shows=True))

    async def _enter(self, job: Job, kept: list[tuple[Job, Entry]], answers: list[tuple[Job, Any]]) -> Entry | None:
        if job.rule is not None:
            entry = self._sealed_by_system(job.rule)
            if entry is None:
                answers.append((job, {"seq": self.state.seq}))
            return entry
        assert job.identity is not None
        actor = actor_of(self.state, job.identity)
        if actor is None:
            raise Forbidden("participant.uninvited", "Quý vị không có trong thành phần cuộc họp này.")
        content = hashlib.sha256(
            json.dumps([job.name, job.payload], sort_keys=True, separators=(",", ":")).encode()
        ).digest()
        repeated = self._waiting(kept, actor.id, job.command_id) or await self._repeated(actor.id, job.command_id)
        if repeated is not None:
            if repeated[0] != content:
                raise Invalid("command.id_reused", "Mã yêu cầu này đã dùng cho một yêu cầu khác. Hãy thử lại.")
            answers.append((job, {"seq": repeated[1], "repeated": True}))
            return None
        command = parse(job.name, job.payload)
        return await self._decided(job, actor, command, content, kept, answers)

    @staticmethod
    def _waiting(kept: list[tuple[Job, Entry]], actor: str, command_id: str) -> tuple[bytes, int] | None:
        for _, entry in kept:
            if (entry.actor, entry.command_id) == (actor, command_id):
                return entry.content_hash, entry.events[-1].seq if entry.events else 0
        return None

    async def _repeated(self, actor: str, command_id: str) -> tuple[bytes, int] | None:
        async with self.database.read() as session:
            return await first_answer(session, self.meeting, actor, command_id)

    async def _decided(
        self,
        job: Job,
        actor: Actor,
        command: Command,
        content: bytes,
        kept: list[tuple[Job, Entry]],
        answers: list[tuple[Job, Any]],
    ) -> Entry | None:
        context = self._context(actor)
        if job.name == "ballot.close" and isinstance(command, BallotRef):
            context.secret_totals = await self._totals(command.ballot)
        if isinstance(command, Present):
            context.papers = await self._papers()
        decision = decide(context, job.name, command)
        if decision.secret_cast is not None:
            self.secret.add(decision.secret_cast, job.future)
            return None
        entry = Entry(
            actor.id,
            job.command_id,
            decision.events,
            on_behalf_of(self.state, actor, job.name),
            content,
            decision.texts,
        )
        if isinstance(command, NoteSave):
            entry.note = Note(command.item, command.revision + 1, actor.id, command.text)
        return self._sealed(entry, decision)

    async def _totals(self, ballot: str) -> tuple[tuple[int, ...], int] | None:
        found = self.state.ballots.get(ballot)
        if found is None or not found.secret:
            return None
        await self.secret.flush()
        async with self.database.read() as session:
            return await secret_totals(session, self.meeting, ballot, len(found.choices))

    async def _papers(self) -> dict[str, int]:
        async with self.database.read() as session:
            return await papers_shown(session, self.meeting)

    async def end_withdrawn_paper(self) -> None:
        """Stop showing a paper that was taken back, here or through another server."""
        if self.state.presentation is None:
            return
        papers = await self._papers()

        def rule(context: Context) -> list[Draft]:
            context.papers = papers
            return end_withdrawn(context)

        if self.state.presentation.document not in papers:
            await self.system(rule)

    def _context(self, actor: Actor) -> Context:
        return Context(
            self.state,
            actor,
            max(now_ms(), self.state.at),
            new_id,
            lambda: secrets.token_bytes(SALT_SIZE),
            secret_casts=self.secret.casts,
        )

    def _sealed_by_system(self, rule: Callable[[Context], list[Draft]]) -> Entry | None:
        context = self._context(SYSTEM_ACTOR)
        decision = system_decision(context, rule)
        events = set_aside(self.state, decision.events, context.now)
        self._unpublished = self._unpublished or len(events) < len(decision.events)
        if not events:
            return None
        return self._sealed(Entry(SYSTEM, new_id(), events, texts=decision.texts), decision)

    def _sealed(self, entry: Entry, decision: Decision) -> Entry:
        self._head = seal(self.meeting, self._head, entry, now_ms())
        self.state.texts.update({text.id: text.text for text in decision.texts})
        for event in entry.events:
            apply(self.state, event)
        return entry

    async def renew(self, now: int) -> None:
        """Keep the lease; where another server took it, this home is lost."""
        if not await lease.renew(self.database, self.meeting, self._epoch, now):
            await self._lose()

    async def _lose(self) -> None:
        self.lost.set()
        await self._outside(self.meeting, "home.lost")


def _moved() -> Refusal:
    return Refusal("meeting.moved", "Cuộc họp vừa chuyển sang máy chủ khác. Đang kết nối lại.")


def _prepare_anew(context: Context, brief: Brief) -> list[Draft]:
    return prepare(context, brief) if not context.state.opened_at and context.state.brief != brief else []
