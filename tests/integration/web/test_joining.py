"""Joining without an account: by the code in the hall, and by a guest's link; and being put out again."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest
import socketio
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select, update

from meetings.calendar.answers import set_delegates, set_guests
from meetings.calendar.service import create, find
from meetings.calendar.setup import DelegateSetup, GuestSetup, MeetingSetup, Organiser, Place
from meetings.http import DATABASE, Role
from meetings.ids import new_id, now_ms
from meetings.record.tables import RecordEvent
from signaling.pairing.codes import digest
from signaling.pairing.tables import Device, HallToken
from tests.integration.web.conftest import Client, Office
from web.app import create_app
from web.settings import Settings

HALL_PC = "the-hall-pc"


async def scheduled(office: Office) -> tuple[str, str]:
    """A meeting now, with two delegates and a guest at a site whose PC is paired: `(meeting, guest)`."""
    chair, secretary = await office.add("chutri"), await office.add("thuky", Role.SECRETARY)
    now = now_ms()
    place = Place("s1", "unit", "Điểm cầu mẫu")
    setup = MeetingSetup("Họp mẫu", now, now + 3_600_000, "s1", chair, "A", secretary, "B", (place,))
    async with office.application[DATABASE].write() as session:
        meeting = await create(session, Organiser(secretary, "unit", 1), setup, now)
        people = [DelegateSetup("s1", "Đại biểu một", title="Trưởng phòng"), DelegateSetup("s1", "Đại biểu hai")]
        await set_delegates(session, meeting.id, 1, people, now)
        guests = await set_guests(session, meeting.id, 2, [GuestSetup("Khách mẫu", "s1")])
        session.add(
            Device(
                id=new_id(),
                token_hash=digest(HALL_PC),
                site="s1",
                unit="unit",
                paired_by="p",
                paired_at=now,
                revoked_at=0,
            )
        )
    return meeting.id, guests[0].id


async def shown_code(office: Office, meeting: str) -> str:
    """The token in the QR code that the hall's PC shows."""
    hall = await office.browser()
    answer = await hall.get(f"/api/hall-token?meeting={meeting}", cookies={"device": HALL_PC})
    shown = await answer.json()
    address = urlsplit(shown["address"])
    assert (address.path, address.query, address.fragment) == ("/join/hall", "", shown["token"])
    return str(shown["token"])


def cookies_of(office: Office, browser: Client) -> dict[str, str]:
    found = browser.session.cookie_jar.filter_cookies(office.server.make_url("/"))
    return {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in found.items())}


async def enter(office: Office, browser: Client, meeting: str) -> tuple[socketio.AsyncClient, asyncio.Event]:
    page, gone = socketio.AsyncClient(reconnection=False), asyncio.Event()
    page.on("disconnect", lambda *_: gone.set())
    auth = {"meeting": meeting, "protocol": 1, "endpoint": "companion"}
    address = str(office.server.make_url("/"))
    await page.connect(address, headers=cookies_of(office, browser), auth=auth, transports=["websocket"])
    return page, gone


async def test_the_halls_code_gives_the_names_of_its_site_and_a_claim_with_two_digits(office: Office) -> None:
    meeting, _ = await scheduled(office)
    token = await shown_code(office, meeting)
    phone = await office.browser()
    assert (await phone.get("/api/hall-claims/mine")).status == 404
    answer = await phone.post("/api/hall-claims", json={"token": token})
    shown = await answer.json()
    assert answer.status == 201
    assert [one["name"] for one in shown["delegates"]] == ["Đại biểu một", "Đại biểu hai"]
    assert (shown["title"], shown["site_name"]) == ("Họp mẫu", "Điểm cầu mẫu")
    assert (await (await phone.get("/api/hall-claims/mine")).json()) == shown
    page, _gone = await enter(office, phone, meeting)
    wanted = {"delegate": shown["delegates"][0]["delegate"]}
    claimed = await page.call("command", {"id": "command-1", "name": "roll_call.claim", "payload": wanted})
    assert claimed["ok"], claimed
    await page.disconnect()


async def test_scanning_again_keeps_the_claim_and_another_phone_gets_its_own(office: Office) -> None:
    meeting, _ = await scheduled(office)
    phone, other = await office.browser(), await office.browser()

    async def claim(browser: Client, token: str) -> str:
        return str((await (await browser.post("/api/hall-claims", json={"token": token})).json())["claim"])

    token = await shown_code(office, meeting)
    first, others = await claim(phone, token), await claim(other, token)
    again = await claim(phone, await shown_code(office, meeting))
    assert first == again != others


async def test_an_old_code_is_refused_with_what_to_do(office: Office) -> None:
    meeting, _ = await scheduled(office)
    token = await shown_code(office, meeting)
    async with office.application[DATABASE].write() as session:
        await session.execute(update(HallToken).values(expires_at=1))
    refused = await (await office.browser()).post("/api/hall-claims", json={"token": token})
    assert (refused.status, (await refused.json())["id"]) == (404, "pairing.hall_token")


async def test_a_guests_link_is_one_guests_for_one_meeting(office: Office) -> None:
    meeting, guest = await scheduled(office)
    secretary, visitor = await office.browser("thuky"), await office.browser()
    made = await secretary.post(f"/api/meetings/{meeting}/guests/{guest}/link")
    token = urlsplit((await made.json())["address"]).fragment
    assert (await (await secretary.get(f"/api/meetings/{meeting}/guest-links")).json())["links"].keys() == {guest}
    shown = await (await visitor.post("/api/guest-claims", json={"token": token})).json()
    assert (shown["name"], shown["title"], shown["meeting"]) == ("Khách mẫu", "Họp mẫu", meeting)
    assert (await secretary.post(f"/api/meetings/{meeting}/guests/{new_id()}/link")).status == 404


@pytest.mark.parametrize("how", ["withdrawn", "renewed", "uninvited"])
async def test_a_guest_whose_link_ends_is_out_of_the_room_at_once(office: Office, how: str) -> None:
    meeting, guest = await scheduled(office)
    secretary, visitor = await office.browser("thuky"), await office.browser()
    link = f"/api/meetings/{meeting}/guests/{guest}/link"
    token = urlsplit((await (await secretary.post(link)).json())["address"]).fragment
    await visitor.post("/api/guest-claims", json={"token": token})
    page, gone = await enter(office, visitor, meeting)
    if how == "withdrawn":
        assert (await secretary.delete(link)).status == 204
    elif how == "renewed":
        assert (await secretary.post(link)).status == 201
    else:
        async with office.application[DATABASE].read() as session:
            revision = (await find(session, meeting)).revision
        body = {"revision": revision, "guests": []}
        assert (await secretary.put(f"/api/meetings/{meeting}/guests", json=body)).status == 200
    await asyncio.wait_for(gone.wait(), 5)
    refused = await visitor.post("/api/guest-claims", json={"token": token})
    assert (refused.status, (await refused.json())["id"]) == (404, "pairing.guest_link")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await enter(office, visitor, meeting)
    await page.disconnect()


async def test_only_who_may_change_the_meeting_makes_links(office: Office) -> None:
    meeting, guest = await scheduled(office)
    await office.add("khac", Role.SECRETARY, unit="other")
    await office.add("dongnghiep", unit="unit")
    link = f"/api/meetings/{meeting}/guests/{guest}/link"
    assert (await (await office.browser()).post(link)).status == 401
    assert (await (await office.browser("khac")).post(link)).status == 404
    assert (await (await office.browser("dongnghiep")).post(link)).status == 403


async def test_cookies_are_secure_behind_a_trusted_proxy_and_only_there(office: Office) -> None:
    meeting, _ = await scheduled(office)
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "hop.example"}
    token = await shown_code(office, meeting)
    direct = await (await office.browser()).post("/api/hall-claims", json={"token": token}, headers=said)
    assert not direct.cookies["hall"]["secure"]
    proxied = TestServer(create_app(Settings(trusted_proxies="127.0.0.1"), office.application[DATABASE]))
    async with TestClient(proxied) as browser:
        answer = await browser.get(f"/api/hall-token?meeting={meeting}", headers=said, cookies={"device": HALL_PC})
        assert (await answer.json())["address"].startswith("https://hop.example/join/hall#")
        through = await browser.post("/api/hall-claims", json={"token": token}, headers=said)
        assert through.cookies["hall"]["secure"]


async def test_a_guest_added_while_the_sitting_runs_comes_in_and_goes_out_again_at_once(office: Office) -> None:
    meeting, first = await scheduled(office)
    secretary, chair, visitor = await office.browser("thuky"), await office.browser("chutri"), await office.browser()
    leading, _gone = await enter(office, chair, meeting)
    opened = await leading.call("command", {"id": "open-it-now", "name": "sitting.open", "payload": {}})
    assert opened["ok"], opened
    shown = await (await secretary.get(f"/api/meetings/{meeting}")).json()
    added = [{"id": first, "name": "Khách mẫu", "site": "s1"}, {"name": "Khách đến sau", "site": "s1"}]
    body = {"revision": shown["revision"], "guests": added}
    shown = await (await secretary.put(f"/api/meetings/{meeting}/guests", json=body)).json()
    (guest,) = [one["id"] for one in shown["guests"] if one["name"] == "Khách đến sau"]
    made = await secretary.post(f"/api/meetings/{meeting}/guests/{guest}/link")
    await visitor.post("/api/guest-claims", json={"token": urlsplit((await made.json())["address"]).fragment})
    page, gone = await enter(office, visitor, meeting)
    hand = await page.call("command", {"id": "raise-a-hand", "name": "floor.request", "payload": {}})
    assert hand["ok"], hand
    body = {"revision": shown["revision"], "guests": added[:1]}
    assert (await secretary.put(f"/api/meetings/{meeting}/guests", json=body)).status == 200
    await asyncio.wait_for(gone.wait(), 5)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await enter(office, visitor, meeting)
    for _ in range(100):  # the record follows in the background
        if len(await invited(office, meeting)) == 2:
            break
        await asyncio.sleep(0.05)
    assert await invited(office, meeting) == ["participant.invited", "participant.uninvited"]
    await page.disconnect()
    await leading.disconnect()


async def invited(office: Office, meeting: str) -> list[str]:
    """What the record says of people invited or no longer invited while the sitting ran."""
    async with office.application[DATABASE].read() as session:
        wanted = select(RecordEvent.type).where(RecordEvent.meeting == meeting, RecordEvent.type.contains("invited"))
        return list(await session.scalars(wanted.order_by(RecordEvent.seq)))
