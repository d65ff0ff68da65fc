"""Notices and invitations over HTTP on a real database: draft, number, put forward, refuse, templates; and tasks."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import docx
import pikepdf
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Participant
from meetings.directory.tables import Unit
from meetings.http import DATABASE, Role
from meetings.layout.letterhead import Letterhead
from meetings.letters import routes as letters
from meetings.minutes.routes import LETTERHEADS
from meetings.numbers import routes as numbers
from meetings.storage.database import Database
from meetings.tasks import routes as tasks
from tests.integration.asking import signed_in_as
from tests.integration.minutes.test_minutes_over_http import stored
from tests.unit.minutes.played import Played

Client = TestClient[web.Request, web.Application]
#: Who asks, by their id: their unit and roles.
PEOPLE: dict[str, tuple[str, frozenset[Role]]] = {
    "p-secretary": ("u9", frozenset()),
    "clerk": ("u9", frozenset({Role.RECORDS_CLERK})),
    "p-signer": ("u9", frozenset()),
    "assigned": ("u-so", frozenset({Role.SECRETARY})),
    "stranger": ("u-other", frozenset({Role.RECORDS_CLERK})),
}
SIGNATORY = {
    "name": "Nguyễn Văn Mẫu",
    "title": "Chánh Văn phòng",
    "capacities": [{"form": "TL", "of": "Chủ tịch"}],
    "authority": {"paper": "", "scope": "", "valid_from": "", "valid_to": ""},
    "person": "p-signer",
}


signed_in = signed_in_as(PEOPLE, otherwise="p-secretary")


async def letterhead(session: AsyncSession, unit: str, day: date) -> Letterhead:
    return Letterhead("Ủy ban nhân dân tỉnh Mẫu", "Văn phòng", "", "BB-VP", "Tỉnh Mẫu")


@pytest.fixture
async def sitting(database: Database) -> Played:
    found = await stored(database)
    async with database.write() as session:
        session.add(Unit(id="u-so", code="so-mau", name="=Sở Mẫu", rank=20))
        for index in range(215):
            session.add(
                Participant(
                    meeting=found.meeting,
                    site=f"s{index + 1}",
                    position=index,
                    unit="u9",
                    name=f"UBND xã Mẫu {index + 1}",
                    level="commune",
                    answered_at=None,
                )
            )
    return found


@pytest.fixture
async def client(database: Database, sitting: Played) -> AsyncIterator[Client]:
    application = web.Application(middlewares=[signed_in])
    application[DATABASE] = database
    application[LETTERHEADS] = letterhead
    for one in (letters, numbers, tasks):
        application.add_routes(one.routes())
    async with TestClient(TestServer(application)) as found:
        yield found


class Person:
    """Somebody who asks the server."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        response = await self.client.request(method, path, json=body, headers={"X-Person": self.name})
        kind = response.headers.get("Content-Type", "")
        return response.status, await (response.json() if "json" in kind else response.read())


@pytest.fixture
def secretary(client: Client) -> Person:
    return Person(client, "p-secretary")


@pytest.fixture
def clerk(client: Client) -> Person:
    return Person(client, "clerk")


async def begun(secretary: Person, sitting: Played, kind: str = "TB") -> str:
    status, found = await secretary.ask("POST", f"/api/meetings/{sitting.meeting}/letters", {"kind": kind})
    assert status == 201, found
    return f"/api/letters/{found['letter']}"


async def test_a_notice_is_drafted_from_the_conclusions_and_put_forward(
    secretary: Person, clerk: Person, sitting: Played
) -> None:
    letter = await begun(secretary, sitting)
    _, found = await secretary.ask("GET", letter)
    content = found["content"]
    assert content["letterhead"]["symbol"] == "TB-VP"
    assert [one["text"] for one in content["sections"][0]["lines"]] == ["Thống nhất báo cáo."]
    assert content["sections"][0]["tasks"][0]["due"] == "2026-12-05"
    status, refused = await secretary.ask("POST", f"{letter}/put-forward", {"revision": 1})
    assert (status, refused["id"]) == (422, "letters.signatory_missing")

    content["signatory"] = SIGNATORY
    assert (await secretary.ask("PUT", letter, {"revision": 1, "content": content}))[1] == {"revision": 2}
    status, refused = await secretary.ask("PUT", letter, {"revision": 1, "content": content})
    assert (status, refused["id"]) == (409, "stale")
    status, refused = await secretary.ask("POST", f"{letter}/number", {})
    assert refused["id"] == "numbers.source_unset"
    await clerk.ask("PUT", "/api/units/u9/numbers/source", {"source": "register"})
    assert (await secretary.ask("POST", f"{letter}/number", {}))[1] == {"number": 1}
    status, _ = await secretary.ask("POST", f"{letter}/put-forward", {"revision": 2})
    assert status == 200
    status, first = await clerk.ask("GET", f"{letter}/file.pdf")
    assert (await clerk.ask("GET", f"{letter}/file.pdf"))[1] == first
    with pikepdf.open(io.BytesIO(first)) as document:
        assert b'CodeNumber="01"' in document.Root.Metadata.read_bytes()
    for again in (
        ("PUT", letter, {"revision": 2, "content": content}),
        ("POST", f"{letter}/put-forward", {"revision": 2}),
    ):
        status, refused = await secretary.ask(*again)
        assert refused["id"] == "letters.frozen"


async def test_a_refused_letter_opens_again_and_its_number_stays_cancelled(
    secretary: Person, clerk: Person, sitting: Played
) -> None:
    letter = await begun(secretary, sitting)
    _, found = await secretary.ask("GET", letter)
    await secretary.ask("PUT", letter, {"revision": 1, "content": {**found["content"], "signatory": SIGNATORY}})
    await clerk.ask("PUT", "/api/units/u9/numbers/source", {"source": "register"})
    await clerk.ask("POST", f"{letter}/number", {})
    await secretary.ask("POST", f"{letter}/put-forward", {"revision": 2})
    assert (await secretary.ask("POST", f"{letter}/withdraw", {"reason": " "}))[1]["id"] == "letters.reason_missing"
    assert (await secretary.ask("POST", f"{letter}/withdraw", {"reason": "Sai tên đơn vị"}))[0] == 200
    _, found = await secretary.ask("GET", letter)
    assert (found["number"], found["may_edit"]) == (0, True)
    assert (await clerk.ask("POST", f"{letter}/number", {}))[1] == {"number": 2}
    _, book = await clerk.ask("GET", "/api/units/u9/numbers?kind=TB&year=2026")
    assert [(one["number"], one["reason"]) for one in book["numbers"]] == [(1, "Sai tên đơn vị"), (2, "")]


async def test_a_unit_with_its_own_system_has_its_clerk_enter_the_number(
    secretary: Person, clerk: Person, sitting: Played
) -> None:
    letter = await begun(secretary, sitting)
    await clerk.ask("PUT", "/api/units/u9/numbers/source", {"source": "system"})
    assert (await secretary.ask("POST", f"{letter}/number", {}))[1]["id"] == "numbers.not_from_register"
    assert (await secretary.ask("POST", f"{letter}/number", {"number": 57}))[0] == 403
    assert (await clerk.ask("POST", f"{letter}/number", {"number": 57}))[1] == {"number": 57}
    _, found = await clerk.ask("GET", letter)
    assert found["content"]["letterhead"]["number"] == "57"


async def test_an_invitation_of_215_sites_follows_the_units_template(
    secretary: Person, clerk: Person, sitting: Played
) -> None:
    template = {"recipients": ["Như trên"], "archive": "TH", "host": "Văn phòng Mẫu", "signatory": SIGNATORY}
    assert (await clerk.ask("PUT", "/api/units/u9/templates/GM", {"content": template}))[0] == 200
    letter = await begun(secretary, sitting, "GM")
    _, found = await secretary.ask("GET", letter)
    content = found["content"]
    assert content["host"] == "Văn phòng Mẫu"
    assert content["signatory"]["title"] == "Chánh Văn phòng"
    names = " ".join(content["invited"])
    assert all(f"UBND xã Mẫu {index}" in names for index in range(1, 216))
    assert names.startswith("215 điểm cầu:")
    content["place"] = "Phòng họp chưa lưu"
    status, pdf = await secretary.ask("POST", f"{letter}/preview.pdf", {"content": content})
    assert (status, pdf[:5]) == (200, b"%PDF-")
    assert (await secretary.ask("GET", letter))[1]["content"]["place"] != "Phòng họp chưa lưu", (
        "a preview keeps nothing"
    )


async def test_the_word_file_says_what_the_letter_says(secretary: Person, sitting: Played) -> None:
    letter = await begun(secretary, sitting)
    _, data = await secretary.ask("GET", f"{letter}/document.docx")
    document = docx.Document(io.BytesIO(data))
    text = [one.text for one in document.paragraphs]
    assert "THÔNG BÁO" in text
    assert "- Thống nhất báo cáo." in text
    cells = [cell.text for table in document.tables for cell in table._cells]
    assert any("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in cell for cell in cells)
    assert any(cell.startswith("Nơi nhận:") for cell in cells)


async def test_strangers_see_nothing_and_bad_content_is_told(
    client: Client, secretary: Person, sitting: Played
) -> None:
    letter = await begun(secretary, sitting)
    stranger = Person(client, "stranger")
    for method, path, body in (
        ("GET", letter, None),
        ("GET", f"{letter}/file.pdf", None),
        ("POST", f"{letter}/number", {}),
        ("POST", f"/api/meetings/{sitting.meeting}/letters", {"kind": "TB"}),
    ):
        assert (await stranger.ask(method, path, body))[0] == 404, path
    assert (await stranger.ask("GET", "/api/units/u9/numbers"))[0] == 403
    assert (await stranger.ask("PUT", "/api/units/u9/templates/TB", {"content": {}}))[0] == 403
    _, found = await secretary.ask("GET", letter)
    for change in ({"abstract": "x" * 501}, {"issued_on": "24/11/2026"}, {"recipients": ["x"] * 1001}, {"extra": 1}):
        status, refused = await secretary.ask("PUT", letter, {"revision": 1, "content": {**found["content"], **change}})
        if "extra" in change:
            assert status == 200, "unknown fields are left out"
        else:
            assert (status, refused["id"]) == (422, "letters.invalid")
            assert refused["details"]["fields"][0]["field"].startswith(next(iter(change)))


async def test_tasks_are_taken_over_once_and_tracked(client: Client, secretary: Person, sitting: Played) -> None:
    path = f"/api/meetings/{sitting.meeting}/tasks"
    assert (await secretary.ask("POST", path))[1] == {"added": 1}
    assert (await secretary.ask("POST", path))[1] == {"added": 0}
    assigned, stranger = Person(client, "assigned"), Person(client, "stranger")
    assert (await stranger.ask("GET", "/api/tasks"))[1]["tasks"] == []
    (task,) = (await assigned.ask("GET", "/api/tasks?unit=u-so"))[1]["tasks"]
    assert (task["unit"], task["due"], task["state"], task["text"]) == ("u-so", "2026-12-05", "open", "Hoàn thiện")
    one = f"/api/tasks/{task['id']}"

    async def become(who: Person, state: str, revision: int, note: str = "") -> tuple[int, Any]:
        return await who.ask("POST", f"{one}/state", {"revision": revision, "state": state, "note": note})

    assert (await become(stranger, "done", 1))[0] == 404
    assert (await become(assigned, "in_progress", 1, "Đang tổng hợp"))[1]["revision"] == 2
    assert (await become(assigned, "done", 1))[1]["id"] == "stale"
    assert (await become(assigned, "withdrawn", 2))[0] == 403
    assert (await become(assigned, "done", 2, "Đã gửi"))[1]["state"] == "done"
    assert (await become(assigned, "in_progress", 3))[0] == 403
    assert (await become(secretary, "in_progress", 3, "Chưa đủ"))[1]["state"] == "in_progress"
    steps = (await secretary.ask("GET", one))[1]["steps"]
    assert [(step["state"], step["note"]) for step in steps] == [
        ("open", ""),
        ("in_progress", "Đang tổng hợp"),
        ("done", "Đã gửi"),
        ("in_progress", "Chưa đủ"),
    ]


async def test_only_the_meetings_own_give_a_task_to_another(client: Client, secretary: Person, sitting: Played) -> None:
    await secretary.ask("POST", f"/api/meetings/{sitting.meeting}/tasks")
    (task,) = (await secretary.ask("GET", f"/api/tasks?meeting={sitting.meeting}"))[1]["tasks"]
    one = f"/api/tasks/{task['id']}/assignment"
    assert (await Person(client, "assigned").ask("PUT", one, {"revision": 1, "unit": "u-so"}))[0] == 403
    assert (await secretary.ask("PUT", one, {"revision": 1, "unit": "nobody"}))[1]["id"] == "tasks.assignee_unknown"
    status, found = await secretary.ask("PUT", one, {"revision": 1, "unit": "u-so", "due": "2026-01-05"})
    assert (status, found["overdue"], found["unit_name"]) == (200, True, "=Sở Mẫu")
    (late,) = (await secretary.ask("GET", "/api/tasks?overdue=1"))[1]["tasks"]
    assert late["id"] == task["id"]
