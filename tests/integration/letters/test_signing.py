"""A letter is signed by whom it names, numbered and sealed by the clerk, and leaves; each step over HTTP."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader

from meetings.dispatch.documents import find
from meetings.errors import Refusal
from meetings.http import DATABASE
from meetings.ids import now_ms
from meetings.letters import routes as letters
from meetings.minutes import routes as minutes
from meetings.minutes.routes import LETTERHEADS
from meetings.numbers import routes as numbers
from meetings.signing import enrolment, local_service, routes
from meetings.signing.appearance import Appearance
from meetings.signing.fields import ISSUED, NUMBER, fill, text_values
from meetings.signing.proof import prove
from meetings.signing.remote import RemoteService
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, sign_once
from meetings.signing.tables import SignedFile
from meetings.signing.token import Token
from meetings.storage.database import Database
from tests.integration.letters.test_letters_over_http import SIGNATORY, Client, Person, begun, letterhead, signed_in
from tests.integration.letters.test_letters_over_http import sitting as sitting
from tests.integration.signing.pki import Authority
from tests.integration.signing.test_means import authority, shelf, token
from tests.unit.minutes.played import Played

__all__ = ["authority", "shelf", "sitting", "token"]
SEAL = enrolment.organ("u9")
NAMES = {"p-signer": "Nguyễn Văn Mẫu", SEAL: "Văn phòng"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    return SampleAuthority(tmp_path_factory.mktemp("authority"))


@asynccontextmanager
async def office(
    database: Database, trust: bytes, tokens: dict[str, Token], remote: RemoteService | None = None
) -> AsyncIterator[Client]:
    application = web.Application(middlewares=[signed_in], client_max_size=40 << 20)
    application[DATABASE] = database
    application[LETTERHEADS] = letterhead
    application[minutes.TRUST] = trust
    application[local_service.LOCAL_SERVICE] = "wss://127.0.0.1:8987"
    application[routes.TOKENS] = tokens
    if remote is not None:
        application[routes.REMOTE] = remote
    for one in (letters, numbers, minutes, routes):
        application.add_routes(one.routes())
    minutes._asked.clear()
    async with TestClient(TestServer(application)) as found:
        yield found


@pytest.fixture
async def client(database: Database, sitting: Played, sample: SampleAuthority) -> AsyncIterator[Client]:
    async with office(database, sample.trust().read_bytes(), {}) as found:
        yield found


async def enrol(database: Database, owner: str, certificate: Certificate | None) -> None:
    async with database.write() as session:
        assert certificate is not None
        row = await enrolment.ask(session, owner, certificate, now_ms())
        row.state = "enrolled"


def key(sample: SampleAuthority, owner: str) -> KeyFile:
    return KeyFile(sample.key_file(owner, NAMES[owner]), PASSPHRASE)


async def put_forward(client: Client, sitting: Played, numbered: bool = False) -> str:
    secretary, clerk = Person(client, "p-secretary"), Person(client, "clerk")
    letter = await begun(secretary, sitting)
    _, found = await secretary.ask("GET", letter)
    await clerk.ask("PUT", "/api/units/u9/numbers/source", {"source": "register"})
    if numbered:
        await clerk.ask("POST", f"{letter}/number", {})
    await secretary.ask("PUT", letter, {"revision": 1, "content": {**found["content"], "signatory": SIGNATORY}})
    assert (await secretary.ask("POST", f"{letter}/put-forward", {"revision": 2}))[0] == 200
    return letter


async def upload(client: Client, letter: str, person: str, signed: bytes) -> dict[str, object]:
    response = await client.post(f"{letter}/signing/upload", data=signed, headers={"X-Person": person})
    found: dict[str, object] = await response.json()
    return found


async def signed_by_person(client: Client, letter: str, keys: KeyFile) -> None:
    signer = Person(client, "p-signer")
    status, pdf = await signer.ask("GET", f"{letter}/signing/document.pdf")
    assert status == 200, pdf
    signed = (await sign_once(pdf, "signer", keys.signer(), Appearance("Mẫu", now_ms()))).pdf
    assert (await upload(client, letter, "p-signer", signed))["role"] == "signer"


async def test_a_clerk_without_the_service_writes_the_number_then_seals_with_a_tool(
    client: Client, sitting: Played, sample: SampleAuthority, database: Database
) -> None:
    for owner in NAMES:
        await enrol(database, owner, key(sample, owner).signer().signing_cert)
    letter = await put_forward(client, sitting)
    clerk = Person(client, "clerk")
    assert (await clerk.ask("POST", f"{letter}/signing/number", {"revision": 2}))[0] == 403, "the signer's turn"
    await signed_by_person(client, letter, key(sample, "p-signer"))
    _, told = await clerk.ask("GET", f"{letter}/signing")
    await clerk.ask("POST", f"{letter}/signing/handover", {})  # asked, and the browser refused: the number is taken
    seen = {"revision": told["revision"], "sha256": told["sha256"]}
    assert (await clerk.ask("POST", f"{letter}/signing/number", {**seen, "sha256": "0" * 64}))[1]["id"] == "stale"
    assert (await clerk.ask("POST", f"{letter}/signing/number", seen))[0] == 204
    _, told = await clerk.ask("GET", f"{letter}/signing")
    assert (told["number"], told["number_open"]) == (1, False), "the number that was taken, none is lost"
    _, pdf = await clerk.ask("GET", f"{letter}/signing/document.pdf")
    look = Appearance("Văn phòng", now_ms(), seal=True)
    sealed = (await sign_once(pdf, "seal", key(sample, SEAL).signer(), look)).pdf
    assert (await upload(client, letter, "clerk", sealed))["role"] == "seal"


async def test_the_signer_signs_the_clerks_device_numbers_and_seals_and_the_letter_leaves(
    client: Client, sitting: Played, sample: SampleAuthority, database: Database
) -> None:
    for owner in NAMES:
        await enrol(database, owner, key(sample, owner).signer().signing_cert)
    letter = await put_forward(client, sitting)
    document = letter.removeprefix("/api/letters/")
    clerk = Person(client, "clerk")
    for person, expected in (("clerk", 403), ("p-secretary", 403), ("stranger", 404)):
        assert (await Person(client, person).ask("GET", f"{letter}/signing/document.pdf"))[0] == expected
    assert (await clerk.ask("POST", f"{letter}/number", {}))[1]["id"] == "signing.number_later"
    await signed_by_person(client, letter, key(sample, "p-signer"))
    _, told = await clerk.ask("GET", f"{letter}/signing")
    assert (told["next_role"], told["may_sign"], told["number_open"]) == ("seal", True, True)
    async with database.read() as session:
        with pytest.raises(Refusal, match=r"dispatch\.not_signed"):
            await find(session, f"letter:{document}")
    assert (await clerk.ask("GET", f"{letter}/signing/document.pdf"))[1]["id"] == "signing.number_missing"

    async def brought(numbered: str) -> dict[str, object]:
        """What the clerk's own device does: fetch, write number and day, seal, bring back."""
        _, handover = await clerk.ask("POST", f"{letter}/signing/handover", {})
        assert handover["service"].endswith("/SignIssued")
        assert handover["number"] == "01"
        pdf = await (await client.get(handover["fetch"], headers={"X-Person": "stranger"})).read()
        filled = fill(pdf, {NUMBER: numbered, ISSUED: handover["issued"]})
        look = Appearance("Văn phòng", now_ms(), seal=True)
        form = FormData()
        sealed = (await sign_once(filled, "seal", key(sample, SEAL).signer(), look)).pdf
        form.add_field("uploadfile", sealed, filename="a.pdf")
        answer = await client.post(handover["return"], data=form, headers={"X-Person": "stranger"})
        found: dict[str, object] = await answer.json()
        return found

    assert (await brought("99"))["Id"] == "signing.other_number"
    assert (await brought("01"))["Status"] == 0
    assert await prove(database, sample.authorities(), f"letter:{document}")
    async with database.read() as session:
        issued = await find(session, f"letter:{document}")
        file = await session.get_one(SignedFile, f"letter:{document}")
    assert (issued.pdf, issued.code, issued.signer_name) == (file.pdf, "1/TB-VP", "Nguyễn Văn Mẫu")
    assert dict(text_values(PdfFileReader(io.BytesIO(issued.pdf))))[NUMBER] == "01"
    response = await client.post("/api/verify", data=issued.pdf)
    verdict = await response.json()
    assert (verdict["valid"], verdict["complete"], verdict["standing"]) == (True, "yes", "current"), verdict
    assert [one["role"] for one in verdict["signatures"]] == ["signer", "seal"]

    secretary = Person(client, "p-secretary")
    why = {"reason": "Ghi sai thời hạn"}
    assert (await clerk.ask("POST", f"{letter}/signing/correct", why))[0] == 403
    _, newer = await secretary.ask("POST", f"{letter}/signing/correct", why)
    assert (await secretary.ask("POST", f"{letter}/signing/correct", why))[1]["id"] == "signing.corrected"
    _, draft = await secretary.ask("GET", f"/api{newer['page']}")
    assert draft["content"]["replaces"].startswith("Thông báo này thay thế Thông báo số 01/TB-VP ngày")
    assert (draft["number"], draft["may_edit"]) == (0, True)
    assert (await (await client.post("/api/verify", data=issued.pdf)).json())["standing"] == "current", "not signed yet"
    correction = f"/api{newer['page']}"
    await secretary.ask(
        "PUT", correction, {"revision": 1, "content": {**draft["content"], "seal": False, "replaces": ""}}
    )
    assert (await secretary.ask("POST", f"{correction}/put-forward", {"revision": 2}))[0] == 200
    await signed_by_person(client, correction, key(sample, "p-signer"))
    assert (await (await client.post("/api/verify", data=issued.pdf)).json())["standing"] == "replaced"
    _, old = await secretary.ask("GET", f"{letter}/signing")
    _, new = await secretary.ask("GET", f"{correction}/signing")
    assert old["corrected_by"] == {"page": newer["page"], "done": True}
    assert new["corrects"] == {"page": letter.removeprefix("/api"), "reason": "Ghi sai thời hạn"}

    reason = {"reason": "Ghi sai tên cơ quan"}
    assert (await clerk.ask("POST", f"{letter}/signing/recall", reason))[0] == 403
    assert (await Person(client, "p-secretary").ask("POST", f"{letter}/signing/recall", reason))[0] == 204
    assert (await (await client.post("/api/verify", data=issued.pdf)).json())["standing"] == "recalled"
    _, told = await clerk.ask("GET", f"{letter}/signing")
    assert [(one["what"], one["detail"]) for one in told["events"]][-1] == ("recalled", "Ghi sai tên cơ quan")


async def test_the_signers_refusal_returns_the_draft_and_cancels_its_number(client: Client, sitting: Played) -> None:
    letter = await put_forward(client, sitting, numbered=True)
    reason = {"reason": "Chưa rõ thời hạn"}
    assert (await Person(client, "p-secretary").ask("POST", f"{letter}/signing/refuse", reason))[0] == 403
    assert (await Person(client, "p-signer").ask("POST", f"{letter}/signing/refuse", reason))[0] == 204
    _, found = await Person(client, "p-secretary").ask("GET", letter)
    assert (found["may_edit"], found["number"], found["sha256"]) == (True, 0, "")
    assert (await Person(client, "p-signer").ask("GET", letter))[0] == 403, "a draft is no longer the signer's to read"


async def test_the_organs_token_numbers_dates_and_seals_by_one_button_however_often_it_is_pressed(
    sitting: Played, authority: Authority, token: Token, database: Database
) -> None:
    async with office(database, authority.trust, {"u9": token}) as client:
        for owner, label in (("p-signer", "chair"), (SEAL, "seal")):
            await enrol(database, owner, authority.key_file(label).signer().signing_cert)
        letter = await put_forward(client, sitting)
        clerk = Person(client, "clerk")
        await signed_by_person(client, letter, authority.key_file("chair"))
        _, told = await clerk.ask("GET", f"{letter}/signing")
        seen = {"revision": told["revision"], "sha256": told["sha256"]}
        assert (await Person(client, "p-signer").ask("POST", f"{letter}/signing/seal", seen))[0] == 403
        answers = await asyncio.gather(*(clerk.ask("POST", f"{letter}/signing/seal", seen) for _ in range(3)))
        assert sorted(status for status, _ in answers) == [200, 409, 409]
        _, told = await clerk.ask("GET", f"{letter}/signing")
        assert (told["next_role"], told["number"]) == ("", 1)
        assert [one["what"] for one in told["events"]] == ["signed", "numbered", "signed"]
        _, book = await clerk.ask("GET", "/api/units/u9/numbers?kind=TB")
        assert [one["number"] for one in book["numbers"]] == [1]
