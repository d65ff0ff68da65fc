"""The payload descriptor of VP8 (RFC 7741): where a frame begins, whether it stands alone, which numbers to patch."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.media.embedded.rtp import Malformed


@dataclass(slots=True)
class Descriptor:
    """Offsets are from the payload's first byte; -1 where the number is not there."""

    starts_key_frame: bool = False
    picture: int = 0
    picture_at: int = -1
    picture_wide: bool = False
    layer: int = 0  # TL0PICIDX
    layer_at: int = -1


def describe(payload: bytes) -> Descriptor:
    """Read the descriptor of one payload.

    Raises:
        Malformed: shorter than it says.
    """
    try:
        return _describe(payload)
    except IndexError:
        raise Malformed("vp8") from None


def _describe(payload: bytes) -> Descriptor:
    found = Descriptor()
    first, at = payload[0], 1
    if first & 0x80:
        fields, at = payload[1], 2
        if fields & 0x80:
            found.picture_at, found.picture_wide = at, bool(payload[at] & 0x80)
            found.picture = payload[at] & 0x7F
            if found.picture_wide:
                found.picture = found.picture << 8 | payload[at + 1]
            at += 2 if found.picture_wide else 1
        if fields & 0x40:
            found.layer_at, found.layer = at, payload[at]
            at += 1
        if fields & 0x30:
            at += 1
    begins_frame = bool(first & 0x10) and not first & 0x07
    found.starts_key_frame = begins_frame and not payload[at] & 0x01
    return found
