"""Which engine is driven follows from the settings; a wrong one stops the start."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from signaling.media.choice import chosen
from signaling.media.embedded.link import Link
from signaling.media.janus.engine import Janus
from signaling.media.settings import MediaSettings


def test_the_embedded_engine_serves_unless_janus_is_chosen() -> None:
    assert isinstance(chosen(MediaSettings()), Link)
    settings = MediaSettings(media_engine="janus", janus_urls="ws://one:8188, wss://two:8989")
    assert settings.janus == ["ws://one:8188", "wss://two:8989"]
    assert isinstance(chosen(settings), Janus)


@pytest.mark.parametrize("urls", ["", " ", "http://one:8188", "ws://one, ", "one:8188"])
def test_janus_needs_addresses_of_websockets(urls: str) -> None:
    with pytest.raises(ValidationError):
        MediaSettings(media_engine="janus", janus_urls=urls)
