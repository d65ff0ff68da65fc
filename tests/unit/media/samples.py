"""Descriptions of the shapes that browsers make, packets, and a port without a socket."""

from __future__ import annotations

import struct

FINGERPRINT = ":".join(["AB"] * 32)


def chromium_offer() -> str:
    """Three sendonly sections as Chromium offers them."""
    sections = [
        _section("audio", "0", [(111, "opus/48000/2", "minptime=10;useinbandfec=1"), (63, "red/48000/2", "111/111")]),
        _section("video", "1", [(96, "VP8/90000", ""), (97, "rtx/90000", "apt=96"), (45, "AV1/90000", "profile=0")]),
        _section("video", "2", [(96, "VP8/90000", ""), (97, "rtx/90000", "apt=96")]),
    ]
    head = "v=0\r\no=- 46117 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\na=extmap-allow-mixed\r\n"
    return head + "a=msid-semantic: WMS x\r\n" + "".join(sections)


def _section(kind: str, mid: str, codecs: list[tuple[int, str, str]]) -> str:
    base = 1000 + 10 * int(mid)
    lines = [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(str(type) for type, _, _ in codecs)}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789012345678901",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=setup:actpass",
        f"a=mid:{mid}",
        "a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=sendonly",
        "a=msid:- track",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    for type, name, parameters in codecs:
        lines.append(f"a=rtpmap:{type} {name}")
        lines += [f"a=fmtp:{type} {parameters}"] if parameters else []
    if kind == "video":
        lines.append(f"a=ssrc-group:FID {base} {base + 1}")
    lines += [f"a=ssrc:{base} cname:x", f"a=ssrc:{base} msid:- track"]
    return "\r\n".join(lines) + "\r\n"


def firefox_offer() -> str:
    """Firefox: session-level fingerprint, no ssrc-group line order, braces in msid."""
    return "\r\n".join(
        [
            "v=0",
            "o=mozilla...THIS_IS_SDPARTA-128.0 77 0 IN IP4 0.0.0.0",
            "s=-",
            "t=0 0",
            f"a=fingerprint:sha-256 {FINGERPRINT}",
            "a=group:BUNDLE 0 1",
            "a=ice-options:trickle",
            "a=msid-semantic:WMS *",
            "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0",
            "c=IN IP4 0.0.0.0",
            "a=sendonly",
            "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid",
            "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1",
            "a=mid:0",
            "a=rtpmap:109 opus/48000/2",
            "a=rtpmap:9 G722/8000/1",
            "a=setup:actpass",
            "a=ssrc:2712 cname:{a1}",
            "m=video 9 UDP/TLS/RTP/SAVPF 120 124 126",
            "c=IN IP4 0.0.0.0",
            "a=sendonly",
            "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid",
            "a=fmtp:124 apt=120",
            "a=mid:1",
            "a=rtpmap:120 VP8/90000",
            "a=rtpmap:124 rtx/90000",
            "a=rtpmap:126 H264/90000",
            "a=setup:actpass",
            "a=ssrc-group:FID 31 32",
            "a=ssrc:31 cname:{a1}",
            "a=ssrc:32 cname:{a1}",
            "",
        ]
    )


def gstreamer_offer() -> str:
    """GStreamer's webrtcbin: no SSRC group, names of its own."""
    return "\r\n".join(
        [
            "v=0",
            "o=- 6121 0 IN IP4 0.0.0.0",
            "s=-",
            "t=0 0",
            "a=ice-options:trickle",
            "a=group:BUNDLE video0",
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
            "c=IN IP4 0.0.0.0",
            "a=setup:actpass",
            "a=ice-ufrag:u",
            "a=ice-pwd:p",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            "a=sendonly",
            "a=rtpmap:96 VP8/90000",
            "a=rtcp-fb:96 nack pli",
            "a=ssrc:77 msid:user webrtctransceiver0",
            "a=ssrc:77 cname:user",
            "a=mid:video0",
            f"a=fingerprint:sha-256 {FINGERPRINT}",
            "",
        ]
    )


def rtp(
    sequence: int, timestamp: int = 0, payload: bytes = b"x", type: int = 96, ssrc: int = 7, marker: bool = False
) -> bytes:
    second = type | (0x80 if marker else 0)
    return struct.pack("!BBHII", 0x80, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


def vp8(picture: int, layer: int = 0, key: bool = False, begins: bool = True) -> bytes:
    """A payload with a 15-bit picture id and TL0PICIDX."""
    first = 0x90 if begins else 0x80
    return bytes([first, 0xE0, 0x80 | picture >> 8 & 0x7F, picture & 0xFF, layer & 0xFF, 0]) + (
        bytes([0 if key else 1]) + b"frame"
    )
