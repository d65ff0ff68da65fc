"""What Janus is told follows from what is desired, whatever is desired."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from signaling.media.embedded.slots import LINES
from signaling.media.engine import Desired, EngineError, Feed, Slot, Source
from signaling.media.janus.descriptions import answer_for_janus, offer_for_page
from signaling.media.janus.engine import Janus
from signaling.media.janus.wiring import Publishing, Track, fed_by, source_of, wanted

_SITES = ("a", "b", "c")
_FEEDS = some.builds(
    lambda site, audio, video: Feed(site, f"send-{site}", audio, video),
    some.sampled_from(_SITES),
    some.booleans(),
    some.booleans(),
)
_DESIRED = some.builds(
    Desired,
    some.dictionaries(some.sampled_from([one for one in Slot if one is not Slot.TILE]), _FEEDS),
    some.dictionaries(some.sampled_from(("r1", "r2")), _FEEDS),
)
_PUBLISHING = {
    "send-a": Publishing("a", frozenset(Source)),
    "send-b": Publishing("b", frozenset({Source.MICROPHONE})),
}


def _feed(desired: Desired, session: str, slot: Slot) -> Feed:
    return desired.tiles.get(session, Feed()) if slot is Slot.TILE else desired.slots.get(slot, Feed())


_TRACKS = [Track(session, source) for session, one in _PUBLISHING.items() for source in one.sources]


@given(
    _DESIRED, some.sampled_from(("r1", "r2")), some.sampled_from(("", *_SITES)), some.sets(some.sampled_from(_TRACKS))
)
def test_a_page_can_receive_exactly_what_its_slots_grant(
    desired: Desired, session: str, site: str, unmutable: set[Track]
) -> None:
    """Also while some sources cannot be muted yet."""
    muted = set(_TRACKS) - wanted(desired, _PUBLISHING) - unmutable
    for line in LINES:
        track = fed_by(line, session, site, desired, _PUBLISHING, muted)
        received = track if track not in muted else None
        feed = _feed(desired, session, line.slot)
        source = source_of(line.slot, line.video)
        granted = (
            (feed.video if line.video else feed.audio)
            and feed.session in _PUBLISHING
            and feed.site != site
            and source in _PUBLISHING[feed.session].sources
        )
        assert received == (Track(feed.session, source) if granted else None)


@given(_DESIRED)
def test_nothing_is_open_that_no_feed_grants(desired: Desired) -> None:
    feeds = [*desired.slots.items(), *((Slot.TILE, one) for one in desired.tiles.values())]
    for track in wanted(desired, _PUBLISHING):
        assert any(
            feed.session == track.session
            and (feed.video if video else feed.audio)
            and source_of(slot, video) is track.source
            for slot, feed in feeds
            for video in (False, True)
        )


def test_a_feed_of_another_sites_session_opens_nothing() -> None:
    assert wanted(Desired({Slot.SPEAKER: Feed("b", "send-a", True, True)}), _PUBLISHING) == frozenset()


_OFFER = (
    "v=0\r\na=group:BUNDLE 0 1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=msid:janus janus0\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=ssrc:7 cname:janus\r\na=ssrc:7 msid:janus janus0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=msid:janus janus1\r\n"
)


def test_an_offer_names_its_lines_by_slot_and_the_answer_comes_back_in_janus_words() -> None:
    offer = offer_for_page(_OFFER, LINES[:2]).split("\r\n")
    assert "a=group:BUNDLE speaker-audio speaker-video" in offer
    assert [line for line in offer if line.startswith(("a=mid", "a=msid"))] == [
        "a=mid:speaker-audio",
        "a=msid:speaker speaker-audio",
        "a=mid:speaker-video",
        "a=msid:speaker speaker-video",
    ]
    assert not [line for line in offer if "sdes:mid" in line or "janus0" in line]
    answer = answer_for_janus("\r\n".join(offer), LINES[:2])
    assert "a=group:BUNDLE 0 1\r\n" in answer
    assert "a=mid:1\r\n" in answer


async def test_janus_says_that_it_measures_no_line() -> None:
    with pytest.raises(EngineError, match=r"media\.no_probe"):
        await Janus("ws://127.0.0.1:1", "").probe("session", 600_000, 800)
