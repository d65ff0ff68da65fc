"""A Matroska file (RFC 9559, of type WebM) that is written as it goes and can be read wherever the writing ended.

The head keeps room for what is known only later: the picture's size, the duration, the chapters and where the index
lies are written in place. Clusters are whole when they reach the file, so a killed process loses what waited alone.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

#: Blocks wait so long for earlier ones of other tracks, and a cluster holds so much, in ms.
WAIT, CLUSTER = 500, 1000
#: Bytes that the head keeps for chapters; what does not fit is left out.
CHAPTERS = 16_384
#: The opus decoder runs so long before what is sought is heard, in ns (RFC 7845).
_PREROLL = 80_000_000
_SEEK_ROOM = 40
_UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"
_NAME = "Điểm Cầu"


@dataclass(frozen=True, slots=True)
class Track:
    """One track; the `first` of each kind is what players show."""

    number: int
    video: bool
    name: str
    first: bool = False


def _element(id: int, content: bytes) -> bytes:
    return _id(id) + _size(len(content)) + content


def _id(id: int) -> bytes:
    return id.to_bytes((id.bit_length() + 7) // 8, "big")


def _size(size: int) -> bytes:
    length = next(one for one in range(1, 9) if size < (1 << 7 * one) - 1)
    return (size | 1 << 7 * length).to_bytes(length, "big")


def _whole(id: int, value: int, length: int = 0) -> bytes:
    return _element(id, value.to_bytes(length or max(1, (value.bit_length() + 7) // 8), "big"))


def _words(id: int, value: str) -> bytes:
    return _element(id, value.encode())


def _void(room: int) -> bytes:
    """An element of exactly `room` bytes that readers skip; at least 9."""
    return b"\xec" + (room - 9 | 1 << 56).to_bytes(8, "big") + bytes(room - 9)


def _chapters(chapters: list[tuple[int, str]], end: int) -> bytes:
    atoms = []
    for place, (start, title) in enumerate(chapters):
        until = chapters[place + 1][0] if place + 1 < len(chapters) else max(end, start)
        display = _element(0x80, _words(0x85, title) + _words(0x437C, "vie"))
        times = _whole(0x91, start * 1_000_000) + _whole(0x92, until * 1_000_000)
        atoms.append(_element(0xB6, _whole(0x73C4, place + 1) + times + display))
    return _element(0x1043A770, _element(0x45B9, b"".join(atoms))) if atoms else b""


def _track(track: Track) -> bytes:
    entry = _whole(0xD7, track.number) + _whole(0x73C5, track.number) + _whole(0x83, 1 if track.video else 2)
    entry += _whole(0x88, int(track.first)) + _whole(0x9C, 0) + _words(0x536E, track.name) + _words(0x22B59C, "vie")
    if track.video:
        entry += _words(0x86, "V_VP8") + _element(0xE0, _picture(640, 360))
    else:
        head = b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 0, 48_000, 0, 0)
        sound = _element(0xB5, struct.pack(">d", 48_000)) + _whole(0x9F, 2)
        entry += _words(0x86, "A_OPUS") + _element(0x63A2, head) + _whole(0x56BB, _PREROLL) + _element(0xE1, sound)
    return _element(0xAE, entry)


def _picture(width: int, height: int) -> bytes:
    return _whole(0xB0, width, 2) + _whole(0xBA, height, 2)


#: The bytes of a picture's size, at the end of its track's entry.
_PICTURE = len(_picture(0, 0))


class Matroska:
    """Writes one file; times are in ms since its start, and of one track they never go back."""

    def __init__(self, path: Path, tracks: tuple[Track, ...], title: str) -> None:
        """Begin the file at `path`, which must not exist.

        Raises:
            OSError: it cannot be written.
        """
        self._file = path.open("xb")
        self._waiting: list[tuple[int, int, bool, bytes]] = []  # time, track, key, data
        self._cues: list[tuple[int, int, int]] = []
        self._chapters: list[tuple[int, str]] = []
        self._last: dict[int, int] = {}
        self._sizes: dict[int, int] = {}  # track → where its picture's size stands
        self._index_from = next(one.number for one in tracks if one.video)
        self.duration = 0
        self._begin(tracks, title)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._file.tell()

    def _begin(self, tracks: tuple[Track, ...], title: str) -> None:
        head = _words(0x4282, "webm") + _whole(0x4287, 4) + _whole(0x4285, 2)
        head = b"".join(_whole(id, one) for id, one in ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8))) + head
        self._file.write(_element(0x1A45DFA3, head) + _id(0x18538067))
        self._size_at = self._file.tell()
        self._file.write(_UNKNOWN)
        self._start = self._file.tell()
        self._file.write(_void(_SEEK_ROOM))
        info = _whole(0x2AD7B1, 1_000_000) + _words(0x4D80, _NAME) + _words(0x5741, _NAME) + _words(0x7BA9, title)
        info += _element(0x4489, bytes(8))
        self._file.write(_element(0x1549A966, info))
        self._duration_at = self._file.tell() - 8
        entries, sizes = b"", {}
        for one in tracks:
            entries += _track(one)
            if one.video:
                sizes[one.number] = len(entries) - _PICTURE
        self._file.write(_element(0x1654AE6B, entries))
        self._sizes = {number: self._file.tell() - len(entries) + offset for number, offset in sizes.items()}
        self._chapters_at = self._file.tell()
        self._file.write(_void(CHAPTERS))
        self._file.flush()

    def picture(self, track: int, width: int, height: int) -> None:
        """The size of a track's first picture; later ones say their own."""
        self._patch(self._sizes[track], _picture(width, height))

    def chapter(self, at: int, title: str) -> None:
        """Begin a chapter, at or after the last one."""
        if self._chapters and at <= self._chapters[-1][0]:
            self._chapters.pop()
        self._chapters.append((max(0, at), title))
        self._write_chapters()

    def _write_chapters(self) -> None:
        kept = list(self._chapters)
        while len(written := _chapters(kept, self.duration)) > CHAPTERS - 9:
            kept.pop()
        self._patch(self._chapters_at, written + _void(CHAPTERS - len(written)))

    def block(self, track: int, at: int, key: bool, data: bytes) -> None:
        """One picture or piece of sound."""
        at = self._last[track] = max(at, self._last.get(track, 0))
        self._waiting.append((at, track, key, data))
        self.duration = max(self.duration, at)
        if at - self._waiting[0][0] >= WAIT + CLUSTER:
            self._flush(self.duration - WAIT)

    def _flush(self, until: int) -> None:
        """Write what waits up to `until` as clusters."""
        self._waiting.sort(key=lambda one: one[0])
        ready = [one for one in self._waiting if one[0] <= until]
        self._waiting = self._waiting[len(ready) :]
        while ready:
            first = ready[0][0]
            count = sum(1 for one in ready if one[0] < first + CLUSTER)
            self._cluster(first, ready[:count])
            ready = ready[count:]
        self._patch(self._duration_at, struct.pack(">d", self.duration))
        self._file.flush()

    def _cluster(self, first: int, blocks: list[tuple[int, int, bool, bytes]]) -> None:
        place = self._file.tell() - self._start
        content = [_whole(0xE7, first)]
        for at, track, key, data in blocks:
            if key and track == self._index_from:
                self._cues.append((at, track, place))
            content.append(_element(0xA3, struct.pack(">BhB", 0x80 | track, at - first, 0x80 if key else 0) + data))
        self._file.write(_element(0x1F43B675, b"".join(content)))

    def _patch(self, at: int, data: bytes) -> None:
        end = self._file.tell()
        self._file.seek(at)
        self._file.write(data)
        self._file.seek(end)

    def finish(self) -> None:
        """Write what waits, the index and the whole lengths; the file is complete.

        Raises:
            OSError: it cannot be written; what is there can be read.
        """
        try:
            self._flush(self.duration)
            if self._chapters:
                self._write_chapters()
            place = self._file.tell() - self._start
            points = b"".join(
                _element(0xBB, _whole(0xB3, at) + _element(0xB7, _whole(0xF7, track) + _whole(0xF1, cluster)))
                for at, track, cluster in self._cues
            )
            if points:
                self._file.write(_element(0x1C53BB6B, points))
                seek = _element(0x53AB, _id(0x1C53BB6B)) + _whole(0x53AC, place, 8)
                head = _element(0x114D9B74, _element(0x4DBB, seek))
                self._patch(self._start, head + _void(_SEEK_ROOM - len(head)))
            whole = self._file.tell() - self._start
            self._patch(self._size_at, (whole | 1 << 56).to_bytes(8, "big"))
        finally:
            self._file.close()
