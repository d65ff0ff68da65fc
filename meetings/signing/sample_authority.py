"""A sample certificate authority for demonstrations: every name in it says MẪU, and nobody should trust it.

Officials sign with keys under their sole control; these key files exist only with `SIGN_PKCS12=demo`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.hazmat.primitives.serialization import NoEncryption as Bare
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from meetings.signing.anchors import Material

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

    def authorities(self) -> SampleAuthorities:
        """Time stamps and revocation from this authority, without a network."""
        return SampleAuthorities(self)

    def revocation_list(self) -> asn1_crl.CertificateList:
        """A fresh list of revoked certificates: none of them is."""
        issuer, key = self._issuer()
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(now - timedelta(minutes=1))
            .next_update(now + timedelta(days=30))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        )
        return asn1_crl.CertificateList.load(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))

    def time_stamps(self) -> TimeStamper:
        """A time-stamping authority of this authority, made on first use."""
        path = self.folder / "time-stamps.key.pem"
        if not path.exists():
            self._make_time_stamps(path)
        key = load_pem_private_key(path.read_bytes(), None)
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, Bare())
        certificate = x509.load_pem_x509_certificate((self.folder / "time-stamps.pem").read_bytes())
        store = SimpleCertificateStore()
        store.register(asn1_x509.Certificate.load(self._issuer()[0].public_bytes(Encoding.DER)))
        own = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
        return DummyTimeStamper(own, asn1_keys.PrivateKeyInfo.load(der), store)

    def _issuer(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        issuer = x509.load_pem_x509_certificate(self.trust().read_bytes())
        key = load_pem_private_key((self.folder / "authority.key.pem").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the sample authority has an elliptic-curve key")
        return issuer, key

    def _make_time_stamps(self, path: Path) -> None:
        issuer, issuer_key = self._issuer()
        key = rsa.generate_private_key(65537, 2048)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        certificate = (
            _builder(_name("MẪU - Dấu thời gian"), issuer.subject, key.public_key(), years=5)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(purpose, critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )
        _write(self.folder / "time-stamps.pem", certificate.public_bytes(Encoding.PEM))
        _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, Bare()))

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
        issuer, issuer_key = self._issuer()
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


def sample_authority(environment: Mapping[str, str], folder: Path) -> SampleAuthority | None:
    """The sample authority where `SIGN_PKCS12=demo` allows key files on the server; else None."""
    return SampleAuthority(folder) if environment.get("SIGN_PKCS12") == "demo" else None


class SampleAuthorities:
    """The sample authority as `authorities.Authorities`."""

    def __init__(self, authority: SampleAuthority) -> None:
        self._authority = authority

    @property
    def trust(self) -> bytes:
        return self._authority.trust().read_bytes()

    @property
    def far(self) -> bool:
        return False

    def timestamper(self, patience: float) -> TimeStamper | None:
        return self._authority.time_stamps()

    async def revocation(self, certificates: Sequence[asn1_x509.Certificate], patience: float) -> Material:
        return Material(crls=[self._authority.revocation_list()])


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, years: int
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
