"""Whose certificate is whose. A signature counts for a person only by a certificate that an administrator confirmed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import pem, x509
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.errors import Invalid, NotFound, Refusal
from meetings.ids import new_id
from meetings.signing.tables import SigningCertificate

#: The largest certificate file, in bytes.
CERTIFICATE_BYTES = 64 * 1024


def read_certificate(data: bytes) -> x509.Certificate:
    """A certificate from a PEM or DER file.

    Raises:
        Invalid: the file holds none.
    """
    try:
        if len(data) > CERTIFICATE_BYTES:
            raise ValueError("too large")
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        found = x509.Certificate.load(der, strict=True)
        _ = found.subject.native, found.not_valid_after
        return found
    except (ValueError, TypeError, KeyError):
        message = "Không đọc được chứng thư. Hãy chọn tệp .cer hoặc .pem xuất từ thiết bị ký của quý vị."
        raise Invalid("signing.certificate_unreadable", message) from None


def organ(unit: str) -> str:
    """As whose certificate a unit's seal is enrolled."""
    return f"unit:{unit}"


def key_of(certificate: x509.Certificate) -> str:
    """What names a certificate in the world: issuer and serial number."""
    return hashlib.sha256(certificate.issuer.dump() + b"\0" + b"%x" % certificate.serial_number).hexdigest()


async def ask(session: AsyncSession, person: str, certificate: x509.Certificate, now: int) -> SigningCertificate:
    """Note a certificate that a person says is theirs; it counts once an administrator confirms it.

    Raises:
        Refusal: it is noted already, for this person or another one.
    """
    if await session.scalar(select(SigningCertificate.id).where(SigningCertificate.key == key_of(certificate))):
        raise Refusal("signing.certificate_known", "Chứng thư này đã được ghi nhận trước đó.")
    begins: datetime = certificate.not_valid_before
    expires: datetime = certificate.not_valid_after
    row = SigningCertificate(
        id=new_id(),
        person=person,
        key=key_of(certificate),
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        subject=certificate.subject.human_friendly,
        not_before=int(begins.timestamp() * 1000),
        not_after=int(expires.timestamp() * 1000),
        state="waiting",
        asked_at=now,
        decided_at=0,
        decided_by="",
    )
    session.add(row)
    return row


async def found(session: AsyncSession, id: str) -> SigningCertificate:
    """The certificate, held to the end of the transaction.

    Raises:
        NotFound: there is none with this id.
        Refusal: it was retired before.
    """
    row = await session.get(SigningCertificate, id, with_for_update=True)
    if row is None:
        raise NotFound("signing.certificate_unknown", "Không có chứng thư này.")
    if row.state == "retired":
        raise Refusal("signing.certificate_retired", "Chứng thư này đã ngừng dùng. Hãy ghi nhận chứng thư mới.")
    return row


async def decide(session: AsyncSession, id: str, state: str, by: str, now: int) -> SigningCertificate:
    """Confirm (`enrolled`) or end (`retired`) a certificate; its row stays as history.

    Raises:
        NotFound: there is none with this id.
        Refusal: it was retired before, or its key was not proved.
    """
    row = await found(session, id)
    if state == "enrolled" and not row.proved_at:
        raise Refusal(
            "signing.certificate_unproved",
            "Người ghi nhận chưa ký phiếu chứng tỏ mình giữ khóa của chứng thư này nên chưa xác nhận được.",
        )
    row.state, row.decided_by, row.decided_at = state, by, now
    return row


async def expect_enrolled(session: AsyncSession, person: str, certificate: x509.Certificate) -> None:
    """
    Raises:
        Refusal: `certificate` is not one by which `person` signs.
    """
    row = await session.scalar(select(SigningCertificate).where(SigningCertificate.key == key_of(certificate)))
    if row is not None and row.person == person and row.state == "waiting":
        message = "Chứng thư đã ký đang chờ quản trị viên xác nhận. Hãy ký lại sau khi được xác nhận."
        raise Refusal("signing.not_enrolled", message, state="waiting")
    if row is not None and row.person == person and row.state == "retired":
        message = "Chứng thư đã ký đã ngừng dùng. Hãy cắm thiết bị ký có chứng thư đang dùng."
        raise Refusal("signing.not_enrolled", message, state="retired")
    if row is None or row.person != person:
        raise Refusal(
            "signing.not_enrolled",
            "Chứng thư đã ký không phải là chứng thư được ghi nhận cho người ký này. Hãy cắm đúng thiết bị ký, "
            "hoặc nhờ quản trị viên xác nhận chứng thư mới.",
        )
