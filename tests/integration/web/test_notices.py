"""A notice reaches the pages of the person it is for, and nobody else's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from meetings.asks.service import Document, ask, settle
from meetings.calendar.notices import mark_read, tell
from meetings.http import DATABASE, Role
from meetings.ids import now_ms
from meetings.numbers.tables import Kind
from tests.integration.web.conftest import Client, Office
from web.identity.routes import IDENTITY


async def watching(
    office: Office, browser: Client, event: str = "notices"
) -> tuple[socketio.AsyncClient, asyncio.Queue[object]]:
    """A page that watches, and the texts of each list of notices (or each count of asks) that it gets."""
    cookies = browser.session.cookie_jar.filter_cookies(office.server.make_url("/"))
    headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())}
    page, heard = socketio.AsyncClient(reconnection=False), asyncio.Queue[object]()

    def hear(message: dict[str, Any]) -> None:
        heard.put_nowait(message["count"] if event == "asks" else [one["text"] for one in message["notices"]])

    page.on(event, hear, namespace="/office")
    address = str(office.server.make_url("/"))
    await page.connect(address, headers=headers, transports=["websocket"], namespaces=["/office"])
    return page, heard


async def test_a_notice_comes_at_once_and_goes_when_read(office: Office) -> None:
    an, binh = await office.add("an"), await office.add("binh")
    page, heard = await watching(office, await office.browser("an"))
    assert await asyncio.wait_for(heard.get(), 5) == []
    async with office.application[DATABASE].write() as session:
        tell(session, {an}, "m", "displaced", "của An", now_ms())
        tell(session, {binh}, "m", "displaced", "của Bình", now_ms())
    assert await asyncio.wait_for(heard.get(), 5) == ["của An"]
    listed = await (await (await office.browser("an")).get("/api/notices")).json()
    async with office.application[DATABASE].write() as session:
        await mark_read(session, an, listed["notices"][0]["id"], now_ms())
    assert await asyncio.wait_for(heard.get(), 5) == []
    await page.disconnect()


async def test_how_much_one_is_asked_follows_at_once_for_the_signer_and_the_units_clerks(office: Office) -> None:
    an = await office.add("an")
    await office.add("vanthu", Role.RECORDS_CLERK, unit="u1")
    browsers = [await office.browser("an"), await office.browser("vanthu")]
    pages = [await watching(office, one, "asks") for one in browsers]
    letter = Document("letter:1", Kind.NOTICE, "m", "Thông báo mẫu")

    async def told() -> list[object]:
        return [await asyncio.wait_for(heard.get(), 5) for _, heard in pages]

    assert await told() == [0, 0]
    async with office.application[DATABASE].write() as session:
        await ask(session, letter, "signer", now_ms(), an)
        await ask(session, letter, "seal", now_ms(), unit="u1")
        await ask(session, letter, "seal", now_ms(), unit="u1")
    assert await told() == [1, 1], "asked twice is asked once"
    async with office.application[DATABASE].write() as session:
        await settle(session, letter.id)
    assert await told() == [0, 0]
    for page, _ in pages:
        await page.disconnect()


async def test_nobody_watches_without_signing_in_or_after_it_ended(office: Office) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await watching(office, await office.browser())
    an = await office.add("an")
    page, heard = await watching(office, await office.browser("an"))
    gone = asyncio.Event()
    page.on("disconnect", lambda *_: gone.set(), namespace="/office")
    await asyncio.wait_for(heard.get(), 5)
    await office.application[IDENTITY].end_sessions(an)
    await asyncio.wait_for(gone.wait(), 5)
    await page.disconnect()
