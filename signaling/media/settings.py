"""Settings of the media, shared by the web process and the engine's own."""

from __future__ import annotations

import ipaddress
import logging
import sys
from pathlib import Path
from typing import Literal

import structlog
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from signaling.media.relays import Relays

_LAST_PORT = 65_535


class MediaSettings(BaseSettings):
    """Where the engine listens and what it announces; README.md lists them for people."""

    model_config = SettingsConfigDict(case_sensitive=False, extra="ignore")

    media_socket: Path = Path("data/media.sock")
    media_host: str = "127.0.0.1"
    media_port: int = Field(40000, ge=1, le=_LAST_PORT)
    media_engines: int = Field(1, validate_default=True, ge=1, le=16)
    media_announce: str = ""
    #: The send loop in C where it is compiled, or always the one in Python.
    media_send_loop: Literal["c", "python"] = "c"
    media_engine: Literal["embedded", "janus"] = "embedded"
    janus_urls: str = Field("", validate_default=True, pattern=r"^\s*(wss?://[^\s,]+\s*(,\s*wss?://[^\s,]+\s*)*)?$")
    janus_secret: str = ""
    turn_urls: str = Field("", pattern=r"^\s*(turns?:[^\s,]+\s*(,\s*turns?:[^\s,]+\s*)*)?$")
    turn_secret: str = Field("", validate_default=True)
    turn_hours: int = Field(12, ge=1, le=48)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("media_host", "media_announce")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for one in _split(value):
            ipaddress.ip_address(one)
        return value

    @field_validator("media_host")
    @classmethod
    def _one_of_each(cls, value: str) -> str:
        versions = [ipaddress.ip_address(one).version for one in _split(value)]
        if not versions or len(set(versions)) != len(versions):
            raise ValueError("give one IPv4 address, one IPv6 address, or both, separated by a comma")
        return value

    @field_validator("media_engines")
    @classmethod
    def _ports(cls, value: int, info: ValidationInfo) -> int:
        first = int(info.data.get("media_port", 0))  # absent where it is wrong itself
        if first + value - 1 > _LAST_PORT:
            raise ValueError(f"every engine takes a port from MEDIA_PORT on, and {_LAST_PORT} is the last there is")
        return value

    @field_validator("janus_urls")
    @classmethod
    def _janus_somewhere(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("media_engine") == "janus" and not _split(value):
            raise ValueError("MEDIA_ENGINE=janus needs the address of a Janus: ws://host:port, several with commas")
        return value

    @field_validator("turn_secret")
    @classmethod
    def _secret_with_relays(cls, value: str, info: ValidationInfo) -> str:
        if _split(str(info.data.get("turn_urls", ""))) and len(value) < 16:
            raise ValueError("TURN_URLS needs the secret that the relay shares with us, 16 characters or more")
        return value

    def begin_log(self) -> None:
        """Let this process log from the level on that is set."""
        level = logging.getLevelNamesMapping()[self.log_level.upper()]
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))

    def of_engine(self, number: int) -> MediaSettings:
        """The settings of one of the engines, the first being 0: its own port and socket."""
        path = self.media_socket
        own = path.with_stem(f"{path.stem}-{number}") if number else path
        return self.model_copy(update={"media_port": self.media_port + number, "media_socket": own})

    @property
    def relays(self) -> Relays:
        """The TURN relays that pages are told."""
        return Relays(tuple(_split(self.turn_urls)), self.turn_secret, self.turn_hours * 3600)

    @property
    def janus(self) -> list[str]:
        """The WebSocket addresses of the Janus instances."""
        return _split(self.janus_urls)

    @property
    def media_hosts(self) -> list[str]:
        """The addresses to listen on, at most one of each version."""
        return _split(self.media_host)

    @property
    def announced(self) -> list[str]:
        """The addresses that pages are told; empty where the engine listens everywhere and none was set."""
        listed = _split(self.media_announce) or self.media_hosts
        return [one for one in listed if not ipaddress.ip_address(one).is_unspecified]


def _split(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def from_environment() -> MediaSettings:
    """The settings of the environment; ends the process with a sentence that names the one that is wrong."""
    try:
        return MediaSettings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        sys.exit(f"The setting {str(first['loc'][0]).upper()} is wrong: {first['msg']}.")
