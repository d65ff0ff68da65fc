"""Signing B-B, B-T and B-LTA, and verifying, beside bare pyHanko on the same file: one JSON line per figure."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from meetings.ids import now_ms
from meetings.signing.anchors import read_trust
from meetings.signing.appearance import Appearance
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.sign import sign_once
from meetings.signing.verify import verify
from tests.bench.minutes import best
from tests.unit.signing.signed import key, prolonged, reserved, sign_now


def main() -> None:
    import asyncio

    with tempfile.TemporaryDirectory() as folder:
        authority = SampleAuthority(Path(folder))
        pdf, signer, trust = reserved(), key(authority, "secretary").signer(), authority.trust().read_bytes()
        half = sign_now(authority, pdf, "secretary")
        whole = prolonged(authority, sign_now(authority, half, "chair"))

        def bare() -> None:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            sign_pdf(writer, PdfSignatureMetadata(field_name="ThuKy"), signer, output=io.BytesIO())

        def bare_check() -> None:
            roots = read_trust(trust).anchors
            for one in PdfFileReader(io.BytesIO(whole)).embedded_regular_signatures:
                validate_pdf_signature(one, ValidationContext(trust_roots=roots, allow_fetching=False))

        def plain() -> object:
            return asyncio.run(sign_once(pdf, "secretary", signer, Appearance("Mẫu", now_ms())))

        figures = {
            "sign.bare_pyhanko": best(bare),
            "sign.b_b": best(plain),
            "sign.b_t": best(lambda: sign_now(authority, pdf, "secretary")),
            "prolong.b_lta": best(lambda: prolonged(authority, half)),
            "verify.bare_pyhanko": best(bare_check),
            "verify": best(lambda: verify(whole, trust)),
        }
        for name, took in figures.items():
            print(json.dumps({"bench": f"signing.{name}", "bytes": len(pdf), "ms": took}))


if __name__ == "__main__":
    main()
