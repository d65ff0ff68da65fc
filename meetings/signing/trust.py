"""Whether a signer is trusted, at which moment, and whether the certificate was revoked then.

Revocation data come from the file or from the caller, never from an address in the file. A certificate whose
revocation is not known counts as not trusted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from meetings.signing.anchors import Material
from meetings.signing.changes import POLICY
from meetings.signing.fields import ROLES
from meetings.signing.opened import Opened
from meetings.signing.verdict import Reason, SignatureFinding

_STRONG = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
_BITS = {"rsa": 2048, "rsassa_pss": 2048, "ec": 256, "ed25519": 255, "ed448": 448}


def embedded(file: Opened) -> Material:
    """What the file itself carries, with what the caller knows."""
    known = file.trust.material
    found = Material(list(known.certificates), list(known.crls), list(known.ocsps))
    try:
        store = DocumentSecurityStore.read_dss(file.reader)
    except NoDSSFoundError:
        store = None
    if store is not None:
        found.certificates += list(store.load_certs())
        found.crls += [crl.CertificateList.load(one.get_object().data) for one in store.crls]
        found.ocsps += [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
    for one in file.everything:
        found.certificates += [*one.other_embedded_certs, one.signer_cert]
    return found


def context(
    roots: Iterable[x509.Certificate], material: Material, moment: datetime, revocation: str = "require"
) -> ValidationContext:
    """Trust `roots` at `moment` with `material` alone; nothing is fetched."""
    return ValidationContext(
        trust_roots=list(roots),
        other_certs=material.certificates,
        crls=material.crls,
        ocsps=material.ocsps,
        allow_fetching=False,
        revocation_mode=revocation,
        retroactive_revinfo=True,
        moment=moment,
    )


def judge(file: Opened) -> None:
    """Fill in the statuses of every time stamp and signature. Blocking; no network."""
    asyncio.run(_judge(file))


async def _judge(file: Opened) -> None:
    material, known = embedded(file), datetime.now(UTC)
    proven: dict[str, datetime] = {}
    for one in reversed(file.stamps):
        # A later stamp proves that this one existed then, whatever became of its authority since.
        stamp = await async_validate_pdf_timestamp(
            one, context(file.trust.anchors, material, known), diff_policy=POLICY
        )
        file.stamp_statuses[one.field_name] = stamp
        if stamp.trusted and stamp.intact and stamp.valid:
            known = stamp.timestamp
            proven[one.field_name] = known
    for one in file.signatures:
        behind = [at for at in (proven.get(stamp.field_name) for stamp in _after(file, one)) if at]
        latest = min(behind, default=datetime.now(UTC))
        first = context(file.trust.anchors, material, latest)
        status = await async_validate_pdf_signature(one, first, first, diff_policy=POLICY)
        told = status.timestamp_validity
        if told is not None and told.trusted and told.intact and told.valid:
            signer = context(file.trust.anchors, material, told.timestamp)
            status = await async_validate_pdf_signature(one, signer, first, diff_policy=POLICY)
        if not status.trusted and not status.revoked:
            # Without asking for revocation: does only that lack, or the chain itself?
            bare = context(file.trust.anchors, material, status.validation_time or latest, "soft-fail")
            file.bare_statuses[one.field_name] = await async_validate_pdf_signature(one, bare, first, skip_diff=True)
        file.statuses[one.field_name] = status


def _after(file: Opened, one: EmbeddedPdfSignature) -> list[EmbeddedPdfSignature]:
    return [stamp for stamp in file.stamps if stamp.signed_revision > one.signed_revision]


def finding(file: Opened, one: EmbeddedPdfSignature) -> SignatureFinding:
    """What is told of one signature."""
    status = file.statuses[one.field_name]
    certificate = status.signing_cert
    at, source = _time(file, one, status)
    path = status.validation_path
    return SignatureFinding(
        field=one.field_name,
        role=ROLES.get(one.field_name, ""),
        name=_part(certificate.subject, "common_name"),
        organ=_part(certificate.subject, "organizational_unit_name") or _part(certificate.subject, "organization_name"),
        issuer=_part(certificate.issuer, "common_name"),
        serial=f"{certificate.serial_number:x}",
        signed_at=at.isoformat() if at else "",
        time_source=source,
        level=_level(file, one, source),
        chain=tuple(_part(link.subject, "common_name") for link in reversed(list(path.iter_certs(include_root=True))))
        if status.trusted and path
        else (),
        revocation=_revocation(status),
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
    )


def _time(
    file: Opened, one: EmbeddedPdfSignature, status: PdfSignatureStatus
) -> tuple[datetime | None, Literal["timestamp", "document_timestamp", "signer", ""]]:
    told = status.timestamp_validity
    if told is not None and told.trusted:
        return told.timestamp, "timestamp"
    stamps = [file.stamp_statuses[stamp.field_name] for stamp in _after(file, one)]
    trusted = [stamp.timestamp for stamp in stamps if stamp.trusted]
    if trusted:
        return min(trusted), "document_timestamp"
    at = one.self_reported_timestamp
    return at, "signer" if at else ""


def _level(file: Opened, one: EmbeddedPdfSignature, source: str) -> Literal["B-B", "B-T", "B-LT", "B-LTA"]:
    if source not in ("timestamp", "document_timestamp"):
        return "B-B"
    if "/DSS" not in file.reader.root or not file.statuses[one.field_name].trusted:
        return "B-T"
    return "B-LTA" if any(file.stamp_statuses[stamp.field_name].trusted for stamp in _after(file, one)) else "B-LT"


def _revocation(status: PdfSignatureStatus) -> Literal["good", "revoked", "unknown"]:
    if status.trusted:
        return "good"
    return "revoked" if status.revoked else "unknown"


def _part(name: x509.Name, key: str) -> str:
    found = name.native.get(key, "")
    return found if isinstance(found, str) else " ".join(found)


def signers_are_trusted(file: Opened) -> Iterator[Reason]:
    """Every signer and every time stamp, each refusal with its cause."""
    if file.signatures and not file.trust.anchors:
        message = "Chưa có chứng thư gốc để tin cậy. Hãy chỉ ra tệp chứng thư gốc (--trust)."
        yield Reason("verify.no_trust", message, "signer")
        return
    for one in file.signatures:
        status = file.statuses[one.field_name]
        if not status.trusted and status.intact and status.valid:
            yield _why(status, file.bare_statuses.get(one.field_name, status), f"chữ ký “{one.field_name[:60]}”")
        told = status.timestamp_validity
        if told is not None and not (told.trusted and told.intact and told.valid):
            message = f"Dấu thời gian của chữ ký “{one.field_name[:60]}” không được tin cậy."
            yield Reason("verify.timestamp_untrusted", message, "signer")
    for one in file.stamps:
        if not file.stamp_statuses[one.field_name].trusted:
            message = "Dấu thời gian lưu trữ của văn bản không được tin cậy."
            yield Reason("verify.timestamp_untrusted", message, "signer")


def _why(status: PdfSignatureStatus, bare: PdfSignatureStatus, whose: str) -> Reason:
    moment = status.validation_time or datetime.now(UTC)
    certificate = status.signing_cert
    words = {
        "verify.revoked": f"Chứng thư của {whose} đã bị thu hồi.",
        "verify.expired": f"Chứng thư của {whose} đã hết hạn tại thời điểm ký chứng minh được.",
        "verify.not_yet_valid": f"Chứng thư của {whose} chưa có hiệu lực tại thời điểm ký.",
        "verify.untrusted": f"Chứng thư của {whose} không do tổ chức chứng thực được tin cậy cấp.",
        "verify.revocation_unknown": f"Không có dữ liệu cho biết chứng thư của {whose} còn hiệu lực hay đã bị thu hồi.",
        "verify.wrong_chain": f"Chuỗi chứng thư của {whose} không đúng quy định.",
    }
    problem = bare.trust_problem_indic
    if status.revoked:
        id = "verify.revoked"
    elif problem is AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND:
        id = "verify.untrusted"
    elif certificate.not_valid_after < moment:
        id = "verify.expired"
    elif certificate.not_valid_before > moment:
        id = "verify.not_yet_valid"
    elif bare.trusted or problem is AdESIndeterminate.TRY_LATER:
        id = "verify.revocation_unknown"
    else:
        id = "verify.wrong_chain"
    return Reason(id, words[id], "signer")


def algorithms_are_strong(file: Opened) -> Iterator[Reason]:
    for one in file.signatures:
        status = file.statuses[one.field_name]
        key = status.signing_cert.public_key
        weak = status.md_algorithm not in _STRONG or key.bit_size < _BITS.get(key.algorithm, 1 << 30)
        if weak or status.trust_problem_indic is AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE:
            yield Reason("verify.weak", "Chữ ký dùng thuật toán hoặc độ dài khóa không đủ an toàn.", "signer")
