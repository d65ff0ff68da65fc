"""`make sample-minutes OUT=dir`: signed minutes, a notice and an invitation of a sample sitting, and what to trust."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from meetings.ids import now_ms
from meetings.letters.layout import render as render_letter
from meetings.minutes.content import Letterhead
from meetings.minutes.draft import assemble
from meetings.minutes.layout import render
from meetings.signing.appearance import Appearance
from meetings.signing.fields import ORDER, reserve, seal_place
from meetings.signing.longterm import prolong
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, sign_once
from tests.unit.letters.samples import invitation, notice
from tests.unit.minutes.played import whole_sitting


async def signed_minutes(authority: SampleAuthority) -> bytes:
    """Minutes of a played sitting: secretary, chair, seal, time stamps, revocation data."""
    sitting, _ = whole_sitting()
    head = Letterhead("Ủy ban nhân dân tỉnh Mẫu", "Văn phòng (mẫu)", "5", "BB-VP", "Tỉnh Mẫu")
    content = assemble(replace(sitting.sources(), letterhead=head))
    rendered = render(content)
    places = {role: rendered.places[role] for role in ("secretary", "chair")}
    pdf = reserve(rendered.pdf, {**places, "seal": seal_place(places["chair"])})
    authorities = authority.authorities()
    names = {"secretary": content.secretary.name, "chair": content.chair.name, "seal": "Văn phòng (mẫu)"}
    for role in ORDER:
        key = KeyFile(authority.key_file(role, names[role]), PASSPHRASE)
        look = Appearance(names[role], now_ms(), seal=role == "seal")
        pdf = (await sign_once(pdf, role, key.signer(), look, authorities.timestamper(5))).pdf
    return await prolong(pdf, authorities)


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    authority = SampleAuthority(out / "sample-keys")
    files = {
        "minutes.pdf": asyncio.run(signed_minutes(authority)),
        "notice.pdf": render_letter(notice()).pdf,
        "invitation.pdf": render_letter(invitation()).pdf,
        "trust.pem": authority.trust().read_bytes(),
    }
    for name, data in files.items():
        (out / name).write_bytes(data)
        print(f"{out / name}: {len(data)} bytes")
    print(f"diemcau verify {out / 'minutes.pdf'} --trust {out / 'trust.pem'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
