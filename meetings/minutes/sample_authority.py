"""A sample certificate authority for demonstrations: every name in it says MẪU, and nobody should trust it.

Officials sign with keys under their sole control; these key files exist only with `SIGN_PKCS12=demo`.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.hazmat.primitives.serialization import NoEncryption as Bare
from cryptography.x509.oid import NameOID

#: The passphrase of every sample key file: public on purpose, as the files are worth nothing.
PASSPHRASE = b"mau"
_ORGANISATION = "MẪU - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"


class SampleAuthority:
    """Sample keys and certificates in a folder; what is missing is made when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def trust(self) -> Path:
        """The authority's certificate as PEM, to verify sample signatures with."""
        path = self.folder / "trust.pem"
        if not path.exists():
            self._make_root()
        return path

    def key_file(self, person: str, name: str) -> Path:
        """The PKCS#12 file of a person, made on first use. `name` becomes the certificate's common name."""
        label = hashlib.sha256(f"{person}\0{name}".encode()).hexdigest()[:32]
        path = self.folder / f"{label}.p12"
        if not path.exists():
            self._make_person(path, name)
        return path

    def _make_root(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("MẪU - Chứng thực ký số trình diễn Điểm Cầu")
        certificate = (
            _builder(name, name, key.public_key(), years=10)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, Bare())
        _write(self.folder / "authority.key.pem", pem)
        _write(self.folder / "trust.pem", certificate.public_bytes(Encoding.PEM))

    def _make_person(self, path: Path, name: str) -> None:
        issuer = x509.load_pem_x509_certificate(self.trust().read_bytes())
        issuer_key = load_pem_private_key((self.folder / "authority.key.pem").read_bytes(), None)
        if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
            raise TypeError("the sample authority has an elliptic-curve key")
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_name(name), issuer.subject, key.public_key(), years=2)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )
        file = pkcs12.serialize_key_and_certificates(
            b"mau", key, certificate, [issuer], BestAvailableEncryption(PASSPHRASE)
        )
        _write(path, file)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, years: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_bytes(data)
    part.replace(path)
