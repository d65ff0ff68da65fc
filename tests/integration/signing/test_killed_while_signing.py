"""The real server process, killed while somebody signs: the document is as it was, or signed once and whole."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, DummyCookieJar, FormData
from sqlalchemy import select

from meetings.calendar.tables import Meeting
from meetings.http import Principal
from meetings.ids import now_ms
from meetings.layout.letterhead import Letterhead
from meetings.letters import service
from meetings.letters.authority import Signatory
from meetings.letters.content import Invitation, Kind
from meetings.signing.appearance import Appearance
from meetings.signing.course import signatures_of
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, sign_once
from meetings.signing.tables import SignedFile
from meetings.signing.verify import verify
from meetings.storage.database import Database
from tests.integration.letters.test_signing import enrol
from tests.integration.web.test_killed_server import signed_in
from tests.story.processes import Processes
from web.demo import prepare
from web.settings import Settings

#: By which means, and seconds from the click to the kill: before anything is read, in the middle, and where the
#: signature may be kept.
KILLED_AFTER = (
    ("key", 0.3), ("key", 1.2),
    ("upload", 0.05), ("upload", 0.4),
    ("service", 0.05), ("service", 0.4),
)  # fmt: skip


class Signer:
    """The chair, who signs over HTTP. A click tells whether the signature was acknowledged."""

    def __init__(self, http: ClientSession, address: str, held: KeyFile) -> None:
        self._http, self._address, self._held = http, address, held

    async def ready(self, means: str, standing: service.Standing) -> Callable[[], Awaitable[bool]]:
        """What is left to do after everything was prepared: one click."""
        base = f"{self._address}/api/letters/{standing.row.id}"
        seen = {"revision": standing.revision, "sha256": standing.file.sha256 if standing.file else ""}
        if means == "key":
            return lambda: self._post(f"{base}/sign", json=seen)
        fetch, back = f"{base}/signing/document.pdf", f"{base}/signing/upload"
        if means == "service":
            async with self._http.post(f"{base}/signing/handover", json={}) as response:
                told = await response.json()
            fetch, back = (self._address + told[one] for one in ("fetch", "return"))
        async with self._http.get(fetch) as response:
            given = await response.read()
        pdf = (await sign_once(given, "signer", self._held.signer(), Appearance("Chủ trì (mẫu)", now_ms()))).pdf
        if means == "upload":
            return lambda: self._post(back, data=pdf)
        return lambda: self._post(back, data=FormData({"uploadfile": io.BytesIO(pdf)}))

    async def _post(self, path: str, **body: Any) -> bool:
        with contextlib.suppress(ClientError, OSError):
            async with self._http.post(path, **body) as response:
                told = await response.json()
                return response.status == 200 and told.get("Status", 0) == 0  # the service is told in its own words
        return False


async def put_forward(database: Database, meeting: Meeting) -> service.Standing:
    """An invitation that waits for the chair's signature."""
    who, now = Principal(meeting.secretary, "Thư ký (mẫu)", meeting.unit, frozenset(), "s"), now_ms()
    content = Invitation(
        Letterhead("", "Văn phòng (mẫu)", "", "GM-VP", "Tỉnh Mẫu"), "Dự họp (mẫu)", "Văn phòng (mẫu)", ("Như trên",),
        "cuộc họp mẫu", "Chủ trì (mẫu)", now, "Phòng họp (mẫu)", seal=False,
        signatory=Signatory("Chủ trì (mẫu)", "Chủ tịch (mẫu)", person=meeting.chair),
    )  # fmt: skip
    async with database.write() as session:
        id = await service.create(session, who, meeting, Kind.INVITATION, content, now)
    async with database.read() as session:
        standing = await service.find(session, id)
    await service.put_forward(database, standing, who, 1, now)
    async with database.read() as session:
        return await service.find(session, id)


async def test_a_kill_in_mid_signing_leaves_the_old_document_or_the_new_one(
    sqlite_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    database = Database(sqlite_url)
    environment = {
        "DATABASE_URL": sqlite_url,
        "DATA_DIR": str(tmp_path),
        "MEDIA_SOCKET": str(tmp_path / "media.sock"),
        "PORT": str(unused_tcp_port),
        "SIGN_PKCS12": "demo",
        "LOG_LEVEL": "error",
    }
    processes = Processes(environment, tmp_path)
    await prepare(Settings(database_url=sqlite_url, data_dir=tmp_path))
    async with database.read() as session:
        meeting = (await session.scalars(select(Meeting))).one()
    headers = {"Cookie": await signed_in(database, meeting.chair), "X-CSRF-Token": "-"}
    address = f"http://127.0.0.1:{unused_tcp_port}"
    await processes.start("web")
    held = KeyFile(SampleAuthority(tmp_path / "sample-authority").key_file(meeting.chair, "Chủ trì (mẫu)"), PASSPHRASE)
    await enrol(database, meeting.chair, held.signer().signing_cert)
    async with ClientSession(cookie_jar=DummyCookieJar(), headers=headers) as http:
        signer = Signer(http, address, held)
        for means, wait in KILLED_AFTER:
            standing = await put_forward(database, meeting)
            click = await signer.ready(means, standing)
            clicks = [asyncio.ensure_future(click()) for _ in range(2)]
            await asyncio.sleep(wait)
            await processes.kill("web")
            acknowledged = any(await asyncio.gather(*clicks))
            await processes.start("web")
            async with database.read() as session:
                file = await session.get_one(SignedFile, standing.document)
                signatures = await signatures_of(session, standing.document)
            assert hashlib.sha256(file.pdf).hexdigest() == file.sha256
            if signatures:
                assert ([one.role for one in signatures], file.next_role) == (["signer"], "")
            else:
                assert not acknowledged, "what was said to be signed is signed"
                assert standing.file is not None
                assert (file.pdf, file.next_role) == (standing.file.pdf, "signer")
                click = await signer.ready(means, standing)
                assert await click(), "what was not signed can be signed again"
        trust = (tmp_path / "sample-authority" / "trust.pem").read_bytes()
        async with database.read() as session:
            signed = await session.get_one(SignedFile, standing.document)
    await processes.stop()
    await database.close()
    verdict = await asyncio.to_thread(verify, signed.pdf, trust)
    assert (verdict.intact, verdict.complete) == (True, "yes")
