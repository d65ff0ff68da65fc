"""The fixed numbers of the slots: every receiver knows a slot by the same SSRCs and payload types."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.media.engine import Slot

CNAME = "diemcau"
AUDIO_RATE, VIDEO_RATE = 48_000, 90_000


@dataclass(frozen=True, slots=True)
class Lines:
    """How one slot's sound or picture is numbered on the wire."""

    slot: Slot
    video: bool
    payload_type: int
    ssrc: int
    again_type: int = -1  # RTX; sound is not sent again
    again_ssrc: int = 0

    @property
    def mid(self) -> str:
        return f"{self.slot}-{'video' if self.video else 'audio'}"

    @property
    def rate(self) -> int:
        return VIDEO_RATE if self.video else AUDIO_RATE


def _audio(slot: Slot, place: int) -> Lines:
    return Lines(slot, False, 96 + 3 * place, 0x44434100 + place)


def _video(slot: Slot, place: int) -> Lines:
    return Lines(slot, True, 97 + 3 * place, 0x44435600 + place, 98 + 3 * place, 0x44435200 + place)


#: In the order of the offer; the tile's two come last and only where the page may open one.
LINES = (
    _audio(Slot.SPEAKER, 0),
    _video(Slot.SPEAKER, 0),
    _audio(Slot.CHAIR, 1),
    _video(Slot.CHAIR, 1),
    _audio(Slot.FLOOR, 2),
    _video(Slot.SCREEN, 3),
    _audio(Slot.TILE, 4),
    _video(Slot.TILE, 4),
)


def lines_for(tile: bool) -> tuple[Lines, ...]:
    """The lines of a receive session."""
    return LINES if tile else LINES[:-2]
