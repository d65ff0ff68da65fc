"""`make sample-minutes OUT=dir`: signed minutes, notice and invitation, the minutes' edXML message, what to trust."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from meetings.dispatch.documents import Issued, message_of
from meetings.dispatch.message import Organ
from meetings.dispatch.writer import write
from meetings.ids import local_time, new_id, now_ms
from meetings.layout.page import Rendered
from meetings.letters.content import Letter
from meetings.letters.layout import SIGNER
from meetings.letters.layout import render as render_letter
from meetings.minutes.content import Letterhead
from meetings.minutes.draft import assemble
from meetings.minutes.excerpt import excerpt
from meetings.minutes.layout import render
from meetings.record.tables import RecordEvent, RecordText
from meetings.signing import evidence
from meetings.signing.appearance import Appearance
from meetings.signing.fields import Place, reserve, seal_place
from meetings.signing.longterm import prolong
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, sign_once
from meetings.signing.verify import verify
from meetings.storage.base import Base
from tests.unit.letters.samples import invitation, notice
from tests.unit.minutes.played import Played, whole_sitting

Row = TypeVar("Row", bound=Base)


def rows_of(sitting: Played, kind: type[Row]) -> list[Row]:
    """The sitting's rows as the record keeps them."""
    return [row for entry in sitting.entries for row in entry.rows if isinstance(row, kind)]


async def signed(authority: SampleAuthority, rendered: Rendered, people: Mapping[str, str]) -> bytes:
    """`rendered` signed by `people` (name by role) in order, sealed by the sample office, stamped and made provable."""
    last = list(people)[-1]
    names = {**people, "seal": "Văn phòng (mẫu)"}
    places: dict[str, Place] = {role: rendered.places[role] for role in people}
    pdf = reserve(rendered.pdf, {**places, "seal": seal_place(places[last])})
    authorities = authority.authorities()
    for role, name in names.items():
        key = KeyFile(authority.key_file(role, name), PASSPHRASE)
        look = Appearance(name, now_ms(), seal=role == "seal")
        pdf = (await sign_once(pdf, role, key.signer(), look, authorities.timestamper(5))).pdf
    return await prolong(pdf, authorities)


async def signed_minutes(authority: SampleAuthority, sitting: Played) -> bytes:
    """Minutes of a played sitting: secretary, chair, seal, time stamps, revocation data."""
    head = Letterhead("Ủy ban nhân dân tỉnh Mẫu", "Văn phòng (mẫu)", "5", "BB-VP", "Tỉnh Mẫu")
    content = assemble(replace(sitting.sources(), letterhead=head))
    hashes = {row.seq: row.hash.hex() for row in rows_of(sitting, RecordEvent)}
    people = {"secretary": content.secretary.name, "chair": content.chair.name}
    return await signed(authority, render(content, excerpt(content, hashes)), people)


async def signed_letter(authority: SampleAuthority, letter: Letter) -> bytes:
    """A letter signed by whom it names, with the organ's seal."""
    return await signed(authority, render_letter(letter), {SIGNER: letter.signatory.name})


def package(pdf: bytes, sitting: Played, trust: bytes, course: bytes = b"[]") -> bytes:
    """The evidence package of `pdf`."""
    return evidence.pack(
        {
            evidence.PDF: pdf,
            evidence.RECORD: evidence.record_lines(rows_of(sitting, RecordEvent)),
            evidence.TEXTS: evidence.text_lines(rows_of(sitting, RecordText)),
            evidence.PAPERS: evidence.papers_of([evidence.Paper("Báo cáo (mẫu).pdf", hashlib.sha256(b"").hexdigest())]),
            evidence.TRUST: trust,
            evidence.REPORT: evidence.report_of(verify(pdf, trust), now_ms()),
            evidence.COURSE: course,
        }
    )


def edxml(pdf: bytes) -> bytes:
    """The message that carries `pdf` to two sample communes."""
    now = now_ms()
    issued = Issued(
        "minutes:sample",
        "unit",
        "sample",
        "BB",
        "5",
        "BB-VP",
        "Biên bản phiên họp thường kỳ (mẫu)",
        "Tỉnh Mẫu",
        local_time(now).date(),
        "Chủ tọa",
        "Nguyễn Văn Mẫu",
        "normal",
        pdf,
        hashlib.sha256(pdf).hexdigest(),
    )
    to = (Organ("000.00.01.H56", "UBND xã Mẫu 1"), Organ("000.00.02.H56", "UBND xã Mẫu 2"))
    return write(message_of(issued, Organ("000.00.00.H56", "Văn phòng (mẫu)"), to, new_id(), now))


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    authority = SampleAuthority(out / "sample-keys")
    sitting, _ = whole_sitting("Sở Mẫu")
    trust = authority.trust().read_bytes()
    pdf = asyncio.run(signed_minutes(authority, sitting))
    files = {
        "minutes.pdf": pdf,
        "evidence.zip": package(pdf, sitting, trust),
        "minutes.edxml": edxml(pdf),
        "notice.pdf": asyncio.run(signed_letter(authority, notice())),
        "invitation.pdf": asyncio.run(signed_letter(authority, invitation())),
        "trust.pem": trust,
    }
    for name, data in files.items():
        (out / name).write_bytes(data)
        print(f"{out / name}: {len(data)} bytes")
    for name in ("minutes.pdf", "notice.pdf", "invitation.pdf", "evidence.zip"):
        print(f"diemcau verify {out / name} --trust {out / 'trust.pem'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
