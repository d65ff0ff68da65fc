"""ICE-lite: answering connectivity checks (RFC 8445, RFC 8489).

The engine never sends a check; only our own recorder does, to an engine. A check that proves knowledge of our
password makes its address usable; a nominated one makes it the address that we send to.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
import socket
import struct
from dataclasses import dataclass

COOKIE = 0x2112A442
_COOKIE = COOKIE.to_bytes(4, "big")
_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
BINDING_REQUEST, BINDING_SUCCESS, BINDING_ERROR = 0x0001, 0x0101, 0x0111
USERNAME, INTEGRITY, ERROR_CODE, MAPPED, PRIORITY, USE_CANDIDATE = 0x0006, 0x0008, 0x0009, 0x0020, 0x0024, 0x0025
FINGERPRINT, CONTROLLED, CONTROLLING = 0x8028, 0x8029, 0x802A
#: The largest check that is read, in bytes.
LIMIT = 1280

#: An address as the socket gives it: (host, port) or (host, port, flow, scope).
Address = tuple[str, int] | tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our user fragment and password for one session."""

    fragment: str
    password: str

    @classmethod
    def new(cls) -> Credentials:
        return cls(secrets.token_hex(8), secrets.token_hex(16))


@dataclass(slots=True)
class Check:
    """A binding request that is well formed; who sent it is not proved yet."""

    transaction: bytes
    fragment: str
    nominates: bool
    controlled: bool
    raw: bytes
    integrity_at: int

    def proves(self, password: str) -> bool:
        """Whether MESSAGE-INTEGRITY was made with our password."""
        covered = self.raw[: self.integrity_at]
        return hmac.compare_digest(
            _integrity(covered, password), self.raw[self.integrity_at + 4 : self.integrity_at + 24]
        )


def read_check(packet: bytes) -> Check | None:
    """The binding request in `packet`, or None for anything else, malformed, or without user and integrity."""
    if not 20 <= len(packet) <= LIMIT:
        return None
    kind, length, cookie, transaction = _HEADER.unpack_from(packet)
    if kind != BINDING_REQUEST or cookie != COOKIE or length != len(packet) - 20 or length % 4:
        return None
    fragment, nominates, controlled, integrity_at, at = "", False, False, 0, 20
    while at + 4 <= len(packet) and not integrity_at:
        attribute, size = _ATTRIBUTE.unpack_from(packet, at)
        if at + 4 + size > len(packet):
            return None
        if attribute == USERNAME:
            fragment = packet[at + 4 : at + 4 + size].split(b":")[0].decode("ascii", "replace")
        elif attribute == USE_CANDIDATE:
            nominates = True
        elif attribute == CONTROLLED:
            controlled = True
        elif attribute == INTEGRITY:
            if size != 20:
                return None
            integrity_at = at
        at += 4 + (size + 3) // 4 * 4
    if not fragment or not integrity_at:
        return None
    return Check(transaction, fragment, nominates, controlled, packet, integrity_at)


def check(username: str, password: str, nominate: bool) -> bytes:
    """A check of whoever controls: the recorder, towards an engine."""
    body = _attribute(USERNAME, username.encode()) + _attribute(PRIORITY, (126 << 24 | 0xFFFFFF).to_bytes(4, "big"))
    body += _attribute(CONTROLLING, secrets.token_bytes(8)) + (_attribute(USE_CANDIDATE, b"") if nominate else b"")
    return _signed(BINDING_REQUEST, secrets.token_bytes(12), body, password)


def success(transaction: bytes, address: Address, password: str) -> bytes:
    """The answer to a proved check: the address that we saw."""
    if len(address) == 2:
        family, host = 1, socket.inet_aton(address[0])
    else:
        family, host = 2, socket.inet_pton(socket.AF_INET6, address[0].split("%")[0])
    mask = (_COOKIE + transaction)[: len(host)]
    masked = (int.from_bytes(host, "big") ^ int.from_bytes(mask, "big")).to_bytes(len(host), "big")
    value = struct.pack("!BBH", 0, family, address[1] ^ (COOKIE >> 16)) + masked
    return _signed(BINDING_SUCCESS, transaction, _attribute(MAPPED, value), password)


def role_conflict(transaction: bytes, password: str) -> bytes:
    """487: whoever talks to us controls, since we never nominate."""
    value = struct.pack("!HBB", 0, 4, 87) + b"Role Conflict"
    return _signed(BINDING_ERROR, transaction, _attribute(ERROR_CODE, value), password)


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _signed(kind: int, transaction: bytes, body: bytes, password: str) -> bytes:
    message = _HEADER.pack(kind, len(body), COOKIE, transaction) + body
    message += _attribute(INTEGRITY, _integrity(message, password))
    crc = binascii.crc32(_with_length(message, 8)) ^ 0x5354554E
    return _with_length(message, 8) + _attribute(FINGERPRINT, struct.pack("!I", crc))


def _integrity(covered: bytes, password: str) -> bytes:
    return hmac.digest(password.encode(), _with_length(covered, 24), hashlib.sha1)


def _with_length(message: bytes, more: int) -> bytes:
    """`message` with the length that it has once `more` bytes follow."""
    return message[:2] + struct.pack("!H", len(message) - 20 + more) + message[4:]
