"""The dispatch over HTTP: who may look, send, recall and configure, and what bad input is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.fernet import Fernet

from meetings.calendar.tables import Meeting, Participant
from meetings.directory.tables import Unit
from meetings.dispatch import routes
from meetings.dispatch.message import Message
from meetings.dispatch.named import NamedGateway
from meetings.dispatch.reader import read
from meetings.dispatch.rest_gateway import Profile
from meetings.dispatch.sealing import Sealer
from meetings.dispatch.units import Ways
from meetings.http import DATABASE, Role
from meetings.ids import now_ms
from meetings.signing.tables import SignedFile, SigningEvent
from meetings.storage.database import Database
from tests.integration.asking import signed_in_as
from tests.integration.dispatch.issued_minutes import PDF, issue_minutes

#: Who asks: their unit and roles.
PEOPLE: dict[str, tuple[str, frozenset[Role]]] = {
    "clerk": ("u9", frozenset({Role.RECORDS_CLERK})),
    "secretary": ("u9", frozenset()),
    "other-clerk": ("u1", frozenset({Role.RECORDS_CLERK})),
    "stranger": ("u7", frozenset()),
    "administrator": ("", frozenset({Role.ADMINISTRATOR})),
}
KEY = "khoa-trong-tep-mau"
FIRST = "000.00.01.H56"
HANDOVER = {"mode": "handover", "organ_id": "000.00.09.H56"}
ALL = {"document": "minutes:m1", "recipients": [FIRST]}


class Server:
    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client

    async def ask(self, person: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
        response = await self.client.request(method, path, json=body, headers={"X-Person": person})
        kind = response.headers.get("Content-Type", "")
        return response.status, await (response.json() if "json" in kind else response.read())


@pytest.fixture
async def server(database: Database) -> AsyncIterator[Server]:
    now = now_ms()
    async with database.write() as session:
        for index, id in enumerate(("u9", "u1", "u2")):
            session.add(Unit(id=id, code=id, name=f"Đơn vị Mẫu {id}", rank=index))
        session.add(
            Meeting(
                id="m1", title="Phiên họp mẫu", starts_at=now, ends_at=now, unit="u9", unit_rank=1, hub_site="s9",
                chair="p1", secretary="secretary", created_by="p2", created_at=now,
            )
        )  # fmt: skip
        await session.flush()
        for index, unit in enumerate(("u9", "u1", "u2")):
            session.add(
                Participant(
                    meeting="m1", site=f"s{index}", position=index, unit=unit, name=unit, answered_at=None
                )
            )  # fmt: skip
        await issue_minutes(session, "m1", now)
    application = web.Application(middlewares=[signed_in_as(PEOPLE)])
    application[DATABASE] = database
    named = {"truc": NamedGateway("truc", "Trục liên thông (mẫu)", "https://truc.example", Profile(), {"S.H56": KEY})}
    application[routes.WAYS] = Ways(Sealer(Fernet.generate_key().decode()), named)
    application.add_routes(routes.routes())
    async with TestClient(TestServer(application)) as client:
        found = Server(client)
        wish = {**HANDOVER, "organ_id": FIRST}
        assert (await found.ask("administrator", "PUT", "/api/units/u1/exchange", wish))[0] == 200
        yield found


async def test_minutes_are_chosen_sent_taken_along_and_recalled(server: Server) -> None:
    assert (await server.ask("clerk", "POST", "/api/meetings/m1/dispatch", ALL))[1]["id"] == "dispatch.unit_not_set"
    await server.ask("administrator", "PUT", "/api/units/u9/exchange", HANDOVER)
    _, found = await server.ask("clerk", "GET", "/api/meetings/m1/dispatch")
    (document,) = found["documents"]
    assert (document["code"], document["issued"], found["may_send"]) == ("5/BB-VP", True, True)
    assert found["recipients"] == [
        {"name": "Đơn vị Mẫu u1", "organ_id": FIRST},
        {"name": "Đơn vị Mẫu u2", "organ_id": ""},
    ]
    status, sent = await server.ask("clerk", "POST", "/api/meetings/m1/dispatch", ALL)
    assert (status, sent["state"]) == (201, "manual")
    path = f"/api/dispatches/{sent['id']}"
    message = read((await server.ask("clerk", "GET", f"{path}/message.edxml"))[1])
    assert isinstance(message, Message)
    assert (message.attachments[0].data, message.header.document) == (PDF, sent["document_id"])
    assert (await server.ask("clerk", "POST", "/api/meetings/m1/dispatch", ALL))[1]["id"] == "dispatch.already"
    assert (await server.ask("clerk", "POST", f"{path}/confirm", {}))[0] == 204
    assert (await server.ask("clerk", "POST", f"{path}/cancel", {}))[1]["id"] == "dispatch.left"
    assert (await server.ask("clerk", "POST", f"{path}/recall", {"reason": "Sai tên"}))[0] == 201
    _, found = await server.ask("secretary", "GET", "/api/meetings/m1/dispatch")
    assert [(one["business"], one["state"]) for one in found["dispatches"]] == [("1", "manual"), ("0", "sent")]
    assert found["may_send"] is False


async def test_only_the_issuing_units_clerk_sends_and_only_the_provinces_administrator_configures(
    server: Server,
) -> None:
    await server.ask("administrator", "PUT", "/api/units/u9/exchange", HANDOVER)
    _, sent = await server.ask("clerk", "POST", "/api/meetings/m1/dispatch", ALL)
    path = f"/api/dispatches/{sent['id']}"
    for person, expected in (("secretary", 403), ("other-clerk", 403), ("stranger", 404)):
        assert (await server.ask(person, "POST", "/api/meetings/m1/dispatch", ALL))[0] == expected, person
        for act in ("confirm", "cancel", "retry", "recall"):
            assert (await server.ask(person, "POST", f"{path}/{act}", {}))[0] == expected, (person, act)
        assert (await server.ask(person, "GET", f"{path}/message.edxml"))[0] == expected
    for person in ("clerk", "secretary", "stranger"):
        assert (await server.ask(person, "PUT", "/api/units/u9/exchange", HANDOVER))[0] == 403
    assert (await server.ask("other-clerk", "GET", "/api/units/u9/exchange"))[0] == 403


async def test_a_key_is_kept_and_never_given_out_again(server: Server) -> None:
    wish = {
        "mode": "direct",
        "organ_id": "000.00.09.H56",
        "address": "https://truc.example",
        "system_id": "S",
        "secret": "bi-mat-mau",
    }
    for person, method, body in (("administrator", "PUT", wish), ("clerk", "GET", None)):
        status, found = await server.ask(person, method, "/api/units/u9/exchange", body)
        assert (status, found["has_secret"]) == (200, True)
        assert "bi-mat-mau" not in repr(found)


async def test_bad_input_is_told_and_keeps_nothing(server: Server, database: Database) -> None:
    await server.ask("administrator", "PUT", "/api/units/u9/exchange", HANDOVER)
    path = "/api/meetings/m1/dispatch"
    for body, id in (
        ({**ALL, "recipients": ["000.00.77.H56"]}, "dispatch.recipient_unknown"),
        ({**ALL, "recipients": []}, "dispatch.no_recipient"),
        ({**ALL, "recipients": [FIRST, FIRST]}, "dispatch.recipient_twice"),
        ({**ALL, "recipients": ["x" * 36]}, "request.invalid"),
        ({**ALL, "document": "minutes:m2"}, "dispatch.document_unknown"),
        ({**ALL, "document": "letter:none"}, "dispatch.document_unknown"),
        ({**ALL, "document": "../../etc"}, "dispatch.document_unknown"),
        ({**ALL, "replaces": "none"}, "dispatch.unknown"),
        ({**ALL, "extra": 1}, "request.invalid"),
    ):
        assert (await server.ask("clerk", "POST", path, body))[1]["id"] == id, body
    assert (await server.ask("clerk", "GET", path))[1]["dispatches"] == []
    assert (await server.ask("administrator", "PUT", "/api/units/none/exchange", HANDOVER))[0] == 404
    assert (await server.ask("clerk", "POST", "/api/dispatches/none/retry", {}))[0] == 404
    async with database.write() as session:
        session.add(
            SigningEvent(
                id="e", document="minutes:m1", meeting="m1", at=1, what="recalled", role="chair", person="p", name="p",
                sha256="", detail="",
            )
        )  # fmt: skip
    assert (await server.ask("clerk", "POST", path, ALL))[1]["id"] == "dispatch.recalled"
    async with database.write() as session:
        (await session.get_one(SignedFile, "minutes:m1")).next_role = "chair"
    assert (await server.ask("clerk", "POST", path, ALL))[1]["id"] == "signing.not_signed"
