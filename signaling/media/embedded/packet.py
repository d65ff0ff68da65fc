"""A media packet on its way through: what is the same for every receiver, ready to be numbered for each."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from signaling.media.embedded.rtp import Header
from signaling.media.embedded.vp8 import Descriptor, describe

#: Our header extensions towards receivers, by their one-byte ids.
LEVEL_ID, SEND_TIME_ID, DELAY_ID = 1, 2, 3
_EXTENSION = struct.Struct("!HHB3sB3s")
_AUDIO_EXTENSION = struct.Struct("!HHBBBB")
#: The bit of the first byte that says that padding ends the packet (RFC 3550 §5.1).
PADDED = 0x20
#: Packets of one burst that differ by no more than so many bytes are made of one size.
_PAD_UP_TO = 8
#: Where abs-send-time, the playout delay and the payload stand in the body of a video packet.
SEND_TIME_AT, _DELAY_AT, PAYLOAD_AT = 5, 9, _EXTENSION.size
#: Playout delays, the least and the most (12 bits each, in 10 ms). In step: the page shows a picture when the sound
#: that belongs to it is heard, as it does unasked (10 s is Chromium's own bound). At once: in 10 ms, since a least
#: delay of 0 with a most below 500 ms would have Chromium leave its even rendering for good.
_IN_STEP, _AT_ONCE = b"\x00\x03\xe8", b"\x00\x10\x01"


@dataclass(slots=True)
class Packet:
    """One packet of a source. `body` is everything after the first 12 bytes: our extensions, then the payload.

    Offsets into `body` are -1 where there is nothing to patch.
    """

    sequence: int  # grows beyond 16 bits, without holes for padding
    timestamp: int
    marker: int  # 0x80 or 0
    body: bytes
    starts_key_frame: bool = False
    picture: int = 0
    picture_at: int = -1
    picture_wide: bool = False
    layer: int = 0
    layer_at: int = -1
    padded: int = 0  # PADDED or 0


def send_time(now: float) -> bytes:
    """abs-send-time: 6.18 fixed point seconds, 24 bits."""
    return (int(now * 0x40000) & 0xFFFFFF).to_bytes(3, "big")


def video_extension(now: float) -> bytes:
    """What stands before a picture's part."""
    return _EXTENSION.pack(0xBEDE, 2, SEND_TIME_ID << 4 | 2, send_time(now), DELAY_ID << 4 | 2, _IN_STEP)


def shown_at_once(packet: Packet) -> Packet:
    """The first packet of a picture that the page does not hold back; those after it are again in step with sound."""
    end = _DELAY_AT + len(_AT_ONCE)
    return replace(packet, body=packet.body[:_DELAY_AT] + _AT_ONCE + packet.body[end:])


def evened(burst: Sequence[Packet]) -> list[Packet]:
    """The burst with packets that are slightly shorter than the longest padded to its size.

    The kernel takes packets of one size as one message, and encoders cut a picture into parts that differ by a byte.
    """
    longest = max(len(one.body) for one in burst)
    return [_padded(one, longest - len(one.body)) for one in burst]


def _padded(packet: Packet, missing: int) -> Packet:
    if not 0 < missing <= _PAD_UP_TO:
        return packet
    return replace(packet, body=packet.body + bytes(missing - 1) + bytes([missing]), padded=PADDED)


def audio_packet(header: Header, payload: bytes, sequence: int, level: int) -> Packet:
    """Sound; `level` is the first byte of RFC 6464."""
    extension = _AUDIO_EXTENSION.pack(0xBEDE, 1, LEVEL_ID << 4, level, 0, 0)
    return Packet(sequence, header.timestamp, 0x80 if header.marker else 0, extension + payload)


def video_packet(header: Header, payload: bytes, sequence: int, now: float) -> Packet:
    """A picture's part.

    Raises:
        Malformed: the VP8 descriptor is truncated.
    """
    found = describe(payload) if payload else Descriptor()
    extension = video_extension(now)
    return Packet(
        sequence,
        header.timestamp,
        0x80 if header.marker else 0,
        extension + payload,
        found.starts_key_frame,
        found.picture,
        found.picture_at + PAYLOAD_AT if found.picture_at >= 0 else -1,
        found.picture_wide,
        found.layer,
        found.layer_at + PAYLOAD_AT if found.layer_at >= 0 else -1,
    )
