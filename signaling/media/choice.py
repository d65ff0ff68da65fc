"""Which media engine the web process drives."""

from __future__ import annotations

from signaling.media.embedded.link import Link
from signaling.media.engines import Engines, Startable
from signaling.media.janus.engine import Janus
from signaling.media.settings import MediaSettings


def chosen(settings: MediaSettings) -> Startable:
    """The engine that the settings name, not started yet."""
    if settings.media_engine == "janus":
        return Engines({url: Janus(url, settings.janus_secret) for url in settings.janus})
    each = [settings.of_engine(number) for number in range(settings.media_engines)]
    if len(each) == 1:
        return Link(each[0].media_socket)
    return Engines({str(one.media_port): Link(one.media_socket) for one in each})
