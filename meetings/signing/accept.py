"""Whether a file that came back is the document that was given out, with exactly the expected signature more."""

from __future__ import annotations

import asyncio
import io

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from meetings.errors import Refusal
from meetings.signing.fields import FIELDS, signed_roles, text_values
from meetings.signing.verify_process import verify_apart

#: What may be missing while others have still to sign and before long-term proof was added.
_LATER = frozenset({"verify.incomplete", "verify.revocation_unknown", "verify.timestamp_untrusted"})


async def accept(given: bytes, returned: bytes, role: str, trust: bytes) -> x509.Certificate:
    """The certificate of the one new signature in `returned`.

    Raises:
        Refusal: it is another document, other fields were touched, or the signature does not hold.
    """
    if not returned.startswith(given) or len(returned) == len(given):
        raise Refusal(
            "signing.other_document",
            "Tệp gửi về không phải là văn bản đã giao để ký. Hãy tải văn bản về lại, ký đúng tệp đó rồi gửi lên.",
        )
    verdict = await verify_apart(returned, trust)
    wrong = [one for one in verdict.reasons if one.id not in _LATER]
    if not verdict.readable or not verdict.intact or wrong:
        reason = (wrong or list(verdict.reasons))[0]
        raise Refusal("signing.not_accepted", f"Chữ ký chưa được chấp nhận: {reason.message}", reason=reason.id)
    new, filled = await asyncio.to_thread(_added, given, returned)
    if [one.field_name for one in new] != [FIELDS[role]] or (filled and role != "seal"):
        raise Refusal(
            "signing.wrong_field", "Tệp gửi về phải có đúng một chữ ký mới, đặt ở ô dành cho người ký. Hãy ký lại."
        )
    return new[0].signer_cert


def _added(given: bytes, returned: bytes) -> tuple[list[EmbeddedPdfSignature], bool]:
    """The signatures that came to `given`, and whether its text fields have changed."""
    try:
        reader = PdfFileReader(io.BytesIO(returned))
        new = list(reader.embedded_regular_signatures)[len(signed_roles(given)) :]
        return new, text_values(reader) != text_values(PdfFileReader(io.BytesIO(given)))
    except Exception:  # pyHanko raises errors of many kinds on hostile files
        raise Refusal("signing.not_accepted", "Không đọc được chữ ký trong tệp gửi về. Hãy ký lại.") from None
