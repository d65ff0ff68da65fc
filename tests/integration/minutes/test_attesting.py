"""The head of the unit names who attests instead of a chair who no longer can; the minutes say so and ask for them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator

import pypdfium2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from meetings.directory.tables import PersonRow
from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, Role, answer
from meetings.minutes import routes
from meetings.signing import evidence, evidence_routes
from meetings.signing import routes as signing_routes
from meetings.signing.sample_authority import SampleAuthority
from meetings.storage.database import Database
from tests.integration.minutes.test_minutes_over_http import Client, Handler, sitting
from tests.unit.minutes.played import Played

__all__ = ["sitting"]
ROLES = {"head": frozenset({Role.UNIT_HEAD})}


@web.middleware
async def of_the_unit(request: web.Request, handler: Handler) -> web.StreamResponse:
    person = request.headers["X-Person"]
    request[PRINCIPAL] = Principal(person, f"{person} (mẫu)", "u9", ROLES.get(person, frozenset()), "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


@pytest.fixture
async def client(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[of_the_unit])
    authority = SampleAuthority(tmp_path_factory.mktemp("keys"))
    app[DATABASE], app[routes.SAMPLE_AUTHORITY] = database, authority
    app[routes.TRUST] = authority.trust().read_bytes()
    app.add_routes([*routes.routes(), *signing_routes.routes(), *evidence_routes.routes()])
    routes._asked.clear()
    async with database.write() as session:
        for person, unit in (("deputy", "u9"), ("stranger", "u7"), ("head", "u9")):
            name = f"{person} (mẫu)"
            session.add(PersonRow(id=person, name=name, folded=person, position=f"Chức vụ {person}", unit=unit))
    async with TestClient(TestServer(app)) as found:
        yield found


async def test_whom_the_head_names_signs_in_the_chairs_place(client: Client, sitting: Played) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"

    async def sign(person: str) -> int:
        found = await (await client.get(base, headers={"X-Person": person})).json()
        seen = {"revision": found.get("revision", 0), "sha256": found.get("sha256", "")}
        return (await client.post(f"{base}/sign", json=seen, headers={"X-Person": person})).status

    async def name(by: str, person: str, role: str = "chair") -> tuple[int, str]:
        body = {"role": role, "person": person, "reason": "Chủ tọa nghỉ hưu"}
        response = await client.post(f"{base}/attestant", json=body, headers={"X-Person": by})
        return response.status, "" if response.status == 204 else str((await response.json())["id"])

    assert await sign("p-secretary") == 200
    assert (await name("p-secretary", "deputy"))[1] == "minutes.not_unit_head"
    assert (await name("head", "stranger"))[1] == "minutes.attestant_unknown"
    assert (await name("head", "deputy", "secretary"))[1] == "minutes.role_signed"
    assert (await name("head", "deputy"))[0] == 204
    found = await (await client.get(base, headers={"X-Person": "deputy"})).json()
    assert (found["next_role"], found["signatures"]) == ("secretary", []), "what was signed did not say who attests"
    assert [one["name"] for one in found["content"]["attested"]] == ["deputy (mẫu)"]
    assert await sign("p-secretary") == 200
    assert await sign("p-chair") == 403, "no longer the chair's"
    assert await sign("deputy") == 200
    pdf = await (await client.get(f"{base}/file.pdf", headers={"X-Person": "head"})).read()
    verdict = await (await client.post("/api/verify", data=pdf, headers={"X-Person": "head"})).json()
    assert (verdict["valid"], [one["name"] for one in verdict["signatures"]][-1]) == (True, "deputy (mẫu)")
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    document.close()
    assert "lý do: Chủ tọa nghỉ hưu" in text
    assert "Chức vụ head head (mẫu) cử deputy (mẫu), Chức vụ deputy xác nhận biên bản thay chủ tọa." in text
    assert "NGƯỜI XÁC NHẬN THAY CHỦ TỌA" in text
    packed = await (await client.get(f"{base}/evidence.zip", headers={"X-Person": "p-secretary"})).read()
    verdict = await (await client.post("/api/verify", data=packed, headers={"X-Person": "head"})).json()
    assert (verdict["valid"], verdict["complete"]) == (True, "yes"), verdict
    (said,) = verdict["package"]["attested"]
    assert said.startswith("deputy (mẫu) xác nhận biên bản thay chủ tọa ")
    assert said.endswith("do Chức vụ head head (mẫu) cử; lý do: Chủ tọa nghỉ hưu")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        course = json.loads(archive.read(evidence.COURSE))
    assert [(one["what"], one["name"]) for one in course if one["role"] == "chair"] == [
        ("attested", "deputy (mẫu)"),
        ("signed", "deputy (mẫu)"),
    ]
    told = await (await client.get(f"{base}/signing", headers={"X-Person": "head"})).json()
    assert "attested" in [one["what"] for one in told["events"]]
