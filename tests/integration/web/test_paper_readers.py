"""Who reads which papers: every kind of reader, both audiences, before and after they were sent out."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from meetings.calendar.tables import Meeting, Status
from meetings.http import DATABASE
from meetings.sitting.actors import Identity
from signaling.pairing.tables import Device
from tests.integration.web.conftest import Client, Office
from tests.integration.web.papers_setup import PaperMeeting, pdf, upload
from web.app import GATEWAY

#: reader → (status of the list, for delegates, for guests)
READERS = {
    "chutri": (200, 200, 200),
    "thuky": (200, 200, 200),
    "quantri": (200, 200, 200),
    "daibieu": (200, 200, 200),
    "vanthu": (200, 200, 200),
    "room": (200, 200, 200),
    "companion": (200, 200, 200),
    "guest": (200, 403, 200),
    "bithay": (403, 404, 404),
    "dongnghiep": (403, 404, 404),
    "kythuat": (403, 404, 404),
    "vanthu-khac": (404, 404, 404),
    "nguoila": (404, 404, 404),
    "room of another site": (401, 401, 401),
    "companion of another meeting": (401, 401, 401),
    "nobody": (401, 401, 401),
}


@pytest.fixture
async def meeting(office: Office) -> PaperMeeting:
    return await PaperMeeting(office).prepare()


async def papers(meeting: PaperMeeting) -> dict[str, str]:
    """One paper for each audience."""
    secretary = await meeting.office.browser("thuky")
    found = {}
    for audience in ("delegates", "guests"):
        status, paper = await upload(secretary, meeting.id, pdf(f"Cho {audience}"), title=audience, audience=audience)
        assert status == 201
        found[audience] = f"/api/documents/{paper['document']}/file"
    return found


async def browser_of(meeting: PaperMeeting, who: str) -> tuple[Client, str]:
    """The browser, and the id by which the sitting knows who it is."""
    if who == "room":
        return await meeting.room()
    if who == "room of another site":
        return await meeting.room("s9")
    if who == "companion":
        return await meeting.companion()
    if who == "companion of another meeting":
        return await meeting.companion("other")
    if who == "guest":
        return await meeting.guest_browser(), meeting.guest
    if who == "nobody":
        return await meeting.office.browser(), ""
    return await meeting.office.browser(who), meeting.people[who]


async def statuses(meeting: PaperMeeting, client: Client, files: dict[str, str]) -> tuple[int, int, int]:
    listed = await client.get(f"/api/meetings/{meeting.id}/documents")
    if listed.status == 200:
        titles = {one["title"] for one in (await listed.json())["documents"]}
        assert titles == {name for name, file in files.items() if (await client.get(file)).status == 200}
    return listed.status, (await client.get(files["delegates"])).status, (await client.get(files["guests"])).status


@pytest.mark.parametrize("who", list(READERS))
async def test_readers(meeting: PaperMeeting, who: str) -> None:
    files = await papers(meeting)
    client, _ = await browser_of(meeting, who)
    assert await statuses(meeting, client, files) == READERS[who]


@pytest.mark.parametrize("who", ["daibieu", "vanthu", "room", "companion", "guest"])
@pytest.mark.parametrize("home_is_here", [True, False])
async def test_who_was_sent_out_reads_nothing_until_let_in_again(
    meeting: PaperMeeting, who: str, home_is_here: bool
) -> None:
    files = await papers(meeting)
    client, id = await browser_of(meeting, who)
    homes = meeting.office.application[GATEWAY].homes
    chair = Identity(meeting.people["chutri"], person=meeting.people["chutri"])

    async def chair_asks(number: int, name: str, **payload: str) -> None:
        home = await homes.get(meeting.id)
        await home.command(chair, f"command-{number}", name, payload)
        if not home_is_here:
            await homes.stop()

    await chair_asks(1, "participant.remove", person=id, reason="Gây rối")
    assert all(status in (401, 403, 404) for status in await statuses(meeting, client, files))
    await chair_asks(2, "participant.readmit", person=id)
    assert await statuses(meeting, client, files) == READERS[who]


async def test_a_replaced_link_and_a_revoked_device_read_nothing(meeting: PaperMeeting) -> None:
    files = await papers(meeting)
    old = await meeting.guest_browser()
    assert (await old.get(files["guests"])).status == 200
    new = await meeting.guest_browser()
    assert ((await old.get(files["guests"])).status, (await new.get(files["guests"])).status) == (401, 200)
    room, device = await meeting.room()
    async with meeting.office.application[DATABASE].write() as session:
        await session.execute(update(Device).where(Device.id == device).values(revoked_at=1, token_hash=""))
    assert (await room.get(files["guests"])).status == 401


@pytest.mark.parametrize("status", [Status.HELD, Status.CANCELLED])
async def test_devices_claims_and_links_end_with_the_sitting_and_people_read_on(
    meeting: PaperMeeting, status: Status
) -> None:
    files = await papers(meeting)
    async with meeting.office.application[DATABASE].write() as session:
        await session.execute(update(Meeting).where(Meeting.id == meeting.id).values(status=status))
    for who in ("room", "companion", "guest"):
        client, _ = await browser_of(meeting, who)
        assert (await client.get(files["guests"])).status == 401
    delegate, _ = await browser_of(meeting, "daibieu")
    assert (await delegate.get(files["guests"])).status == 200


async def test_a_file_comes_in_ranges_and_is_asked_about_again(meeting: PaperMeeting) -> None:
    files = await papers(meeting)
    client, _ = await browser_of(meeting, "room")
    whole = await client.get(files["guests"])
    content = await whole.read()
    assert whole.headers["Cache-Control"] == "private, no-cache"
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = await client.get(files["guests"], headers={"Range": f"bytes={len(content) - 6}-"})
    assert (part.status, await part.read()) == (206, content[-6:])
    known = {"If-None-Match": whole.headers["ETag"]}
    assert (await client.get(files["guests"], headers=known)).status == 304
    beyond = await client.get(files["guests"], headers={"Range": "bytes=99999999-"})
    assert beyond.status == 416
    secretary = await meeting.office.browser("thuky")
    assert (await secretary.delete(files["guests"].removesuffix("/file"))).status == 204
    assert (await client.get(files["guests"], headers=known)).status == 404
