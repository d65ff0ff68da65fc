"""What the engine offers to the recorder, read; and the recorder's answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.ice import Credentials

_KEPT = ("a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:")


@dataclass(frozen=True, slots=True)
class Offer:
    """How the engine is known, and which line has which SSRC."""

    fragment: str
    password: str
    fingerprints: list[tuple[str, str]]
    port: int
    mids: dict[int, str]  # SSRC → mid


def read(text: str) -> Offer:
    """Read an offer of our own engine.

    Raises:
        ValueError: it is not one.
    """
    found = [re.search(pattern, text) for pattern in (r"a=ice-ufrag:(\S+)", r"a=ice-pwd:(\S+)")]
    printed = re.search(r"a=fingerprint:(\S+) (\S+)", text)
    port = re.search(r"a=candidate:\S+ 1 udp \d+ \S+ (\d+) ", text)
    if printed is None or port is None or found[0] is None or found[1] is None:
        raise ValueError("no offer of the engine")
    mids = {}
    for section in text.split("\r\nm=")[1:]:
        mid, ssrc = re.search(r"a=mid:(\S+)", section), re.search(r"a=ssrc:(\d+) ", section)
        if mid and ssrc:
            mids[int(ssrc[1])] = mid[1]
    return Offer(found[0][1], found[1][1], [(printed[1].lower(), printed[2].upper())], int(port[1]), mids)


def answer(offer: str, credentials: Credentials, certificate: Certificate) -> str:
    """Accept every line as it is offered, and begin the handshake."""
    head, *sections = offer.split("\r\nm=")
    bundle = next(line for line in head.split("\r\n") if line.startswith("a=group:BUNDLE"))
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", bundle]
    for section in sections:
        first, *rest = section.split("\r\n")
        lines += [f"m={first}", "c=IN IP4 0.0.0.0", "a=rtcp-mux"]
        lines += [f"a=ice-ufrag:{credentials.fragment}", f"a=ice-pwd:{credentials.password}"]
        lines += [f"a=fingerprint:sha-256 {certificate.fingerprint}", "a=setup:active", "a=recvonly"]
        lines += [one for one in rest if one.startswith(_KEPT)]
    return "\r\n".join(lines) + "\r\n"
