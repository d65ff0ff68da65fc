"""What makes a signature provable for years: revocation data (B-LT) and an archive time stamp (B-LTA)."""

from __future__ import annotations

import io

import aiohttp
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from meetings.signing.anchors import Material
from meetings.signing.authorities import PATIENCE_LATER, Authorities
from meetings.signing.fields import TIME_STAMP


class Unanswered(Exception):
    """An authority did not answer; ask again later. `what`: `time_stamp` or `revocation`."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


async def prolong(pdf: bytes, authorities: Authorities, patience: float = PATIENCE_LATER) -> bytes:
    """`pdf` with revocation data on every certificate in it and, last, a time stamp over the whole.

    Raises:
        Unanswered: an authority gave nothing.
    """
    reader = PdfFileReader(io.BytesIO(pdf))
    timestamper = authorities.timestamper(patience)
    if timestamper is None:
        raise Unanswered("time_stamp")
    certificates = _certificates(list(reader.embedded_signatures)) + await _of(timestamper)
    material = await authorities.revocation(certificates, patience)
    if not material.crls and not material.ocsps:
        raise Unanswered("revocation")
    filled = _with_material(pdf, certificates, material)
    before = len(list(PdfFileReader(io.BytesIO(filled)).embedded_timestamp_signatures))
    writer = IncrementalPdfFileWriter(io.BytesIO(filled))
    target = io.BytesIO()
    tool = PdfTimeStamper(timestamper, field_name=f"{TIME_STAMP}{before + 1}")
    try:
        await tool.async_timestamp_pdf(writer, "sha256", output=target)
    except (TimestampRequestError, aiohttp.ClientError, TimeoutError, OSError):
        raise Unanswered("time_stamp") from None
    return target.getvalue()


async def _of(timestamper: TimeStamper) -> list[x509.Certificate]:
    """The certificates that the time-stamping authority sends with an answer."""
    try:
        answer = await timestamper.async_dummy_response("sha256")
    except (TimestampRequestError, aiohttp.ClientError, TimeoutError, OSError):
        raise Unanswered("time_stamp") from None
    return [one.chosen for one in answer["content"]["certificates"]]


def _certificates(signatures: list[EmbeddedPdfSignature]) -> list[x509.Certificate]:
    found: dict[bytes, x509.Certificate] = {}
    for one in signatures:
        for certificate in (one.signer_cert, *one.other_embedded_certs):
            found[certificate.sha256] = certificate
        for stamp in extract_tst_data_iter(one.signer_info, signed=False):
            found.update((choice.chosen.sha256, choice.chosen) for choice in stamp["certificates"])
    return list(found.values())


def _with_material(pdf: bytes, certificates: list[x509.Certificate], material: Material) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    unique = {one.sha256: one for one in [*certificates, *material.certificates]}
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=list(unique.values()), ocsps=material.ocsps, crls=material.crls
    )
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
