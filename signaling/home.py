"""The life of a meeting in session on this server: its lease, its calendar, what is asked of its writer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from meetings.errors import Invalid, Refusal
from meetings.ids import now_ms
from meetings.record import lease
from meetings.sitting.actors import Identity, actor_of, is_removed
from meetings.sitting.brief import Brief
from meetings.sitting.commands import COMMANDS
from meetings.sitting.events import Draft
from meetings.sitting.following import follow
from meetings.sitting.progress import prepare
from meetings.sitting.registry import Context
from meetings.sitting.roll_call import take_home
from meetings.sitting.sharing import end_withdrawn
from meetings.sitting.state import Phase, State
from meetings.storage.database import Database
from signaling.jobs import Job, Server
from signaling.secret_votes import SecretVotes
from signaling.watch import Watch
from signaling.writer import Writer

#: What the calendar answers for a meeting that was cancelled.
CANCELLED = "calendar.cancelled"
#: Between two looks into the calendar for somebody unknown, in ms.
LOOK_AGAIN = 1000


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
        self.lost = asyncio.Event()
        self._server = server
        self._load_brief = load_brief
        self._outside = outside
        self._writer = Writer(database, meeting, self.lost, lambda: publish(self), self._lose)
        self._watch = Watch(self, outside)
        self._epoch = 0
        self._looked_at = 0
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def state(self) -> State:
        """The state as of the newest fact; `between` sees it without facts that are not kept yet."""
        return self._writer.state

    @property
    def notes(self) -> dict[str, tuple[int, str]]:
        """The newest notes, by item: revision and text."""
        return self._writer.notes

    @property
    def secret(self) -> SecretVotes:
        return self._writer.secret

    # -- its life ----------------------------------------------------------------------------------------------

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
        self._epoch = epoch
        await self._writer.begin(epoch)
        if self.state.phase is not Phase.ADJOURNED:
            await self._writer.keep_by_system(lambda context: take_home(context, epoch, self._server.id))
        if not self.state.opened_at:
            try:
                brief = await self._load_brief(self.meeting)
            except Refusal:  # cancelled, or gone from the calendar
                await lease.release(self.database, self.meeting, epoch)
                raise
            await self._writer.keep_by_system(lambda context: _prepare_anew(context, brief))
        self._tasks = [asyncio.create_task(self._writer.run()), asyncio.create_task(self._watch.run())]

    async def stop(self) -> None:
        """Keep what was taken in, then give the lease up.

        Nothing is cancelled: a transaction cut in its middle costs its connection, which holds the database's
        lock until its thread has closed it.
        """
        self.lost.set()
        self._writer.show_nothing_later()
        self._writer.wake()
        for task in self._tasks:  # the writer, then the watch, which may wait for what the writer leaves
            await asyncio.gather(task, return_exceptions=True)
            self._writer.refuse_waiting()
        await self.secret.flush()
        await lease.release(self.database, self.meeting, self._epoch)

    async def renew(self, now: int) -> None:
        """Keep the lease; where another server took it, this home is lost."""
        if not await lease.renew(self.database, self.meeting, self._epoch, now):
            await self._lose()

    async def _lose(self) -> None:
        self.lost.set()
        await self._outside(self.meeting, "home.lost")

    async def refresh_brief(self) -> None:
        """Take over what the calendar says now: before the opening the whole set-up, afterwards what is new in it."""
        if self.state.phase is Phase.ADJOURNED:
            return
        try:
            brief = await self._load_brief(self.meeting)
        except Refusal as refusal:
            if self.state.opened_at:  # a sitting that was opened goes on
                return
            if refusal.id != CANCELLED:
                raise
            await self._outside(self.meeting, CANCELLED)
            return
        await self.system(lambda context: _prepare_anew(context, brief) or follow(context, brief))

    async def look_for(self, identity: Identity) -> None:
        """Read the calendar again, at most once a second, for somebody unknown here: they may be invited since."""
        unknown = actor_of(self.state, identity) is None and not is_removed(self.state, identity)
        if unknown and now_ms() - self._looked_at >= LOOK_AGAIN:
            self._looked_at = now_ms()
            await self.refresh_brief()

    async def end_withdrawn_paper(self) -> None:
        """Stop showing a paper that was taken back, here or through another server."""
        if self.state.presentation is None:
            return
        papers = await self._writer.papers()

        def rule(context: Context) -> list[Draft]:
            context.papers = papers
            return end_withdrawn(context)

        if self.state.presentation.document not in papers:
            await self.system(rule)

    # -- what is asked of it -----------------------------------------------------------------------------------

    async def command(self, identity: Identity, command_id: str, name: str, payload: object) -> dict[str, Any]:
        """Have a command decided and kept; what the sender gets.

        Raises:
            Refusal: malformed, not allowed, stale, too many, or the record could not be written.
        """
        if name not in COMMANDS:
            raise Invalid("command.unknown", "Máy chủ không hiểu yêu cầu này. Hãy tải lại trang.", name=name[:64])
        job = Job(name=name, identity=identity, command_id=command_id, payload=payload)
        return dict(await self._writer.submit(job))

    async def system(self, rule: Callable[[Context], list[Draft]], quiet: bool = False) -> None:
        """Record what the server itself found; where it is `quiet`, pages see it about a second later."""
        await self._writer.submit(Job(rule=rule, quiet=quiet))

    async def between(self, call: Callable[[State], Any]) -> Any:
        """Run `call` when the state holds nothing that is not kept yet."""
        return await self._writer.submit(Job(call=call))

    async def show(self) -> None:
        """Have pages shown what is no part of the record and changed."""
        await self._writer.submit(Job(call=lambda _: None, shows=True))

    async def rehearse(self, change: Callable[[State], None]) -> None:
        """Change the rehearsal and show it; nothing is recorded. Raises Refusal where `change` does."""
        await self._writer.submit(Job(call=change, shows=True))


def _prepare_anew(context: Context, brief: Brief) -> list[Draft]:
    return prepare(context, brief) if not context.state.opened_at and context.state.brief != brief else []
