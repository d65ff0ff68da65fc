"""What an engine offers to the recorder, read; and the recorder's answer."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.ice import Credentials

_CANDIDATE = r"(?i)a=candidate:\S+ 1 udp \d+ (\S+) (\d{1,5}) typ "
_KEPT = ("a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:")


@dataclass(frozen=True, slots=True)
class Offer:
    """How the engine is known and where it receives, and which line has which SSRC."""

    fragment: str
    password: str
    fingerprints: list[tuple[str, str]]
    addresses: list[tuple[str, int]]
    mids: dict[int, str]  # SSRC → mid
    #: The header extension that carries the level of sound (RFC 6464); 0: none does.
    level: int = 0


def read(text: str) -> Offer:
    """Read an offer of an engine.

    Raises:
        ValueError: it is not one.
    """
    found = [re.search(pattern, text) for pattern in (r"a=ice-ufrag:(\S+)", r"a=ice-pwd:(\S+)")]
    printed = re.search(r"a=fingerprint:(\S+) (\S+)", text)
    addresses = [(host, int(port)) for host, port in re.findall(_CANDIDATE, text) if _is_address(host)]
    if printed is None or not addresses or found[0] is None or found[1] is None:
        raise ValueError("no offer of an engine")
    mids: dict[int, str] = {}
    for section in text.split("\r\nm=")[1:]:
        mid, ssrc = re.search(r"a=mid:(\S+)", section), re.search(r"a=ssrc:(\d+) ", section)
        if mid and ssrc:
            mids[int(ssrc[1])] = mid[1]
    level = re.search(r"a=extmap:(\d+)\S* urn:ietf:params:rtp-hdrext:ssrc-audio-level", text)
    fingerprints = [(printed[1].lower(), printed[2].upper())]
    addresses = list(dict.fromkeys(addresses))
    return Offer(found[0][1], found[1][1], fingerprints, addresses, mids, int(level[1]) if level else 0)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:  # a name that hides it
        return False
    return True


def answer(offer: str, credentials: Credentials, certificate: Certificate, local: tuple[str, int]) -> str:
    """Accept every line as it is offered, receive at `local`, and begin the handshake."""
    head, *sections = offer.split("\r\nm=")
    bundle = next(line for line in head.split("\r\n") if line.startswith("a=group:BUNDLE"))
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", bundle]
    for section in sections:
        first, *rest = section.split("\r\n")
        lines += [f"m={first}", "c=IN IP4 0.0.0.0", "a=rtcp-mux"]
        lines += [f"a=ice-ufrag:{credentials.fragment}", f"a=ice-pwd:{credentials.password}"]
        lines += [f"a=fingerprint:sha-256 {certificate.fingerprint}", "a=setup:active", "a=recvonly"]
        lines += [one for one in rest if one.startswith(_KEPT)]
        lines += [f"a=candidate:1 1 udp 2130706431 {local[0]} {local[1]} typ host", "a=end-of-candidates"]
    return "\r\n".join(lines) + "\r\n"
