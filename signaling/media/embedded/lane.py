"""One receiver's view of one line of a slot: what to add to a source's numbers so that they go on without a seam.

A receiver's own numbers never jump: after a switch of source, a pause, or its own turn to speak, the sequence
continues at the last one sent plus one, and the timestamp by the time that passed on the server's clock. Sequences
start below 2^15: libsrtp refuses a first jump beyond that, and a loss at the wrap could never be decrypted.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from signaling.media.embedded.packet import PADDED, PAYLOAD_AT, SEND_TIME_AT, Packet, send_time, video_extension
from signaling.media.embedded.rtp import HEADER, near
from signaling.media.embedded.slots import Lines
from signaling.media.embedded.structures import new_numbers

#: How many stretches of one source are remembered, to find packets that are asked for again.
STRETCHES = 4
#: Bytes of padding in one packet, the most that RTP knows.
PADDING = 255
_EXTENDED = 0x90  # version 2, with a header extension


@dataclass(frozen=True, slots=True)
class Offsets:
    """What is added to a source's numbers, from the sequence `first` (ours) on."""

    first: int
    sequence: int
    timestamp: int
    picture: int
    layer: int
    kept: Callable[[int], Packet | None]


class Lane:
    """The numbers of one receiver on one line."""

    __slots__ = ("again_sequence", "line", "numbers", "offsets", "started", "stretches")

    def __init__(self, line: Lines) -> None:
        self.line = line
        self.numbers = new_numbers()
        self.numbers.ssrc, self.numbers.payload_type = line.ssrc, line.payload_type
        self.numbers.sequence = secrets.randbelow(0x4000)  # the last one sent
        self.numbers.timestamp = secrets.randbits(32)
        self.numbers.picture, self.numbers.layer = secrets.randbelow(0x4000), secrets.randbelow(0x100)
        self.again_sequence = secrets.randbelow(0x4000)
        #: None while nothing flows: the next packet starts a new stretch.
        self.offsets: Offsets | None = None
        self.stretches: deque[Offsets] = deque(maxlen=STRETCHES)
        self.started = 0

    def rest(self) -> None:
        """Whatever comes next starts a new stretch."""
        self.offsets = None
        self.numbers.flows = 0

    def forget(self) -> None:
        """Send nothing of what went out so far again."""
        self.stretches.clear()

    def start(self, packet: Packet, kept: Callable[[int], Packet | None], now: float) -> Offsets:
        """Begin a new stretch with `packet`, right after what was sent last."""
        numbers = self.numbers
        elapsed = max(1, round((now - numbers.sent_at) * self.line.rate)) if numbers.sent_at else 0
        offsets = self.offsets = Offsets(
            numbers.sequence + 1,
            numbers.sequence + 1 - packet.sequence,
            (numbers.timestamp + elapsed - packet.timestamp) & 0xFFFFFFFF,
            numbers.picture + 1 - packet.picture,
            numbers.layer + 1 - packet.layer,
            kept,
        )
        self.stretches.append(offsets)
        self.started += 1
        numbers.source_first = packet.sequence
        numbers.add_sequence, numbers.add_timestamp = offsets.sequence, offsets.timestamp
        numbers.add_picture, numbers.add_layer = offsets.picture, offsets.layer
        numbers.flows = 1
        return offsets

    def render(self, packet: Packet, now: float) -> bytes | None:
        """The packet with this receiver's numbers; None where it belongs to before the stretch."""
        offsets, numbers = self.offsets, self.numbers
        if offsets is None or packet.sequence < numbers.source_first:
            return None
        sequence = packet.sequence + offsets.sequence
        data = patched(packet, offsets, self.line.payload_type, sequence, self.line.ssrc)
        if sequence > numbers.sequence:
            numbers.sequence = sequence
            numbers.timestamp = (packet.timestamp + offsets.timestamp) & 0xFFFFFFFF
            numbers.sent_at = now
            if packet.picture_at >= 0:
                numbers.picture = packet.picture + offsets.picture
            if packet.layer_at >= 0:
                numbers.layer = packet.layer + offsets.layer
        numbers.packets += 1
        numbers.octets += len(packet.body)
        return data

    def again(self, sequence: int, now: float) -> bytes | None:
        """A packet that this receiver lost, as RTX (RFC 4588) under a sequence of its own; None where it is gone."""
        number = near(sequence, self.numbers.sequence)
        for offsets in reversed(self.stretches):
            if offsets.first <= number <= self.numbers.sequence:
                packet = offsets.kept(number - offsets.sequence)
                break
        else:
            return None
        if packet is None:
            return None
        self.again_sequence += 1
        whole = patched(packet, offsets, self.line.again_type, self.again_sequence, self.line.again_ssrc)
        time_at, payload_at = 12 + SEND_TIME_AT, 12 + PAYLOAD_AT
        before = whole[:time_at] + send_time(now) + whole[time_at + 3 : payload_at]
        return before + (number & 0xFFFF).to_bytes(2, "big") + whole[payload_at:]

    def padding(self, now: float) -> bytes:
        """A packet of nothing under the retransmissions' numbers, to measure the line."""
        self.again_sequence += 1
        number, line = self.again_sequence & 0xFFFF, self.line
        header = HEADER.pack(_EXTENDED | PADDED, line.again_type, number, 0, line.again_ssrc)
        return header + video_extension(now) + bytes(PADDING - 1) + bytes([PADDING])


def patched(packet: Packet, offsets: Offsets, payload_type: int, sequence: int, ssrc: int) -> bytes:
    """The packet as it goes out: our header, then the body with its picture's numbers moved on."""
    timestamp = (packet.timestamp + offsets.timestamp) & 0xFFFFFFFF
    header = HEADER.pack(_EXTENDED | packet.padded, packet.marker | payload_type, sequence & 0xFFFF, timestamp, ssrc)
    if packet.picture_at < 0 and packet.layer_at < 0:
        return header + packet.body
    body = bytearray(packet.body)
    if packet.picture_at >= 0:
        picture = packet.picture + offsets.picture
        if packet.picture_wide:
            body[packet.picture_at] = 0x80 | picture >> 8 & 0x7F
            body[packet.picture_at + 1] = picture & 0xFF
        else:
            body[packet.picture_at] = picture & 0x7F
    if packet.layer_at >= 0:
        body[packet.layer_at] = (packet.layer + offsets.layer) & 0xFF
    return header + bytes(body)
