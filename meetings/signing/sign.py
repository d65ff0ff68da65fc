"""PAdES signatures in the order of `fields.ORDER`, each an incremental update that keeps the bytes before it."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import structlog
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import StaticStampStyle

from meetings.errors import Refusal
from meetings.signing.appearance import Appearance, draw
from meetings.signing.fields import FIELDS, next_role, signed_roles

log = structlog.get_logger()

#: So many signings run at once; each takes about 0.1 s of processor time.
_SIGNERS = ThreadPoolExecutor(2, "signing")
#: Without pyHanko's margin, which would make seals smaller than they are.
_AS_DRAWN = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins())
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A PKCS#12 file and its passphrase."""

    path: Path
    passphrase: bytes

    def signer(self) -> Signer:
        """
        Raises:
            Refusal: the file cannot be opened.
        """
        signer: SimpleSigner | None = SimpleSigner.load_pkcs12(self.path, passphrase=self.passphrase)
        if signer is None or signer.signing_cert is None:
            raise Refusal("signing.key_unreadable", "Không mở được tệp khóa ký. Hãy kiểm tra tệp khóa và mật khẩu.")
        return signer


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed bytes, the certificate that signed, and whether a time stamp came in time."""

    pdf: bytes
    certificate: x509.Certificate
    stamped: bool

    @property
    def issuer(self) -> str:
        return str(self.certificate.issuer.human_friendly)

    @property
    def serial(self) -> str:
        return f"{self.certificate.serial_number:x}"


def expect_turn(pdf: bytes, role: str) -> None:
    """
    Raises:
        Refusal: the next signature is another one's, or there is none left.
    """
    if next_role(pdf) != role:
        raise Refusal(
            "signing.order",
            "Chưa đến lượt ký này: người ký trước (thư ký rồi chủ tọa), cơ quan đóng dấu cuối; mỗi người một lần.",
            signed=list(signed_roles(pdf)),
        )


async def sign_once(
    pdf: bytes, role: str, signer: Signer, look: Appearance, timestamper: TimeStamper | None = None
) -> Signed:
    """Sign `pdf` in the field of `role`. About 0.1 s of processor time: run it by `apart`.

    Without an answer from `timestamper` the signature stands without a time stamp (B-B); `longterm` adds one later.

    Raises:
        Refusal: the order is not kept, or the signer's means refused.
    """
    expect_turn(pdf, role)
    if timestamper is not None:
        try:
            return await _sign(pdf, role, signer, look, timestamper)
        except (TimestampRequestError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("signing.time_stamp_unavailable", error=type(error).__name__)
    return await _sign(pdf, role, signer, look, None)


async def _sign(pdf: bytes, role: str, signer: Signer, look: Appearance, timestamper: TimeStamper | None) -> Signed:
    metadata = PdfSignatureMetadata(
        field_name=FIELDS[role],
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=look.name,
        certify=not signed_roles(pdf),
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    target = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="diemcau-stamp-") as folder:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        width, height = _size(writer, FIELDS[role])
        style = StaticStampStyle(
            border_width=0,
            background=draw(Path(folder), look, width, height),
            background_layout=_AS_DRAWN,
            background_opacity=1.0,
        )
        tool = PdfSigner(metadata, signer, stamp_style=style, timestamper=timestamper)
        await tool.async_sign_pdf(writer, existing_fields_only=True, output=target)
    certificate = signer.signing_cert
    if certificate is None:
        raise Refusal("signing.no_certificate", "Phương tiện ký không có chứng thư. Hãy kiểm tra thiết bị ký.")
    return Signed(target.getvalue(), certificate, timestamper is not None)


def _size(writer: IncrementalPdfFileWriter, name: str) -> tuple[float, float]:
    for field_name, _, reference in enumerate_sig_fields(writer):
        if field_name == name:
            left, bottom, right, top = (float(one) for one in reference.get_object()["/Rect"])
            return max(right - left, 1.0), max(top - bottom, 1.0)
    return 181.0, 60.0


async def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `work` in a thread with a loop of its own, few at a time, so that the event loop stays free."""
    return await asyncio.get_running_loop().run_in_executor(_SIGNERS, lambda: asyncio.run(work()))
