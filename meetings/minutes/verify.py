"""Whether a signed PDF is what was signed, and by whom. Denies by default: what no rule proves harmless is not valid.

Each rule is small and may refuse. Nothing in the file is trusted and no address in it is contacted. Hostile
files may exhaust memory or time, so callers use `verify_process`, which limits both.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import pikepdf
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

_STRONG = frozenset({"sha256", "sha384", "sha512"})
#: Parts of a document that act, hide or carry other content; minutes hold none of them.
_ACTIVE = ("/OpenAction", "/AA", "/OCProperties", "/Collection", "/URI")
_ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations")
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Hide"}
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file is not valid. `id` is stable; `integrity`: the content itself may have been changed."""

    id: str
    message: str
    integrity: bool = False


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature: the certificate's names, and the time the signer's machine told (empty: none)."""

    field: str
    role: str
    name: str
    issuer: str
    serial: str
    signed_at: str
    intact: bool
    trusted: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `readable` false: nothing can be said of the file."""

    readable: bool
    intact: bool
    signatures: tuple[SignatureFinding, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def valid(self) -> bool:
        return self.readable and self.intact and bool(self.signatures) and not self.reasons

    def as_json(self) -> dict[str, object]:
        """`reasons` as sentences, `reason_ids` for programs."""
        return {
            "valid": self.valid,
            "readable": self.readable,
            "intact": self.intact,
            "signatures": [asdict(one) for one in self.signatures],
            "reasons": [one.message for one in self.reasons],
            "reason_ids": [one.id for one in self.reasons],
        }


def unreadable(id: str, message: str) -> Verdict:
    return Verdict(False, False, (), (Reason(id, message),))


#: What cannot be judged is not valid.
_MALFORMED = Verdict(
    True,
    False,
    (),
    (Reason("verify.malformed", "Tệp đã bị sửa hoặc hỏng: không còn đúng cấu trúc của văn bản đã ký.", True),),
)


@dataclass(slots=True)
class _File:
    data: bytes
    reader: PdfFileReader
    signatures: list[EmbeddedPdfSignature]
    roots: list[x509.Certificate]
    statuses: list[PdfSignatureStatus] = field(default_factory=list)


def read_trust(text: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file.

    Raises:
        ValueError: there is none in it.
    """
    found = [x509.Certificate.load(der) for kind, _, der in pem.unarmor(text, multiple=True) if kind == "CERTIFICATE"]
    if not found:
        raise ValueError("no certificate")
    return found


def verify(data: bytes, trust: bytes = b"") -> Verdict:
    """Judge a file against the trust anchors in PEM. Raises nothing for any file."""
    if not data.startswith(b"%PDF-"):
        return unreadable("verify.not_pdf", "Tệp này không phải là PDF. Hãy chọn tệp biên bản đã ký (PDF).")
    try:
        roots = read_trust(trust) if trust else []
    except (ValueError, TypeError):
        return unreadable("verify.trust_unreadable", "Không đọc được tệp chứng thư gốc (PEM). Hãy chọn tệp khác.")
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        if reader.encrypted:
            return unreadable("verify.encrypted", "Tệp PDF có mật khẩu nên không kiểm tra được.")
        file = _File(data, reader, list(reader.embedded_signatures), roots)
    except Exception:  # pyHanko raises errors of many kinds on hostile files
        if b"/ByteRange" in data:  # it was signed once, and is no longer what was signed
            return _MALFORMED
        return unreadable("verify.damaged", "Không đọc được tệp PDF: tệp bị hỏng hoặc bị cắt cụt.")
    return _judge(file)


def _judge(file: _File) -> Verdict:
    reasons: list[Reason] = []
    try:
        file.statuses = [_status(one, file.roots) for one in file.signatures]
        findings = tuple(_finding(*pair) for pair in zip(file.signatures, file.statuses, strict=True))
        for rule in RULES:
            reasons.extend(rule(file))
    except Exception:
        return _MALFORMED
    intact = bool(findings) and not any(one.integrity for one in reasons)
    return Verdict(True, intact, findings, tuple(dict.fromkeys(reasons)))


def _status(signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> PdfSignatureStatus:
    context = ValidationContext(
        trust_roots=roots,
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=datetime.now(UTC),
    )
    return validate_pdf_signature(signature, signer_validation_context=context)


def _finding(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> SignatureFinding:
    certificate = status.signing_cert
    at = signature.self_reported_timestamp
    return SignatureFinding(
        signature.field_name,
        {"ThuKy": "secretary", "ChuToa": "chair"}.get(signature.field_name, ""),
        _common_name(certificate.subject),
        _common_name(certificate.issuer),
        f"{certificate.serial_number:x}",
        at.isoformat() if at else "",
        bool(status.intact and status.valid),
        bool(status.trusted),
    )


def _common_name(name: x509.Name) -> str:
    found = name.native.get("common_name", "")
    return found if isinstance(found, str) else " ".join(found)


def _is_signed(file: _File) -> Iterator[Reason]:
    if not file.signatures:
        yield Reason("verify.unsigned", "Tệp không có chữ ký số nào.")


def _digest_matches(file: _File) -> Iterator[Reason]:
    for signature, status in zip(file.signatures, file.statuses, strict=True):
        if not (status.intact and status.valid):
            field_name = signature.field_name
            message = f"Nội dung đã bị thay đổi sau khi ký (chữ ký “{field_name}” không khớp)."
            yield Reason("verify.changed", message, True)


def _covers_everything(file: _File) -> Iterator[Reason]:
    for index, status in enumerate(file.statuses):
        last = index == len(file.statuses) - 1
        needed = SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
        if status.coverage is None or status.coverage < needed:
            message = "Có nội dung được thêm vào tệp mà không chữ ký nào bảo vệ."
            yield Reason("verify.not_covered", message, True)


def _changes_are_signatures(file: _File) -> Iterator[Reason]:
    for status in file.statuses:
        if not status.docmdp_ok or (status.modification_level or ModificationLevel.NONE) > (
            ModificationLevel.FORM_FILLING
        ):
            message = "Giữa các lần ký, tệp bị sửa ngoài những thay đổi được phép."
            yield Reason("verify.suspicious_change", message, True)


def _byte_ranges_are_plain(file: _File) -> Iterator[Reason]:
    for signature in file.signatures:
        start, before, after, rest = (int(one) for one in signature.sig_object["/ByteRange"])
        gap = file.data[before:after]
        plain = start == 0 and 0 < before < after and after + rest <= len(file.data)
        if not plain or gap[:1] != b"<" or gap[-1:] != b">" or gap.strip(b"<>0123456789abcdefABCDEF"):
            yield Reason("verify.byte_range", "Phạm vi được ký của một chữ ký không đúng quy cách.", True)


def _algorithms_are_strong(file: _File) -> Iterator[Reason]:
    for status in file.statuses:
        key = status.signing_cert.public_key
        enough = {"rsa": 2048, "rsassa_pss": 2048, "ec": 256}.get(key.algorithm, 1 << 30)
        if status.md_algorithm not in _STRONG or key.bit_size < enough:
            yield Reason("verify.weak", "Chữ ký dùng thuật toán hoặc độ dài khóa không đủ an toàn.")


def _signers_are_trusted(file: _File) -> Iterator[Reason]:
    for signature, status in zip(file.signatures, file.statuses, strict=True):
        if not file.roots:
            yield Reason("verify.no_trust", "Chưa có chứng thư gốc để tin cậy. Hãy chỉ ra tệp chứng thư gốc (--trust).")
        elif not status.trusted and status.intact and status.valid:
            message = (
                f"Chứng thư của chữ ký “{signature.field_name}” hết hạn, bị thu hồi "
                "hoặc không do tổ chức chứng thực được tin cậy cấp."
            )
            yield Reason("verify.untrusted", message)


def _nothing_active(file: _File) -> Iterator[Reason]:
    with pikepdf.open(io.BytesIO(file.data)) as document:
        names = document.Root.get("/Names", pikepdf.Dictionary())
        form = document.Root.get("/AcroForm", pikepdf.Dictionary())
        found = any(key in document.Root for key in _ACTIVE) or any(key in names for key in _ACTIVE_NAMES)
        found = found or "/XFA" in form
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                found = found or str(thing.get("/S", "")) in _ACTIVE_ACTIONS or "/JS" in thing or "/AA" in thing
                found = found or str(thing.get("/Type", "")) in ("/EmbeddedFile", "/Filespec", "/OCG")
    if found:
        message = "Tệp chứa mã lệnh, lớp ẩn hoặc tệp đính kèm, là những thứ văn bản ký số không được có."
        yield Reason("verify.active_content", message, True)


def _only_signature_widgets(file: _File) -> Iterator[Reason]:
    """Form fields and annotations other than signatures could cover the text that people read."""
    with pikepdf.open(io.BytesIO(file.data)) as document:
        for page in document.pages:
            for one in page.get("/Annots", pikepdf.Array()):
                kind = str(one.get("/Subtype", ""))
                parent = one.get("/Parent", one)
                if kind != "/Widget" or str(one.get("/FT", parent.get("/FT", ""))) != "/Sig":
                    yield Reason("verify.overlay", "Trang văn bản có chú thích hoặc ô nhập có thể che nội dung.", True)


#: Every rule may refuse; a file is valid when none does.
RULES: tuple[Callable[[_File], Iterator[Reason]], ...] = (
    _is_signed,
    _digest_matches,
    _covers_everything,
    _changes_are_signatures,
    _byte_ranges_are_plain,
    _algorithms_are_strong,
    _signers_are_trusted,
    _nothing_active,
    _only_signature_widgets,
)
