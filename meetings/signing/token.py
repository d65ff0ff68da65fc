"""The organ's seal on a PKCS#11 token at the server. The PIN comes from the settings and stays in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import ClassVar

from asn1crypto import x509
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer

from meetings.errors import Refusal


@dataclass(frozen=True, slots=True)
class Token:
    """`library`: the module of the token's maker; `key`: the label of key and certificate.

    `token` and `serial` are its label and serial number; one of them may be empty.
    """

    library: str
    token: str
    key: str
    pin: str = field(repr=False)
    serial: str = ""
    waits: ClassVar[bool] = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Signer]:
        """`signer`, for a process of its own."""
        with self.signer() as signer:
            yield signer

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        """A signer while the session is open. Blocking.

        Raises:
            Refusal: the token is not there, or refuses the PIN or the key.
        """
        try:
            with open_pkcs11_session(self.library, token_criteria=self._criteria(), user_pin=self.pin) as session:
                certificate = PKCS11Signer(session, cert_label=self.key).signing_cert
                # Tokens sign a hash with elliptic curves; few of them make the hash themselves.
                raw = certificate is not None and certificate.public_key.algorithm == "ec"
                signer = PKCS11Signer(session, cert_label=self.key, key_label=self.key, use_raw_mechanism=raw)
                yield signer
        except (PKCS11Error, SigningError, OSError, RuntimeError) as error:
            raise Refusal(
                "signing.token_unavailable",
                "Không dùng được thiết bị giữ con dấu số. Hãy kiểm tra thiết bị, mã PIN và tên khóa, rồi thử lại.",
                cause=type(error).__name__,
            ) from None

    def _criteria(self) -> TokenCriteria:
        return TokenCriteria(self.token or None, self.serial.encode() or None)

    async def certificate(self) -> x509.Certificate:
        """The certificate on the token, to enrol it."""

        def read() -> x509.Certificate:
            with self.signer() as signer:
                if signer.signing_cert is None:
                    raise Refusal("signing.no_certificate", "Thiết bị giữ con dấu số không có chứng thư.")
                return signer.signing_cert

        return await asyncio.to_thread(read)
