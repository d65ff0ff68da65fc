"""Which media engine the web process drives."""

from __future__ import annotations

from signaling.media.embedded.link import Link
from signaling.media.janus.engine import Janus
from signaling.media.settings import MediaSettings


def chosen(settings: MediaSettings) -> Link | Janus:
    """The engine that the settings name, not started yet."""
    if settings.media_engine == "janus":
        return Janus(settings.janus, settings.janus_secret)
    return Link(settings.media_socket)
