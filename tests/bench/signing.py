"""Signing B-B, B-T and B-LTA, and verifying, beside bare pyHanko on the same file; the event loop while ten people
draw, sign and check at once: one JSON line per figure."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
import time
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from meetings.apart.run import ready
from meetings.ids import now_ms
from meetings.layout.aside import aside
from meetings.signing.accept import accept
from meetings.signing.anchors import read_trust
from meetings.signing.appearance import Appearance
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.sign import sign_apart, sign_once
from meetings.signing.verify import verify
from meetings.signing.warm import warm
from tests.bench.minutes import best
from tests.unit.signing.signed import key, prolonged, reserved, sign_now
from web.cli import SWITCH

#: How many people sign at once, and seconds between two looks at the loop.
PEOPLE, LOOK = 10, 0.001


async def longest_stall(authority: SampleAuthority, trust: bytes) -> dict[str, float]:
    """Milliseconds: the longest that the loop waited with nobody signing, and while ten did; how much of that it worked
    itself (the rest is other processes and threads having the processors); how long the ten took."""
    longest = worked = 0.0

    async def watch() -> None:
        nonlocal longest, worked
        while True:
            before, own = time.perf_counter(), time.thread_time()
            await asyncio.sleep(LOOK)
            longest = max(longest, time.perf_counter() - before - LOOK)
            worked = max(worked, time.thread_time() - own)

    async def person() -> None:
        """Lay out, reserve, sign, and check what came back: all that a signing asks of the server."""
        given = await aside(reserved)

        look = Appearance("Mẫu", now_ms())
        signed = await sign_apart(given, "secretary", key(authority, "secretary"), look, None)
        await accept(given, signed.pdf, "secretary", trust)

    await ready(warm)
    await person()
    watching = asyncio.create_task(watch())
    longest = 0.0
    await asyncio.sleep(2)
    quiet, longest, worked, began = longest, 0.0, 0.0, time.perf_counter()
    await asyncio.gather(*(person() for _ in range(PEOPLE)))
    took = time.perf_counter() - began
    watching.cancel()
    seconds = {"stall_ms": longest, "worked_ms": worked, "quiet_stall_ms": quiet, "ms": took}
    return {name: round(one * 1000, 1) for name, one in seconds.items()}


def main() -> None:
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
        sys.setswitchinterval(SWITCH)
        print(json.dumps({"bench": "signing.loop", "people": PEOPLE, **asyncio.run(longest_stall(authority, trust))}))


if __name__ == "__main__":
    main()
