"""Where meetings live when the engine has several processes, and who notices when one dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from signaling.media import engines
from signaling.media.engine import (
    Closed,
    Desired,
    EngineError,
    EngineState,
    Event,
    Levels,
    Lost,
    Part,
    Reached,
    SessionState,
    Source,
)
from signaling.media.engines import Engines


class Memory:
    """An engine that remembers its sessions and forwards nothing."""

    def __init__(self, *sessions: str, reached: bool = True) -> None:
        """`sessions` are there already, each as `meeting/session`."""
        self.epoch = ""
        self.sessions = {one.partition("/")[2]: one.partition("/")[0] for one in sessions}
        self.generations = dict.fromkeys(self.sessions.values(), 7)
        self.fails = False
        self._reached = reached
        self._tell: Callable[[Event], None] = lambda _: None

    def listen(self, callback: Callable[[Event], None]) -> None:
        self._tell = callback

    def start(self) -> None:
        if self._reached:
            self.come("first")

    async def stop(self) -> None:
        self.epoch = ""

    def come(self, epoch: str) -> None:
        self.epoch = epoch
        self._tell(Reached(epoch))

    def die(self) -> None:
        self.epoch, self.sessions, self.generations = "", {}, {}
        self._tell(Lost())

    def say(self, event: Event) -> None:
        self._tell(event)

    async def apply(self, meeting: str, generation: int, desired: Desired) -> None:
        if generation > self.generations.get(meeting, -1):
            self.generations[meeting] = generation
            here = self.sessions.items()
            self.sessions = {one: at for one, at in here if at != meeting or one in desired.sessions}

    async def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str:
        if self.fails:
            raise EngineError("media.full")
        self.sessions[session] = meeting
        return "offer"

    async def answer(self, session: str, sdp: str) -> None:
        assert session in self.sessions

    async def publish(
        self, meeting: str, session: str, owner: str, site: str, sdp: str, tracks: Mapping[str, Source]
    ) -> str:
        return await self.offer(meeting, session, owner, site, False)

    async def restart(self, session: str, sdp: str = "") -> str:
        return "again"

    async def probe(self, session: str, bitrate: int, ms: int) -> int:
        return bitrate

    async def close(self, session: str) -> None:
        self.sessions.pop(session, None)

    async def state(self) -> EngineState:
        found = tuple(SessionState(one, at, "", "", False) for one, at in self.sessions.items())
        return EngineState(self.epoch, found, dict(self.generations), {"sessions": len(found)})


class House:
    """Engines over such memories; `told` is what they said."""

    def __init__(self, *memories: Memory) -> None:
        self.memories = memories
        self.engines = Engines({str(number): one for number, one in enumerate(memories)})
        self.told: list[Event] = []
        self.engines.listen(self.told.append)

    async def begin(self) -> House:
        self.engines.start()
        await self.until(lambda: bool(self.engines.epoch))
        return self

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110 — the engines' own tasks have to run
                await asyncio.sleep(0)

    async def join(self, *pages: str) -> None:
        for page in pages:
            meeting, session = page.split("/")
            await self.engines.offer(meeting, session, "owner", "", False)

    @property
    def where(self) -> list[set[str]]:
        """The meetings of each engine."""
        return [set(one.sessions.values()) for one in self.memories]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "GATHER", 0.05)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    one = await House(Memory(), Memory()).begin()
    yield one
    await one.engines.stop()


async def test_a_meeting_goes_where_the_fewest_pages_are_and_stays(house: House) -> None:
    await house.join("m1/a", "m2/b", "m1/c", "m1/d", "m3/e", "m1/f")
    assert house.where == [{"m1"}, {"m2", "m3"}]
    found = await house.engines.state()
    assert found.parts == (Part("0", True, 4), Part("1", True, 2))
    assert found.counters == {"sessions": 6}
    assert len(found.sessions) == 6


async def test_a_meeting_that_everybody_left_is_placed_anew(house: House) -> None:
    await house.join("m1/a", "m2/b", "m2/c")
    await house.engines.apply("m1", 8, Desired())
    await house.join("m2/d", "m3/e")
    assert house.where == [{"m3"}, {"m2"}]
    await house.engines.apply("m1", 9, Desired(sessions=frozenset({"a"})))
    assert "m1" not in house.memories[1].generations, "nobody is there to drive it for"


async def test_only_the_pages_of_the_one_that_died_come_back_and_to_the_other(house: House) -> None:
    await house.join("m1/a", "m1/b", "m2/c")
    house.told.clear()
    house.memories[0].die()
    assert set(house.told) == {Closed("a", "restarted"), Closed("b", "restarted")}
    await house.join("m1/d")
    assert house.where == [set(), {"m1", "m2"}]
    house.memories[0].come("second")
    await house.until(lambda: Reached(house.engines.epoch) in house.told)
    await house.join("m1/e", "m3/f")
    assert house.where == [{"m3"}, {"m1", "m2"}]
    assert (await house.engines.state()).parts[0] == Part("0", True, 1, lost=1)


async def test_who_was_out_of_reach_gives_up_what_lives_elsewhere_by_now(house: House) -> None:
    await house.join("m1/a", "m2/b")
    house.memories[0].say(Lost())
    await house.join("m1/c")
    house.memories[0].say(Levels("m1", {"s": 3}))
    house.memories[0].say(Closed("a", "consent"))
    house.memories[0].say(Reached("first"))
    await house.until(lambda: not house.memories[0].sessions)
    assert house.where == [set(), {"m1", "m2"}]
    assert Levels("m1", {"s": 3}) not in house.told
    assert Closed("a", "consent") not in house.told


async def test_a_new_web_process_finds_meetings_where_they_live() -> None:
    house = await House(Memory(), Memory("m1/a", "m1/b"), Memory("m1/c")).begin()
    assert len(house.told) == 1
    assert {one.session for one in (await house.engines.state()).sessions} == {"a", "b"}
    assert house.where == [set(), {"m1"}, set()], "a meeting lives in one"
    await house.join("m1/d", "m2/e")
    assert house.where == [{"m2"}, {"m1"}, set()]
    await house.engines.stop()


async def test_one_that_is_away_at_the_start_is_not_waited_for() -> None:
    house = await House(Memory(), late := Memory(reached=False)).begin()
    await house.join("m1/a")
    late.come("first")
    await house.until(lambda: len(house.told) == 2)
    await house.join("m2/b")
    assert house.where == [{"m1"}, {"m2"}]
    await house.engines.stop()


async def test_with_none_reached_and_for_unknown_sessions_it_says_so(house: House) -> None:
    for call in (house.engines.answer("x", ""), house.engines.restart("x"), house.engines.probe("x", 1, 1)):
        with pytest.raises(EngineError, match=r"media\.unknown_session"):
            await call
    await house.engines.close("x")
    for one in house.memories:
        one.die()
    assert house.engines.epoch == ""
    with pytest.raises(EngineError, match=r"media\.unavailable"):
        await house.join("m/s")
    with pytest.raises(EngineError, match=r"media\.unavailable"):
        await house.engines.state()


async def test_a_session_that_was_refused_holds_no_place(house: House) -> None:
    house.memories[0].fails = True
    with pytest.raises(EngineError, match=r"media\.full"):
        await house.join("m1/a")
    assert [one.sessions for one in (await house.engines.state()).parts] == [0, 0]
