"""A Matroska file (RFC 9559, of type WebM) that is written as it goes and can be read wherever the writing ended.

The head keeps room for what is known only later: the picture's size, the duration, the chapters and where the index
lies are written in place. Clusters are whole when they reach the file, so a killed process loses what waited alone.
"""

from __future__ import annotations

import fcntl
import struct
from dataclasses import dataclass
from pathlib import Path

from signaling.media.recording.ebml import UNKNOWN, element, name, void, whole, words
from signaling.media.recording.head import (
    CHAPTERS_ROOM,
    DURATION,
    EBML,
    INFO,
    PICTURE,
    SEEK_ROOM,
    SEGMENT,
    TRACK,
    TRACK_NUMBER,
    TRACKS,
    Chapter,
    Cue,
    Head,
    patch,
)

CLUSTER, CLUSTER_TIME, BLOCK = 0x1F43B675, 0xE7, 0xA3
#: A block begins with the track's number, its time in ms after its cluster's, and its flags.
BLOCK_HEAD = struct.Struct(">BhB")
#: Flag of a block that is decoded without what came before.
KEY = 0x80
#: Blocks wait so long for earlier ones of other tracks, and a cluster lasts so long, in ms.
WAIT, LENGTH = 500, 1000
#: The opus decoder runs so long before what is sought is heard, in ns (RFC 7845).
_PREROLL = 80_000_000
_NAME = "Điểm Cầu"


@dataclass(frozen=True, slots=True)
class Track:
    """One track; the `first` of each kind is what players show."""

    number: int
    video: bool
    name: str
    first: bool = False


def _track(track: Track) -> bytes:
    entry = whole(TRACK_NUMBER, track.number) + whole(0x73C5, track.number) + whole(0x83, 1 if track.video else 2)
    entry += whole(0x88, int(track.first)) + whole(0x9C, 0) + words(0x536E, track.name) + words(0x22B59C, "vie")
    if track.video:
        entry += words(0x86, "V_VP8") + element(PICTURE, _picture(640, 360))
    else:
        opus = b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 0, 48_000, 0, 0)
        sound = element(0xB5, struct.pack(">d", 48_000)) + whole(0x9F, 2)
        entry += words(0x86, "A_OPUS") + element(0x63A2, opus) + whole(0x56BB, _PREROLL) + element(0xE1, sound)
    return element(TRACK, entry)


def _picture(width: int, height: int) -> bytes:
    return whole(0xB0, width, 2) + whole(0xBA, height, 2)


#: The bytes of a picture's size, at the end of its track's entry.
_PICTURE = len(_picture(0, 0))


class Matroska:
    """Writes one file; times are in ms since its start, and of one track they never go back."""

    def __init__(self, path: Path, tracks: tuple[Track, ...], title: str) -> None:
        """Begin the file at `path`, which must not exist; while it is written its lock is held.

        Raises:
            OSError: it cannot be written.
        """
        self._file = path.open("xb")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._waiting: list[tuple[int, int, bool, bytes]] = []  # time, track, key, data
        self._cues: list[Cue] = []
        self._chapters: list[Chapter] = []
        self._last: dict[int, int] = {}
        self._sizes: dict[int, int] = {}  # track → where its picture's size stands
        self.duration = 0
        self._head = self._begin(tracks, title)

    def _begin(self, tracks: tuple[Track, ...], title: str) -> Head:
        kind = b"".join(whole(id, one) for id, one in ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8)))
        kind += words(0x4282, "webm") + whole(0x4287, 4) + whole(0x4285, 2)
        self._file.write(element(EBML, kind) + name(SEGMENT) + UNKNOWN)
        start = self._file.tell()
        info = whole(0x2AD7B1, 1_000_000) + words(0x4D80, _NAME) + words(0x5741, _NAME) + words(0x7BA9, title)
        self._file.write(void(SEEK_ROOM) + element(INFO, info + element(DURATION, bytes(8))))
        duration_at = self._file.tell() - 8
        entries, sizes = b"", {}
        for one in tracks:
            entries += _track(one)
            if one.video:
                sizes[one.number] = len(entries) - _PICTURE
        self._file.write(element(TRACKS, entries))
        chapters_at = self._file.tell()
        self._sizes = {number: chapters_at - len(entries) + offset for number, offset in sizes.items()}
        self._file.write(void(CHAPTERS_ROOM))
        self._file.flush()
        return Head(start, duration_at, chapters_at, min(sizes))

    def picture(self, track: int, width: int, height: int) -> None:
        """The size of a track's first picture; later ones say their own."""
        patch(self._file, self._sizes[track], _picture(width, height))

    def chapter(self, at: int, title: str) -> None:
        """Begin a chapter, at or after the last one."""
        if self._chapters and at <= self._chapters[-1][0]:
            self._chapters.pop()
        self._chapters.append((max(0, at), title))
        self._head.write_chapters(self._file, self._chapters, self.duration)

    def block(self, track: int, at: int, key: bool, data: bytes) -> None:
        """One picture or piece of sound."""
        at = self._last[track] = max(at, self._last.get(track, 0))
        self._waiting.append((at, track, key, data))
        self.duration = max(self.duration, at)
        if at - self._waiting[0][0] >= WAIT + LENGTH:
            self._flush(self.duration - WAIT)

    def _flush(self, until: int) -> None:
        """Write what waits up to `until` as clusters."""
        self._waiting.sort(key=lambda one: one[0])
        ready = [one for one in self._waiting if one[0] <= until]
        self._waiting = self._waiting[len(ready) :]
        while ready:
            first = ready[0][0]
            count = sum(1 for one in ready if one[0] < first + LENGTH)
            self._cluster(first, ready[:count])
            ready = ready[count:]
        self._head.write_duration(self._file, self.duration)
        self._file.flush()

    def _cluster(self, first: int, blocks: list[tuple[int, int, bool, bytes]]) -> None:
        place = self._file.tell() - self._head.start
        content = [whole(CLUSTER_TIME, first)]
        for at, track, key, data in blocks:
            if key and track == self._head.index_from:
                self._cues.append(Cue(at, track, place))
            content.append(element(BLOCK, BLOCK_HEAD.pack(0x80 | track, at - first, KEY if key else 0) + data))
        self._file.write(element(CLUSTER, b"".join(content)))

    def finish(self) -> None:
        """Write what waits, the index and the whole lengths; the file is complete.

        Raises:
            OSError: it cannot be written; what is there can be read.
        """
        try:
            self._flush(self.duration)
            self._head.write_chapters(self._file, self._chapters, self.duration)
            self._head.write_index(self._file, self._cues)
        finally:
            self._file.close()
