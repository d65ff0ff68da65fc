"""The outbox against a gateway that really listens: codes, time-outs, doubt, recall, replacement, foreign statuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import aiohttp
import pytest
import structlog
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from meetings.calendar.tables import Meeting
from meetings.directory.tables import Unit
from meetings.dispatch import outbox, units
from meetings.dispatch.documents import Issued
from meetings.dispatch.gateway import Access
from meetings.dispatch.message import Message, Organ, ResponseFor, Status
from meetings.dispatch.named import NamedGateway, read_named
from meetings.dispatch.outbox import Order
from meetings.dispatch.reader import read
from meetings.dispatch.rest_gateway import CODES, Profile, RestGateway
from meetings.dispatch.sealing import Sealer
from meetings.dispatch.tables import Dispatch, Mode, Received, Recipient, StatusRow
from meetings.dispatch.units import Ways, Wish
from meetings.dispatch.worker import LEASE, Courier, pause
from meetings.dispatch.writer import write_status
from meetings.errors import Invalid, Refusal
from meetings.http import Principal
from meetings.storage.database import Database
from tests.integration.dispatch.exchange import Exchange, running

CLERK = Principal("clerk", "Văn thư (mẫu)", "u9", frozenset(), "s")
OURS, FIRST, SECOND = "000.00.09.H56", "000.00.01.H56", "000.00.02.H56"
SECRET = "khoa-bi-mat-mau"
NOW = 1_800_000_000_000
TO = (Organ(FIRST, "UBND xã Mẫu 1"), Organ(SECOND, "UBND xã Mẫu 2"))
ISSUED = Issued(
    "minutes:m1", "u9", "m1", "BB", "5", "BB-VP", "Biên bản phiên họp mẫu", "Tỉnh Mẫu", date(2026, 11, 24),
    "Chủ tọa", "Nguyễn Văn Mẫu", "urgent", b"%PDF-1.7 (mau)", "ab" * 32,
)  # fmt: skip


class Office:
    """A unit with an outbox, the courier, and a clock of the test's own."""

    def __init__(self, database: Database, exchange: Exchange, http: aiohttp.ClientSession) -> None:
        self.database, self.exchange, self.now = database, exchange, NOW
        self.sealer = Sealer(Fernet.generate_key().decode())
        self.profile = Profile()

        def gateway(access: Access) -> RestGateway:
            return RestGateway(http, access, self.profile)

        self.named: dict[str, NamedGateway] = {}
        self.ways = Ways(self.sealer, self.named)
        self.courier = Courier(database, self.ways, gateway)

    async def configure(self, mode: Mode = Mode.DIRECT, **changes: str) -> None:
        usual = {"organ_id": OURS, "address": self.exchange.address, "system_id": "SYS.H56", "secret": SECRET}
        wish = Wish(mode, **{**usual, **changes})
        async with self.database.write() as session:
            await units.configure(session, "u9", wish, self.ways, "admin", NOW)

    async def hand_in(self, order: Order | None = None) -> str:
        async with self.database.write() as session:
            return (await outbox.hand_in(session, CLERK, order or Order(ISSUED, TO), self.now)).id

    async def recall(self, id: str, reason: str = "Sai số liệu") -> str:
        async with self.database.write() as session:
            return (await outbox.recall(session, CLERK, id, reason, self.now)).id

    async def step(self, later: int = 0) -> bool:
        self.now += later
        self.profile = Profile(patience=0.5 if self.exchange.faults and "silent" in self.exchange.faults[0] else 60)
        return await self.courier.send_next(self.now)

    async def row(self, id: str) -> Dispatch:
        async with self.database.read() as session:
            return await outbox.find(session, id)

    async def stands(self, id: str, organ: str = FIRST) -> tuple[str, str]:
        async with self.database.read() as session:
            one = await session.get_one(Recipient, (id, organ))
            return one.processing, one.recall

    async def hear(self, document_id: str, code: str, organ: str = FIRST, ours: str = OURS) -> str:
        """A status comes over the exchange; what was made of it."""
        status = Status(Organ(organ), ResponseFor(document_id, ours), code, "2026/11/24 10:00:00")
        return await self.fetch(write_status(status))

    async def fetch(self, data: bytes) -> str:
        reference = f"r{len(self.exchange.mail)}-{self.now}"
        self.now += 1
        self.exchange.mail[reference] = data
        await self.courier.fetch_all(self.now)
        async with self.database.read() as session:
            kept = await session.scalar(select(StatusRow.taken).where(StatusRow.at == self.now))
            what = await session.get(Received, ("u9", reference))
        return kept or (what.what if what else "")


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with running() as found:
        yield found


@pytest.fixture
async def office(database: Database, exchange: Exchange) -> AsyncIterator[Office]:
    async with database.write() as session:
        session.add(Unit(id="u9", code="vp", name="Văn phòng (mẫu)"))
        session.add(
            Meeting(
                id="m1", title="Phiên họp mẫu", starts_at=NOW, ends_at=NOW, unit="u9", unit_rank=1, hub_site="s1",
                chair="p1", secretary="p2", created_by="p2", created_at=NOW,
            )
        )  # fmt: skip
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        found = Office(database, exchange, http)
        await found.configure()
        yield found


async def test_a_document_goes_once_and_its_statuses_are_followed_per_recipient(office: Office) -> None:
    id = await office.hand_in()
    assert await office.step()
    assert not await office.step()
    row = await office.row(id)
    assert (row.state, row.attempts, row.problem) == ("sent", 1, "")
    sent = read(office.exchange.held[row.document_id])
    assert isinstance(sent, Message)
    assert sent.attachments[0].data == ISSUED.pdf
    assert [one.id for one in sent.header.to] == [FIRST, SECOND]
    for code in ("01", "03", "05"):
        assert await office.hear(row.document_id, code) == "believed"
    assert await office.hear(row.document_id, "05") == "repeated"
    assert await office.hear(row.document_id, "02", SECOND) == "believed"
    assert (await office.stands(id), await office.stands(id, SECOND)) == (("05", ""), ("02", ""))
    assert office.exchange.mail == {}, "what was taken is acknowledged"


async def test_statuses_of_strangers_and_out_of_turn_change_nothing(office: Office) -> None:
    id = await office.hand_in()
    await office.step()
    document_id = (await office.row(id)).document_id
    assert await office.hear(document_id, "03", "000.00.77.H56") == "not_party"
    assert await office.hear(document_id, "03", ours="000.00.77.H56") == "not_party"
    assert await office.hear(document_id, "15") == "not_allowed", "nobody asked for it back"
    assert await office.hear("no-such-document", "03") == "status"
    await office.hear(document_id, "06")
    assert await office.hear(document_id, "03") == "not_allowed"
    assert await office.stands(id) == ("06", "")


async def test_a_recipient_may_answer_under_its_other_form_of_id(office: Office) -> None:
    async with office.database.write() as session:
        wish = Wish(Mode.HANDOVER, FIRST, other_organ_id="H56.1.1")
        await units.configure(session, "u1", wish, office.ways, "admin", NOW)
    id = await office.hand_in()
    await office.step()
    assert await office.hear((await office.row(id)).document_id, "01", "H56.1.1") == "believed"


@pytest.mark.parametrize("code", sorted(CODES))
async def test_a_refusal_is_told_and_never_repeated_by_itself(office: Office, code: str) -> None:
    office.exchange.faults.append(code)
    id = await office.hand_in()
    await office.step()
    row = await office.row(id)
    assert (row.state, row.problem_code, row.problem) == ("refused", code, CODES[code])
    assert not await office.step(later=10 * LEASE)
    async with office.database.write() as session:
        await outbox.retry(session, id, office.now)
    assert await office.step()
    assert (await office.row(id)).state == "sent"
    assert len(set(office.exchange.sendings)) == 1, "a repeat keeps its DocumentId"


@pytest.mark.parametrize("fault", ["keep-503", "keep-silent", "keep-garbage"])
async def test_in_doubt_it_asks_and_does_not_send_twice(office: Office, fault: str) -> None:
    office.exchange.faults.append(fault)
    office.exchange.ask_faults.append("502")
    id = await office.hand_in()
    await office.step()
    first = await office.row(id)
    assert first.state == "unknown"
    assert not await office.step(), "it waits before it asks"
    assert await office.step(later=pause(1))
    assert (await office.row(id)).state == "unknown", "no clear answer either"
    assert await office.step(later=pause(2))
    assert (await office.row(id)).state == "sent"
    assert (office.exchange.questions, office.exchange.sendings) == ([first.document_id] * 2, [first.document_id])


@pytest.mark.parametrize("fault", ["503", "silent", "redirect"])
async def test_what_certainly_did_not_arrive_is_sent_again_with_the_same_id(office: Office, fault: str) -> None:
    office.exchange.faults.append(fault)
    id = await office.hand_in()
    await office.step()
    assert (await office.row(id)).state == "unknown"
    assert await office.step(later=pause(1))
    row = await office.row(id)
    assert (row.state, row.attempts) == ("sent", 2)
    assert office.exchange.sendings == [row.document_id] * 2
    assert office.exchange.stolen == [], "the key follows no redirect"


async def test_an_unreachable_gateway_is_tried_again_later_and_the_message_can_be_cancelled(
    office: Office, unused_tcp_port: int
) -> None:
    await office.configure(address=f"http://127.0.0.1:{unused_tcp_port}")
    id = await office.hand_in()
    waits = []
    for _ in range(4):
        assert await office.step()
        row = await office.row(id)
        assert (row.state, row.problem_code) == ("queued", "unreachable")
        waits.append(row.next_at - office.now)
        office.now = row.next_at
    assert waits == [30_000, 60_000, 120_000, 240_000]
    async with office.database.write() as session:
        await outbox.cancel(session, id)
    assert not await office.step(later=LEASE)
    await office.hand_in()  # a cancelled message stands in nobody's way


async def test_a_server_that_died_while_sending_leaves_a_question_not_a_second_message(office: Office) -> None:
    id = await office.hand_in()
    dying = asyncio.create_task(office.courier.send_next(office.now))
    office.exchange.faults.append("keep-silent")
    await office.exchange.arrived.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert (await office.row(id)).state == "sending"
    assert not await office.step(), "another server leaves it alone while it may be on its way"
    assert await office.step(later=LEASE)
    assert (await office.row(id)).state == "sent"
    assert len(office.exchange.sendings) == 1


async def test_a_status_proves_that_a_message_in_doubt_arrived(office: Office) -> None:
    office.exchange.faults.append("keep-503")
    id = await office.hand_in()
    await office.step()
    assert await office.hear((await office.row(id)).document_id, "01") == "believed"
    assert (await office.row(id)).state == "sent"


async def test_recall_is_a_message_of_its_own_and_ends_as_the_recipient_says(office: Office) -> None:
    id = await office.hand_in()
    with pytest.raises(Refusal, match=r"dispatch\.not_sent"):
        await office.recall(id)
    await office.step()
    await office.hear((await office.row(id)).document_id, "03")
    with pytest.raises(Invalid, match=r"dispatch\.reason_missing"):
        await office.recall(id, " ")
    back = await office.recall(id)
    assert await office.stands(id) == ("03", ""), "nothing is asked before it was sent"
    with pytest.raises(Refusal, match=r"dispatch\.recalled_already"):
        await office.recall(id)
    await office.step()
    original, asked = await office.row(id), await office.row(back)
    message = read(office.exchange.held[asked.document_id])
    assert isinstance(message, Message)
    business = message.traces.business
    assert (business.type, business.document, business.reason) == ("1", original.document_id, "Sai số liệu")
    assert message.header.response_for == (ResponseFor(original.document_id, OURS, "5/BB-VP", "2026/11/24"),)
    assert message.attachments == ()
    assert await office.stands(id) == ("03", "13")
    assert await office.hear(original.document_id, "16", SECOND) == "believed"
    assert await office.hear(asked.document_id, "15") == "believed", "some name the recall's own id"
    assert await office.hear(original.document_id, "05") == "not_allowed"
    assert (await office.stands(id), await office.stands(id, SECOND)) == (("03", "15"), ("", "16"))
    with pytest.raises(Refusal, match=r"dispatch\.not_theirs"):
        await office.recall(back)


async def test_a_replacement_names_what_it_replaces(office: Office) -> None:
    id = await office.hand_in()
    with pytest.raises(Refusal, match=r"dispatch\.already"):
        await office.hand_in()
    corrected = replace(ISSUED, sha256="cd" * 32, pdf=b"%PDF-1.7 (sua)")
    with pytest.raises(Refusal, match=r"dispatch\.not_sent"):
        await office.hand_in(Order(corrected, TO, id, "Đính chính"))
    await office.step()
    new = await office.hand_in(Order(corrected, TO, id, "Đính chính"))
    with pytest.raises(Refusal, match=r"dispatch\.replaced_already"):
        await office.hand_in(Order(replace(corrected, sha256="ef" * 32), TO, id, "Đính chính"))
    await office.step()
    message = read(office.exchange.held[(await office.row(new)).document_id])
    assert isinstance(message, Message)
    assert (message.traces.business.type, message.traces.business.document) == ("3", (await office.row(id)).document_id)


async def test_two_who_press_at_once_send_once(office: Office) -> None:
    results = await asyncio.gather(*(office.hand_in() for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, str) for one in results) == 1
    assert all(isinstance(one, str) or (isinstance(one, Refusal) and one.id == "dispatch.already") for one in results)


async def test_several_couriers_send_each_message_once(office: Office) -> None:
    ids = [await office.hand_in(Order(replace(ISSUED, sha256=f"{n:064x}"), TO)) for n in range(6)]
    await asyncio.gather(*(office.step() for _ in range(12)))
    assert {(await office.row(one)).state for one in ids} == {"sent"}
    assert len(office.exchange.sendings) == len(set(office.exchange.sendings)) == 6


async def test_handed_over_to_the_document_system_nothing_is_fetched_for_its_id(office: Office) -> None:
    await office.configure(Mode.HANDOVER)
    id = await office.hand_in()
    await office.step()
    assert (await office.row(id)).state == "sent"
    assert await office.hear((await office.row(id)).document_id, "03") == ""
    assert len(office.exchange.mail) == 1


async def test_without_an_address_the_clerk_takes_the_file_and_says_so(office: Office) -> None:
    await office.configure(Mode.HANDOVER, address="", system_id="", secret="")
    id = await office.hand_in(Order(replace(ISSUED, number=""), TO))
    assert not await office.step(later=LEASE)
    assert (await office.row(id)).state == "manual"
    async with office.database.write() as session:
        await outbox.confirm(session, id, office.now)
    assert (await office.row(id)).state == "sent"


async def test_other_messages_stay_at_the_gateway_and_hostile_ones_harm_nothing(office: Office) -> None:
    other = office.exchange.held
    id = await office.hand_in()
    await office.step()
    assert await office.fetch(other[(await office.row(id)).document_id]) == "document"
    assert await office.fetch(b'<!DOCTYPE z [<!ENTITY a "b">]><edXML>&a;</edXML>') == "unreadable"
    assert len(office.exchange.mail) == 2
    assert await office.hear((await office.row(id)).document_id, "01") == "believed"


async def test_keys_are_nowhere_in_clear(office: Office) -> None:
    with structlog.testing.capture_logs() as logs:
        office.exchange.systems["SYS.H56"] = "another"
        id = await office.hand_in()
        await office.step()
        await office.courier.fetch_all(office.now)
    assert (await office.row(id)).problem_code == "15"
    assert SECRET not in repr(logs)
    assert SECRET not in repr(Access(office.exchange.address, "SYS.H56", SECRET))
    async with office.database.read() as session:
        stored = (await session.execute(text("SELECT * FROM dispatch_units"))).all()
        assert stored
        assert SECRET not in repr(stored)
    office.courier._ways = Ways(Sealer(Fernet.generate_key().decode()), {})
    async with office.database.write() as session:
        await outbox.retry(session, id, office.now)
    await office.step()
    assert (await office.row(id)).problem_code == "dispatch.key_changed"


async def test_each_unit_goes_by_the_gateway_that_it_chose_and_keys_stay_in_their_files(
    office: Office, tmp_path: Path
) -> None:
    async with running() as other:
        other.systems = {"SO.H56": "khoa-cua-so-mau"}
        (tmp_path / "tinh.key").write_text(f"{SECRET}\n")
        (tmp_path / "so.key").write_text("khoa-cua-so-mau")
        (tmp_path / "gateways.toml").write_text(f"""
            [tinh]
            title = "Trục của tỉnh (mẫu)"
            address = "{office.exchange.address}"
            keys = {{ "SYS.H56" = "tinh.key" }}
            [so]
            title = "Trục của sở (mẫu)"
            address = "{other.address}"
            keys = {{ "SO.H56" = "so.key" }}
            """)
        office.named.update(read_named(tmp_path / "gateways.toml"))
        await office.configure(gateway="tinh", address="", secret="")
        so = Wish(Mode.DIRECT, SECOND, gateway="so", system_id="SO.H56")
        async with office.database.write() as session:
            session.add(Unit(id="u1", code="so", name="Sở (mẫu)"))
            await units.configure(session, "u1", so, office.ways, "admin", NOW)
        first = await office.hand_in()
        second = await office.hand_in(Order(replace(ISSUED, id="minutes:m2", unit="u1"), TO[:1]))
        with structlog.testing.capture_logs() as logs:
            while await office.step():
                pass
            await office.courier.fetch_all(office.now)
        assert office.exchange.sendings == [(await office.row(first)).document_id]
        assert other.sendings == [(await office.row(second)).document_id]
        async with office.database.read() as session:
            stored = (await session.execute(text("SELECT * FROM dispatch_units"))).all()
        for seen in (repr(logs), repr(stored), repr(office.named)):
            assert SECRET not in seen
            assert "khoa-cua-so-mau" not in seen
        del office.named["so"]
        third = await office.hand_in(Order(replace(ISSUED, id="minutes:m3", unit="u1"), TO[:1]))
        await office.step()
        row = await office.row(third)
        assert (row.state, row.problem_code) == ("queued", "dispatch.gateway_gone"), "waits, and says why"
        with pytest.raises(Refusal, match=r"dispatch\.on_the_way"):
            async with office.database.write() as session:
                await units.configure(
                    session, "u1", replace(so, gateway="tinh", system_id="SYS.H56"), office.ways, "a", NOW
                )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gateway": "none", "address": "", "secret": ""}, "gateway"),
        ({"gateway": "tinh", "address": "", "secret": "", "system_id": "SYS.H99"}, "system_id"),
        ({"gateway": "tinh"}, "address"),
        ({"address": "http://truc.example"}, "address"),
        ({"address": "https://user:pw@truc.example"}, "address"),
        ({"address": "https://truc.example?x=1"}, "address"),
        ({"address": "file:///etc/passwd"}, "address"),
        ({"address": ""}, "address"),
        ({"organ_id": "h56; drop"}, "organ_id"),
        ({"organ_id": "0" * 36 + ".1"}, "organ_id"),
        ({"address": "https://other.example", "secret": ""}, "secret"),
    ],
)
async def test_wrong_settings_of_a_unit_are_told_by_field(office: Office, changes: dict[str, str], field: str) -> None:
    office.named["tinh"] = NamedGateway("tinh", "Trục (mẫu)", office.exchange.address, Profile(), {"SYS.H56": SECRET})
    with pytest.raises(Invalid) as refused:
        await office.configure(Mode.DIRECT, **changes)
    assert f"'field': '{field}'" in repr(refused.value.details["fields"])


async def test_the_way_does_not_change_while_messages_are_on_it(office: Office) -> None:
    await office.hand_in()
    with pytest.raises(Refusal, match=r"dispatch\.on_the_way"):
        await office.configure(Mode.HANDOVER)
    with pytest.raises(Invalid, match=r"dispatch\.exchange_invalid"):
        async with office.database.write() as session:
            await units.configure(session, "u2", Wish(Mode.HANDOVER, OURS), office.ways, "admin", NOW)


async def test_direct_sending_needs_a_number_and_somebody_else(office: Office) -> None:
    for order, id in (
        (Order(replace(ISSUED, number=""), TO), "dispatch.no_number"),
        (Order(ISSUED, ()), "dispatch.no_recipient"),
        (Order(ISSUED, (TO[0], TO[0])), "dispatch.recipient_twice"),
        (Order(ISSUED, (Organ(OURS),)), "dispatch.to_oneself"),
        (Order(ISSUED, (Organ("38.156"),)), "dispatch.edxml_invalid"),
    ):
        with pytest.raises(Refusal) as refused:
            await office.hand_in(order)
        assert refused.value.id == id
