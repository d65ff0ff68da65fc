"""From what is desired to what Janus is told: which track feeds which line of whom, and what is muted. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from signaling.media.embedded.slots import Lines
from signaling.media.engine import Desired, Feed, Slot, Source


@dataclass(frozen=True, slots=True)
class Track:
    """What a send session sends of one kind."""

    session: str
    source: Source


@dataclass(frozen=True, slots=True)
class Publishing:
    """A send session: whose it is and what it has."""

    site: str
    sources: frozenset[Source]


def wanted(desired: Desired, publishing: Mapping[str, Publishing]) -> frozenset[Track]:
    """Every track that anybody may receive; all others are muted at Janus."""
    fed = [(slot, feed) for slot, feed in desired.slots.items()]
    fed += [(Slot.TILE, feed) for feed in desired.tiles.values()]
    found = set()
    for slot, feed in fed:
        for video, on in ((False, feed.audio), (True, feed.video)):
            track = _track(feed, slot, video, publishing)
            if on and track is not None:
                found.add(track)
    return frozenset(found)


def source_of(slot: Slot, video: bool) -> Source:
    """What of a site feeds a line of a slot."""
    if not video:
        return Source.MICROPHONE
    return Source.SCREEN if slot is Slot.SCREEN else Source.CAMERA


def chair_is_large(desired: Desired, publishing: Mapping[str, Publishing]) -> bool:
    """While nobody else is seen, the chair's picture is the large one."""
    feed = desired.slots.get(Slot.SPEAKER, Feed())
    return not feed.video or _track(feed, Slot.SPEAKER, True, publishing) is None


def fed_by(
    line: Lines,
    session: str,
    site: str,
    desired: Desired,
    publishing: Mapping[str, Publishing],
    muted: Collection[Track],
) -> Track | None:
    """What feeds a line of the receive session `session` of a page at `site`; None: nothing.

    A track that Janus mutes and will go on muting (`muted`) stays on its line: opening it again is then one message
    for everybody. A page never receives its own site.
    """
    feed = desired.tiles.get(session, Feed()) if line.slot is Slot.TILE else desired.slots.get(line.slot, Feed())
    track = _track(feed, line.slot, line.video, publishing)
    if track is None or publishing[track.session].site == site:
        return None
    on = feed.video if line.video else feed.audio
    return track if on or track in muted else None


def _track(feed: Feed, slot: Slot, video: bool, publishing: Mapping[str, Publishing]) -> Track | None:
    found = publishing.get(feed.session)
    source = source_of(slot, video)
    if found is None or found.site != feed.site or source not in found.sources:
        return None
    return Track(feed.session, source)
