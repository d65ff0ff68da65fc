"""What operators read about media, from the engine's own counters and what pages report."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from signaling.media.engine import EngineState, SessionState, Step

UP = Gauge("diemcau_media_up", "Whether the media engine answers")
RESTARTS = Counter("diemcau_media_restarts", "Times that the media engine came back as another")
SESSIONS = Gauge("diemcau_media_sessions", "Media sessions", ["direction", "state"])
EVENTS = Gauge("diemcau_media_events", "Counters of the media engine since its start", ["event"])
STEPS = Gauge("diemcau_media_steps", "Receive sessions that are up, by what they receive", ["step"])
PARTS = Gauge(
    "diemcau_media_part",
    "Each process of the media engine, where it has several: up, sessions, lost (times that it died or went away)",
    ["part", "figure"],
)
LINE = Gauge(
    "diemcau_media_line",
    "What a site's own receive session reports: loss (percent), jitter_ms, round_trip_ms, bitrate (bit/s, its own "
    "estimate), step (0 papers, 1 sound, 2 low, 3 high), dropped (packets, by us) and deaf (1: its page plays nothing)",
    ["site", "figure"],
)
#: Sites whose lines are told at most; more would be a mistake or an attack, and each costs memory.
SITES = 500
_HEIGHT = {Step.PAPERS: 0, Step.AUDIO: 1, Step.LOW: 2, Step.HIGH: 3}
_FIGURES = ("loss", "jitter_ms", "round_trip_ms", "bitrate", "step", "dropped", "deaf")
_shown: set[str] = set()
_deaf: set[str] = set()


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
    for part in found.parts:
        for figure, value in (("up", part.up), ("sessions", part.sessions), ("lost", part.lost)):
            PARTS.labels(part.name, figure).set(value)
    receiving = [one for one in found.sessions if one.up and not one.sends]
    for step in Step:
        STEPS.labels(step.value).set(sum(1 for one in receiving if one.step is step))
    _show_lines({one.site: one for one in receiving if one.site and not one.tile})


def deaf(site: str, is_deaf: bool) -> None:
    """A site's page says whether it plays what it receives; told with the site's line."""
    (_deaf.add if is_deaf else _deaf.discard)(site)


def _show_lines(lines: dict[str, SessionState]) -> None:
    """Tell of these sites, and no more of those that are gone."""
    told = sorted(lines)[:SITES]
    _deaf.intersection_update(lines)
    for gone in _shown.difference(told):
        for figure in _FIGURES:
            LINE.remove(gone, figure)
    _shown.clear()
    _shown.update(told)
    for site in told:
        one = lines[site]
        loss = round(one.lost / 2.56, 1)
        height, silent = _HEIGHT[one.step], site in _deaf
        values = (loss, one.jitter_ms, one.round_trip_ms, one.bitrate, height, one.dropped, silent)
        for figure, value in zip(_FIGURES, values, strict=True):
            LINE.labels(site, figure).set(value)
