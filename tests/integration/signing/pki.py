"""Keys and certificates for the tests (certomancer): root, issuing authority, CRL, OCSP and time stamps by HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from asn1crypto import pem
from certomancer.integrations.aiohttp_animator import build_animator_app
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)

from meetings.signing.authorities import ConfiguredAuthorities
from meetings.signing.sign import KeyFile

PEOPLE = ("secretary", "chair", "seal", "stranger")
SPECIAL = {
    "expired": ("2020-01-01T00:00:00+0000", "2021-01-01T00:00:00+0000"),
    "early": ("2090-01-01T00:00:00+0000", "2091-01-01T00:00:00+0000"),
    "revoked": ("2024-01-01T00:00:00+0000", "2095-01-01T00:00:00+0000"),
}
_ALWAYS = ("2020-01-01T00:00:00+0000", "2099-01-01T00:00:00+0000")


def _usage(*names: str) -> dict[str, object]:
    return {
        "id": "key_usage",
        "critical": True,
        "smart-value": {"schema": "key-usage", "params": list(names)},
    }


def _list_of(issuer: str) -> dict[str, object]:
    """Where the issuer's list of revoked certificates is said to be; nobody asks there."""
    where = {"schema": "crl-dist-url", "params": {"crl-repo-names": [issuer]}}
    return {"id": "crl_distribution_points", "smart-value": where}


def _answers_of(issuer: str) -> dict[str, object]:
    """Where the issuer is said to answer; nobody asks there, but answers count only where this is said."""
    where = {"schema": "aia-urls", "params": {"ocsp-responder-names": [issuer]}}
    return {"id": "authority_information_access", "smart-value": where}


def _cert(subject: str, issuer: str, times: tuple[str, str], *extensions: dict[str, object]) -> dict[str, Any]:
    return {
        "subject": subject,
        "subject-key": subject,
        "issuer": issuer,
        "authority-key": issuer,
        "validity": {"valid-from": times[0], "valid-to": times[1]},
        "extensions": [*extensions, _list_of(issuer), _answers_of(issuer)],
    }


def _authority(subject: str, issuer: str) -> dict[str, Any]:
    basic = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
    return _cert(subject, issuer, _ALWAYS, basic, _usage("key_cert_sign", "crl_sign", "digital_signature"))


def _purpose(name: str) -> dict[str, object]:
    return {"id": "extended_key_usage", "critical": True, "value": [name]}


class Authority:
    """`trust`: PEM of root and issuing authority. `serve` gives the addresses of its services."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        labels = ["root", "issuing", "ocsp", "ocsp-root", "tsa", *PEOPLE, *SPECIAL]
        (folder / "keys").mkdir()
        for label in labels:
            self._make_key(label)
        config: dict[str, Any] = {
            "external-url-prefix": "http://127.0.0.1",
            "keysets": {"all": {"path-prefix": "keys", "keys": {one: {"path": f"{one}.pem"} for one in labels}}},
            "pki-architectures": {"test": self._architecture(labels)},
        }
        #: The same, for a service that runs as a process of its own.
        self.file = folder / "certomancer.yml"
        self.file.write_text(json.dumps(config))
        self.config = CertomancerConfig.from_yaml(json.dumps(config), str(folder))
        self.arch = self.config.get_pki_arch(ArchLabel("test"))
        self.trust = b"".join(
            pem.armor("CERTIFICATE", self.arch.get_cert(CertLabel(one)).dump()) for one in ("root", "issuing")
        )

    def _make_key(self, label: str) -> None:
        key = rsa.generate_private_key(65537, 2048) if label == "tsa" else ec.generate_private_key(ec.SECP256R1())
        raw = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "keys" / f"{label}.pem").write_bytes(raw)

    def _architecture(self, labels: list[str]) -> dict[str, Any]:
        person = _usage("digital_signature", "non_repudiation")
        certs = {
            "root": _authority("root", "root"),
            "issuing": _authority("issuing", "root"),
            "ocsp": _cert("ocsp", "issuing", _ALWAYS, _usage("digital_signature"), _purpose("ocsp_signing")),
            "ocsp-root": _cert("ocsp-root", "root", _ALWAYS, _usage("digital_signature"), _purpose("ocsp_signing")),
            "tsa": _cert("tsa", "issuing", _ALWAYS, _usage("digital_signature"), _purpose("time_stamping")),
            **{one: _cert(one, "issuing", _ALWAYS, person) for one in PEOPLE},
            **{one: _cert(one, "issuing", times, person) for one, times in SPECIAL.items()},
        }
        for one in ("ocsp", "ocsp-root"):
            certs[one]["extensions"].append({"id": "ocsp_no_check"})
        certs["revoked"]["revocation"] = {"revoked-since": "2025-01-01T00:00:00+0000", "reason": "key_compromise"}
        lists = {
            one: {"for-issuer": one, "signing-key": one, "simulated-update-schedule": "P10D"}
            for one in ("root", "issuing")
        }
        return {
            "keyset": "all",
            "entity-defaults": {"country-name": "VN", "organization-name": "MẪU - Cơ quan thử nghiệm"},
            "entities": {one: {"common-name": f"{one} (mẫu)"} for one in labels},
            "certs": certs,
            "services": {
                "crl-repo": lists,
                "ocsp": {
                    issuer: {"for-issuer": issuer, "responder-cert": one, "signing-key": one}
                    for issuer, one in (("issuing", "ocsp"), ("root", "ocsp-root"))
                },
                "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
            },
        }

    def key_file(self, label: str) -> KeyFile:
        key = load_der_private_key(self.arch.key_set.get_private_key(KeyLabel(label)).dump(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
        certs = [
            x509.load_der_x509_certificate(self.arch.get_cert(CertLabel(one)).dump()) for one in (label, "issuing")
        ]
        path = self.folder / f"{label}.p12"
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(b"m", key, certs[0], [certs[1]], BestAvailableEncryption(b"mau"))
        )
        return KeyFile(path, b"mau")

    def application(self) -> web.Application:
        return build_animator_app({ArchLabel("test"): self.arch}, with_web_ui=False)

    def authorities(self, server: TestServer, online: bool = False, lists: bool = True) -> ConfiguredAuthorities:
        """Its services at `server`: lists of revoked certificates, questions on each of them (`online`), or both."""
        base = str(server.make_url("/test"))
        return ConfiguredAuthorities(
            self.trust,
            f"{base}/tsa/tsa",
            tuple(f"{base}/crls/{one}/latest.crl" for one in ("root", "issuing")) if lists else (),
            tuple(f"{base}/ocsp/{one}" for one in ("issuing", "root")) if online else (),
        )
