"""RTCP: reading what peers report and ask, with limits; making our own reports and requests (RFC 3550, 4585, 5104)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from signaling.media.embedded.rtp import Malformed

SENDER, RECEIVER, DESCRIPTION, TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK = 200, 201, 202, 205, 206
NACK, TRANSPORT_CC = 1, 15  # formats of transport feedback
PLI, FIR, REMB = 1, 4, 15  # formats of payload feedback
#: Sequences that one compound packet may ask for again; what is more is ignored.
NACK_LIMIT = 256
_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_BLOCK = struct.Struct("!IIIIII")


@dataclass(slots=True)
class Block:
    """One reception report; `lost` in 1/256 since the last one, `jitter` in clock units."""

    ssrc: int
    lost: int
    total_lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int  # since that report, in 1/65536 s


@dataclass(slots=True)
class SenderReport:
    """When (NTP, 32.32) the sender's clock stood at which RTP timestamp."""

    ssrc: int
    ntp: int
    timestamp: int


@dataclass(slots=True)
class Reports:
    """Everything of one compound packet that somebody acts on."""

    senders: list[SenderReport] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    nacks: list[tuple[int, list[int]]] = field(default_factory=list)
    key_frames: set[int] = field(default_factory=set)
    bitrate: int = 0


def read(packet: bytes) -> Reports:
    """Take a compound packet apart; unknown kinds are skipped.

    Raises:
        Malformed: lengths that do not fit, or another version.
    """
    found, at = Reports(), 0
    try:
        while at < len(packet):
            first, kind, words = struct.unpack_from("!BBH", packet, at)
            body = packet[at + 4 : at + 4 + 4 * words]
            if first >> 6 != 2 or len(body) != 4 * words:
                raise Malformed("rtcp")
            _part(found, kind, first & 0x1F, body)
            at += 4 + 4 * words
    except (struct.error, IndexError):
        raise Malformed("rtcp") from None
    return found


def _part(found: Reports, kind: int, count: int, body: bytes) -> None:
    if kind == SENDER:
        ssrc, ntp, timestamp = struct.unpack_from("!IQI", body)
        found.senders.append(SenderReport(ssrc, ntp, timestamp))
        found.blocks += _blocks(body[24:], count)
    elif kind == RECEIVER:
        found.blocks += _blocks(body[4:], count)
    elif kind == TRANSPORT_FEEDBACK and count == NACK:
        (ssrc,) = struct.unpack_from("!I", body, 4)
        found.nacks.append((ssrc, _lost(body[8:], NACK_LIMIT - sum(len(lost) for _, lost in found.nacks))))
    elif kind == PAYLOAD_FEEDBACK and count == PLI:
        found.key_frames.add(struct.unpack_from("!I", body, 4)[0])
    elif kind == PAYLOAD_FEEDBACK and count == FIR:
        found.key_frames |= {ssrc for ssrc, _ in struct.iter_unpack("!II", body[8:])}
    elif kind == PAYLOAD_FEEDBACK and count == REMB and body[8:12] == b"REMB":
        packed = int.from_bytes(body[13:16], "big")
        found.bitrate = (packed & 0x3FFFF) << (packed >> 18)


def _blocks(body: bytes, count: int) -> list[Block]:
    found = []
    for index in range(count):
        ssrc, lost, highest, jitter, last, delay = _BLOCK.unpack_from(body, 24 * index)
        found.append(Block(ssrc, lost >> 24, lost & 0xFFFFFF, highest, jitter, last, delay))
    return found


def _lost(body: bytes, most: int) -> list[int]:
    lost: list[int] = []
    for first, mask in struct.iter_unpack("!HH", body):
        if len(lost) >= most:
            break
        lost.append(first)
        lost += [(first + 1 + bit) & 0xFFFF for bit in range(16) if mask >> bit & 1]
    return lost[:most]


def ntp_time(seconds: float) -> int:
    """Seconds since 1970 as NTP's 32.32."""
    return int((seconds + _EPOCH) * 0x1_0000_0000)


def unix_time(ntp: int) -> float:
    """NTP's 32.32 as seconds since 1970."""
    return ntp / 0x1_0000_0000 - _EPOCH


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    body = struct.pack("!IQIII", ssrc, ntp, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _packet(SENDER, 0, body)


def receiver_report(sender: int, blocks: Sequence[Block]) -> bytes:
    body = struct.pack("!I", sender)
    for one in blocks[:31]:
        lost = one.lost << 24 | (one.total_lost & 0xFFFFFF)
        body += _BLOCK.pack(one.ssrc, lost, one.highest, one.jitter, one.last_report, one.delay)
    return _packet(RECEIVER, len(blocks[:31]), body)


def description(ssrcs: Iterable[int], name: str) -> bytes:
    """SDES with the CNAME `name` for each of `ssrcs`."""
    item = struct.pack("!BB", 1, len(name)) + name.encode()
    item += bytes(4 - len(item) % 4)
    chunks = [struct.pack("!I", ssrc) + item for ssrc in ssrcs]
    return _packet(DESCRIPTION, len(chunks), b"".join(chunks))


def picture_loss(sender: int, ssrc: int) -> bytes:
    """Ask for a key frame."""
    return _packet(PAYLOAD_FEEDBACK, PLI, struct.pack("!II", sender, ssrc))


def nack(sender: int, ssrc: int, lost: Sequence[int]) -> bytes:
    """Ask for packets again; `lost` ascending."""
    body, rest = struct.pack("!II", sender, ssrc), list(lost)
    while rest:
        first, mask = rest.pop(0), 0
        while rest and 0 < (rest[0] - first) & 0xFFFF <= 16:
            mask |= 1 << ((rest.pop(0) - first - 1) & 0xFFFF)
        body += struct.pack("!HH", first & 0xFFFF, mask)
    return _packet(TRANSPORT_FEEDBACK, NACK, body)


def bitrate_limit(sender: int, ssrcs: Sequence[int], bitrate: int) -> bytes:
    """REMB: send no more than `bitrate` bit/s in all."""
    exponent = max(0, bitrate.bit_length() - 18)
    packed = exponent << 18 | bitrate >> exponent
    body = struct.pack("!II4sB", sender, 0, b"REMB", len(ssrcs)) + packed.to_bytes(3, "big")
    return _packet(PAYLOAD_FEEDBACK, REMB, body + b"".join(struct.pack("!I", ssrc) for ssrc in ssrcs))
