"""The sitting itself, scene by scene, from the roll call to the adjournment."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

from meetings.ids import new_id
from tests.browser.devices import BLUE, RED
from tests.browser.test_papers_pages import TITLE, sheet
from tests.browser.test_room_leading import compose
from tests.story import acts
from tests.story.model import Meeting
from tests.story.processes import Processes
from tests.story.screens import Screen, Screens
from tests.story.wire import DOWN, Line, Synthetic

NOTES = "Các điểm cầu thống nhất với báo cáo"


@dataclass(slots=True)
class Sitting:
    """Everybody in the room, and the processes that carry it."""

    meeting: Meeting
    screens: Screens
    synthetic: list[Synthetic]
    #: The delegate at the second real site, whose line also keeps the view.
    blue: Line
    processes: Processes

    @property
    def view(self) -> dict[str, Any]:
        assert self.blue.view is not None
        return self.blue.view

    async def until(self, holds: Callable[[dict[str, Any]], object], seconds: float = 90) -> None:
        """Wait until the view of a delegate is so."""
        try:
            async with asyncio.timeout(seconds):
                while not (self.view and holds(self.view)):  # noqa: ASYNC110 — it happens in another process
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"never came: {str(self.view.get('sitting'))[:600]}") from None

    # -- scenes ------------------------------------------------------------------------------------------------

    async def gather(self) -> None:
        """Everybody checks in; the secretary confirms them; the chair opens."""
        chair, secretary, companion = self.screens.chair, self.screens.secretary, self.screens.companion
        await secretary.picture("secretary-before")
        await asyncio.gather(*(one.check_in() for one in self.synthetic))
        await self.blue.done("roll_call.claim", {"delegate": self.meeting.sites[2].delegate})
        await companion.press("Tôi có mặt")
        sites = len(self.meeting.sites)
        await self.until(lambda view: view["sitting"]["sites_connected"] == sites)
        await acts.confirm(secretary, sites)
        await self.until(lambda view: view["sitting"]["present"] == sites)
        await secretary.picture("secretary-roll-call")
        await secretary.press("Đóng", exact=True)
        await acts.open_sitting(chair)
        await self.until(lambda view: view["agenda"]["current"] == self.meeting.items[0])

    async def speak(self) -> None:
        """One site speaks, then the other: picture and sound reach the other hall, and a change needs no SDP."""
        red, blue, chair = self.screens.red, self.screens.blue, self.screens.chair
        await self._raise(red)
        await self._grant(1)
        await blue.sees(RED)
        await red.press("Bấm để bật micro")
        await blue.hears()
        await blue.picture("hall-hears-another-site")
        await red.picture("hall-speaking")
        await self._mute(red, blue)
        await self._raise(blue)
        await blue.connections(2)  # it can send before its turn comes
        described = [await one.described() for one in (red, blue)]
        await self._grant(2)
        await red.sees(BLUE)
        await blue.press("Bấm để bật micro")
        await red.hears()
        assert [await one.described() for one in (red, blue)] == described, "a floor change sent SDP"
        await chair.picture("chair-floor")
        console = await red.page.context.new_page()
        await console.goto(red.page.url.replace("/hall", "/console"))
        await expect(console.get_by_text(self.meeting.title).first).to_be_visible()
        await Screen(console, red.folder).picture("console")
        await console.close()
        await self.screens.wall.picture("wall")

    async def _mute(self, red: Screen, blue: Screen) -> None:
        await self.screens.chair.press("Tắt micro tất cả")
        await expect(red.page.get_by_role("button", name="Bấm để bật micro")).to_be_visible()
        sent, heard = (await red.sums())["sent"], (await blue.sums())["speaker"]
        await red.until(red.sums, lambda now: now["sent"] > sent + 100)  # its page was tampered with
        assert (await blue.sums())["speaker"] - heard < 25, "a muted site was heard"

    async def _raise(self, hall: Screen) -> None:
        await acts.raise_hand(hall)
        await self.until(lambda view: view["floor"]["queue"])

    async def _grant(self, place: int) -> None:
        site = self.meeting.sites[place].site
        await acts.grant_first(self.screens.chair)
        await self.until(lambda view: view["floor"]["turns"].get("speaker", {}).get("site") == site)

    async def present(self) -> None:
        """The chair turns the pages of a paper, and everybody follows."""
        chair = self.screens.chair
        await chair.press("Tài liệu", exact=True)
        await chair.press(f"Trình chiếu: {TITLE}")
        followers: list[Page] = [one.page for one in (self.screens.red, self.screens.blue, self.screens.companion)]
        for page in (chair.page, *followers):
            await expect(sheet(page, 1)).to_be_visible(timeout=60_000)
        await chair.page.get_by_label("Đến trang").fill("7")
        await chair.page.keyboard.press("Enter")
        for page in followers:
            await expect(sheet(page, 7)).to_be_visible(timeout=30_000)
        await self.screens.red.picture("hall-paper")
        await self.screens.companion.picture("companion-paper")

    async def vote_openly(self) -> None:
        """The server is killed while votes come in."""
        await self._vote("Thông qua báo cáo?", interrupted=True)

    async def vote_secretly(self) -> None:
        await self._vote("Lấy phiếu kín về kế hoạch?", secret=True)

    async def _vote(self, question: str, interrupted: bool = False, secret: bool = False) -> None:
        """A ballot from its preparing to its result."""
        ballot = await self._open_ballot(question, secret)
        casts = [asyncio.create_task(one.vote(ballot, n % 3)) for n, one in enumerate(self.synthetic)]
        if interrupted:
            for cast in casts[: len(casts) // 4]:
                await cast
            await self.restart("web")
        await acts.vote(self.screens.companion, secret)
        await self.blue.ask("ballot.cast", {"ballot": ballot, "mandate": self.meeting.sites[2].delegate, "choice": 0})
        await asyncio.gather(*casts)
        if not secret:
            await self.until(lambda view: self._ballot(ballot)["voted"] == len(self.meeting.sites))
        await self.screens.companion.picture(f"companion-{'secret' if secret else 'open'}-ballot")
        await acts.close_ballot(self.screens.chair)
        await self.until(lambda view: self._ballot(ballot)["status"] == "closed")
        totals = [len(self.synthetic[choice::3]) for choice in range(3)]
        totals[0] += 2
        assert self._ballot(ballot)["totals"] == totals, self._ballot(ballot)
        await self.screens.chair.picture(f"chair-{'secret' if secret else 'open'}-result")

    async def _open_ballot(self, question: str, secret: bool) -> str:
        await acts.open_ballot(self.screens.chair, question, secret)
        await self.until(lambda view: view["ballot"]["open"])
        return str(self.view["ballot"]["open"])

    def _ballot(self, ballot: str) -> dict[str, Any]:
        return next(one for one in self.view["ballot"]["ballots"] if one["ballot"] == ballot)

    async def write(self) -> None:
        """The secretary types notes through an input method and records a conclusion."""
        page = self.screens.secretary.page
        notes = page.get_by_label("Ghi chép nội dung đang họp")
        await notes.focus()
        await compose(page, NOTES)
        await self.screens.secretary.reads("✓ Đã lưu")
        await expect(notes).to_have_value(NOTES)
        await self.screens.secretary.picture("secretary-notes")

    async def restart(self, name: str) -> None:
        """Kill a process without warning, start it again, and wait until everybody is back."""
        joined = [one.joined for one in self._lines()]
        await self.processes.kill(name)
        if name == "web":
            await self.screens.chair.reads(re.compile("Mất kết nối"))
        await self.processes.start(name)
        if name != "web":
            return
        async with asyncio.timeout(DOWN):
            for line, before in zip(self._lines(), joined, strict=True):
                while line.joined <= before:  # noqa: ASYNC110 — it happens in another process
                    await asyncio.sleep(0.1)
        for _, screen in self.screens.all():
            await expect(screen.page.get_by_text(re.compile("Mất kết nối"))).to_have_count(0, timeout=90_000)
        await self.until(lambda view: view["sitting"]["sites_connected"] == len(self.meeting.sites))

    async def lose_the_engine(self) -> None:
        """The media's process dies while a site speaks; picture and sound come back by themselves."""
        await self.screens.red.sees(BLUE)
        await self.restart("media")
        await self.screens.red.sees(BLUE)
        await self.screens.red.hears()

    async def ask_again(self) -> None:
        """Every line repeats its last acknowledged command: it is known, and answered as before."""
        for line in self._lines():
            if line.acknowledged:
                kept = line.acknowledged[-1]
                answer = await line.ask(kept.name, kept.payload, kept.id)
                assert (answer["ok"], answer["seq"], answer.get("repeated")) == (True, kept.seq, True), answer
                line.acknowledged.pop()
        line = self.blue
        forged = await line.ask("sitting.adjourn", {"actor": "chair"}, new_id())
        assert forged["error"]["id"] in ("command.invalid", "permission.role"), forged

    async def adjourn(self) -> None:
        chair = self.screens.chair
        await chair.press("Dừng trình chiếu")
        await chair.press("Chuyển nội dung")
        await self.until(lambda view: view["agenda"]["current"] == self.meeting.items[1])
        await acts.adjourn(chair)
        await self.until(lambda view: view["sitting"]["phase"] == "adjourned")
        await self.screens.red.picture("hall-adjourned")
        await chair.picture("chair-adjourned")

    def _lines(self) -> list[Line]:
        return [self.blue, *(line for one in self.synthetic for line in (one.room, one.delegate))]
