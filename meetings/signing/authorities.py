"""The authorities that a deployment trusts and may ask: anchors, time stamps, revocation. All of it is configuration.

An address inside a file or certificate is never contacted. Every question has a time limit; no answer is no error
for the people who sign: what is missing is added later (`longterm`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
import structlog
from asn1crypto import crl, ocsp, pem, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper

from meetings.signing.anchors import Material, read_trust

log = structlog.get_logger()
#: Seconds to wait while a person waits, and while nobody does (public authorities took up to 131 s).
PATIENCE_NOW, PATIENCE_LATER = 5.0, 180.0
_LARGEST_ANSWER = 20 * 1024 * 1024


class Authorities(Protocol):
    """What signing needs from outside."""

    @property
    def trust(self) -> bytes:
        """PEM of anchors and intermediates."""
        ...

    @property
    def far(self) -> bool:
        """Whether its answers are waited for."""
        ...

    def timestamper(self, patience: float) -> TimeStamper | None:
        """Who makes time stamps, waiting so many seconds; None where none is configured."""
        ...

    async def revocation(self, certificates: Sequence[x509.Certificate], patience: float) -> Material:
        """Revocation data on `certificates`; empty lists where no authority answered."""
        ...


def chain_certificates(trust: bytes) -> list[x509.Certificate]:
    """The certificates of the configured PEM, anchors and intermediates."""
    return read_trust(trust).material.certificates if trust else []


@dataclass(frozen=True, slots=True)
class ConfiguredAuthorities:
    """Authorities by URL: one for time stamps, any number of CRLs and OCSP responders.

    Answers of a responder count for certificates that name one (RFC 5280, 4.2.2.1), whichever it is.
    """

    trust: bytes
    time_stamps: str = ""
    lists: tuple[str, ...] = ()
    responders: tuple[str, ...] = ()
    known: list[x509.Certificate] = field(init=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Made again from its settings where it travels to: parsed certificates do not travel."""
        return type(self), (self.trust, self.time_stamps, self.lists, self.responders)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", chain_certificates(self.trust))

    @property
    def far(self) -> bool:
        return True

    def timestamper(self, patience: float) -> TimeStamper | None:
        return HTTPTimeStamper(self.time_stamps, timeout=patience) if self.time_stamps else None

    async def revocation(self, certificates: Sequence[x509.Certificate], patience: float) -> Material:
        found = Material(certificates=list(self.known))
        limit = aiohttp.ClientTimeout(total=patience)
        async with aiohttp.ClientSession(timeout=limit, trust_env=False) as session:
            fetched = [self._list(session, url) for url in self.lists]
            asked = [
                self._ask(session, url, one, issuer)
                for url in self.responders
                for one, issuer in _with_issuers(certificates, [*self.known, *certificates])
            ]
            found.crls = [one for one in await asyncio.gather(*fetched) if one]
            found.ocsps = [one for one in await asyncio.gather(*asked) if one]
        return found

    async def _list(self, session: aiohttp.ClientSession, url: str) -> crl.CertificateList | None:
        try:
            async with session.get(url, allow_redirects=False) as response:
                response.raise_for_status()
                raw = await response.content.read(_LARGEST_ANSWER)
            if pem.detect(raw):
                raw = pem.unarmor(raw)[2]
            loaded = crl.CertificateList.load(raw, strict=True)
            _ = loaded["tbs_cert_list"]["this_update"].native
            return loaded
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            log.warning("signing.revocation_list_unavailable", error=type(error).__name__)
            return None

    async def _ask(
        self, session: aiohttp.ClientSession, url: str, one: x509.Certificate, issuer: x509.Certificate
    ) -> ocsp.OCSPResponse | None:
        try:
            builder = OCSPRequestBuilder().add_certificate(_pyca(one), _pyca(issuer), SHA256())
            body = builder.build().public_bytes(Encoding.DER)
            kind = {"Content-Type": "application/ocsp-request"}
            async with session.post(url, data=body, headers=kind, allow_redirects=False) as response:
                response.raise_for_status()
                loaded = ocsp.OCSPResponse.load(await response.content.read(_LARGEST_ANSWER), strict=True)
            return loaded if loaded["response_status"].native == "successful" else None
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            log.warning("signing.ocsp_unavailable", error=type(error).__name__)
            return None


def _pyca(one: x509.Certificate) -> pyca.Certificate:
    return pyca.load_der_x509_certificate(one.dump())


def _with_issuers(
    certificates: Iterable[x509.Certificate], known: Sequence[x509.Certificate]
) -> list[tuple[x509.Certificate, x509.Certificate]]:
    """Each certificate that is no anchor, once, beside its issuer where that is known."""
    found: dict[bytes, tuple[x509.Certificate, x509.Certificate]] = {}
    for one in certificates:
        issuer = next((other for other in known if other.subject == one.issuer and other.ca), None)
        if issuer is not None and one.self_issued is not True:
            found[one.sha256] = (one, issuer)
    return list(found.values())
