"""A meeting's one writer: it takes what the room asks in arrival order and makes it facts.

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
from meetings.sitting.actors import SYSTEM_ACTOR, Actor, actor_of
from meetings.sitting.commands import BallotRef, Command, NoteSave, Present, parse
from meetings.sitting.decide import apply, decide, on_behalf_of, replay, system_decision
from meetings.sitting.events import Draft
from meetings.sitting.registry import Context, Decision
from meetings.sitting.rehearsal import set_aside
from meetings.sitting.state import SYSTEM, State
from meetings.storage.database import Database
from signaling.jobs import Job
from signaling.secret_votes import SecretVotes

log = structlog.get_logger()

#: Commands that may wait for one meeting; more are refused as too many.
QUEUE_BOUND = 2000
#: How long what is quiet (sites coming and going) may wait to be shown, in seconds.
QUIET = 1.0
#: How many commands go into one transaction.
BATCH = 200


class Writer:
    """Holds the state of one meeting, and is alone in changing it, until the meeting is `lost`."""

    def __init__(
        self,
        database: Database,
        meeting: str,
        lost: asyncio.Event,
        publish: Callable[[], Awaitable[None]],
        lose: Callable[[], Awaitable[None]],
    ) -> None:
        self.state = State(meeting)
        self.notes: dict[str, tuple[int, str]] = {}
        self.secret = SecretVotes(database, meeting, self.wake)
        self._meeting = meeting
        self._database = database
        self._lost = lost
        self._publish = publish
        self._lose = lose
        self._unpublished = False
        self._later: asyncio.TimerHandle | None = None
        self._queue: asyncio.Queue[Job] = asyncio.Queue(QUEUE_BOUND)
        self._epoch = 0
        self._head = Head(0, 0, b"")

    async def begin(self, epoch: int) -> None:
        """Write under the lease's `epoch`, from what the record says."""
        self._epoch = self.secret.epoch = epoch
        await self.read_record()

    async def read_record(self) -> None:
        """Take the state from the record; what was only in memory and is no rehearsal is gone."""
        async with self._database.read() as session:
            events = await read_events(session, self._meeting)
            texts = await read_texts(session, self._meeting)
            self._head = await head(session, self._meeting)
            self.notes = await latest_notes(session, self._meeting)
            self.secret.casts = await secret_casts(session, self._meeting)
        rehearsal = self.state.rehearsal
        self.state = replay(self._meeting, events, texts)
        self.state.rehearsal = rehearsal

    async def keep_by_system(self, rule: Callable[[Context], list[Draft]]) -> None:
        """Record what `rule` finds, before anybody is here to be shown it."""
        entry = self._sealed_by_system(rule)
        if entry:
            await append(self._database, self._meeting, self._epoch, [entry])

    async def submit(self, job: Job) -> Any:
        """What comes of the job once its turn came.

        Raises:
            Refusal: by the job's own rule; too many wait; the meeting is not written here any more.
        """
        if self._lost.is_set():
            raise moved()
        try:
            self._queue.put_nowait(job)
        except asyncio.QueueFull:
            raise TooMany("meeting.busy", "Cuộc họp đang nhận quá nhiều yêu cầu. Hãy thử lại sau giây lát.") from None
        return await job.future

    async def run(self) -> None:
        """Take what waits, again and again, until the meeting is lost."""
        while not self._lost.is_set():
            jobs = [await self._queue.get()]
            while len(jobs) < BATCH and not self._queue.empty():
                jobs.append(self._queue.get_nowait())
            try:
                await self._take(jobs)
            except asyncio.CancelledError:
                self._fail(jobs, moved())
                raise
            except LeaseLost:
                self._fail(jobs, moved())
                await self._lose()
                return
            except Exception:
                log.exception("home.writer_failed", meeting=self._meeting)
                self._fail(jobs, Refusal("record.failed", "Máy chủ chưa ghi nhận được. Hãy thử lại."))
                await self.read_record()

    def refuse_waiting(self) -> None:
        """Answer whoever still waits that the meeting is not written here any more."""
        while not self._queue.empty():
            self._fail([self._queue.get_nowait()], moved())

    def show_nothing_later(self) -> None:
        """What was quiet is not shown any more."""
        if self._later:
            self._later.cancel()

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
                await append(self._database, self._meeting, self._epoch, [entry for _, entry in kept])
            except DBAPIError as error:
                log.error("record.append_failed", meeting=self._meeting, error=type(error.orig).__name__)
                refusal = Refusal(
                    "record.not_written",
                    "Máy chủ chưa ghi được hồ sơ cuộc họp (có thể hết dung lượng). Hãy báo kỹ thuật và thử lại.",
                )
                self._fail([job for job, _ in kept], refusal)
                kept.clear()
                await self.read_record()
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
            self._later = self._later or asyncio.get_running_loop().call_later(QUIET, self.wake)
            return
        if self._later:
            self._later.cancel()
            self._later = None
        self._unpublished = False
        await self._publish()

    def wake(self) -> None:
        """Have the writer show what was quiet, or see that it is over; where its queue is full, what is in it does."""
        with suppress(asyncio.QueueFull):
            self._queue.put_nowait(Job(call=lambda _: None, shows=True))

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
        async with self._database.read() as session:
            return await first_answer(session, self._meeting, actor, command_id)

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
            context.papers = await self.papers()
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
        async with self._database.read() as session:
            return await secret_totals(session, self._meeting, ballot, len(found.choices))

    async def papers(self) -> dict[str, int]:
        """The papers that may be shown now, with their pages."""
        async with self._database.read() as session:
            return await papers_shown(session, self._meeting)

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
        self._head = seal(self._meeting, self._head, entry, now_ms())
        self.state.texts.update({text.id: text.text for text in decision.texts})
        for event in entry.events:
            apply(self.state, event)
        return entry


def moved() -> Refusal:
    """The meeting is not written here any more."""
    return Refusal("meeting.moved", "Cuộc họp vừa chuyển sang máy chủ khác. Đang kết nối lại.")
