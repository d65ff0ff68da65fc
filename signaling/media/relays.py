"""TURN relays for people outside the dedicated network: short-lived credentials that name nobody."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TypedDict


class RelayServer(TypedDict):
    """One entry of a page's `RTCConfiguration.iceServers`."""

    urls: list[str]
    username: str
    credential: str


@dataclass(frozen=True, slots=True)
class Relays:
    """The relays of this office, which share `secret` with us (coturn's `use-auth-secret`)."""

    urls: tuple[str, ...] = ()
    secret: str = ""
    #: How long credentials hold, in seconds: a page that stays longer gets new ones at its next hello.
    seconds: int = 12 * 3600

    def servers(self, now: int) -> list[RelayServer]:
        """What a page may use from `now` (UTC ms) on; nothing where no relay is set.

        The name is the end of validity and a random part, the word its HMAC-SHA1 under the shared secret
        (draft-uberti-behave-turn-rest-00, section 2.2).
        """
        if not self.urls:
            return []
        username = f"{now // 1000 + self.seconds}:{secrets.token_urlsafe(9)}"
        mac = hmac.new(self.secret.encode(), username.encode(), hashlib.sha1).digest()
        return [{"urls": list(self.urls), "username": username, "credential": base64.b64encode(mac).decode()}]
