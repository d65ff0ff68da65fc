"""Signing with an authority's time stamps and revocation data over real HTTP, and what is refused for which reason."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pyhanko.pdf_utils.reader import PdfFileReader

from meetings.ids import now_ms
from meetings.signing.appearance import Appearance
from meetings.signing.authorities import ConfiguredAuthorities
from meetings.signing.longterm import Unanswered, prolong
from meetings.signing.sign import Signed, sign_once
from meetings.signing.verdict import Verdict
from meetings.signing.verify import verify
from tests.integration.signing.pki import Authority
from tests.unit.signing.signed import reserved


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
async def server(authority: Authority) -> AsyncIterator[TestServer]:
    server = TestServer(authority.application())
    await server.start_server()
    yield server
    await server.close()


async def signed(
    authority: Authority, services: ConfiguredAuthorities, pdf: bytes, role: str, who: str = "", patience: float = 20
) -> Signed:
    signer = authority.key_file(who or role).signer()
    return await sign_once(pdf, role, signer, Appearance(role, now_ms()), services.timestamper(patience))


async def judged(pdf: bytes, trust: bytes) -> Verdict:
    return await asyncio.to_thread(verify, pdf, trust)


async def complete(authority: Authority, services: ConfiguredAuthorities) -> bytes:
    first = await signed(authority, services, reserved(), "secretary")
    return (await signed(authority, services, first.pdf, "chair")).pdf


@pytest.mark.parametrize("online", [False, True], ids=["lists", "lists and answers"])
async def test_two_signatures_reach_b_lta(authority: Authority, server: TestServer, online: bool) -> None:
    services = authority.authorities(server, online)
    pdf = await prolong(await complete(authority, services), services, 20)
    store = PdfFileReader(io.BytesIO(pdf)).root["/DSS"]
    assert ("/OCSPs" in store) is online, "what the authority answered is kept in the file"
    verdict = await judged(pdf, authority.trust)
    assert verdict.valid, verdict.reasons
    assert {one.level for one in verdict.signatures} == {"B-LTA"}
    assert [one.time_source for one in verdict.signatures] == ["timestamp", "timestamp"]
    assert verdict.signatures[0].chain == ("secretary (mẫu)", "issuing (mẫu)", "root (mẫu)")


async def test_answers_alone_prove_who_is_revoked_and_who_is_not(authority: Authority, server: TestServer) -> None:
    services = authority.authorities(server, online=True, lists=False)
    pdf = await prolong(await complete(authority, services), services, 20)
    store = PdfFileReader(io.BytesIO(pdf)).root["/DSS"]
    assert ("/OCSPs" in store, "/CRLs" in store) == (True, False)
    verdict = await judged(pdf, authority.trust)
    assert verdict.valid, verdict.reasons
    assert {one.revocation for one in verdict.signatures} == {"good"}
    first = await signed(authority, services, reserved(), "secretary", "revoked")
    revoked = await judged(await prolong(first.pdf, services, 20), authority.trust)
    assert "verify.revoked" in {one.id for one in revoked.reasons}


async def test_without_an_answer_people_still_sign_and_the_time_stamp_comes_later(
    authority: Authority, server: TestServer, unused_tcp_port: int
) -> None:
    dead = ConfiguredAuthorities(authority.trust, f"http://127.0.0.1:{unused_tcp_port}/tsa")
    first = await signed(authority, dead, reserved(), "secretary", patience=1)
    second = await signed(authority, dead, first.pdf, "chair", patience=1)
    assert not first.stamped
    assert not second.stamped
    with pytest.raises(Unanswered) as waiting:
        await prolong(second.pdf, dead, 1)
    assert waiting.value.what == "time_stamp"
    before = await judged(second.pdf, authority.trust)
    assert (before.intact, before.trusted) == (True, False)
    later = await judged(await prolong(second.pdf, authority.authorities(server), 20), authority.trust)
    assert later.valid, later.reasons
    assert {(one.level, one.time_source) for one in later.signatures} == {("B-LTA", "document_timestamp")}


async def test_a_slow_authority_is_not_waited_for(authority: Authority, server: TestServer) -> None:
    released = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response(status=503)

    application = web.Application()
    application.add_routes([web.route("*", "/{path:.*}", slow)])
    slow_server = TestServer(application)
    await slow_server.start_server()
    try:
        services = ConfiguredAuthorities(authority.trust, str(slow_server.make_url("/tsa")))
        assert not (await signed(authority, services, reserved(), "secretary", patience=0.5)).stamped
    finally:
        released.set()
        await slow_server.close()


@pytest.mark.parametrize(
    ("who", "reason"),
    [("expired", "verify.expired"), ("early", "verify.not_yet_valid"), ("revoked", "verify.revoked")],
)
async def test_a_certificate_out_of_force_is_refused_with_its_reason(
    who: str, reason: str, authority: Authority, server: TestServer
) -> None:
    services = authority.authorities(server)
    pdf = (await signed(authority, services, reserved(), "secretary", who)).pdf
    verdict = await judged(await prolong(pdf, services, 20), authority.trust)
    assert verdict.intact
    assert not verdict.trusted
    assert reason in {one.id for one in verdict.reasons}, verdict.reasons


async def test_a_foreign_authority_is_refused(authority: Authority, server: TestServer, trust_of_others: bytes) -> None:
    services = authority.authorities(server)
    pdf = await prolong(await complete(authority, services), services, 20)
    verdict = await judged(pdf, trust_of_others)
    assert verdict.intact
    assert "verify.untrusted" in {one.id for one in verdict.reasons}


@pytest.fixture(scope="module")
def trust_of_others(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from meetings.signing.sample_authority import SampleAuthority

    return SampleAuthority(tmp_path_factory.mktemp("others")).trust().read_bytes()
