"""Codes people type and secrets browsers keep; pure but for the system's random source."""

from __future__ import annotations

import hashlib
import secrets

#: No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: read aloud and typed without mistakes. 23 letters, 8 places: 36 bits.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
LENGTH = 8


def new_code() -> str:
    """A pairing code of `LENGTH` characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal(typed: str) -> str:
    """The code as stored: capitals, without spaces or hyphens; empty where it cannot be a code."""
    code = typed.upper().replace(" ", "").replace("-", "")
    return code if len(code) == LENGTH and all(letter in ALPHABET for letter in code) else ""


def new_token() -> str:
    """256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 as 64 hexadecimal characters; what the database keeps instead of the secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
