"""Whether a certificate may be enrolled today: in force, issued by whom the deployment trusts, not revoked."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, RevokedError

from meetings.errors import Refusal
from meetings.signing.anchors import Material, read_trust
from meetings.signing.authorities import PATIENCE_NOW, Authorities
from meetings.signing.trust import context

log = structlog.get_logger()


async def expect_usable(certificate: x509.Certificate, trust: bytes, authorities: Authorities | None, now: int) -> None:
    """Check `certificate` as of `now`. An authority that does not answer in time refuses nobody: signing asks again.

    Raises:
        Refusal: expired, not yet valid, from an issuer that is not trusted, or revoked, each with its own sentence.
    """
    moment = datetime.fromtimestamp(now / 1000, UTC)
    if certificate.not_valid_after < moment:
        day = certificate.not_valid_after.strftime("%d/%m/%Y")
        raise Refusal(
            "signing.certificate_expired",
            f"Chứng thư đã hết hạn ngày {day}. Hãy gia hạn với tổ chức cấp rồi chọn chứng thư mới.",
        )
    if certificate.not_valid_before > moment:
        day = certificate.not_valid_before.strftime("%d/%m/%Y")
        raise Refusal(
            "signing.certificate_not_yet_valid",
            f"Chứng thư chỉ có hiệu lực từ ngày {day}. Hãy ghi nhận lại từ ngày đó.",
        )
    if not trust:
        return
    known = Material(certificates=[*read_trust(trust).material.certificates])
    known.crls += read_trust(trust).material.crls
    if authorities is not None:
        told = await authorities.revocation([certificate], PATIENCE_NOW)
        known.certificates += told.certificates
        known.crls += told.crls
        known.ocsps += told.ocsps
    checked = context(read_trust(trust).anchors, known, moment, "soft-fail")
    try:
        await CertificateValidator(certificate, validation_context=checked).async_validate_path()
    except RevokedError:
        raise Refusal(
            "signing.certificate_revoked",
            "Chứng thư đã bị tổ chức cấp thu hồi nên không dùng để ký được. Hãy chọn chứng thư khác.",
        ) from None
    except (PathBuildingError, PathValidationError) as error:
        log.info("signing.certificate_not_trusted", error=type(error).__name__)
        raise Refusal(
            "signing.certificate_foreign",
            "Chứng thư không do tổ chức chứng thực mà máy chủ tin cậy cấp. Hãy chọn chứng thư công vụ của quý vị.",
        ) from None
