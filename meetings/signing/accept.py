"""Whether a file that came back is the document that was given out, with exactly the expected signature more."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

from asn1crypto import x509
from pydantic import TypeAdapter, ValidationError
from pyhanko.pdf_utils.reader import PdfFileReader

from meetings.apart.run import Failed, confined
from meetings.errors import Refusal
from meetings.signing.fields import FIELDS, signed_roles, text_values
from meetings.signing.verdict import Verdict, unreadable
from meetings.signing.verify import verify
from meetings.signing.verify_process import CLOCK_LIMIT, LIMITS, turns

#: What may be missing while others have still to sign and before long-term proof was added.
_LATER = frozenset({"verify.incomplete", "verify.revocation_unknown", "verify.timestamp_untrusted"})


@dataclass(frozen=True, slots=True)
class Returned:
    """What a process that read the returned file says of it.

    `fields`: those of new signatures; `certificate`: of the last one's signer, in hexadecimal; `before` and `after`:
    what the reserved text fields held and hold.
    """

    verdict: Verdict
    fields: tuple[str, ...] = ()
    certificate: str = ""
    before: dict[str, str] | None = None
    after: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who signed, and what was written in the text fields that had been open."""

    certificate: x509.Certificate
    filled: dict[str, str]


_RETURNED: TypeAdapter[Returned] = TypeAdapter(Returned)


async def accept(given: bytes, returned: bytes, role: str, trust: bytes) -> Accepted:
    """The one new signature in `returned`.

    Raises:
        Refusal: it is another document, other fields were touched, or the signature does not hold.
    """
    if not returned.startswith(given) or len(returned) == len(given):
        raise Refusal(
            "signing.other_document",
            "Tệp gửi về không phải là văn bản đã giao để ký. Hãy tải văn bản về lại, ký đúng tệp đó rồi gửi lên.",
        )
    found = await _looked_at(len(given), returned, trust)
    verdict = found.verdict
    wrong = [one for one in verdict.reasons if one.id not in _LATER]
    if not verdict.readable or not verdict.intact or wrong:
        reason = (wrong or list(verdict.reasons))[0]
        raise Refusal("signing.not_accepted", f"Chữ ký chưa được chấp nhận: {reason.message}", reason=reason.id)
    if found.before is None or found.after is None:
        raise _unread()
    if found.fields != (FIELDS[role],) or (found.before != found.after and role != "seal"):
        raise Refusal(
            "signing.wrong_field", "Tệp gửi về phải có đúng một chữ ký mới, đặt ở ô dành cho người ký. Hãy ký lại."
        )
    was_open = {name for name, value in found.before.items() if not value}
    try:
        certificate = x509.Certificate.load(bytes.fromhex(found.certificate), strict=True)
        _ = certificate.native  # all of it is read here, or not at all
    except Exception:  # what read a hostile file may answer anything
        raise _unread() from None
    return Accepted(certificate, {name: found.after.get(name, "") for name in was_open})


async def _looked_at(length: int, returned: bytes, trust: bytes) -> Returned:
    try:
        async with turns(), asyncio.timeout(CLOCK_LIMIT):
            return _RETURNED.validate_json(await confined(LIMITS, look_at, length, returned, trust))
    except TimeoutError:
        reason = "Kiểm tra tệp mất quá nhiều thời gian nên đã dừng. Hãy thử lại sau."
        return Returned(unreadable("verify.too_long", reason))
    except (Failed, ValidationError):
        reason = "Không kiểm tra được tệp: tệp đòi hỏi quá nhiều bộ nhớ hoặc thời gian."
        return Returned(unreadable("verify.too_heavy", reason))


def look_at(length: int, returned: bytes, trust: bytes) -> bytes:
    """What `returned` adds to its first `length` bytes, as JSON of `Returned`."""
    verdict = verify(returned, trust)
    try:
        given = returned[:length]
        reader = PdfFileReader(io.BytesIO(returned))
        new = list(reader.embedded_regular_signatures)[len(signed_roles(given)) :]
        found = Returned(
            verdict,
            tuple(one.field_name for one in new),
            new[-1].signer_cert.dump().hex() if new else "",
            dict(text_values(PdfFileReader(io.BytesIO(given)))),
            dict(text_values(reader)),
        )
    except Exception:  # pyHanko raises errors of many kinds on hostile files
        found = Returned(verdict)
    return _RETURNED.dump_json(found)


def _unread() -> Refusal:
    return Refusal("signing.not_accepted", "Không đọc được chữ ký trong tệp gửi về. Hãy ký lại.")
