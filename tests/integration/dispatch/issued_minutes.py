"""Signed minutes of a stored meeting, as far as the dispatch looks at them."""

from __future__ import annotations

import hashlib

from sqlalchemy.ext.asyncio import AsyncSession

from meetings.minutes.content import Letterhead, MinutesContent, Officer, to_json
from meetings.minutes.tables import MinutesRevision
from meetings.signing.tables import Signature, SignedFile

PDF = b"%PDF-1.7 (mau)"


async def issue_minutes(session: AsyncSession, meeting: str, at: int, pdf: bytes = PDF) -> None:
    """Put minutes signed by secretary and chair beside `meeting`; the courier never looks into the PDF."""
    head = Letterhead("Ủy ban nhân dân tỉnh Mẫu", "Văn phòng (mẫu)", "5", "BB-VP", "Tỉnh Mẫu")
    chair = Officer("Chủ trì (mẫu)", person="p-chair")
    secretary = Officer("Thư ký (mẫu)", person="p-secretary")
    content = MinutesContent(head, "Phiên họp mẫu", at, at, "Phòng họp (mẫu)", chair, secretary)
    digest = hashlib.sha256(pdf).hexdigest()
    session.add(
        MinutesRevision(meeting=meeting, revision=1, by="p", by_name="Thư ký (mẫu)", at=at, content=to_json(content))
    )
    document = f"minutes:{meeting}"
    session.add(
        SignedFile(
            document=document, meeting=meeting, unit="u9", revision=1, sha256=digest, pdf=pdf, next_role="",
            awaits="", at=at,
        )
    )  # fmt: skip
    for role, name in (("secretary", secretary.name), ("chair", chair.name)):
        session.add(
            Signature(
                document=document, role=role, person="p", name=name, at=at, issuer="Mẫu", serial="1", sha256=digest
            )
        )
