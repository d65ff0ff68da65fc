"""What the outbox asks of a gateway, whichever it is. An adapter per gateway lies beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit


class Result(Enum):
    """How a sending, or a question about one, ended."""

    ACCEPTED = "accepted"  # the gateway has it
    REFUSED = "refused"  # the gateway said why it does not take it; repeating is useless
    NOT_SENT = "not_sent"  # it certainly did not arrive; repeating is safe
    UNKNOWN = "unknown"  # it may have arrived; ask before repeating


@dataclass(frozen=True, slots=True)
class Outcome:
    result: Result
    #: The gateway's own code or a word for what failed; `message` is a sentence for people.
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a unit's gateway is and as whom it speaks there. Its text never shows the key."""

    address: str
    system_id: str
    secret: str
    #: The gateway's name in the settings; empty where the unit's own page holds its address.
    name: str = ""

    def __repr__(self) -> str:
        return f"Access({self.address!r}, {self.system_id!r})"


def safe_address(address: str) -> bool:
    """Whether a key may be sent there: https, or this machine; nothing but host and path."""
    try:
        parts = urlsplit(address)
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
        _ = parts.port
    except ValueError:
        return False
    clean = not (parts.query or parts.fragment or parts.username or parts.password)
    return bool(parts.hostname) and clean and (parts.scheme == "https" or local)


class Unavailable(Exception):
    """The gateway does not answer, or not in its own words; try later."""


class Gateway(Protocol):
    """A way to one gateway, as one system."""

    async def send(self, document_id: str, edxml: bytes) -> Outcome:
        """Give a message away."""

    async def ask(self, document_id: str) -> Outcome:
        """Whether the gateway has the message: ACCEPTED, NOT_SENT or UNKNOWN."""

    async def waiting(self) -> list[str]:
        """References of the messages that wait for this system; raises Unavailable."""

    async def fetch(self, reference: str) -> bytes:
        """One of them; raises Unavailable."""

    async def acknowledge(self, reference: str) -> None:
        """Say that it was taken, so that it is not listed again; raises Unavailable."""


class Gateways(Protocol):
    def __call__(self, access: Access) -> Gateway: ...
