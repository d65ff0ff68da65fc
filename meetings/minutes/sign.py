"""PAdES signatures in the order secretary → chair, each an incremental update that keeps the bytes before it."""

from __future__ import annotations

import asyncio
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import StaticStampStyle
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from meetings.errors import Refusal
from meetings.ids import local_time
from meetings.layout.page import Rendered
from meetings.layout.typeface import BOLD, REGULAR, register_fonts

#: Who signs minutes, in this order, and the signature field of each.
ORDER = ("secretary", "chair")
FIELDS = {"secretary": "ThuKy", "chair": "ChuToa"}

#: So many signings run at once; each takes about 0.1 s of processor time.
_SIGNERS = ThreadPoolExecutor(2, "minutes-sign")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A PKCS#12 file and its passphrase."""

    path: Path
    passphrase: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed bytes and the certificate that signed: a signature counts for a person only by it."""

    pdf: bytes
    issuer: str
    serial: str


def reserve(rendered: Rendered) -> bytes:
    """The rendered document with one empty signature field per signer, between title and name."""
    writer = IncrementalPdfFileWriter(io.BytesIO(rendered.pdf))
    for role in ORDER:
        place = rendered.places[role]
        box = (round(place.left), round(place.bottom), round(place.right), round(place.top))
        append_signature_field(writer, SigFieldSpec(FIELDS[role], on_page=place.page, box=box))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def signed_roles(pdf: bytes) -> tuple[str, ...]:
    """The roles whose field holds a signature, in the order of `ORDER`."""
    present = {one.field_name for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures}
    return tuple(role for role in ORDER if FIELDS[role] in present)


def sign(pdf: bytes, role: str, name: str, key: KeyFile, at_ms: int) -> Signed:
    """Sign `pdf` in the field of `role` with a visible stamp. Blocking: about 0.1 s.

    Raises:
        Refusal: the order is not kept, or the key file cannot be opened.
    """
    done = signed_roles(pdf)
    if len(done) == len(ORDER) or ORDER[len(done)] != role:
        raise Refusal(
            "minutes.sign_order",
            "Chưa đến lượt ký này: thư ký ký trước, chủ tọa ký sau, mỗi người một lần.",
            signed=list(done),
        )
    signer = SimpleSigner.load_pkcs12(key.path, passphrase=key.passphrase)
    if signer is None or signer.signing_cert is None:
        raise Refusal("minutes.key_unreadable", "Không mở được tệp khóa ký. Hãy kiểm tra tệp khóa và mật khẩu.")
    first = role == ORDER[0]
    metadata = PdfSignatureMetadata(
        field_name=FIELDS[role],
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=name,
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    target = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="diemcau-stamp-") as folder:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        style = StaticStampStyle(border_width=0, background=_stamp(Path(folder), name, at_ms))
        PdfSigner(metadata, signer, stamp_style=style).sign_pdf(writer, existing_fields_only=True, output=target)
    certificate = signer.signing_cert
    return Signed(target.getvalue(), certificate.issuer.human_friendly, f"{certificate.serial_number:x}")


async def sign_apart(pdf: bytes, role: str, name: str, key: KeyFile, at_ms: int) -> Signed:
    """`sign` in a thread, few at a time, so that the event loop stays free."""
    return await asyncio.get_running_loop().run_in_executor(_SIGNERS, sign, pdf, role, name, key, at_ms)


def _stamp(folder: Path, name: str, at_ms: int) -> ImportedPdfPage:
    """What the signature shows: who signed and when, blue, in the size of the field."""
    register_fonts()
    path = folder / "stamp.pdf"
    width, height = 181, 60
    canvas = Canvas(str(path), pagesize=(width, height), initialFontName=REGULAR)
    canvas.setFillColorRGB(0, 0.13, 0.55)
    canvas.setStrokeColorRGB(0, 0.13, 0.55)
    canvas.setLineWidth(0.8)
    canvas.roundRect(1, 1, width - 2, height - 2, 4)
    lines = [("Đã ký số bởi:", REGULAR, 9.0)]
    lines += [(part, BOLD, 11.0) for part in simpleSplit(name, BOLD, 11, width - 16)[:2]]
    lines.append((f"{local_time(at_ms):%d/%m/%Y; %H:%M:%S} +07:00", REGULAR, 9.0))
    y = height / 2 + len(lines) * 6.5 - 10
    for text, font, size in lines:
        canvas.setFont(font, size)
        canvas.drawCentredString(width / 2, y, text)
        y -= 13
    canvas.save()
    return ImportedPdfPage(str(path))
