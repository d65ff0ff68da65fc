"""Invitations through a mail server that really listens: request, update, cancel, refused addresses, replies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from email import policy
from email.parser import BytesParser

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar
from sqlalchemy import select

from meetings.calendar.tables import Delegate, Meeting, Notice, Participant, Status
from meetings.errors import Invalid, NotFound, Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, answer
from meetings.ids import now_ms
from meetings.mail import routes, service
from meetings.mail.calendar_mail import understand
from meetings.mail.postman import MailServer, Postman
from meetings.mail.tables import MailInvitation, MailMessage
from meetings.storage.database import Database
from tests.unit.mail.replies import reply

SENDER = "moihop@mau.example"


@web.middleware
async def signed_in(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    person = request.headers["X-Person"]
    request[PRINCIPAL] = Principal(person, person, "", frozenset(), "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


class Mailbox:
    """What the mail server took; `busy` and `unknown` are the addresses that it puts off and refuses."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []
        self.busy: set[str] = set()
        self.unknown: set[str] = set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 no such mailbox"
        if address in self.busy:
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope.rcpt_tos[0], envelope.content))
        return "250 taken"

    def events(self, address: str) -> list[tuple[str, str, int, str]]:
        """Method, UID, sequence and status of each event that came to `address`."""
        found = []
        for to, raw in self.mails:
            if to == address:
                mail = BytesParser(policy=policy.default).parsebytes(raw)
                part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                calendar = Calendar.from_ical(content)
                (event,) = calendar.walk("VEVENT")
                found.append(
                    (str(calendar["method"]), str(event["uid"]), int(str(event.get("sequence"))), str(event["status"]))
                )
        return found


@pytest.fixture
def mailbox(unused_tcp_port: int) -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    yield box, unused_tcp_port
    controller.stop()


class Office:
    def __init__(self, database: Database, box: Mailbox, port: int) -> None:
        self.database, self.box, self.now = database, box, now_ms()
        self.postman = Postman(database, MailServer("127.0.0.1", port, SENDER))

    async def invite(self) -> int:
        async with self.database.write() as session:
            return await service.invite(session, await session.get_one(Meeting, "m1"), SENDER, self.now)

    async def change(self, **fields: object) -> int:
        async with self.database.write() as session:
            meeting = await session.get_one(Meeting, "m1")
            for name, value in fields.items():
                setattr(meeting, name, value)
        async with self.database.write() as session:
            return await service.follow(session, SENDER, self.now)

    async def deliver(self) -> None:
        while await self.postman.send_next(self.now):
            pass

    async def messages(self) -> list[tuple[str, str]]:
        async with self.database.read() as session:
            rows = await session.execute(select(MailMessage.address, MailMessage.state).order_by(MailMessage.id))
            return [(row[0], row[1]) for row in rows]

    async def replies(self, person: str, word: str, sequence: int = 0, address: str = "", comment: str = "") -> str:
        async with self.database.write() as session:
            row = await session.get_one(MailInvitation, ("m1", person))
            raw = reply(f"{row.token}@mau.example", address or row.address, word, sequence, comment)
            found = understand(raw)
            assert found is not None
            return await service.take_reply(session, found, self.now)

    async def site(self, site: str) -> tuple[str, str]:
        async with self.database.read() as session:
            row = await session.get_one(Participant, ("m1", site))
            return row.answer, row.reason


@pytest.fixture
async def office(database: Database, mailbox: tuple[Mailbox, int]) -> Office:
    found = Office(database, *mailbox)
    async with database.write() as session:
        session.add(
            Meeting(
                id="m1", title="Giao ban (mẫu)", starts_at=found.now + 3_600_000, ends_at=found.now + 7_200_000,
                unit="u9", unit_rank=1, hub_site="s1", chair="p0", secretary="thuky", created_by="p0",
                created_at=found.now,
            )
        )  # fmt: skip
        await session.flush()
        for index in (1, 2):
            session.add(
                Participant(
                    meeting="m1", site=f"s{index}", position=index, unit="u", name=f"Xã Mẫu {index}", answered_at=None
                )
            )
        for index, chairs in ((1, True), (2, True), (3, False)):
            session.add(
                Delegate(
                    id=f"d{index}", meeting="m1", site=f"s{min(index, 2)}", person=f"p{index}", votes=True,
                    name=f"Đại biểu {index} (mẫu)", site_chair=chairs, position=index, replaced_by=None,
                )
            )  # fmt: skip
            if index != 2:
                await service.set_address(session, f"p{index}", f"DaiBieu{index}@mau.example")
    return found


ONE, THREE = "daibieu1@mau.example", "daibieu3@mau.example"


async def test_request_update_and_cancel_reach_each_calendar_once_under_one_uid(office: Office) -> None:
    assert await office.invite() == 2
    assert await office.invite() == 0, "nothing changed: nobody is written to again"
    assert await office.change() == 0
    assert await office.change(starts_at=office.now + 3_700_000) == 2
    assert await office.change(status=Status.CANCELLED, cancel_reason="Bão (mẫu)") == 2
    assert await office.change() == 0
    await office.deliver()
    events = office.box.events(ONE)
    assert [(method, sequence, status) for method, _, sequence, status in events] == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
        ("CANCEL", 2, "CANCELLED"),
    ]
    assert len({uid for _, uid, _, _ in events}) == 1
    assert {uid for _, uid, _, _ in events}.isdisjoint(uid for _, uid, _, _ in office.box.events(THREE))
    with pytest.raises(Refusal, match=r"mail\.not_scheduled"):
        await office.invite()


async def test_who_is_no_longer_seated_is_told_that_it_is_cancelled(office: Office) -> None:
    await office.invite()
    async with office.database.write() as session:
        await session.delete(await session.get_one(Delegate, "d3"))
    assert await office.change() == 1
    await office.deliver()
    assert [one[0] for one in office.box.events(THREE)] == ["REQUEST", "CANCEL"]


async def test_put_off_mail_is_tried_again_and_a_refused_address_is_told(office: Office) -> None:
    office.box.busy.add(ONE)
    office.box.unknown.add(THREE)
    await office.invite()
    await office.deliver()
    assert sorted(await office.messages()) == [(ONE, "queued"), (THREE, "refused")]
    office.box.busy.clear()
    await office.deliver()
    assert office.box.mails == [], "it waits before it tries again"
    office.now += 60_000
    await office.deliver()
    assert sorted(await office.messages()) == [(ONE, "sent"), (THREE, "refused")]


async def test_what_was_sent_or_refused_can_be_sent_again_and_is_the_same_invitation(office: Office) -> None:
    async def resend(person: str) -> None:
        async with office.database.write() as session:
            await service.resend(session, "m1", person, office.now)

    office.box.unknown.add(THREE)
    with pytest.raises(NotFound, match=r"mail\.not_written"):
        await resend("p1")
    await office.invite()
    with pytest.raises(Refusal, match=r"mail\.waiting"):
        await resend("p1")
    await office.deliver()
    office.box.unknown.clear()
    for person in ("p1", "p3"):
        await resend(person)
    await office.deliver()
    first, again = office.box.events(ONE)
    assert first == again
    assert len(office.box.events(THREE)) == 1
    assert {state for _, state in await office.messages()} == {"sent"}


async def test_without_a_mail_server_everything_waits(office: Office) -> None:
    await office.invite()
    office.postman = Postman(office.database, MailServer("127.0.0.1", 1, SENDER))
    await office.deliver()
    assert {state for _, state in await office.messages()} == {"queued"}


async def test_a_site_chairs_reply_is_the_sites_answer(office: Office) -> None:
    await office.invite()
    assert await office.replies("p1", "ACCEPTED") == "site"
    assert await office.site("s1") == ("attending", "")
    assert await office.replies("p1", "ACCEPTED") == "repeated"
    assert await office.replies("p1", "DECLINED", comment="Đi công tác") == "site"
    assert await office.site("s1") == ("absent", "Đi công tác")


async def test_others_replies_and_doubt_are_told_to_the_secretary_and_answer_for_no_site(office: Office) -> None:
    await office.invite()
    assert await office.replies("p3", "DECLINED") == "told"
    assert await office.replies("p1", "TENTATIVE") == "told"
    assert (await office.site("s1"), await office.site("s2")) == (("", ""), ("", ""))
    async with office.database.read() as session:
        texts = list(await session.scalars(select(Notice.text).where(Notice.person == "thuky").order_by(Notice.id)))
    assert [one.split(" họp")[0] for one in texts] == [
        "Đại biểu 3 (mẫu) từ chối dự",
        "Đại biểu 1 (mẫu) chưa chắc dự",
    ]


async def test_replies_from_elsewhere_or_to_an_earlier_state_change_nothing(office: Office) -> None:
    await office.invite()
    assert await office.replies("p1", "DECLINED", address="ai-do@mau.example") == "unknown"
    await office.change(starts_at=office.now + 3_700_000)
    assert await office.replies("p1", "DECLINED", sequence=0) == "outdated"
    stranger = understand(reply("ff" * 24, ONE, "DECLINED"))
    assert stranger is not None
    async with office.database.write() as session:
        assert await service.take_reply(session, stranger, office.now) == "unknown"
    await office.change(status=Status.CANCELLED)
    assert await office.replies("p1", "DECLINED", sequence=2) == "unknown"
    assert await office.site("s1") == ("", "")


@pytest.mark.parametrize("address", ["khong", "a@b", "a b@mau.example", "a@mau.example\r\nBcc: x@y.example", "é@m.vn"])
async def test_wrong_addresses_are_refused(office: Office, address: str) -> None:
    async with office.database.write() as session:
        with pytest.raises(Invalid, match=r"mail\.address_invalid"):
            await service.set_address(session, "p1", address)


@pytest.mark.parametrize("configured", [True, False])
async def test_over_http_the_secretary_keeps_addresses_and_invites_and_others_do_not(
    office: Office, configured: bool
) -> None:
    application = web.Application(middlewares=[signed_in])
    application[DATABASE] = office.database
    if configured:
        application[routes.SENDER] = SENDER
    application.add_routes(routes.routes())
    async with TestClient(TestServer(application)) as client:

        async def ask(person: str, method: str, path: str, body: object = None) -> tuple[int, str]:
            headers = {"X-Person": person}
            response = await client.request(method, f"/api/meetings/m1/mail{path}", json=body, headers=headers)
            return response.status, await response.text()

        good = {"addresses": {"p2": "daibieu2@mau.example"}}
        for person in ("p1", "stranger"):
            for call in (
                ("GET", ""),
                ("PUT", "/addresses", good),
                ("POST", "/invitations", {}),
                ("POST", "/people/p1/resend"),
            ):
                assert (await ask(person, *call))[0] in (403, 404), (person, call)
        assert (await ask("thuky", "PUT", "/addresses", {"addresses": {"p2": "khong"}}))[0] == 422
        assert (await ask("thuky", "PUT", "/addresses", {"addresses": {"p9": "a@mau.example"}}))[0] == 422
        assert (await ask("thuky", "PUT", "/addresses", good))[0] == 204
        status, told = await ask("thuky", "POST", "/invitations", {})
        expected = (200, '"written":3') if configured else (409, "mail.off")
        assert status == expected[0]
        assert expected[1] in told
        assert "daibieu2@mau.example" in (await ask("thuky", "GET", ""))[1]
