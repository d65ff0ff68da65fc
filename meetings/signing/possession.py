"""Proof that whoever shows a certificate holds its key: they sign a slip made for this certificate alone."""

from __future__ import annotations

import asyncio
import io

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from reportlab.lib.pagesizes import A5, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from meetings.apart.run import Failed, confined
from meetings.errors import Refusal
from meetings.ids import local_time
from meetings.layout.typeface import BOLD, REGULAR, drawing
from meetings.signing.enrolment import key_of
from meetings.signing.tables import SigningCertificate
from meetings.signing.verify_process import CLOCK_LIMIT, LIMITS, turns

#: The one signature field of a slip, and the most that a signature may add to it, in bytes.
FIELD, LARGEST_SIGNATURE = "NguoiGhiNhan", 2 * 1024 * 1024


def slip(row: SigningCertificate, name: str, now: int) -> bytes:
    """The PDF that the holder signs: whose certificate, which one, when. Blocking, some milliseconds."""
    with drawing():
        drawn, width = _drawn(row, name, now)
    writer = IncrementalPdfFileWriter(io.BytesIO(drawn))
    box = (round(width) - 250, 40, round(width) - 60, 110)
    append_signature_field(writer, SigFieldSpec(FIELD, on_page=0, box=box))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawn(row: SigningCertificate, name: str, now: int) -> tuple[bytes, float]:
    target = io.BytesIO()
    width, height = landscape(A5)
    canvas = Canvas(target, pagesize=(width, height), initialFontName=REGULAR)
    canvas.setTitle("Phiếu ghi nhận chứng thư")
    y = height - 56
    canvas.setFont(BOLD, 15)
    canvas.drawCentredString(width / 2, y, "PHIẾU GHI NHẬN CHỨNG THƯ KÝ SỐ")
    lines = (
        f"Người ghi nhận: {name}",
        f"Chủ thể: {row.subject}",
        f"Nơi cấp: {row.issuer}",
        f"Số hiệu: {row.serial}",
        f"Lập lúc: {local_time(now):%H:%M:%S ngày %d/%m/%Y}. Mã phiếu: {row.id}",
        "Chữ ký trên phiếu này chỉ chứng tỏ người ký giữ khóa của chứng thư; phiếu không có giá trị nào khác.",
    )
    y -= 30
    for line in lines:
        for index, part in enumerate(simpleSplit(line, REGULAR, 11, width - 96)[:4]):
            canvas.setFont(REGULAR, 11)
            canvas.drawString(48 if index == 0 else 60, y, part)
            y -= 15
        y -= 4
    canvas.save()
    return target.getvalue(), width


async def expect_proved(given: bytes, returned: bytes, key: str) -> None:
    """
    Raises:
        Refusal: `returned` is not the slip with one signature more that holds and is by the certificate `key`.
    """
    if not returned.startswith(given) or len(returned) <= len(given):
        raise Refusal(
            "signing.other_document",
            "Tệp gửi về không phải là phiếu đã tải. Hãy tải phiếu về lại, ký đúng tệp đó rồi gửi lên.",
        )
    if len(returned) > len(given) + LARGEST_SIGNATURE:
        raise Refusal("signing.slip_too_large", "Phiếu gửi về quá lớn. Hãy tải phiếu về lại và ký bằng phần mềm khác.")
    try:
        async with turns(), asyncio.timeout(CLOCK_LIMIT):
            signer = await confined(LIMITS, signer_of, returned)
    except (Failed, TimeoutError):
        signer = b""
    if not signer:
        raise Refusal(
            "signing.slip_not_signed",
            "Phiếu gửi về chưa có chữ ký, hoặc chữ ký không còn nguyên vẹn. Hãy ký lại phiếu rồi gửi lên.",
        )
    if not _is(signer, key):
        raise Refusal(
            "signing.slip_other_certificate",
            "Phiếu được ký bằng chứng thư khác với chứng thư đang ghi nhận. Hãy cắm đúng thiết bị ký rồi ký lại.",
        )


def _is(signer: bytes, key: str) -> bool:
    try:
        return key_of(x509.Certificate.load(signer, strict=True)) == key
    except Exception:  # what read a hostile file may answer anything
        return False


def signer_of(pdf: bytes) -> bytes:
    """Whose signature it is (the certificate's DER), where exactly one covers the slip whole and holds; else empty."""
    found = asyncio.run(_signer(pdf))
    return found.dump() if found is not None else b""


async def _signer(pdf: bytes) -> x509.Certificate | None:
    try:
        signatures = list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
        if len(signatures) != 1 or signatures[0].field_name != FIELD:
            return None
        # only whether the key made it: who may be trusted was asked when the certificate was shown
        known = ValidationContext(trust_roots=[signatures[0].signer_cert], allow_fetching=False)
        status = await async_validate_pdf_signature(signatures[0], known)
        whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
        return signatures[0].signer_cert if status.intact and status.valid and whole else None
    except asyncio.CancelledError:
        raise
    except Exception:  # pyHanko raises errors of many kinds on hostile files
        return None
