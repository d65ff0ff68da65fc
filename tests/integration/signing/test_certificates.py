"""Enrolment: every unusable certificate has its own reason; the key is proved; who confirms and who withdraws."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from certomancer.registry import CertLabel

from meetings.directory.tables import PersonRow, Unit
from meetings.http import DATABASE, Role
from meetings.minutes.routes import TRUST
from meetings.signing import certificate_routes
from meetings.signing.local_service import LOCAL_SERVICE
from meetings.signing.sample_authority import SampleAuthority
from meetings.storage.database import Database
from tests.integration.asking import signed_in_as
from tests.integration.signing.pki import Authority
from tests.integration.signing.test_handover import Client, certificate, signed_in_field

PEOPLE = {
    "an": ("u1", frozenset[Role]()),
    "clerk": ("u1", frozenset({Role.RECORDS_CLERK})),
    "manager": ("u1", frozenset({Role.UNIT_ADMINISTRATOR})),
    "elsewhere": ("u2", frozenset({Role.UNIT_ADMINISTRATOR})),
    "admin": ("u2", frozenset({Role.ADMINISTRATOR})),
}
PATH = "/api/signing/certificates"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
async def client(sqlite_url: str, authority: Authority) -> AsyncIterator[Client]:
    database, application = Database(sqlite_url), web.Application(middlewares=[signed_in_as(PEOPLE)])
    async with database.write() as session:
        session.add_all([Unit(id=one, code=one, name=f"Đơn vị mẫu {one}", rank=30) for one in ("u1", "u2")])
        session.add_all(
            [PersonRow(id=one, name=f"Mẫu {one}", folded=one, unit=unit) for one, (unit, _) in PEOPLE.items()]
        )
    async with TestServer(authority.application()) as services:
        assert isinstance(services, TestServer)
        application[DATABASE], application[TRUST] = database, authority.trust
        application[certificate_routes.AUTHORITIES] = authority.authorities(services)
        application[LOCAL_SERVICE] = "wss://127.0.0.1:8987"
        application.add_routes(certificate_routes.routes())
        async with TestClient(TestServer(application)) as found:
            yield found
    await database.close()


def as_(person: str) -> dict[str, str]:
    return {"X-Person": person}


def raw(authority: Authority, label: str) -> bytes:
    der: bytes = authority.arch.get_cert(CertLabel(label)).dump()
    return der


async def test_every_unusable_certificate_is_refused_with_its_own_reason(
    client: Client, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    foreign = certificate(SampleAuthority(tmp_path_factory.mktemp("foreign")), "an")
    cases = {
        "signing.certificate_expired": raw(authority, "expired"),
        "signing.certificate_not_yet_valid": raw(authority, "early"),
        "signing.certificate_revoked": raw(authority, "revoked"),
        "signing.certificate_foreign": foreign,
        "signing.certificate_unreadable": b"%PDF-1.7",
        "signing.file_too_large": b"0" * 70_000,
    }
    told = {}
    for data in cases.values():
        refused = await (await client.post(PATH, data=data, headers=as_("an"))).json()
        told[refused["id"]] = refused["message"]
    assert list(told) == list(cases)
    assert len(set(told.values())) == len(cases), "each says something else"
    assert (await (await client.get(PATH, headers=as_("an"))).json())["certificates"] == []


async def test_the_key_is_proved_then_an_administrator_confirms_and_the_holder_withdraws(
    client: Client, authority: Authority
) -> None:
    shown = await client.post(PATH, data=raw(authority, "secretary"), headers=as_("an"))
    row = await shown.json()
    assert (shown.status, row["state"], row["proved_at"]) == (201, "waiting", 0)
    assert row["not_before"] < row["not_after"]
    one = f"{PATH}/{row['id']}"

    async def decided(person: str, state: str) -> object:
        response = await client.post(one, json={"state": state}, headers=as_(person))
        return (await response.json()).get("id" if response.status >= 400 else "state")

    async def proved(data: bytes) -> object:
        response = await client.post(f"{one}/slip.pdf", data=data, headers=as_("an"))
        return (await response.json()).get("id" if response.status >= 400 else "mine")

    assert await decided("admin", "enrolled") == "signing.certificate_unproved"
    assert (await client.get(f"{one}/slip.pdf", headers=as_("clerk"))).status == 404, "another one's slip"
    slip = await (await client.get(f"{one}/slip.pdf", headers=as_("an"))).read()
    good = await signed_in_field(slip, authority.key_file("secretary"))
    changed = good.replace(b"/ByteRange", b"/ByteRangf", 1)
    for data, id in (
        (b"", "signing.other_document"),
        (slip, "signing.other_document"),
        (b"%PDF-1.7\n" + good, "signing.other_document"),
        (slip + b"\n%%EOF", "signing.slip_not_signed"),
        (changed, "signing.slip_not_signed"),
        (good + b"\n%more", "signing.slip_not_signed"),
        (await signed_in_field(slip, authority.key_file("chair")), "signing.slip_other_certificate"),
    ):
        assert await proved(data) == id
    assert await proved(good) is True

    for person, may in (("an", False), ("manager", False), ("admin", True)):
        found = (await (await client.get(PATH, headers=as_(person))).json())["certificates"]
        assert [(of["name"], of["may_confirm"], of["may_retire"]) for of in found] == [("Mẫu an", may, True)]
    for person in ("clerk", "elsewhere"):
        assert (await (await client.get(PATH, headers=as_(person))).json())["certificates"] == []
        assert await decided(person, "retired") == "signing.certificate_unknown"
    assert await decided("an", "enrolled") == "identity.role_missing"
    assert await decided("admin", "enrolled") == "enrolled"
    assert await decided("an", "retired") == "retired"
    assert await decided("admin", "enrolled") == "signing.certificate_retired"


async def test_the_seals_certificate_is_the_clerks(client: Client, authority: Authority) -> None:
    data = raw(authority, "seal")
    assert (await client.post(f"{PATH}?organ=1", data=data, headers=as_("an"))).status == 403
    row = await (await client.post(f"{PATH}?organ=1", data=data, headers=as_("clerk"))).json()
    assert (row["organ"], row["mine"]) == (True, True)
    found = (await (await client.get(PATH, headers=as_("manager"))).json())["certificates"]
    assert [(one["organ"], one["unit_name"]) for one in found] == [(True, "Đơn vị mẫu u1")]


async def test_the_device_in_the_computer_signs_the_slip_by_addresses_of_one_use(
    client: Client, authority: Authority
) -> None:
    row = await (await client.post(PATH, data=raw(authority, "secretary"), headers=as_("an"))).json()
    one, stranger = f"{PATH}/{row['id']}", as_("elsewhere")
    assert (await client.post(f"{one}/handover", headers=stranger)).status == 404, "another one's slip"

    async def brought(label: str, again: bool = False, junk: bool = False) -> object:
        told = await (await client.post(f"{one}/handover", headers=as_("an"))).json()
        assert told["service"] == "wss://127.0.0.1:8987/SignApproved"
        assert (await client.get(told["return"], headers=stranger)).status == 404, "not the address to fetch from"
        slip = await (await client.get(told["fetch"], headers=stranger)).read()
        assert (await client.get(told["fetch"], headers=stranger)).status == 404, "one use"
        data = slip if junk else await signed_in_field(slip, authority.key_file(label))
        for _ in range(1 + again):
            form = FormData()
            form.add_field("uploadfile", data, filename="phieu.pdf")
            said = await (await client.post(told["return"], data=form, headers=stranger)).json()
        return said.get("Id", said["Status"])

    assert await brought("secretary", junk=True) == "signing.other_document"
    assert await brought("chair") == "signing.slip_other_certificate"
    assert await brought("secretary", again=True) == "signing.ticket_spent"
    (found,) = (await (await client.get(PATH, headers=as_("an"))).json())["certificates"]
    assert found["proved_at"] > 0, "the first of the two counted"
    await client.post(one, json={"state": "retired"}, headers=as_("an"))
    refused = await client.post(f"{one}/handover", headers=as_("an"))
    assert (await refused.json())["id"] == "signing.certificate_retired"
