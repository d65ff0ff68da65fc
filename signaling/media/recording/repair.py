"""Completes the file of a part whose process was killed: from what it holds, cut after its last whole cluster."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO

from signaling.media.recording import head as heads
from signaling.media.recording.ebml import Broken, children, find_in, number
from signaling.media.recording.head import Cue, Head
from signaling.media.recording.matroska import BLOCK, BLOCK_HEAD, CLUSTER, CLUSTER_TIME, KEY

#: A cluster longer than this, in bytes, is none of ours.
_LONGEST = 100_000_000
_AT_ONCE = 1_000_000  # bytes that are copied


@dataclass(slots=True)
class _Whole:
    """What whole clusters hold, and where the last of them ends."""

    end: int
    duration: int = 0
    cues: list[Cue] = field(default_factory=list)


class Outcome(Enum):
    """What was found of a file."""

    COMPLETE = auto()  # nothing was missing
    REPAIRED = auto()
    EMPTY = auto()  # nothing came before its writer was killed


def repair(path: Path) -> Outcome:
    """Complete a file that nobody writes any more: beside it, then in its place.

    Raises:
        BlockingIOError: it is being written.
        Broken: it is none of our files.
        OSError: there is no room for it, say; it is as it was.
    """
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if file.seek(0, 2) <= heads.CHAPTERS_ROOM:
            return Outcome.EMPTY  # not even a head
        head = heads.read(file)
        if head.is_complete(file):
            return Outcome.COMPLETE
        found = _clusters(file, head)
        if found.end == head.end:
            return Outcome.EMPTY
        beside = path.with_suffix(".repaired")
        try:
            with beside.open("w+b") as repaired:
                _copy(file, repaired, found.end)
                _complete(repaired, head, found)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return Outcome.REPAIRED


def _clusters(file: BinaryIO, head: Head) -> _Whole:
    """Look through the clusters up to the first that is not whole."""
    found = _Whole(head.end)
    while True:
        try:
            cluster = find_in(file, found.end, CLUSTER)
            if cluster.end - cluster.start > _LONGEST:
                return found
            file.seek(cluster.start)
            content = file.read(cluster.end - cluster.start)
            if len(content) < cluster.end - cluster.start:
                return found
            duration, keys = _blocks(content, head.index_from)
        except Broken:
            return found
        found.cues += [Cue(at, head.index_from, found.end - head.start) for at in keys]
        found.duration = max(found.duration, duration)
        found.end = cluster.end


def _blocks(cluster: bytes, index_from: int) -> tuple[int, list[int]]:
    """When the last block of a cluster is shown, and the times of the key frames of one track; ms. Raises Broken."""
    first, last, keys = 0, 0, []
    for id, content in children(cluster):
        if id == CLUSTER_TIME:
            first = number(content)
        elif id != BLOCK or len(content) < BLOCK_HEAD.size:
            raise Broken("block")
        else:
            track, after, flags = BLOCK_HEAD.unpack_from(content)
            last = max(last, first + after)
            if track & 0x7F == index_from and flags & KEY:
                keys.append(first + after)
    if not cluster:
        raise Broken("no cluster")
    return last, keys


def _copy(file: BinaryIO, to: BinaryIO, size: int) -> None:
    """The first `size` bytes."""
    file.seek(0)
    while size and (piece := file.read(min(size, _AT_ONCE))):
        to.write(piece)
        size -= len(piece)


def _complete(file: BinaryIO, head: Head, found: _Whole) -> None:
    try:
        chapters = head.read_chapters(file)
    except Broken:  # the machine went down while they were written
        chapters = []
    kept = [one for one in chapters if one[0] <= found.duration]
    head.write_chapters(file, kept, found.duration)
    head.write_duration(file, found.duration)
    head.write_index(file, found.cues)
    file.flush()
    os.fsync(file.fileno())
