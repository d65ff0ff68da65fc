"""Settings from the environment, typed; a wrong one stops the start with a sentence that names it."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from socket import gethostname
from typing import Literal
from uuid import NAMESPACE_DNS, uuid5

from pydantic import Field, SecretStr, ValidationError, field_validator

from meetings.directory.organ_ids import PUBLISHED_FORMS, OrganIds
from meetings.dispatch.named import read_named
from meetings.dispatch.sealing import Sealer
from meetings.signing.token_file import TokenFileError, read_tokens
from signaling.checks.settings import CheckSettings
from signaling.media.settings import MediaSettings


class Settings(MediaSettings, CheckSettings):
    """All settings; README.md lists them for people."""

    database_url: str = "sqlite+aiosqlite:///data/diemcau.sqlite3"
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    behind_tls_proxy: bool = False
    trusted_proxies: str = ""
    origins: str = ""
    server_address: str = Field("", max_length=255, pattern=r"^(https?://[^/\s]+)?$")
    sign_pkcs12: Literal["", "demo"] = ""
    #: PEM of the anchors and intermediates that signatures are checked against.
    sign_trust: Path | None = None
    #: Addresses, several separated by commas: time stamps, lists of revoked certificates, OCSP responders.
    sign_time_stamps: str = ""
    sign_revocation_lists: str = ""
    sign_ocsp: str = ""
    #: The signing service on officials' own computers; empty: not offered.
    sign_local_service: str = Field("wss://127.0.0.1:8987", pattern=r"^(wss?://(127\.0\.0\.1|localhost):\d+)?$")
    #: Days that people have to sign what they are asked to.
    sign_days: int = Field(3, ge=1, le=60)
    #: A remote signing service (CSC API, https), and the bearer token by which it knows us; empty: not offered.
    sign_remote: str = Field("", pattern=r"^(https://\S+)?$")
    sign_remote_token: SecretStr = SecretStr("")
    #: The organ's seal on a PKCS#11 token at this server: the module, the token's and the key's label, the PIN, and the
    #: id of the unit whose seal it is. Empty: the clerk seals on a computer of their own.
    seal_library: str = ""
    seal_token: str = ""
    seal_key: str = ""
    seal_pin: SecretStr = SecretStr("")
    seal_unit: str = Field("", max_length=36)
    #: Where several units have tokens at this server: a file that names them (`meetings.signing.token_file`).
    seal_file: Path | None = None
    #: Seals the keys of document gateways in the database: 32 bytes in URL-safe Base64 (Fernet); empty: none are kept.
    dispatch_key: SecretStr = SecretStr("")
    #: A TOML file of gateways by name, each with its address and the files of its keys (README.md); empty: none.
    dispatch_gateways: Path | None = None
    #: What organ ids on the document exchange look like (`meetings/directory/organ_ids.py` says how to write it).
    organ_id_forms: str = PUBLISHED_FORMS
    #: `smtp://host:587` (STARTTLS) or `smtps://host:465`; empty: no invitations by e-mail.
    mail_server: str = Field("", pattern=r"^(smtps?://[A-Za-z0-9.-]+:\d{1,5})?$")
    mail_from: str = Field("", max_length=254, pattern=r"^([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+)?$")
    mail_user: str = ""
    mail_password: SecretStr = SecretStr("")

    @field_validator("dispatch_key")
    @classmethod
    def _seals(cls, key: SecretStr) -> SecretStr:
        Sealer(key.get_secret_value())
        return key

    @field_validator("dispatch_gateways")
    @classmethod
    def _readable(cls, path: Path | None) -> Path | None:
        if path is not None:
            read_named(path)
        return path

    @field_validator("organ_id_forms")
    @classmethod
    def _are_forms(cls, forms: str) -> str:
        OrganIds(forms)
        return forms

    @property
    def proxies(self) -> frozenset[str]:
        return frozenset(one.strip() for one in self.trusted_proxies.split(",") if one.strip())

    @property
    def origin_list(self) -> list[str]:
        listed = [one.strip() for one in self.origins.split(",") if one.strip()]
        scheme = "https" if self.tls_certificate else "http"
        hosts = {self.host, "localhost", "127.0.0.1"} if self.on_loopback else {self.host}
        return listed or [f"{scheme}://{host}:{self.port}" for host in sorted(hosts)]

    @property
    def server_id(self) -> str:
        """The same after a restart, so that a server gets its meetings back without waiting for their leases."""
        return str(uuid5(NAMESPACE_DNS, f"{self.port}.{gethostname()}"))

    @property
    def on_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what to do."""


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: one is wrong, or the server would listen where browsers give no camera.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = str(first["loc"][0]).upper()
        raise SettingsError(f"The setting {name} is wrong: {first['msg']}.") from None
    if settings.seal_file is not None:
        try:
            read_tokens(settings.seal_file)
        except TokenFileError as error:
            raise SettingsError(f"The setting SEAL_FILE is wrong: {error}") from None
    if bool(settings.mail_server) != bool(settings.mail_from):
        raise SettingsError("MAIL_SERVER and MAIL_FROM go together: set both or none.")
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise SettingsError("TLS_CERTIFICATE and TLS_KEY go together: set both or none.")
    if not settings.on_loopback and not settings.tls_certificate:
        if not settings.behind_tls_proxy:
            raise SettingsError(
                f"HOST={settings.host} listens beyond this machine without TLS, where browsers give no camera. "
                "Set TLS_CERTIFICATE and TLS_KEY, or BEHIND_TLS_PROXY=true with TRUSTED_PROXIES."
            )
        if not settings.proxies:
            raise SettingsError("BEHIND_TLS_PROXY needs TRUSTED_PROXIES, the addresses of the proxies.")
    return settings
