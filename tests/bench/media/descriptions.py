"""The descriptions of the load's pages: answers to what an engine offers, offers of what they send."""

from __future__ import annotations

import re
from dataclasses import dataclass

from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.ice import Credentials

LEVEL, ARRIVAL, MID = 1, 3, 4  # ids of the header extensions that are sent
OPUS, VP8, RTX = 111, 96, 97
_EXTENSIONS = {
    LEVEL: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ARRIVAL: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    MID: "urn:ietf:params:rtp-hdrext:sdes:mid",
}
_KEPT = ("a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where an engine is and how it is known."""

    address: tuple[str, int]
    fragment: str
    password: str
    fingerprints: list[tuple[str, str]]
    begins: bool  # the engine begins the handshake

    @classmethod
    def nowhere(cls) -> Remote:
        return cls(("", 0), "", "", [], False)


def remote(text: str) -> Remote:
    """What a description of an engine says; its first UDP candidate over IPv4 is taken."""
    candidate = re.search(r"a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+)", text, re.IGNORECASE)
    assert candidate, "the engine named no candidate"
    algorithm, value = re.findall(r"a=fingerprint:(\S+) (\S+)", text)[0]
    return Remote(
        (candidate[1], int(candidate[2])),
        re.findall(r"a=ice-ufrag:(\S+)", text)[0],
        re.findall(r"a=ice-pwd:(\S+)", text)[0],
        [(algorithm.lower(), value.upper())],
        "a=setup:active" in text,
    )


def ssrcs(text: str) -> dict[str, int]:
    """The SSRC of each offered line, by its mid."""
    found = {}
    for section in text.split("\r\nm=")[1:]:
        mid = re.search(r"a=mid:(\S+)", section)
        first = re.search(r"a=ssrc:(\d+) ", section)
        if mid and first:
            found[mid[1]] = int(first[1])
    return found


def payload_type(text: str, mid: str) -> int:
    """The first payload type of a line."""
    for section in text.split("\r\nm=")[1:]:
        if f"a=mid:{mid}\r\n" in section:
            return int(section.split("\r\n")[0].split()[3])
    raise ValueError(mid)


def _transport(credentials: Credentials, certificate: Certificate, setup: str) -> list[str]:
    return [
        "c=IN IP4 0.0.0.0",
        "a=rtcp-mux",
        f"a=ice-ufrag:{credentials.fragment}",
        f"a=ice-pwd:{credentials.password}",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {certificate.fingerprint}",
        f"a=setup:{setup}",
    ]


def answer(offer: str, credentials: Credentials, certificate: Certificate) -> str:
    """Accept every line, with REMB and without transport-wide feedback on what is received."""
    head, *sections = offer.split("\r\nm=")
    bundle = next(line for line in head.split("\r\n") if line.startswith("a=group:BUNDLE"))
    lines = ["v=0", "o=- 7 1 IN IP4 127.0.0.1", "s=-", "t=0 0", bundle]
    for section in sections:
        first, *rest = section.split("\r\n")
        lines += [f"m={first}", *_transport(credentials, certificate, "active"), "a=recvonly"]
        lines += [
            one for one in rest if one.startswith(_KEPT) and "transport-cc" not in one and "transport-wide" not in one
        ]
    return "\r\n".join(lines) + "\r\n"


def offer(credentials: Credentials, certificate: Certificate, audio: int, video: int) -> str:
    """Send a microphone (mid 0, SSRC `audio`) and a camera (mid 1, SSRC `video` and the next for RTX)."""
    lines = ["v=0", "o=- 7 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
    extensions = [f"a=extmap:{id} {uri}" for id, uri in _EXTENSIONS.items()]
    lines += [f"m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}", *_transport(credentials, certificate, "actpass")]
    lines += ["a=mid:0", "a=sendonly", "a=msid:- microphone", *extensions, f"a=rtpmap:{OPUS} opus/48000/2"]
    lines += [
        f"a=fmtp:{OPUS} minptime=10;useinbandfec=1",
        f"a=rtcp-fb:{OPUS} transport-cc",
        f"a=ssrc:{audio} cname:load",
    ]
    lines += [f"m=video 9 UDP/TLS/RTP/SAVPF {VP8} {RTX}", *_transport(credentials, certificate, "actpass")]
    lines += ["a=mid:1", "a=sendonly", "a=msid:- camera", *extensions[1:], f"a=rtpmap:{VP8} VP8/90000"]
    lines += [f"a=rtcp-fb:{VP8} {one}" for one in ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc")]
    lines += [f"a=rtpmap:{RTX} rtx/90000", f"a=fmtp:{RTX} apt={VP8}", f"a=ssrc-group:FID {video} {video + 1}"]
    lines += [f"a=ssrc:{video} cname:load", f"a=ssrc:{video + 1} cname:load"]
    return "\r\n".join(lines) + "\r\n"
