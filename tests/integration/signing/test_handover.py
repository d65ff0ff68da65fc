"""Signing with one's own tool: download, sign, upload; one-use addresses for the service on the signer's computer."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from sqlalchemy import select, update

from meetings.http import DATABASE, PRINCIPAL, Principal, Role
from meetings.ids import now_ms
from meetings.minutes import routes as minutes_routes
from meetings.signing import certificate_routes, local_service, possession, routes
from meetings.signing.appearance import Appearance
from meetings.signing.proof import prove, waiting
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthorities, SampleAuthority
from meetings.signing.sign import KeyFile, sign_once
from meetings.signing.tables import Signature, SigningTicket
from meetings.storage.database import Database
from tests.integration.minutes.test_minutes_over_http import (
    CHAIR,
    OTHER,
    SECRETARY,
    Handler,
    signed_in,
    sitting,
)
from tests.unit.minutes.played import Played

__all__ = ["sitting"]
Client = TestClient[web.Request, web.Application]
ADMIN = {"X-Person": "p-admin", "X-Admin": "1"}


@web.middleware
async def administrators(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.headers.get("X-Admin"):
        request[PRINCIPAL] = Principal("p-admin", "Quản trị (mẫu)", "u1", frozenset({Role.ADMINISTRATOR}), "s")
    return await handler(request)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    return SampleAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def client(database: Database, authority: SampleAuthority) -> AsyncIterator[Client]:
    application = web.Application(middlewares=[signed_in, administrators])
    application[DATABASE] = database
    application[minutes_routes.TRUST] = authority.trust().read_bytes()
    application[local_service.LOCAL_SERVICE] = "wss://127.0.0.1:8987"
    application.add_routes([*minutes_routes.routes(), *routes.routes(), *certificate_routes.routes()])
    minutes_routes._asked.clear()
    async with TestClient(TestServer(application)) as found:
        yield found


def key(authority: SampleAuthority, person: str) -> KeyFile:
    return KeyFile(authority.key_file(person, f"{person} (mẫu)"), PASSPHRASE)


def certificate(authority: SampleAuthority, person: str) -> bytes:
    held = pkcs12.load_pkcs12(key(authority, person).path.read_bytes(), PASSPHRASE).cert
    assert held is not None
    return held.certificate.public_bytes(Encoding.PEM)


async def enrol(client: Client, authority: SampleAuthority, headers: dict[str, str], confirm: bool = True) -> str:
    raw = certificate(authority, headers["X-Person"])
    row = await (await client.post("/api/signing/certificates", data=raw, headers=headers)).json()
    path = f"/api/signing/certificates/{row['id']}"
    slip = await (await client.get(f"{path}/slip.pdf", headers=headers)).read()
    back = await signed_in_field(slip, key(authority, headers["X-Person"]))
    assert (await client.post(f"{path}/slip.pdf", data=back, headers=headers)).status == 200
    if confirm:
        assert (await client.post(path, json={"state": "enrolled"}, headers=headers)).status == 403
        assert (await client.post(path, json={"state": "enrolled"}, headers=ADMIN)).status == 200
    return str(row["id"])


async def signed_in_field(pdf: bytes, held: KeyFile) -> bytes:
    """`pdf` signed in its first field, as any tool does it."""
    signer = PdfSigner(PdfSignatureMetadata(field_name=possession.FIELD), held.signer())
    target = io.BytesIO()
    await signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=target)
    return target.getvalue()


async def signed(authority: SampleAuthority, pdf: bytes, role: str, person: str) -> bytes:
    return (await sign_once(pdf, role, key(authority, person).signer(), Appearance(person, now_ms()))).pdf


async def by_own_tool(client: Client, authority: SampleAuthority, base: str, headers: dict[str, str], role: str) -> int:
    pdf = await (await client.get(f"{base}/signing/document.pdf", headers=headers)).read()
    back = await signed(authority, pdf, role, headers["X-Person"])
    return (await client.post(f"{base}/signing/upload", data=back, headers=headers)).status


class Silent(SampleAuthorities):
    """Authorities that make no time stamps."""

    def timestamper(self, patience: float) -> None:
        return None


async def test_download_sign_upload_and_proof_later(
    client: Client, sitting: Played, authority: SampleAuthority, database: Database
) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    for headers, role in ((SECRETARY, "secretary"), (CHAIR, "chair")):
        await enrol(client, authority, headers)
        assert await by_own_tool(client, authority, base, headers, role) == 200
    told = await (await client.get(f"{base}/signing", headers=CHAIR)).json()
    assert [(one["what"], one["role"]) for one in told["events"]] == [("signed", "secretary"), ("signed", "chair")]
    assert told["proof_waits"] is True

    document = f"minutes:{sitting.meeting}"
    assert await prove(database, Silent(authority), document) is False, "no answer: asked again later"
    assert await prove(database, authority.authorities(), document) is True
    async with database.read() as session:
        assert await waiting(session) == []
    pdf = await (await client.get(f"{base}/file.pdf", headers=CHAIR)).read()
    verdict = await (await client.post("/api/verify", data=pdf)).json()
    assert (verdict["valid"], verdict["standing"]) == (True, "current"), verdict
    assert {one["level"] for one in verdict["signatures"]} == {"B-LTA"}
    reason = {"reason": "Ghi sai thành phần"}
    assert (await client.post(f"{base}/signing/recall", json=reason, headers=OTHER)).status == 404
    assert (await client.post(f"{base}/signing/recall", json=reason, headers=CHAIR)).status == 204
    after = await (await client.post("/api/verify", data=pdf)).json()
    assert (after["valid"], after["intact"], after["standing"]) == (False, True, "recalled")


async def test_what_comes_back_must_be_the_document_by_the_enrolled_certificate(
    client: Client, sitting: Played, authority: SampleAuthority
) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"

    async def refused(data: bytes) -> str:
        response = await client.post(f"{base}/signing/upload", data=data, headers=SECRETARY)
        assert response.status == 409
        return str((await response.json())["id"])

    pdf = await (await client.get(f"{base}/signing/document.pdf", headers=SECRETARY)).read()
    again = await (await client.get(f"{base}/signing/document.pdf", headers=SECRETARY)).read()
    assert again == pdf, "what is given out is rendered once"
    good = await signed(authority, pdf, "secretary", "p-secretary")
    assert await refused(good) == "signing.not_enrolled"
    waiting_id = await enrol(client, authority, SECRETARY, confirm=False)
    assert await refused(good) == "signing.not_enrolled", "it counts once an administrator confirmed it"
    await client.post(f"/api/signing/certificates/{waiting_id}", json={"state": "enrolled"}, headers=ADMIN)
    assert await refused(pdf) == "signing.other_document", "not signed at all"
    assert await refused(b"%PDF-1.7\n" + good) == "signing.other_document"
    assert await refused(await signed(authority, pdf, "secretary", "p-chair")) == "signing.not_enrolled"
    stranger = SampleAuthority(authority.folder / "foreign")
    assert await refused(await signed(stranger, pdf, "secretary", "p-secretary")) == "signing.not_accepted"
    assert await refused(good[:-30]) == "signing.not_accepted"
    assert await refused(good + b"\n%more\n") == "signing.not_accepted"
    assert (await client.post(f"{base}/signing/upload", data=good, headers=CHAIR)).status == 403
    clicks = await asyncio.gather(
        *(client.post(f"{base}/signing/upload", data=good, headers=SECRETARY) for _ in range(3))
    )
    assert [one.status for one in clicks].count(200) == 1, "pressed three times, kept once"
    told = await (await client.get(f"{base}/signing", headers=CHAIR)).json()
    assert [(one["what"], one["role"]) for one in told["events"]] == [("signed", "secretary")]


async def test_a_refusal_returns_the_draft_with_its_reason(
    client: Client, sitting: Played, authority: SampleAuthority
) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    await enrol(client, authority, SECRETARY)
    assert await by_own_tool(client, authority, base, SECRETARY, "secretary") == 200
    half = await (await client.get(f"{base}/preview.pdf", headers=CHAIR)).read()
    reason = {"reason": "Thiếu ý kiến của đại biểu"}
    assert (await client.post(f"{base}/signing/refuse", json=reason, headers=SECRETARY)).status == 403
    assert (await client.post(f"{base}/signing/refuse", json={"reason": ""}, headers=CHAIR)).status == 422
    assert (await client.post(f"{base}/signing/refuse", json=reason, headers=CHAIR)).status == 204
    found = await (await client.get(base, headers=SECRETARY)).json()
    assert (found["may_edit"], found["signatures"], found["next_role"]) == (True, [], "secretary")
    told = await (await client.get(f"{base}/signing", headers=SECRETARY)).json()
    assert told["events"][-1]["detail"] == "Thiếu ý kiến của đại biểu"
    assert (await (await client.post("/api/verify", data=half)).json())["standing"] == "replaced"


async def ticket(client: Client, base: str) -> dict[str, str]:
    response = await client.post(f"{base}/signing/handover", json={}, headers=SECRETARY)
    assert response.status == 200
    found: dict[str, str] = await response.json()
    return found


async def bring(client: Client, path: str, data: bytes) -> dict[str, object]:
    form = FormData()
    form.add_field("uploadfile", data, filename="signed.pdf", content_type="application/pdf")
    found: dict[str, object] = await (await client.post(path, data=form)).json()
    return found


async def test_the_local_service_needs_no_session_and_each_address_works_once(
    client: Client, sitting: Played, authority: SampleAuthority, database: Database
) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    await enrol(client, authority, SECRETARY)
    first = await ticket(client, base)
    response = await client.get(first["fetch"])
    pdf = await response.read()
    assert response.status == 200
    assert (await client.get(first["fetch"])).status == 404, "one use"
    assert (await client.get(first["return"])).status == 404, "and for one action alone"
    other = await bring(client, first["return"], await signed(authority, pdf, "secretary", "p-chair"))
    assert (other["Status"], other["Id"]) == (1, "signing.not_enrolled")
    good = await signed(authority, pdf, "secretary", "p-secretary")
    spent = await bring(client, first["return"], good)
    assert (spent["Status"], spent["Id"]) == (1, "signing.ticket_spent")

    late = await ticket(client, base)
    async with database.write() as session:
        await session.execute(update(SigningTicket).values(expires_at=now_ms() - 1))
    assert (await bring(client, late["return"], good))["Id"] == "signing.ticket_spent"

    tickets = [await ticket(client, base) for _ in range(3)]
    answers = await asyncio.gather(*(bring(client, one["return"], good) for one in tickets))
    assert sorted(str(one["Status"]) for one in answers) == ["0", "1", "1"], "never two signatures"
    async with database.read() as session:
        assert len(list(await session.scalars(select(Signature)))) == 1
        kept = list(await session.scalars(select(SigningTicket.token)))
    assert not any(part in token for token in kept for part in first["fetch"].split("/")[4:5])
