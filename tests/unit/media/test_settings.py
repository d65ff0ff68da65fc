"""Which engine is driven follows from the settings; a wrong one stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from signaling.media.choice import chosen
from signaling.media.embedded.link import Link
from signaling.media.engines import Engines
from signaling.media.settings import MediaSettings


def test_the_embedded_engine_serves_unless_janus_is_chosen() -> None:
    assert isinstance(chosen(MediaSettings()), Link)
    settings = MediaSettings(media_engine="janus", janus_urls="ws://one:8188, wss://two:8989")
    assert settings.janus == ["ws://one:8188", "wss://two:8989"]
    assert isinstance(chosen(settings), Engines)


@pytest.mark.parametrize("urls", ["", " ", "http://one:8188", "ws://one, ", "one:8188"])
def test_janus_needs_addresses_of_websockets(urls: str) -> None:
    with pytest.raises(ValidationError):
        MediaSettings(media_engine="janus", janus_urls=urls)


def test_each_of_several_engines_has_its_own_port_and_socket() -> None:
    settings = MediaSettings(media_engines=3, media_port=5000, media_socket=Path("data/media.sock"))
    assert isinstance(chosen(settings), Engines)
    each = [settings.of_engine(number) for number in range(3)]
    assert [one.media_port for one in each] == [5000, 5001, 5002]
    assert [one.media_socket.name for one in each] == ["media.sock", "media-1.sock", "media-2.sock"]


@pytest.mark.parametrize(("engines", "port"), [(0, 40_000), (17, 40_000), (2, 65_535)])
def test_every_engine_needs_a_port(engines: int, port: int) -> None:
    with pytest.raises(ValidationError, match="media_engines"):
        MediaSettings(media_engines=engines, media_port=port)
