"""Which sites somebody's wall shows, and the newest small picture of each.

A site is asked for pictures only while its tile is in somebody's view; nothing is kept once nobody looks, nor while
the sitting is stopped because of secret content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from meetings.errors import Forbidden, Invalid, NotFound, Refusal, TooMany
from meetings.ids import now_ms
from meetings.sitting.actors import Actor, Identity, actor_of
from meetings.sitting.state import Phase, State
from signaling.limits import Rate
from signaling.media.requests import read
from signaling.media.stage_feeds import expect_watcher, may_watch
from signaling.pictures.still import Still

if TYPE_CHECKING:
    from signaling.gateway import Connection, Gateway

#: Between two pictures of a site, in ms, and how many pictures a second all sites of a meeting send at most.
EVERY, IN_ALL = 5000, 20
#: A look holds so long unless it is renewed, and a picture says so long what is, in ms.
LOOK, FRESH = 25_000, 40_000
#: Between two rounds, in seconds.
BEAT = 1.0
#: Tiles that one page shows at a time.
IN_VIEW = 300
_SILENT = frozenset({Phase.STOPPED, Phase.ADJOURNED})


class Look(BaseModel):
    """The sites whose tiles a page shows now; none: it looks no more."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    sites: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=IN_VIEW)]


@dataclass(frozen=True, slots=True)
class Kept:
    """A site's newest picture; `version` counts the pictures of this server."""

    still: Still
    version: int
    at: int


@dataclass(slots=True)
class Wall:
    """One meeting: who looks at what until when, whom we asked for pictures, and the pictures."""

    looks: dict[str, tuple[frozenset[str], int]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)  # page → the interval that it was told
    pictures: dict[str, Kept] = field(default_factory=dict)
    rates: dict[str, Rate] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    def in_view(self) -> set[str]:
        return set[str]().union(*(sites for sites, _ in self.looks.values()))


class Gallery:
    """The walls of all meetings of this server."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._walls: dict[str, Wall] = {}
        self._version = 0
        self._task: asyncio.Task[None] | None = None

    async def signal(self, connection: Connection, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        """`picture.look` of a page that shows the wall; which pictures there are already.

        Raises:
            Refusal: malformed, or not a page of those who watch.
        """
        if name != "picture.look":
            raise Invalid("command.unknown", "Máy chủ không hiểu yêu cầu này. Hãy tải lại trang.")
        asked = read(Look, payload)
        state: State = (await self._gateway.homes.get(connection.meeting)).state
        actor = actor_of(state, connection.identity)
        if actor is None:
            raise Forbidden("participant.uninvited", "Quý vị không có trong thành phần cuộc họp này.")
        for site in ("", *asked.sites):
            expect_watcher(actor, state, site, "xem được hình thu nhỏ")
        wall = self._walls.setdefault(connection.meeting, Wall())
        wall.looks[connection.sid] = frozenset(asked.sites), now_ms() + LOOK
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return {"pictures": {site: wall.pictures[site].version for site in asked.sites if site in wall.pictures}}

    def put(self, state: State, identity: Identity, site: str, still: Still) -> None:
        """Keep a site's picture in place of its last one.

        Raises:
            Refusal: not from who holds the site's place, too often, or nobody looks.
        """
        self.expect_sender(state, identity, site)
        wall = self._walls[state.meeting]
        self._version += 1
        wall.pictures[site] = Kept(still, self._version, now_ms())
        wall.fresh.add(site)

    def expect_sender(self, state: State, identity: Identity, site: str) -> None:
        """Refuse what `put` would refuse, before a picture is read; counts against the rate.

        Raises:
            Refusal: as `put`.
        """
        actor = actor_of(state, identity)
        held = state.place(site) if site in state.sites else None
        if actor is None or held is None or not held.connected or held.endpoint != identity.id or actor.site != site:
            raise Forbidden("picture.not_yours", "Thiết bị này không giữ chỗ của điểm cầu nên không gửi hình thu nhỏ.")
        if state.phase in _SILENT:
            raise Refusal("picture.stopped", "Cuộc họp đang dừng nên không nhận hình thu nhỏ.")
        wall = self._walls.get(state.meeting)
        if wall is None or site not in wall.in_view():
            raise Refusal("picture.unwanted", "Chưa có ai xem hình thu nhỏ của điểm cầu này.")

    def expect_rate(self, meeting: str, site: str) -> None:
        """Let a picture pass, one in half the usual interval. Raises TooMany."""
        rates = self._walls[meeting].rates
        if not rates.setdefault(site, Rate(2000 / EVERY, 2)).allow():
            raise TooMany("picture.rate", "Điểm cầu gửi hình thu nhỏ quá nhanh.")

    def get(self, state: State, actor: Actor | None, site: str) -> Kept:
        """A site's newest picture.

        Raises:
            NotFound: there is none, or it is not for this person.
        """
        wall = self._walls.get(state.meeting)
        kept = wall.pictures.get(site) if wall else None
        watches = actor is not None and may_watch(actor)
        if kept is None or not watches or state.phase in _SILENT or now_ms() - kept.at > FRESH:
            raise NotFound("picture.none", "Điểm cầu này chưa có hình thu nhỏ.")
        return kept

    async def stop(self) -> None:
        """Ask nobody any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # -- rounds ------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            for meeting, wall in list(self._walls.items()):
                state = await self._gateway.homes.state_of(meeting)
                if state is not None:
                    self._round(state, wall, now_ms())
                if not wall.looks and not wall.asked:
                    del self._walls[meeting]
            await asyncio.sleep(BEAT)

    def _round(self, state: State, wall: Wall, now: int) -> None:
        """Forget who looks no more, ask whom somebody looks at, show what came."""
        pages = self._gateway.connections
        for sid in [sid for sid, (_, until) in wall.looks.items() if sid not in pages or until < now]:
            del wall.looks[sid]
        silent = state.phase in _SILENT
        wanted = set[str]() if silent else wall.in_view()
        for site in [site for site in wall.pictures if site not in wanted or now - wall.pictures[site].at > FRESH]:
            del wall.pictures[site]
        self._ask(state, wall, wanted)
        fresh, wall.fresh = wall.fresh & wall.pictures.keys(), set()
        for sid, (sites, _) in wall.looks.items():
            news = {site: wall.pictures[site].version for site in fresh & sites}
            if news:
                self._tell([sid], "pictures", {"sites": news})

    def _ask(self, state: State, wall: Wall, wanted: set[str]) -> None:
        every = max(EVERY, len(wanted) * 1000 // IN_ALL)
        holders = {state.place(site).endpoint for site in wanted if state.place(site).connected}
        now = {
            one.sid: every
            for one in self._gateway.connections.values()
            if one.meeting == state.meeting and one.endpoint == "room" and one.identity.id in holders
        }
        changed = {sid: every for sid, every in now.items() if wall.asked.get(sid) != every}
        changed |= {sid: 0 for sid in wall.asked if sid not in now}
        for sid, interval in changed.items():
            self._tell([sid], "picture.wanted", {"every": interval})
        wall.asked = now

    def _tell(self, sids: Iterable[str], name: str, payload: dict[str, Any]) -> None:
        here = [sid for sid in sids if sid in self._gateway.connections]
        self._gateway.outbox.send(here, "signal", {"name": name, "payload": payload})
