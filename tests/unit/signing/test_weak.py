"""Trusted people's signatures by means that are no longer safe: an old hash, a short key."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, load_pem_private_key, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, Signer, sign_pdf

from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.sign import KeyFile
from meetings.signing.verify import verify
from meetings.signing.verify_command import verify_command
from tests.unit.signing.signed import key, prolonged, reserved


def signed_with(signer: Signer, digest: str) -> bytes:
    metadata = PdfSignatureMetadata(
        field_name="ThuKy",
        md_algorithm=digest,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    target = io.BytesIO()
    sign_pdf(IncrementalPdfFileWriter(io.BytesIO(reserved())), metadata, signer, output=target)
    return target.getvalue()


def short_key(authority: SampleAuthority, folder: Path) -> Signer:
    """A certificate of the trusted authority for an RSA key of 1,024 bits."""
    issuer = x509.load_pem_x509_certificate(authority.trust().read_bytes())
    issuer_key = load_pem_private_key((authority.folder / "authority.key.pem").read_bytes(), None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    own, now = rsa.generate_private_key(65537, 1024), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Khóa ngắn (mẫu)")]))
        .issuer_name(issuer.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    path = folder / "short.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"m", own, certificate, [issuer], NoEncryption()))
    return KeyFile(path, b"").signer()


@pytest.mark.parametrize("weakness", ["", "an old hash", "a short key"])
def test_a_weak_signature_is_refused_with_its_reason(
    weakness: str, authority: SampleAuthority, trust: bytes, tmp_path: Path
) -> None:
    signer = short_key(authority, tmp_path) if weakness == "a short key" else key(authority, "secretary").signer()
    pdf = prolonged(authority, signed_with(signer, "sha1" if weakness == "an old hash" else "sha256"))
    verdict = verify(pdf, trust)
    assert ("verify.weak" in {one.id for one in verdict.reasons}) is bool(weakness), verdict.reasons
    assert verdict.trusted is not bool(weakness)
    if weakness:
        assert "không đủ an toàn" in " ".join(one.message for one in verdict.reasons)
        path = tmp_path / "m.pdf"
        path.write_bytes(pdf)
        assert verify_command([str(path), "--trust", str(authority.trust())]) == 1
