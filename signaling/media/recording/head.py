"""The head of a recording's file. What is known only at the end is written in place, in room that is kept for it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from signaling.media.recording.ebml import (
    UNKNOWN,
    Broken,
    children,
    element,
    find_in,
    name,
    number,
    void,
    whole,
    words,
)

EBML, SEGMENT, INFO, TRACKS = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B
DURATION, TRACK, TRACK_NUMBER, PICTURE = 0x4489, 0xAE, 0xD7, 0xE0
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_PLACE = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_CUES, _POINT, _TIME, _PLACE, _CUE_TRACK, _CUE_CLUSTER = 0x1C53BB6B, 0xBB, 0xB3, 0xB7, 0xF7, 0xF1
_CHAPTERS, _EDITION, _CHAPTER, _CHAPTER_ID = 0x1043A770, 0x45B9, 0xB6, 0x73C4
_BEGINS, _ENDS, _DISPLAY, _TITLE, _LANGUAGE = 0x91, 0x92, 0x80, 0x85, 0x437C
#: Bytes that are kept for where the index lies, and for chapters; of chapters what does not fit is left out.
SEEK_ROOM, CHAPTERS_ROOM = 40, 16_384
#: What describes the tracks is no longer than this, in bytes.
_LONGEST = 65_536
#: Around chapters: what holds them, the `void` after them, and an end that is written longer. Bytes.
_AROUND = 64
_NANOSECONDS = 1_000_000  # of a millisecond

#: When a chapter begins, in ms, and its title.
Chapter = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Cue:
    """A key frame of `track` at `at` ms; its cluster begins at byte `cluster` of the segment's content."""

    at: int
    track: int
    cluster: int


@dataclass(frozen=True, slots=True)
class Head:
    """At which byte of its file each thing stands; `index_from`: the track whose key frames are the index."""

    start: int  # of the segment's content; the eight bytes before are its size
    duration: int
    chapters: int
    index_from: int

    @property
    def end(self) -> int:
        """Where the first cluster begins."""
        return self.chapters + CHAPTERS_ROOM

    def write_duration(self, file: BinaryIO, duration: int) -> None:
        """Say how long it lasts, in ms."""
        patch(file, self.duration, struct.pack(">d", duration))

    def write_chapters(self, file: BinaryIO, chapters: Sequence[Chapter], duration: int) -> None:
        """Say which chapters there are; the last ends with the file, after `duration` ms."""
        written = _chapters(chapters, duration)
        patch(file, self.chapters, written + void(CHAPTERS_ROOM - len(written)))

    def write_index(self, file: BinaryIO, cues: Sequence[Cue]) -> None:
        """Complete a file that ends with a whole cluster: its index, and then its size."""
        place = file.seek(0, 2) - self.start
        points = b"".join(
            element(
                _POINT,
                whole(_TIME, one.at) + element(_PLACE, whole(_CUE_TRACK, one.track) + whole(_CUE_CLUSTER, one.cluster)),
            )
            for one in cues
        )
        if points:
            file.write(element(_CUES, points))
            seek = element(_SEEK_ID, name(_CUES)) + whole(_SEEK_PLACE, place, 8)
            head = element(_SEEK_HEAD, element(_SEEK, seek))
            patch(file, self.start, head + void(SEEK_ROOM - len(head)))
        patch(file, self.start - 8, (file.tell() - self.start | 1 << 56).to_bytes(8, "big"))

    def is_complete(self, file: BinaryIO) -> bool:
        """Whether the file was completed, and all of it is there."""
        file.seek(self.start - 8)
        size = file.read(8)
        return size != UNKNOWN and int.from_bytes(size[1:], "big") == file.seek(0, 2) - self.start

    def read_duration(self, file: BinaryIO) -> int:
        """How long it lasts as the head says, in ms. Raises Broken."""
        file.seek(self.duration)
        try:
            duration: float = struct.unpack(">d", file.read(8))[0]
            return round(duration)
        except (struct.error, ValueError, OverflowError):
            raise Broken("duration") from None

    def read_chapters(self, file: BinaryIO) -> list[Chapter]:
        """The chapters as the head says. Raises Broken."""
        file.seek(self.chapters)
        return [
            _chapter(atom)
            for id, content in children(file.read(CHAPTERS_ROOM))
            if id == _CHAPTERS
            for _, edition in children(content)
            for _, atom in children(edition)
        ]


def read(file: BinaryIO) -> Head:
    """The head of one of our own files.

    Raises:
        Broken: it is none.
    """
    ebml = find_in(file, 0, EBML)
    segment = find_in(file, ebml.end, SEGMENT)
    info = find_in(file, segment.start + SEEK_ROOM, INFO)
    tracks = find_in(file, info.end, TRACKS)
    if tracks.end - tracks.start > _LONGEST:
        raise Broken("tracks")
    file.seek(tracks.start)
    entries = [dict(children(content)) for _, content in children(file.read(tracks.end - tracks.start))]
    pictures = [number(one[TRACK_NUMBER]) for one in entries if PICTURE in one and TRACK_NUMBER in one]
    return Head(segment.start, info.end - 8, tracks.end, min(pictures, default=0))


def patch(file: BinaryIO, at: int, data: bytes) -> None:
    """Write over what stands at `at`, and go back to the end."""
    file.seek(at)
    file.write(data)
    file.seek(0, 2)


def _chapters(chapters: Sequence[Chapter], duration: int) -> bytes:
    atoms, room = [], CHAPTERS_ROOM - _AROUND
    for place, (start, title) in enumerate(chapters):
        atoms.append(_atom(place, start, chapters[place + 1][0] if place + 1 < len(chapters) else duration, title))
        room -= len(atoms[-1])
        if room < 0:
            atoms = atoms[: place - 1] if place else []
            atoms += [_atom(place - 1, chapters[place - 1][0], duration, chapters[place - 1][1])] if place else []
            break
    return element(_CHAPTERS, element(_EDITION, b"".join(atoms))) if atoms else b""


def _atom(place: int, start: int, until: int, title: str) -> bytes:
    display = element(_DISPLAY, words(_TITLE, title) + words(_LANGUAGE, "vie"))
    times = whole(_BEGINS, start * _NANOSECONDS) + whole(_ENDS, max(start, until) * _NANOSECONDS)
    return element(_CHAPTER, whole(_CHAPTER_ID, place + 1) + times + display)


def _chapter(atom: bytes) -> Chapter:
    try:
        said = dict(children(atom))
        title = dict(children(said[_DISPLAY]))[_TITLE].decode()
        return number(said[_BEGINS]) // _NANOSECONDS, title
    except (KeyError, UnicodeDecodeError):
        raise Broken("chapter") from None
