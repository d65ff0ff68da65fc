"""Which slot is seen and which is heard in a recording's first tracks, since players show one of each. Pure."""

from __future__ import annotations

from signaling.media.engine import Slot

#: Who had the picture keeps it so long without sending any, in seconds.
GONE = 1.0
#: Who was heard keeps the sound so long while silent, in seconds.
PAUSE = 0.5
#: A level (RFC 6464) at least as loud is a voice; and the level of nothing.
VOICE, SILENCE = 50, 127


class Seen:
    """The speaker is seen where there is one, else the chair; another picture begins at a key frame."""

    def __init__(self) -> None:
        self.slot: Slot | None = None
        self._last: dict[Slot, float] = {}

    def shows(self, slot: Slot, key: bool, now: float) -> bool:
        """Whether this frame of `slot` belongs into the recording's first picture."""
        self._last[slot] = now
        if slot is not self.slot and key and slot is self._wanted(now):
            self.slot = slot
        return slot is self.slot

    def waits(self, now: float) -> Slot | None:
        """The slot that is to be seen but needs a key frame first."""
        wanted = self._wanted(now)
        return wanted if wanted is not self.slot else None

    def _wanted(self, now: float) -> Slot | None:
        there = [one for one in (Slot.SPEAKER, Slot.CHAIR) if now - self._last.get(one, -GONE) < GONE]
        return there[0] if there else self.slot


class Heard:
    """Whoever speaks is heard until they pause; in a pause, whoever speaks next."""

    def __init__(self) -> None:
        self.slot: Slot | None = None
        self._voice: dict[Slot, float] = {}

    def hears(self, slot: Slot, level: int, now: float) -> bool:
        """Whether this piece of `slot`'s sound belongs into the recording's first sound."""
        if level <= VOICE:
            self._voice[slot] = now
        pausing = self.slot is None or now - self._voice.get(self.slot, -PAUSE) >= PAUSE
        if pausing and (level <= VOICE or self.slot is None):
            self.slot = slot
        return slot is self.slot
