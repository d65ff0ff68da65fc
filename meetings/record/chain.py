"""Canonical bytes and the hash chain of the record (RFC 8785, SHA-256).

    payload_hash = H(salt ‖ payload)
    hash         = H(prev ‖ canonical header ‖ payload_hash)

The header is the event without its payload. Redaction deletes payload and salt; `payload_hash` stays, so
the chain still checks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import rfc8785

from meetings.sitting.events import Json

#: `prev` of the first event.
GENESIS = bytes(32)
#: Bytes of salt per event and per text.
SALT_SIZE = 16
#: The largest integer that every JSON reader keeps exactly (RFC 8785 §3.2.2.3).
_LARGEST = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Header:
    """What of an event is never erased."""

    meeting: str
    seq: int
    at: int
    type: str
    v: int
    actor: str
    on_behalf_of: str
    command_id: str

    def canonical(self) -> bytes:
        return rfc8785.dumps(
            {
                "meeting": self.meeting,
                "seq": self.seq,
                "at": self.at,
                "type": self.type,
                "v": self.v,
                "actor": self.actor,
                "on_behalf_of": self.on_behalf_of,
                "command_id": self.command_id,
            }
        )


def canonical(payload: Json) -> bytes:
    """`payload` as canonical bytes.

    Raises:
        TypeError: it holds something other than integers and strings in lists and objects.
    """
    _only_integers_and_strings(payload)
    return rfc8785.dumps(payload)


def _only_integers_and_strings(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("a key of a payload is a string")
            _only_integers_and_strings(inner)
    elif isinstance(value, list):
        for inner in value:
            _only_integers_and_strings(inner)
    elif isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"a payload holds integers and strings only, not {type(value).__name__}")
    elif isinstance(value, int) and abs(value) > _LARGEST:
        raise TypeError("an integer of a payload stays below 2^53")


def hash_payload(salt: bytes, payload: bytes) -> bytes:
    return hashlib.sha256(salt + payload).digest()


def hash_event(prev: bytes, header: Header, payload_hash: bytes) -> bytes:
    return hashlib.sha256(prev + header.canonical() + payload_hash).digest()
