"""Two applications on one database: what ends on one is cut on the other, and an upload is known on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import socketio

from agendas.documents import inspection, uploads
from meetings.http import DATABASE
from meetings.storage.database import Database
from signaling.endings import Ended
from tests.integration.web.conftest import Client, Office, serving
from tests.integration.web.papers_setup import PaperMeeting, pdf, upload
from tests.integration.web.test_uploads import TICKET, stage, waits
from web.identity.routes import IDENTITY
from web.identity.service import Identity

pytestmark = pytest.mark.postgres


@pytest.fixture
async def offices(postgresql_url: str, tmp_path: Path) -> AsyncIterator[tuple[Office, Office]]:
    """Two servers of one office, each with the shared database open for itself."""
    async with serve(postgresql_url, tmp_path) as one, serve(postgresql_url, tmp_path) as other:
        yield one, other


@asynccontextmanager
async def serve(url: str, folder: Path) -> AsyncIterator[Office]:
    """A server with the shared database open for itself."""
    database = Database(url)
    async with serving(database, folder) as office:
        yield office
    await database.close()


async def page(office: Office, browser: Client, meeting: str = "") -> tuple[socketio.AsyncClient, asyncio.Event]:
    """A page of `browser` on this server, in the office or in a room, and when it was sent away."""
    cookies = browser.session.cookie_jar.filter_cookies(browser.make_url("/"))
    headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())}
    opened, gone = socketio.AsyncClient(reconnection=False), asyncio.Event()
    namespace = "/" if meeting else "/office"
    opened.on("disconnect", lambda *_: gone.set(), namespace=namespace)
    auth = {"meeting": meeting, "protocol": 1, "endpoint": "office"} if meeting else None
    await opened.connect(
        str(office.server.make_url("/")), headers=headers, auth=auth, transports=["websocket"], namespaces=[namespace]
    )
    return opened, gone


async def test_who_is_removed_on_one_server_is_out_of_every_room_on_the_other(offices: tuple[Office, Office]) -> None:
    here, there = offices
    meeting = await PaperMeeting(here).prepare()
    administrator, secretary, chair = [await here.browser(one) for one in ("quantri", "thuky", "chutri")]
    pages = [await page(there, secretary), await page(there, secretary, meeting.id)]
    others = await page(there, chair, meeting.id)
    me = await (await secretary.get("/api/me")).json()
    assert (await administrator.delete(f"/api/people/{me['person']}")).status < 300
    for opened, gone in pages:
        await asyncio.wait_for(gone.wait(), 20)
        await opened.disconnect()
    assert not others[1].is_set()
    await others[0].disconnect()


async def test_what_the_command_line_ends_is_cut_and_who_signs_in_again_stays(offices: tuple[Office, Office]) -> None:
    here, there = offices
    person = await here.add("an")
    browser = await here.browser("an")
    opened, gone = await page(there, browser)
    apart = Identity(there.application[DATABASE])
    await apart.cut(person)
    await asyncio.wait_for(gone.wait(), 20)
    again, gone = await page(there, browser)
    heard = asyncio.Event()
    there.application[IDENTITY].endings.on(Ended.SESSION, lambda _: _heard(heard))
    await apart.endings.tell(Ended.SESSION, "another")
    await asyncio.wait_for(heard.wait(), 20)
    assert not gone.is_set()
    await opened.disconnect()
    await again.disconnect()


async def _heard(event: asyncio.Event) -> None:
    event.set()


async def test_an_upload_is_seen_and_given_up_from_the_other_server(
    offices: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_turns", asyncio.Semaphore(0))
    monkeypatch.setattr(uploads, "EVERY", 0.05)
    here, there = offices
    meeting = await PaperMeeting(here).prepare()
    secretary, elsewhere = await here.browser("thuky"), await there.browser("thuky")
    stranger = await there.browser("chutri")
    sending = asyncio.create_task(upload(secretary, meeting.id, pdf("Mot"), ticket=TICKET))
    await waits(elsewhere)
    assert await stage(stranger) == ""
    assert (await stranger.delete(f"/api/uploads/{TICKET}")).status == 404
    assert (await elsewhere.delete(f"/api/uploads/{TICKET}")).status == 204
    status, error = await sending
    assert (status, error["id"]) == (409, "document.given_up")
    assert await stage(elsewhere) == ""
