"""A notice reaches the pages of the person it is for, and nobody else's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from meetings.calendar.notices import mark_read, tell
from meetings.http import DATABASE
from meetings.ids import now_ms
from tests.integration.web.conftest import Client, Office
from web.identity.routes import IDENTITY


async def watching(office: Office, browser: Client) -> tuple[socketio.AsyncClient, asyncio.Queue[list[str]]]:
    """A page that watches, and the texts of each list of notices that it gets."""
    cookies = browser.session.cookie_jar.filter_cookies(office.server.make_url("/"))
    headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())}
    page, heard = socketio.AsyncClient(reconnection=False), asyncio.Queue[list[str]]()

    def hear(message: dict[str, Any]) -> None:
        heard.put_nowait([one["text"] for one in message["notices"]])

    page.on("notices", hear, namespace="/office")
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
