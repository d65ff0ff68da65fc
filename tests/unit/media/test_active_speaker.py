"""The indicator of who is heard follows clearly louder sites and nobody else."""

from __future__ import annotations

from signaling.media.active_speaker import BEGINS, LOOKS, MARGIN, STOPS, ActiveSpeaker


def test_who_begins_in_silence_is_shown_at_once() -> None:
    speaker = ActiveSpeaker()
    assert speaker.look({"a": 127, "b": BEGINS}) == "b"


def test_a_little_louder_changes_nothing() -> None:
    speaker = ActiveSpeaker()
    speaker.look({"a": 30})
    assert [speaker.look({"a": 30, "b": 30 - MARGIN + 1}) for _ in range(10)] == ["a"] * 10


def test_clearly_louder_for_a_while_takes_over() -> None:
    speaker = ActiveSpeaker()
    speaker.look({"a": 30})
    seen = [speaker.look({"a": 30, "b": 30 - MARGIN}) for _ in range(LOOKS)]
    assert seen == ["a"] * (LOOKS - 1) + ["b"]


def test_a_short_noise_does_not() -> None:
    speaker = ActiveSpeaker()
    speaker.look({"a": 30})
    for _ in range(5):
        assert speaker.look({"a": 30, "b": 10}) == "a"
        assert speaker.look({"a": 30, "b": 100}) == "a"


def test_who_pauses_between_words_stays_and_who_stopped_goes() -> None:
    speaker = ActiveSpeaker()
    speaker.look({"a": 30})
    assert speaker.look({"a": STOPS}) == "a"
    assert speaker.look({"a": STOPS + 1}) == ""
    assert speaker.look({}) == ""
