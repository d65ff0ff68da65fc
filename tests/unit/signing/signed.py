"""Minutes signed by the sample authority, and how tests sign and change them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from meetings.ids import now_ms
from meetings.minutes.layout import render
from meetings.signing.appearance import Appearance
from meetings.signing.authorities import PATIENCE_NOW
from meetings.signing.fields import ISSUED, NUMBER, Spot, reserve, seal_place
from meetings.signing.longterm import prolong
from meetings.signing.sample_authority import PASSPHRASE, SampleAuthority
from meetings.signing.sign import KeyFile, sign_once
from tests.unit.minutes.samples import sample

NAMES = {"secretary": "Lê Thị Mẫu", "chair": "Nguyễn Văn Mẫu", "seal": "Văn phòng Mẫu"}
NUMBER_PLACES = {NUMBER: Spot(0, 100, 720, 180, 738), ISSUED: Spot(0, 330, 690, 520, 708)}


def key(authority: SampleAuthority, role: str) -> KeyFile:
    return KeyFile(authority.key_file(role, NAMES[role]), PASSPHRASE)


def reserved(seal: bool = False, texts: bool = False) -> bytes:
    """Rendered sample minutes with empty fields."""
    rendered = render(sample())
    places = dict(rendered.places)
    if seal:
        return reserve(rendered.pdf, {**places, "seal": seal_place(places["chair"])}, NUMBER_PLACES if texts else None)
    return reserve(rendered.pdf, places, NUMBER_PLACES if texts else None)


def sign_now(authority: SampleAuthority, pdf: bytes, role: str, key_file: KeyFile | None = None) -> bytes:
    """`pdf` signed in `role`, time stamped by the sample authority."""
    file = key_file or key(authority, role)
    stamps = authority.authorities().timestamper(PATIENCE_NOW)
    return asyncio.run(sign_once(pdf, role, file.signer(), Appearance(NAMES[role], now_ms()), stamps)).pdf


def prolonged(authority: SampleAuthority, pdf: bytes) -> bytes:
    return asyncio.run(prolong(pdf, authority.authorities()))


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """`pdf` with one incremental update made by `change`."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
