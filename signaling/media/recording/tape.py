"""One part of a recording: the engine's packets come in, a file comes out. Nothing is decoded or encoded."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, field
from pathlib import Path

from signaling.media.embedded import rtcp, rtp
from signaling.media.embedded.rtcp import Block, unix_time
from signaling.media.embedded.rtp import Malformed
from signaling.media.embedded.slots import AUDIO_RATE, VIDEO_RATE
from signaling.media.engine import Slot
from signaling.media.recording.clock import Clock
from signaling.media.recording.description import Offer
from signaling.media.recording.frames import Order, Picture, Pictures, Piece
from signaling.media.recording.matroska import Matroska, Track
from signaling.media.recording.stage import SILENCE, VOICE, Heard, Seen

SEEN, SCREEN, HEARD = 1, 2, 3
TRACKS = (
    Track(SEEN, True, "Sân khấu", first=True),
    Track(SCREEN, True, "Màn hình chia sẻ"),
    Track(HEARD, False, "Người đang nói", first=True),
    Track(4, False, "Phát biểu"),
    Track(5, False, "Chủ trì"),
    Track(6, False, "Ý kiến về điều hành"),
)
_OWN = {Slot.SPEAKER: 4, Slot.CHAIR: 5, Slot.FLOOR: 6}
#: Ends the title of the chapter that begins where a recess was.
AFTER_RECESS = " (sau tạm nghỉ)"
#: Between two requests for the same key frame, in seconds.
ASK_AGAIN = 2.0


@dataclass(slots=True)
class _Line:
    """One line of a slot."""

    ssrc: int
    slot: Slot
    video: bool
    clock: Clock
    order: Order
    pictures: Pictures = field(default_factory=Pictures)
    heard_at: float = 0.0
    asked_at: float = 0.0


class Tape:
    """Writes one file from the first frame that comes; times are seconds since 1970."""

    def __init__(self, path: Path, title: str, offer: Offer) -> None:
        """Begin the file at `path` for what the engine offers. Raises OSError."""
        self._path, self._file = path, Matroska(path, TRACKS, title)
        self._lines: dict[int, _Line] = {}
        for ssrc, mid in offer.mids.items():
            slot, _, kind = mid.partition("-")
            video = kind == "video"
            clock = Clock(VIDEO_RATE if video else AUDIO_RATE)
            self._lines[ssrc] = _Line(ssrc, Slot(slot), video, clock, Order(offer.level))
        self._seen, self._heard = Seen(), Heard()
        self._sized: set[int] = set()
        self._chapter = 0.0, ""
        self._recess = False
        self._join: int | None = None  # where in the file, in ms, the first frame after a recess belongs
        self._cut = 0.0  # seconds of recesses that are not in the file
        #: How far our clock is ahead of the engine's, in seconds; None until it reports.
        self._offset: float | None = None
        #: The slots in which somebody speaks, for engines whose packets do not say so.
        self.voices: frozenset[Slot] = frozenset()
        #: When the file began; 0 while nothing came.
        self.began = 0.0

    def media(self, packet: bytes, now: float) -> None:
        """Take one RTP packet.

        Raises:
            OSError: the file cannot be written.
        """
        try:
            header = rtp.read(packet)
        except Malformed:
            return
        line = self._lines.get(header.ssrc)
        if line is None:
            return  # sent again, or padding of a probe
        line.heard_at = now
        for piece in line.order.take(header, packet, now):
            self._piece(line, piece, now)

    def control(self, packet: bytes, now: float) -> None:
        """Take one compound RTCP packet."""
        with contextlib.suppress(Malformed):
            for report in rtcp.read(packet).senders:
                if report.ssrc in self._lines:
                    if self._offset is None:
                        self._offset = now - unix_time(report.ntp)
                    self._lines[report.ssrc].clock.report(report, self._offset)

    def beat(self, now: float) -> list[int]:
        """Write what waited long enough; the SSRCs whose key frame is to be asked for. Raises OSError."""
        waits = self._seen.waits(now)
        asked = []
        for line in self._lines.values():
            for piece in line.order.due(now):
                self._piece(line, piece, now)
            needs = line.video and (line.pictures.waits_for_key or line.slot is waits)
            if needs and now - line.heard_at < 1 and now - line.asked_at >= ASK_AGAIN:
                line.asked_at = now
                asked.append(line.ssrc)
        return asked

    def reports(self) -> dict[int, Block]:
        """What was received of each line, by SSRC; of loss nothing is said, since nothing is to be sent less."""
        return {
            one.ssrc: Block(one.ssrc, 0, 0, one.order.highest & 0xFFFF_FFFF, 0, 0, 0)
            for one in self._lines.values()
            if one.heard_at
        }

    def chapter(self, at: float, title: str) -> None:
        """This item of the agenda began then. Raises OSError."""
        if self.began and self._join is None and (at, title) != self._chapter:
            self._file.chapter(self._ms(at), title)
        self._chapter = at, title

    def recess(self, at: float) -> None:
        """Since then there is a recess: write nothing until `resume`. Raises OSError."""
        if self._recess:
            return
        for line in self._lines.values():
            for piece in line.order.due(math.inf):
                self._piece(line, piece, at)
        self._recess = True
        if self.began and self._join is None:
            self._join = self._ms(at)

    def resume(self) -> None:
        """There is no recess: what comes next follows in the file on what was before, as a chapter of its own."""
        if self._recess:
            self._recess = False
            for line in self._lines.values():
                line.pictures.waits_for_key = True

    def finish(self) -> None:
        """Complete the file; there is none where nothing came. Raises OSError."""
        self._file.finish()
        if not self.began:
            self._path.unlink()

    def _piece(self, line: _Line, piece: Piece, now: float) -> None:
        if self._recess:
            return
        if line.video:
            picture = line.pictures.take(piece)
            if picture is not None:
                self._picture(line, picture, now)
        elif piece.payload:
            at = line.clock.time(piece.timestamp, now)
            told = VOICE if line.slot in self.voices else SILENCE
            if self._heard.hears(line.slot, told if piece.level is None else piece.level, now):
                self._write(HEARD, at, True, piece.payload)
            if line.slot in _OWN:
                self._write(_OWN[line.slot], at, True, piece.payload)

    def _picture(self, line: _Line, picture: Picture, now: float) -> None:
        if line.slot is Slot.SCREEN:
            track = SCREEN
        elif self._seen.shows(line.slot, picture.key, now):
            track = SEEN
        else:
            return
        self._write(track, line.clock.time(picture.timestamp, now), picture.key, picture.data)
        if picture.key and track not in self._sized:
            self._sized.add(track)
            self._file.picture(track, picture.width, picture.height)

    def _write(self, track: int, at: float, key: bool, data: bytes) -> None:
        if not self.began:
            self.began = at
            self._file.chapter(0, self._chapter[1])
        elif self._join is not None:
            self._cut = at - self.began - self._join / 1000
            self._file.chapter(self._join, self._chapter[1] + AFTER_RECESS)
        self._join = None
        self._file.block(track, self._ms(at), key, data)

    def _ms(self, at: float) -> int:
        return max(0, round((at - self.began - self._cut) * 1000))
