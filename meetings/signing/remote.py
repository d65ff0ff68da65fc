"""A remote signing service over the Cloud Signature Consortium's API (version 1): the key stays with the service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

import aiohttp
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)

from meetings.errors import Refusal

#: Seconds for one question to the service; its owner may have to confirm on a telephone meanwhile.
PATIENCE = 120.0


class _Authorization(CSCAuthorizationManager):
    """Asks the service to release the key for exactly the hash at hand."""

    def __init__(
        self, http: aiohttp.ClientSession, pin: str, session: CSCServiceSessionInfo, credential: CSCCredentialInfo
    ) -> None:
        super().__init__(session, credential)
        self._http, self._pin = http, pin

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        body = self.format_csc_auth_request(pin=self._pin or None, hash_b64s=hash_b64s)
        url = self.csc_session_info.endpoint_url("credentials/authorize")
        async with self._http.post(url, headers=self.auth_headers, json=body, raise_for_status=True) as answer:
            return self.parse_csc_auth_response(await answer.json())


@dataclass(frozen=True, slots=True)
class RemoteService:
    """One credential of one service. `url` is configuration, never a value from a document."""

    url: str
    credential: str
    bearer: str = field(repr=False, default="")
    pin: str = field(repr=False, default="")
    #: Seconds for one question.
    patience: float = PATIENCE
    waits: ClassVar[bool] = True

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("a remote signing service is reached over TLS")

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Signer]:
        """A signer while the connection is open.

        Raises:
            Refusal: the service does not answer, or refuses.
        """
        try:
            limit = aiohttp.ClientTimeout(total=self.patience)
            async with aiohttp.ClientSession(timeout=limit, trust_env=False) as http:
                session = CSCServiceSessionInfo(self.url, self.credential, oauth_token=self.bearer or None)
                credential = await fetch_certs_in_csc_credential(http, session)
                yield CSCSigner(http, _Authorization(http, self.pin, session, credential))
        except (aiohttp.ClientError, TimeoutError, SigningError, ValueError) as error:
            raise Refusal(
                "signing.remote_unavailable",
                "Dịch vụ ký số từ xa chưa thực hiện được. Hãy thử lại sau, hoặc ký bằng cách khác.",
                cause=type(error).__name__,
            ) from None
