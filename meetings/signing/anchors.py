"""Who is trusted, and what helps to build and check a chain: certificates and revocation data."""

from __future__ import annotations

from dataclasses import dataclass, field

from asn1crypto import crl, ocsp, pem, x509


@dataclass(slots=True)
class Material:
    """Certificates and revocation data, as found in a file or kept by the caller."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trust:
    """Anchors, and what helps to build and check a chain."""

    anchors: list[x509.Certificate]
    material: Material


def read_trust(text: bytes) -> Trust:
    """What a PEM file says: certificates, and lists of revoked ones (X509 CRL).

    Where self-signed certificates are among them, these are the anchors and the others are intermediates;
    where there are none, every certificate is an anchor.

    Raises:
        ValueError: there is no certificate in it.
    """
    certificates, lists = [], []
    for kind, _, der in pem.unarmor(text, multiple=True):
        if kind in ("CERTIFICATE", "TRUSTED CERTIFICATE"):
            certificates.append(x509.Certificate.load(der))
        elif kind == "X509 CRL":
            lists.append(crl.CertificateList.load(der))
    if not certificates:
        raise ValueError("no certificate")
    anchors = [one for one in certificates if one.self_signed in ("yes", "maybe")]
    return Trust(anchors or certificates, Material(certificates=certificates, crls=lists))
