"""Minutes over HTTP on a real database: draft, revisions, signing in order, frozen bytes, the public check."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import docx
import pypdfium2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from openpyxl import load_workbook
from sqlalchemy import select

from meetings.calendar.tables import Meeting
from meetings.errors import Refusal
from meetings.http import DATABASE, PRINCIPAL, Principal, answer
from meetings.ids import now_ms
from meetings.letters.templates import Template, keep_template
from meetings.minutes import routes
from meetings.minutes.spreadsheet import neutralised
from meetings.numbers.tables import Kind
from meetings.record import lease
from meetings.record.store import append
from meetings.signing import routes as signing_routes
from meetings.signing.sample_authority import SampleAuthority, sample_authority
from meetings.signing.tables import Signature, SignedFile
from meetings.storage.database import Database
from tests.unit.minutes.played import STARTS, Played, whole_sitting

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Client = TestClient[web.Request, web.Application]


@web.middleware
async def signed_in(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The session's person from a header, and refusals as JSON, as the application does it."""
    person = request.headers.get("X-Person")
    if person:
        request[PRINCIPAL] = Principal(person, person, "u1", frozenset(), "s")
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), refusal.status)


async def stored(database: Database) -> Played:
    sitting, _ = whole_sitting()
    async with database.write() as session:
        session.add(
            Meeting(
                id=sitting.meeting,
                title="Phiên họp thường kỳ mẫu",
                starts_at=STARTS,
                ends_at=STARTS + 3_600_000,
                unit="u9",
                unit_rank=1,
                hub_site="s1",
                chair="p-chair",
                secretary="p-secretary",
                created_by="p-secretary",
                created_at=STARTS,
            )
        )
    epoch = await lease.take(database, sitting.meeting, "test", "", now_ms())
    assert epoch is not None
    await append(database, sitting.meeting, epoch, sitting.entries)
    return sitting


@pytest.fixture
async def sitting(database: Database) -> Played:
    return await stored(database)


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[signed_in])
    app[DATABASE] = database
    authority = sample_authority({"SIGN_PKCS12": "demo"}, tmp_path / "keys")
    assert isinstance(authority, SampleAuthority)
    app[routes.SAMPLE_AUTHORITY] = authority
    app[routes.TRUST] = authority.trust().read_bytes()
    app.add_routes([*routes.routes(), *signing_routes.routes()])
    routes._asked.clear()
    async with TestClient(TestServer(app)) as found:
        yield found


SECRETARY, CHAIR, OTHER = ({"X-Person": one} for one in ("p-secretary", "p-chair", "p-other"))


async def test_draft_edit_sign_download_and_verify(client: Client, sitting: Played) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    found = await (await client.get(base, headers=SECRETARY)).json()
    assert (found["revision"], found["may_edit"], found["may_sign"]) == (0, True, True)
    content = found["content"]
    content["items"][0]["lines"].append({"text": "Dòng thêm", "events": []})
    content["record_head"] = "00" * 32
    content["chair"]["name"] = "Người khác"
    saved = await client.put(base, json={"revision": 0, "content": content}, headers=SECRETARY)
    assert await saved.json() == {"revision": 1}
    again = await client.put(base, json={"revision": 0, "content": content}, headers=SECRETARY)
    assert ((await again.json())["id"], again.status) == ("stale", 409)

    found = await (await client.get(base, headers=CHAIR)).json()
    assert found["content"]["record_head"] == sitting.last.hash.hex(), "the record's head is not for editing"
    assert found["content"]["chair"]["name"] == "Nguyễn Văn Mẫu", "nor is who signs"
    assert (found["may_edit"], found["may_sign"]) == (False, False)
    early = await client.post(f"{base}/sign", json={"revision": 1}, headers=CHAIR)
    assert (await early.json())["id"] == "signing.not_your_turn"
    old = await client.post(f"{base}/sign", json={"revision": 0}, headers=SECRETARY)
    assert (await old.json())["id"] == "stale"
    first = await (await client.post(f"{base}/sign", json={"revision": 1}, headers=SECRETARY)).json()
    assert first["role"] == "secretary"
    frozen = await client.put(base, json={"revision": 1, "content": content}, headers=SECRETARY)
    assert (await frozen.json())["id"] == "minutes.frozen"
    assert (await client.get(f"{base}/file.pdf", headers=CHAIR)).status == 404
    unseen = await client.post(f"{base}/sign", json={"revision": 1}, headers=CHAIR)
    assert (await unseen.json())["id"] == "stale", "the chair signs the bytes that were seen"
    before = await (await client.get(f"{base}/preview.pdf", headers=CHAIR)).read()
    body = {"revision": 1, "sha256": first["sha256"]}
    assert (await client.post(f"{base}/sign", json=body, headers=CHAIR)).status == 200
    pdf = await (await client.get(f"{base}/file.pdf", headers=CHAIR)).read()
    assert pdf.startswith(before)

    told = await (await client.post("/api/verify", data=pdf)).json()
    assert told["valid"], told
    assert [one["role"] for one in told["signatures"]] == ["secretary", "chair"]
    assert "record" not in told, "nobody who is not signed in learns whose it is"
    mine = await (await client.post("/api/verify", data=pdf, headers=CHAIR)).json()
    assert mine["record"]["meeting"] == sitting.meeting
    foreign = await (await client.post("/api/verify", data=pdf, headers=OTHER)).json()
    assert foreign["record"] is None


async def test_the_form_is_previewed_before_it_is_kept_and_begins_with_the_units_recipients(
    client: Client, sitting: Played, database: Database
) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    async with database.write() as session:
        template = Template(recipients=("Văn phòng Mẫu", "Các điểm cầu"))
        await keep_template(session, "u9", Kind.MINUTES, template, "clerk", now_ms())
    content = (await (await client.get(base, headers=SECRETARY)).json())["content"]
    assert content["recipients"] == ["Văn phòng Mẫu", "Các điểm cầu"]
    content["items"][0]["lines"].append({"text": "Dòng chưa lưu", "events": []})
    shown = await client.post(f"{base}/preview.pdf", json={"content": content}, headers=SECRETARY)
    document = pypdfium2.PdfDocument(await shown.read())
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "Dòng chưa lưu" in text
    assert (await (await client.get(base, headers=SECRETARY)).json())["revision"] == 0, "nothing is kept"
    wrong = await client.post(f"{base}/preview.pdf", json={"content": {"title": 1}}, headers=SECRETARY)
    assert (await wrong.json())["id"] == "minutes.invalid"
    assert (await client.post(f"{base}/preview.pdf", json={"content": content}, headers=OTHER)).status == 404


async def test_strangers_see_nothing(client: Client, sitting: Played) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    for path in (base, f"{base}/preview.pdf", f"{base}/tables.xlsx", f"{base}/events?seq=1", f"{base}/file.pdf"):
        assert (await client.get(path)).status == 401
        assert (await client.get(path, headers=OTHER)).status == 404


async def test_events_behind_a_line_and_wrong_content(client: Client, sitting: Played) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"
    found = await (await client.get(f"{base}/events?seq=1,{sitting.last.seq}", headers=SECRETARY)).json()
    assert [one["type"] for one in found["events"]] == ["sitting.prepared", "sitting.adjourned"]
    wrong = await client.put(base, json={"revision": 0, "content": {"title": 1}}, headers=SECRETARY)
    assert ((await wrong.json())["id"], wrong.status) == ("minutes.invalid", 422)


async def test_tables_hold_no_formulas(client: Client, sitting: Played) -> None:
    response = await client.get(f"/api/meetings/{sitting.meeting}/minutes/tables.xlsx", headers=SECRETARY)
    book = load_workbook(io.BytesIO(await response.read()))
    assert book.sheetnames == ["Điểm danh", "Biểu quyết", "Nhiệm vụ"]
    assert book["Nhiệm vụ"]["C2"].value == "'=Sở Mẫu"
    assert book["Điểm danh"]["E3"].value == 7
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    for text in ("=1", "+1", "-1", "@a", " =1", "\t=1"):
        assert str(neutralised(text)).startswith("'")
    assert neutralised("a=1") == "a=1"
    assert neutralised(-5) == -5


async def test_public_check_limits_rate_and_refuses_nothing_sent(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "VERIFY_PER_MINUTE", 3)  # each is checked in a process of its own: few, within a minute
    assert (await client.post("/api/verify", data=b"")).status == 422
    answers = [await client.post("/api/verify", data=b"not a pdf") for _ in range(3)]
    assert (await answers[0].json())["readable"] is False
    assert answers[-1].status == 429


async def test_key_files_exist_only_when_asked_for(tmp_path: Path) -> None:
    assert sample_authority({}, tmp_path) is None
    assert sample_authority({"SIGN_PKCS12": "1"}, tmp_path) is None


async def test_signing_twice_at_once_leaves_one_signature(client: Client, sitting: Played, database: Database) -> None:
    path = f"/api/meetings/{sitting.meeting}/minutes/sign"
    answers = await asyncio.gather(*(client.post(path, json={"revision": 0}, headers=SECRETARY) for _ in range(3)))
    assert [one.status for one in answers].count(200) == 1
    async with database.read() as session:
        rows = list(await session.scalars(select(Signature)))
        file = await session.get(SignedFile, f"minutes:{sitting.meeting}")
    assert [one.role for one in rows] == ["secretary"]
    assert file is not None
    assert file.sha256 == rows[0].sha256


async def test_the_draft_as_a_word_file(client: Client, sitting: Played) -> None:
    path = f"/api/meetings/{sitting.meeting}/minutes/document.docx"
    assert (await client.get(path, headers=OTHER)).status in (403, 404)
    response = await client.get(path, headers=SECRETARY)
    document = docx.Document(io.BytesIO(await response.read()))
    text = [one.text for one in document.paragraphs]
    assert text.index("BIÊN BẢN") < text.index("Phiên họp thường kỳ mẫu")
    assert any(cell.text.startswith("THƯ KÝ") for table in document.tables for cell in table._cells)


async def test_a_correction_is_a_new_edition_and_the_old_one_holds_until_it_is_signed(
    client: Client, sitting: Played, database: Database
) -> None:
    base = f"/api/meetings/{sitting.meeting}/minutes"

    async def sign(headers: dict[str, str]) -> int:
        found = await (await client.get(base, headers=headers)).json()
        seen = {"revision": found["revision"], "sha256": found["sha256"]}
        return (await client.post(f"{base}/sign", json=seen, headers=headers)).status

    async def in_force() -> bytes:
        return await (await client.get(f"{base}/file.pdf", headers=CHAIR)).read()

    async def standing(pdf: bytes) -> str:
        return str((await (await client.post("/api/verify", data=pdf)).json())["standing"])

    assert (await sign(SECRETARY), await sign(CHAIR)) == (200, 200)
    old = await in_force()
    why = {"reason": "Thiếu kết luận về nội dung hai"}
    assert (await client.post(f"{base}/signing/correct", json=why, headers=OTHER)).status == 404
    clicks = await asyncio.gather(*(client.post(f"{base}/signing/correct", json=why, headers=CHAIR) for _ in range(2)))
    assert sorted(one.status for one in clicks) == [201, 409]
    found = await (await client.get(base, headers=SECRETARY)).json()
    assert (found["edition"], found["may_edit"], found["next_role"]) == (2, True, "secretary")
    assert "Thiếu kết luận" in found["content"]["replaces"]
    assert (await in_force(), await standing(old)) == (old, "current")
    assert (await sign(SECRETARY), await sign(CHAIR)) == (200, 200)
    new = await in_force()
    assert new != old
    assert (await standing(old), await standing(new)) == ("replaced", "current")
    assert await (await client.get(f"{base}/file.pdf?edition=1", headers=OTHER)).read() != old, "not theirs to know"
    assert await (await client.get(f"{base}/file.pdf?edition=1", headers=CHAIR)).read() == old
