"""Descriptions: those of browsers are understood, those of nobody are refused by one stable id."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.media.embedded import sdp
from signaling.media.embedded.ice import Credentials
from signaling.media.embedded.slots import lines_for
from signaling.media.engine import EngineError, Source
from tests.unit.media.samples import FINGERPRINT, chromium_offer, firefox_offer, gstreamer_offer

TRACKS = {"0": Source.MICROPHONE, "1": Source.CAMERA, "2": Source.SCREEN}
PLACE = sdp.Place(("192.0.2.1", "2001:db8::1"), 40000, "CD:EF")


def test_chromium_offers_three_sources() -> None:
    offer = sdp.send_offer(chromium_offer(), TRACKS)
    microphone, camera, screen = offer.plans
    assert (microphone.payload_type, microphone.ssrc, microphone.level_id, microphone.mid_id) == (111, 1000, 14, 4)
    assert (camera.payload_type, camera.again_type, camera.ssrc, camera.again_ssrc) == (96, 97, 1010, 1011)
    assert (screen.source, screen.ssrc, screen.arrival_id) == (Source.SCREEN, 1020, 3)
    assert offer.fingerprints == [("sha-256", FINGERPRINT)]


def test_firefox_says_its_fingerprint_for_the_whole_session() -> None:
    offer = sdp.send_offer(firefox_offer(), {"0": Source.MICROPHONE, "1": Source.CAMERA})
    assert [one.payload_type for one in offer.plans] == [109, 120]
    assert offer.plans[1].again_ssrc == 32
    assert offer.fingerprints == [("sha-256", FINGERPRINT)]


def test_gstreamer_repeats_nothing() -> None:
    (camera,) = sdp.send_offer(gstreamer_offer(), {"video0": Source.CAMERA}).plans
    assert (camera.again_type, camera.again_ssrc, camera.ssrc) == (-1, 0, 77)


def test_our_answer_is_passive_and_lite_and_refuses_what_it_does_not_know() -> None:
    offer = sdp.send_offer(chromium_offer(), {"0": Source.MICROPHONE})
    answer = sdp.send_answer(PLACE, Credentials("u", "p"), offer, 1)
    assert "a=ice-lite\r\n" in answer
    assert "a=group:BUNDLE 0\r\n" in answer
    assert answer.count("a=setup:passive") == 1
    assert answer.count("m=video 0 ") == 2
    assert "typ host" in answer
    assert "2001:db8::1 40000" in answer


def test_every_slot_has_numbers_of_its_own() -> None:
    text = sdp.receive_offer(PLACE, Credentials("u", "p"), lines_for(tile=True), 1)
    found = sdp.read(text)
    types = [type for section in found.sections for type in section.formats]
    ssrcs = [ssrc for section in found.sections for ssrc in section.ssrcs]
    assert len(types) == len(set(types)) == 12
    assert len(ssrcs) == len(set(ssrcs)) == 12
    assert all(f"a=ssrc:{ssrc} cname:" in text for ssrc in ssrcs)
    assert found.bundle == [section.mid for section in found.sections]
    assert text.count("a=setup:actpass") == len(found.sections)


def test_who_may_not_watch_gets_no_tile() -> None:
    text = sdp.receive_offer(PLACE, Credentials("u", "p"), lines_for(tile=False), 1)
    assert "tile" not in text


def test_the_answer_of_a_page_begins_dtls() -> None:
    active = chromium_offer().replace("actpass", "active").replace("sendonly", "recvonly")
    assert sdp.fingerprints_of_answer(active) == [("sha-256", FINGERPRINT)]
    with pytest.raises(EngineError):
        sdp.fingerprints_of_answer(active.replace("active", "passive"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=0",
        "hello",
        "v=0\r\n" + "a=x\r\n" * 4000,
        "v=0\r\na=" + "y" * 5000,
        "v=0\r\n" + "z" * 1_000_000,
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 300\r\n",
        "v=0\r\nm=audio 99999999999 UDP/TLS/RTP/SAVPF 0\r\n",
        "v=0\r\nm=audio 9 RTP/AVP 0\r\n",
        "v=0\r\nm=image 9 UDP/TLS/RTP/SAVPF 0\r\n",
        "v=0\r\nm=audio\r\n",
        "v=0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n" * 17,
        chromium_offer().replace("a=mid:1", "a=mid:<script>"),
        chromium_offer().replace("a=mid:1", "a=mid:" + "m" * 40),
        chromium_offer().replace("VP8", "H264"),
        chromium_offer().replace("opus", "PCMU"),
        chromium_offer().replace("actpass", "passive"),
        chromium_offer().replace("BUNDLE 0 1 2", "BUNDLE 0"),
        chromium_offer().replace("sendonly", "recvonly"),
        chromium_offer().replace("sha-256 ", "sha-1 "),
        chromium_offer().replace("a=ssrc:1000", "a=ssrc:99999999999999"),
    ],
    ids=range(21),
)
def test_what_no_browser_offers_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as refused:
        sdp.send_offer(text, TRACKS)
    assert refused.value.id == "media.invalid_sdp"


def test_a_source_comes_once_and_only_from_what_is_offered() -> None:
    for tracks in ({"9": Source.CAMERA}, {"1": Source.CAMERA, "2": Source.CAMERA}, {"0": Source.CAMERA}, {}):
        with pytest.raises(EngineError):
            sdp.send_offer(chromium_offer(), tracks)


_LINES = st.sampled_from(chromium_offer().splitlines())
_NOISE = st.one_of(_LINES, st.text(max_size=60).map(lambda text: "a=" + text), st.text(max_size=30))


@given(st.lists(_NOISE, max_size=40))
def test_no_text_breaks_the_reader(lines: list[str]) -> None:
    text = "\r\n".join(["v=0", *lines])
    with contextlib.suppress(EngineError):
        sdp.send_offer(text, TRACKS)
    with contextlib.suppress(EngineError):
        sdp.fingerprints_of_answer(text)


def layered(listed: str) -> str:
    """Chromium's offer with its camera in layers, which have no SSRCs in it."""
    text = "".join(
        line
        for line in chromium_offer().splitlines(keepends=True)
        if not line.startswith(("a=ssrc:101", "a=ssrc-group:FID 101"))
    )
    extensions = (
        "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
        "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"
    )
    return text.replace(
        "a=mid:1\r\n", f"a=mid:1\r\n{extensions}a=rid:l send\r\na=rid:h send\r\na=simulcast:{listed}\r\n"
    )


def test_a_camera_in_layers_has_a_plan_for_each_and_is_answered_so() -> None:
    offer = sdp.send_offer(layered("send l;~h"), TRACKS)
    cameras = [one for one in offer.plans if one.source is Source.CAMERA]
    assert [(one.layer, one.ssrc, one.layer_id, one.layer_again_id) for one in cameras] == [
        ("l", 0, 10, 11),
        ("h", 0, 10, 11),
    ]
    answer = sdp.send_answer(PLACE, Credentials.new(), offer, 1)
    assert "a=rid:l recv\r\na=rid:h recv\r\na=simulcast:recv l;h\r\n" in answer
    assert answer.count("a=simulcast") == 1


@pytest.mark.parametrize("listed", ["send a;b;c;d", "send l;l", "send l;", "send l;h\x00", "send " + "l" * 400])
def test_layers_that_nobody_offers_are_refused(listed: str) -> None:
    with pytest.raises(EngineError) as refused:
        sdp.send_offer(layered(listed), TRACKS)
    assert refused.value.id == "media.invalid_sdp"
