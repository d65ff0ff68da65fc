"""The evidence package: one archive from which minutes can be checked in ten years, without a server.

Its members and how to check them with public tools alone are told in `evidence_guide.txt`, which goes into it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.record.chain import Header
from meetings.record.tables import RecordEvent, RecordText
from meetings.signing.course import signatures_of
from meetings.signing.tables import Signature, SigningEvent
from meetings.signing.verdict import Verdict

#: The members of a package; `SUMS` holds the hashes of all others.
PDF, RECORD, TEXTS, PAPERS = "bien-ban.pdf", "ho-so.jsonl", "van-ban.jsonl", "tai-lieu.sha256"
TRUST, REPORT, COURSE, GUIDE, SUMS = (
    "chung-thu.pem",
    "ket-qua-xac-minh.json",
    "qua-trinh-ky.json",
    "CACH-KIEM-TRA.txt",
    "SHA256SUMS",
)
MEMBERS = frozenset({PDF, RECORD, TEXTS, PAPERS, TRUST, REPORT, COURSE, GUIDE, SUMS})


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the meeting, as the package names it."""

    title: str
    sha256: str


#: The papers of a meeting (the floor above keeps them).
PapersOf: TypeAlias = Callable[[AsyncSession, str], Awaitable[Sequence[Paper]]]


async def record_of(session: AsyncSession, meeting: str) -> tuple[bytes, bytes]:
    """Every event and every text of a record, a line of JSON each; what was redacted has empty salt and content."""
    events = await session.scalars(select(RecordEvent).where(RecordEvent.meeting == meeting).order_by(RecordEvent.seq))
    texts = await session.scalars(
        select(RecordText).where(RecordText.meeting == meeting).order_by(RecordText.seq, RecordText.id)
    )
    return record_lines(events), text_lines(texts)


def record_lines(events: Iterable[RecordEvent]) -> bytes:
    """`header` and `payload` are the very bytes that were hashed, as text."""
    return _lines(
        {
            "seq": row.seq,
            "header": Header(row.meeting, row.seq, row.at, row.type, row.v, row.actor, row.on_behalf_of, row.command_id)
            .canonical()
            .decode(),
            "salt": (row.salt or b"").hex(),
            "payload": (row.payload or b"").decode(),
            "payload_hash": row.payload_hash.hex(),
            "hash": row.hash.hex(),
        }
        for row in events
    )


def text_lines(texts: Iterable[RecordText]) -> bytes:
    return _lines(
        {
            "id": row.id,
            "seq": row.seq,
            "salt": (row.salt or b"").hex(),
            "text": row.text if row.salt is not None and row.text is not None else "",
            "sha256": row.sha256,
        }
        for row in texts
    )


def _lines(rows: Iterable[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in rows)


async def course_of(session: AsyncSession, document: str) -> bytes:
    """Who signed (and by which certificate), refused, recalled or was named to attest, when and why."""
    by = {one.sha256: one for one in await signatures_of(session, document)}
    rows = await session.scalars(
        select(SigningEvent).where(SigningEvent.document == document).order_by(SigningEvent.at, SigningEvent.id)
    )
    told = [
        {"at": one.at, "what": one.what, "role": one.role, "name": one.name, "sha256": one.sha256, "why": one.detail}
        | ({"issuer": by[one.sha256].issuer, "serial": by[one.sha256].serial} if _signing(one, by) else {})
        for one in rows
    ]
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _signing(one: SigningEvent, by: Mapping[str, Signature]) -> bool:
    return one.what == "signed" and one.sha256 in by


def report_of(verdict: Verdict, now: int) -> bytes:
    """What the issuing server found when it made the package."""
    return json.dumps({"at": now, **verdict.as_json()}, ensure_ascii=False, indent=1).encode()


def papers_of(papers: Iterable[Paper]) -> bytes:
    """The papers' hashes as `sha256sum -c` reads them."""
    return "".join(f"{one.sha256}  {_file_name(one.title)}\n" for one in papers).encode()


def _file_name(title: str) -> str:
    return "".join(" " if letter in "/\\\0" or not letter.isprintable() else letter for letter in title).strip()


def pack(members: dict[str, bytes]) -> bytes:
    """The archive. `members` are all but the guide and the sums; the same ones give the same bytes."""
    whole = {**members, GUIDE: guide()}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(whole.items()))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*sorted(whole.items()), (SUMS, sums.encode())]:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def guide() -> bytes:
    """How to check a package with public tools alone."""
    return files("meetings.signing").joinpath("evidence_guide.txt").read_bytes()
