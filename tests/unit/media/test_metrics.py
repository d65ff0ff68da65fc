"""What operators read of the sites' lines: those that are there, and not without end."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client import REGISTRY

from signaling.media import metrics
from signaling.media.engine import EngineState, SessionState, Step


def line(site: str, **figures: object) -> SessionState:
    return replace(SessionState(f"of-{site}", "meeting", "owner", site, False, up=True), **figures)  # type: ignore[arg-type]


def read(site: str, figure: str) -> float | None:
    return REGISTRY.get_sample_value("diemcau_media_line", {"site": site, "figure": figure})


def show(*sessions: SessionState) -> None:
    metrics.show(EngineState("one", sessions))


def test_a_sites_line_is_told_until_the_site_goes() -> None:
    metrics.deaf("s1", True)
    show(line("s1", lost=64, jitter_ms=7, round_trip_ms=31, bitrate=500_000, step=Step.LOW, dropped=3), line("s2"))
    figures = ("loss", "jitter_ms", "round_trip_ms", "bitrate", "step", "dropped", "deaf")
    assert [read("s1", one) for one in figures] == [25.0, 7, 31, 500_000, 2, 3, 1]
    assert (read("s2", "deaf"), read("s2", "step")) == (0, 3)
    steps = [REGISTRY.get_sample_value("diemcau_media_steps", {"step": one}) for one in ("high", "low")]
    assert steps == [1, 1]
    show(line("s2"))
    assert (read("s1", "loss"), read("s2", "loss")) == (None, 0)
    show(line("s1"))
    assert read("s1", "deaf") == 0, "a page that comes anew is not deaf"


def test_what_is_no_sites_own_line_is_not_told() -> None:
    show(line("s1", tile=True), line("s2", up=False), line("", jitter_ms=9), replace(line("s3"), sends=True))
    assert [read(site, "loss") for site in ("s1", "s2", "", "s3")] == [None] * 4


def test_no_more_sites_are_told_than_there_can_be() -> None:
    show(*(line(f"x{one:04}") for one in range(metrics.SITES + 50)))
    assert read(f"x{metrics.SITES - 1:04}", "loss") == 0
    assert read(f"x{metrics.SITES:04}", "loss") is None
    show()
    assert read("x0000", "loss") is None
