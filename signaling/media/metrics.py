"""What operators read about media, from the engine's own counters."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from signaling.media.engine import EngineState

UP = Gauge("diemcau_media_up", "Whether the media engine answers")
RESTARTS = Counter("diemcau_media_restarts", "Times that the media engine came back as another")
SESSIONS = Gauge("diemcau_media_sessions", "Media sessions", ["direction", "state"])
EVENTS = Gauge("diemcau_media_events", "Counters of the media engine since its start", ["event"])


def show(found: EngineState) -> None:
    """Take over what the engine says."""
    UP.set(1)
    for sends, direction in ((True, "send"), (False, "receive")):
        mine = [one for one in found.sessions if one.sends is sends]
        up = sum(1 for one in mine if one.up)
        SESSIONS.labels(direction, "up").set(up)
        SESSIONS.labels(direction, "waiting").set(len(mine) - up)
    for event, count in found.counters.items():
        EVENTS.labels(event).set(count)
