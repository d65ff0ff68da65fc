"""PAdES signatures in the order of `fields.ORDER`, each an incremental update that keeps the bytes before it."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Protocol

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

from meetings.apart.run import Failed, Turns, apart
from meetings.errors import Refusal
from meetings.signing.appearance import Appearance, draw
from meetings.signing.authorities import PATIENCE_LATER, PATIENCE_NOW, Authorities
from meetings.signing.fields import BEFORE_SEAL, FIELDS, next_role, reserved_roles, signed_roles
from meetings.signing.longterm import prolong

log = structlog.get_logger()

#: Signings with keys at hand that run at once (each takes about 0.1 s of processor time), and those that wait for
#: somebody else: a person's telephone, an authority.
_working, _waiting = Turns(2), Turns(32)
#: Without pyHanko's margin, which would make seals smaller than they are.
_AS_DRAWN = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins())


class Means(Protocol):
    """What signs. It travels to the process that signs, and is opened there."""

    #: Whether it waits for somebody else meanwhile.
    waits: ClassVar[bool]

    def opened(self) -> AbstractAsyncContextManager[Signer]:
        """A signer while it is open. Raises Refusal where the means is not there or refuses."""
        ...


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A PKCS#12 file and its passphrase."""

    path: Path
    passphrase: bytes
    waits: ClassVar[bool] = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Signer]:
        yield self.signer()

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
    """The signed bytes, the certificate (DER) that signed, and whether a time stamp came in time."""

    pdf: bytes
    der: bytes
    stamped: bool

    @property
    def certificate(self) -> x509.Certificate:
        return x509.Certificate.load(self.der)


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
    """Sign `pdf` in the field of `role`. About 0.1 s of processor time: the server uses `sign_apart`.

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
        look = replace(look, beside_seal=role in BEFORE_SEAL and "seal" in reserved_roles(pdf))
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
    return Signed(target.getvalue(), certificate.dump(), timestamper is not None)


def _size(writer: IncrementalPdfFileWriter, name: str) -> tuple[float, float]:
    for field_name, _, reference in enumerate_sig_fields(writer):
        if field_name == name:
            left, bottom, right, top = (float(one) for one in reference.get_object()["/Rect"])
            return max(right - left, 1.0), max(top - bottom, 1.0)
    return 181.0, 60.0


async def sign_apart(
    pdf: bytes, role: str, means: Means, look: Appearance, authorities: Authorities | None, proven: bool = False
) -> Signed:
    """`sign_once` in a process of its own, with long-term proof at once where `proven`.

    Raises:
        Refusal: as `sign_once`, or the process ended (`signing.interrupted`).
        Unanswered: as `longterm.prolong`.
    """
    waits = means.waits or (authorities is not None and authorities.far)
    try:
        async with (_waiting if waits else _working)():
            signed = await apart(_signed, pdf, role, means, look, authorities, proven)
    except Failed:
        raise Refusal(
            "signing.interrupted", "Việc ký bị ngắt giữa chừng; văn bản vẫn như trước khi ký. Hãy bấm Ký lại."
        ) from None
    if authorities is not None and not signed.stamped:
        log.warning("signing.time_stamp_unavailable")
    return signed


def _signed(
    pdf: bytes, role: str, means: Means, look: Appearance, authorities: Authorities | None, proven: bool
) -> Signed:
    async def work() -> Signed:
        stamps = authorities.timestamper(PATIENCE_NOW) if authorities is not None else None
        async with means.opened() as signer:
            signed = await sign_once(pdf, role, signer, look, stamps)
        if authorities is None or not proven:
            return signed
        return replace(signed, pdf=await prolong(signed.pdf, authorities, PATIENCE_LATER))

    return asyncio.run(work())


async def prolong_apart(pdf: bytes, authorities: Authorities, patience: float) -> bytes:
    """`longterm.prolong` in a process of its own.

    Raises:
        Unanswered: an authority gave nothing.
        Failed: the process ended.
    """
    async with _waiting():
        return await apart(_prolonged, pdf, authorities, patience)


def _prolonged(pdf: bytes, authorities: Authorities, patience: float) -> bytes:
    return asyncio.run(prolong(pdf, authorities, patience))
