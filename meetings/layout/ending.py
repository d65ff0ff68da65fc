"""How a document ends: who signs, in which authority, and who receives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus.flowables import CondPageBreak, Flowable

from meetings.layout.head import place
from meetings.layout.page import HEIGHT, Places, Words
from meetings.layout.tagging import tagged
from meetings.layout.typeface import BOLD, BOLD_ITALIC, REGULAR, clipped, register_fonts

SIGNER_SIZE, WORD_SIZE, RECIPIENT_SIZE = 14.0, 12.0, 11.0
#: The room between title and name, and the width of the place kept for the signature.
ROOM, SIGNATURE_WIDTH = 24 * mm, 64 * mm
_LINE, _RECIPIENT_LINE = SIGNER_SIZE * 1.3, RECIPIENT_SIZE * 1.2


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature block: the role that signs, the lines above the room (`TM. …`, `THƯ KÝ`), and the name."""

    role: str
    lines: tuple[str, ...]
    name: str


class _Block:
    """A signature block, broken to its column."""

    def __init__(self, signing: Signing, width: float) -> None:
        self.role = signing.role
        self.lines = [part for line in signing.lines for part in clipped(line.upper(), BOLD, SIGNER_SIZE, width)]
        self.name = clipped(signing.name, BOLD, SIGNER_SIZE, width) if signing.name.strip() else []
        self.height = (len(self.lines) + max(1, len(self.name))) * _LINE + ROOM + 12

    def draw(self, canvas: Any, places: Places, centre: float, top: float) -> None:
        with tagged(canvas, "P"):
            canvas.setFont(BOLD, SIGNER_SIZE)
            y = top - SIGNER_SIZE
            for line in self.lines:
                canvas.drawCentredString(centre, y, line)
                y -= _LINE
            high = y + _LINE - 6
            half = SIGNATURE_WIDTH / 2
            places[self.role] = place(canvas, centre - half, high - ROOM + 6, centre + half, high - 2)
            y = high - ROOM - SIGNER_SIZE + 6
            for text in self.name:
                canvas.drawCentredString(centre, y, text)
                y -= _LINE


class Signatures(Flowable):  # type: ignore[misc]
    """Signature blocks side by side in columns of one width, the first on the left."""

    bookmark = ""
    level = 0

    def __init__(self, signings: Sequence[Signing], places: Places) -> None:
        super().__init__()
        self.signings = signings
        self.places = places

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        register_fonts()
        self.width = available_width
        self._column = available_width / len(self.signings)
        self._blocks = [_Block(one, self._column - 6) for one in self.signings]
        self.height = max(one.height for one in self._blocks) + 12
        return self.width, self.height

    def draw(self) -> None:
        for index, block in enumerate(self._blocks):
            block.draw(self.canv, self.places, self._column * (index + 0.5), self.height - 12)


class Ending(Flowable):  # type: ignore[misc]
    """Nơi nhận on the left, the signature on the right of its first lines; a long list goes on overleaf."""

    bookmark = ""
    level = 0
    LEFT = 0.45

    def __init__(self, recipients: Sequence[str], signing: Signing | None, places: Places, first: bool = True) -> None:
        super().__init__()
        self.recipients = list(recipients)
        self.signing = signing
        self.places = places
        self.first = first

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        register_fonts()
        self.width = available_width
        column = available_width * self.LEFT - 4 * mm
        self._lines = [clipped(one, REGULAR, RECIPIENT_SIZE, column) for one in self.recipients]
        self._block = _Block(self.signing, available_width * (1 - self.LEFT) - 6) if self.signing else None
        listed = sum(len(one) for one in self._lines) * _RECIPIENT_LINE
        self.height = max(self._word() + listed, self._block.height if self._block else 0) + 12
        return self.width, self.height

    def least(self, available_width: float) -> float:
        """The height without which nothing of it stands on a page, in points: all of it, or of a long list a part."""
        _, whole = self.wrap(available_width, HEIGHT)
        part = self._block.height + 12 if self._block else 4 * _RECIPIENT_LINE
        return whole if whole <= HEIGHT / 2 else part

    def _word(self) -> float:
        return WORD_SIZE * 1.2 if self.first else 0.0

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        self.wrap(available_width, available_height)
        if available_height < (self._block.height + 12 if self._block else 4 * _RECIPIENT_LINE):
            return []
        room, count = available_height - 12 - self._word(), 0
        for lines in self._lines:
            room -= len(lines) * _RECIPIENT_LINE
            if room < 0:
                break
            count += 1
        if not count:
            return []
        head = Ending(self.recipients[:count], self.signing, self.places, self.first)
        head.bookmark, head.level = self.bookmark, self.level
        return [head, Ending(self.recipients[count:], None, self.places, first=False)]

    def draw(self) -> None:
        canvas, y = self.canv, self.height - 12
        with tagged(canvas, "P"):
            if self.first:
                canvas.setFont(BOLD_ITALIC, WORD_SIZE)
                canvas.drawString(0, y - WORD_SIZE, "Nơi nhận:")
                y -= self._word()
            canvas.setFont(REGULAR, RECIPIENT_SIZE)
            for line in (part for lines in self._lines for part in lines):
                canvas.drawString(0, y - RECIPIENT_SIZE, line)
                y -= _RECIPIENT_LINE
        if self._block:
            self._block.draw(canvas, self.places, self.width * (1 + self.LEFT) / 2, self.height - 12)


class Company(CondPageBreak):  # type: ignore[misc]
    """Turns the page where the last words of the text and the signature have no room together on this one."""

    def __init__(self, text: Sequence[Words], ending: Ending) -> None:
        super().__init__(0)
        self.text, self.ending = text, ending

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        need = self.ending.least(available_width)
        for one in self.text:
            need += one.wrap(available_width, HEIGHT)[1] + one.getSpaceBefore() + one.getSpaceAfter()
        self.height = min(need, HEIGHT - 1)  # a text longer than a page begins on this one
        found: tuple[float, float] = super().wrap(available_width, available_height)
        return found


def recipient_lines(recipients: Sequence[str], archive: str) -> list[str]:
    """`- …;` a line, the archive's line last with a full stop."""
    listed = [f"- {one.strip().lstrip('-').strip().rstrip(';.')};" for one in recipients if one.strip()]
    return [*listed, f"- {archive}"]
