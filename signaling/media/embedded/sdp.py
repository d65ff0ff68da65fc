"""Session descriptions: reading those of pages with limits, writing ours (RFC 8866, RFC 8829).

Read is only what the engine acts on; everything else is skipped. Nothing of a page's text comes back into ours
but numbers and mids that were checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from signaling.media.embedded.ice import Credentials
from signaling.media.embedded.publisher import TrackPlan
from signaling.media.embedded.slots import CNAME, Lines
from signaling.media.engine import EngineError, Source

#: The largest description, line, and number of lines and of media sections that are read.
SIZE, LINE, LINE_COUNT, SECTIONS = 65_536, 4096, 3000, 16
_MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
_LAYER_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
_LAYER_AGAIN_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_ARRIVAL_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
_MID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_FINGERPRINT = re.compile(r"(sha-(?:256|384|512)) ([0-9A-Fa-f:]{95,191})")
_NUMBER = re.compile(r"[0-9]{1,10}")
_LAYER = re.compile(r"[A-Za-z0-9]{1,16}")
#: Layers of one picture that are taken.
LAYERS = 3


@dataclass(slots=True)
class Section:
    """One media section as far as it concerns us."""

    kind: str
    port: int
    formats: list[int]
    mid: str = ""
    direction: str = "sendrecv"
    codecs: dict[int, str] = field(default_factory=dict)  # payload type → lower-case name/rate[/channels]
    again: dict[int, int] = field(default_factory=dict)  # RTX payload type → the one it repeats
    extensions: dict[str, int] = field(default_factory=dict)  # URI → id
    ssrcs: list[int] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)  # ssrc-group FID
    layers: list[str] = field(default_factory=list)  # simulcast: the rids that are sent, the smallest picture first
    setup: str = ""
    fingerprints: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Description:
    """A page's description; what stood at session level is in its sections too."""

    sections: list[Section]
    bundle: list[str]
    fingerprints: list[tuple[str, str]]
    setup: str


def invalid(why: str) -> EngineError:
    return EngineError("media.invalid_sdp", why)


def read(text: str) -> Description:
    """Read a page's offer or answer.

    Raises:
        EngineError: `media.invalid_sdp`: too large, malformed, or without what a connection needs.
    """
    if len(text) > SIZE:
        raise invalid("too large")
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > LINE_COUNT or max(len(one) for one in lines) > LINE or lines[0] != "v=0":
        raise invalid("not a description")
    found = Description([], [], [], "")
    section: Section | None = None
    for line in lines:
        if line.startswith("m="):
            section = _section(line, found)
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            _session_attribute(found, name, value) if section is None else _attribute(section, name, value)
    if not found.sections:
        raise invalid("no media")
    return found


def _section(line: str, found: Description) -> Section:
    words = line[2:].split(" ")
    if len(words) < 4:
        raise invalid("a media line")
    kind, port, profile, *formats = words
    if len(found.sections) >= SECTIONS or kind not in ("audio", "video", "application"):
        raise invalid("media sections")
    if kind != "application" and profile not in ("UDP/TLS/RTP/SAVPF", "RTP/SAVPF"):
        raise invalid("profile")
    types = [_number(one, 127) for one in formats] if kind != "application" else []
    section = Section(kind, _number(port, 65535), types, setup=found.setup, fingerprints=list(found.fingerprints))
    found.sections.append(section)
    return section


def _number(text: str, most: int = 0xFFFFFFFF) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise invalid("a number")
    return int(text)


def _fingerprint(value: str) -> list[tuple[str, str]]:
    match = _FINGERPRINT.fullmatch(value.strip())
    return [(match[1].lower(), match[2].upper())] if match else []


def _session_attribute(found: Description, name: str, value: str) -> None:
    if name == "group" and value.startswith("BUNDLE "):
        found.bundle = value.split(" ")[1:]
    elif name == "fingerprint":
        found.fingerprints += _fingerprint(value)
    elif name == "setup":
        found.setup = value


def _attribute(section: Section, name: str, value: str) -> None:
    first, _, rest = value.partition(" ")
    if name == "mid":
        if not _MID.fullmatch(value):
            raise invalid("mid")
        section.mid = value
    elif name in ("sendrecv", "sendonly", "recvonly", "inactive"):
        section.direction = name
    elif name == "rtpmap" and section.kind != "application":
        section.codecs[_number(first, 127)] = rest.lower()
    elif name == "fmtp" and rest.startswith("apt="):
        section.again[_number(first, 127)] = _number(rest[4:].split(";")[0], 127)
    elif name == "extmap":
        id = _number(first.split("/")[0], 255)
        if 0 < id < 15:  # what the one-byte form can carry
            section.extensions[rest.split(" ")[0]] = id
    elif name == "ssrc":
        ssrc = _number(first)
        if ssrc not in section.ssrcs:
            section.ssrcs.append(ssrc)
    elif name == "ssrc-group" and first == "FID":
        numbers = [_number(one) for one in rest.split(" ")]
        if len(numbers) == 2:
            section.pairs.append((numbers[0], numbers[1]))
    elif name == "simulcast" and first == "send":
        section.layers = _layers(rest.split(" ")[0])
    elif name == "setup":
        section.setup = value
    elif name == "fingerprint":
        section.fingerprints += _fingerprint(value)


def _layers(listed: str) -> list[str]:
    """The rids of `a=simulcast:send` (RFC 8853); of alternatives the first, and one that starts paused is taken too."""
    found = [one.split(",")[0].removeprefix("~") for one in listed.split(";")]
    if len(found) > LAYERS or len(set(found)) < len(found) or not all(_LAYER.fullmatch(one) for one in found):
        raise invalid("simulcast")
    return found


# -- what a page's descriptions mean -----------------------------------------------------------------------------


def fingerprints_of_answer(text: str) -> list[tuple[str, str]]:
    """The certificate that a page announces in its answer to our offer.

    Raises:
        EngineError: `media.invalid_sdp`.
    """
    for section in read(text).sections:
        if section.port:
            if section.setup not in ("active", "actpass"):
                raise invalid("the page must begin DTLS")
            if not section.fingerprints:
                raise invalid("no fingerprint")
            return section.fingerprints
    raise invalid("everything is refused")


@dataclass(frozen=True, slots=True)
class SendOffer:
    """What a page offers to send."""

    sections: list[Section]
    plans: list[TrackPlan]
    fingerprints: list[tuple[str, str]]


def send_offer(text: str, tracks: dict[str, Source]) -> SendOffer:
    """Read a page's offer to send, where `tracks` maps mid → source.

    Raises:
        EngineError: `media.invalid_sdp`: malformed, not bundled, or without Opus or VP8 where they are needed.
    """
    found = read(text)
    plans: list[TrackPlan] = []
    sources: set[Source] = set()
    first: Section | None = None
    for section in found.sections:
        source = tracks.get(section.mid)
        if source is None:
            continue
        if section.mid not in found.bundle or section.direction not in ("sendonly", "sendrecv"):
            raise invalid("every track is sent on one bundled transport")
        if source in sources:
            raise invalid("a source twice")
        sources.add(source)
        plans += _plans(section, source)
        first = first or section
    if first is None or len(sources) != len(tracks):
        raise invalid("tracks name mids that are not offered")
    if first.setup != "actpass" or not first.fingerprints:
        raise invalid("no actpass or no fingerprint")
    return SendOffer(found.sections, plans, first.fingerprints)


def _plans(section: Section, source: Source) -> list[TrackPlan]:
    """One plan, or with simulcast one for each layer, the smallest first."""
    audio = source is Source.MICROPHONE
    if section.kind != ("audio" if audio else "video"):
        raise invalid("a track of the wrong kind")
    codec = "opus/48000/2" if audio else "vp8/90000"
    type = next((one for one in section.formats if section.codecs.get(one) == codec), -1)
    if type < 0:
        raise invalid(f"no {codec}")
    again = -1
    if not audio:
        fitting = [one for one, of in section.again.items() if of == type and section.codecs.get(one) == "rtx/90000"]
        again = fitting[0] if fitting else -1
    extensions = section.extensions
    layers = section.layers if not audio and extensions.get(_MID_URI) and extensions.get(_LAYER_URI) else []
    main, repeat = section.pairs[0] if section.pairs else ((section.ssrcs or [0])[0], 0)
    if layers:
        main = repeat = 0  # each layer has its own, learned from its packets
    plan = TrackPlan(
        source,
        section.mid,
        type,
        again,
        main,
        repeat if again >= 0 else 0,
        section.extensions.get(_MID_URI, 0),
        section.extensions.get(_LEVEL_URI, 0) if audio else 0,
        section.extensions.get(_ARRIVAL_URI, 0),
        layer_id=extensions.get(_LAYER_URI, 0) if layers else 0,
        layer_again_id=extensions.get(_LAYER_AGAIN_URI, 0) if layers else 0,
    )
    return [replace(plan, layer=one) for one in layers] or [plan]


# -- ours --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """What every description of ours says about where and who we are."""

    addresses: tuple[str, ...]
    port: int
    fingerprint: str


def _session_lines(mids: list[str], version: int) -> list[str]:
    return [
        "v=0",
        f"o=- 1 {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        f"a=group:BUNDLE {' '.join(mids)}",
        "a=msid-semantic: WMS *",
    ]


def _transport_lines(place: Place, credentials: Credentials, setup: str) -> list[str]:
    lines = [
        "c=IN IP4 0.0.0.0",
        f"a=ice-ufrag:{credentials.fragment}",
        f"a=ice-pwd:{credentials.password}",
        f"a=fingerprint:sha-256 {place.fingerprint}",
        f"a=setup:{setup}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    for index, address in enumerate(place.addresses):
        priority = (126 << 24) + ((65535 - index) << 8) + 255
        lines.append(f"a=candidate:{index + 1} 1 udp {priority} {address} {place.port} typ host")
    return [*lines, "a=end-of-candidates"]


def receive_offer(place: Place, credentials: Credentials, lines: tuple[Lines, ...], version: int) -> str:
    """Our offer of a receive connection with these lines."""
    text = _session_lines([one.mid for one in lines], version)
    for one in lines:
        text += _offered(one, _transport_lines(place, credentials, "actpass"))
    return "\r\n".join(text) + "\r\n"


def _offered(one: Lines, transport: list[str]) -> list[str]:
    type, again = one.payload_type, one.again_type
    named = [f"a=mid:{one.mid}", "a=sendonly", f"a=msid:{one.slot} {one.mid}"]
    if not one.video:
        return [
            f"m=audio 9 UDP/TLS/RTP/SAVPF {type}",
            *transport,
            *named,
            f"a=extmap:1 {_LEVEL_URI}",
            f"a=rtpmap:{type} opus/48000/2",
            f"a=fmtp:{type} minptime=10;useinbandfec=1",
            f"a=ssrc:{one.ssrc} cname:{CNAME}",
        ]
    return [
        f"m=video 9 UDP/TLS/RTP/SAVPF {type} {again}",
        *transport,
        *named,
        f"a=extmap:2 {_SEND_TIME_URI}",
        f"a=extmap:3 {_DELAY_URI}",
        f"a=rtpmap:{type} VP8/90000",
        *(f"a=rtcp-fb:{type} {what}" for what in ("nack", "nack pli", "ccm fir", "goog-remb")),
        f"a=rtpmap:{again} rtx/90000",
        f"a=fmtp:{again} apt={type}",
        f"a=ssrc-group:FID {one.ssrc} {one.again_ssrc}",
        f"a=ssrc:{one.ssrc} cname:{CNAME}",
        f"a=ssrc:{one.again_ssrc} cname:{CNAME}",
    ]


def send_answer(place: Place, credentials: Credentials, offer: SendOffer, version: int) -> str:
    """Our answer to a page's offer to send; sections without a track are refused."""
    by_mid: dict[str, list[TrackPlan]] = {}
    for one in offer.plans:
        by_mid.setdefault(one.mid, []).append(one)
    text = _session_lines([one.mid for one in offer.sections if one.mid in by_mid], version)
    for section in offer.sections:
        plans = by_mid.get(section.mid)
        if plans is None:
            format = section.formats[0] if section.formats else "webrtc-datachannel"
            profile = "UDP/TLS/RTP/SAVPF" if section.formats else "UDP/DTLS/SCTP"
            text += [f"m={section.kind} 0 {profile} {format}", "c=IN IP4 0.0.0.0", "a=inactive"]
            text += [f"a=mid:{section.mid}"] if section.mid else []
        else:
            text += _accepted(
                plans[0], [one.layer for one in plans if one.layer], _transport_lines(place, credentials, "passive")
            )
    return "\r\n".join(text) + "\r\n"


def _accepted(plan: TrackPlan, layers: list[str], transport: list[str]) -> list[str]:
    type, again = plan.payload_type, plan.again_type
    audio = plan.source is Source.MICROPHONE
    formats = f"{type} {again}" if again >= 0 else f"{type}"
    lines = [f"m={'audio' if audio else 'video'} 9 UDP/TLS/RTP/SAVPF {formats}", *transport]
    lines += [f"a=mid:{plan.mid}", "a=recvonly"]
    known = (
        (plan.mid_id, _MID_URI),
        (plan.level_id, _LEVEL_URI),
        (plan.arrival_id, _ARRIVAL_URI),
        (plan.layer_id, _LAYER_URI),
        (plan.layer_again_id, _LAYER_AGAIN_URI),
    )
    lines += [f"a=extmap:{id} {uri}" for id, uri in known if id]
    if audio:
        lines += [f"a=rtpmap:{type} opus/48000/2", f"a=fmtp:{type} minptime=10;useinbandfec=1;usedtx=1"]
        feedback: tuple[str, ...] = ("transport-cc",)
    else:
        lines.append(f"a=rtpmap:{type} VP8/90000")
        feedback = ("nack", "nack pli", "goog-remb", "transport-cc")
    lines += [f"a=rtcp-fb:{type} {one}" for one in feedback if one != "transport-cc" or plan.arrival_id]
    if again >= 0:
        lines += [f"a=rtpmap:{again} rtx/90000", f"a=fmtp:{again} apt={type}"]
    if layers:
        lines += [f"a=rid:{one} recv" for one in layers] + [f"a=simulcast:recv {';'.join(layers)}"]
    return lines
