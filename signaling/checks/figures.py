"""What a site's page measured, bounded, and which criteria it meets; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from signaling.checks.settings import CheckSettings

#: How a device is: it works; off by choice; a camera that shows black; or why it could not be opened.
Device = Literal["ok", "off", "dark", "forbidden", "taken", "missing", "lost", "insecure"]
#: How a rate was measured: on the media's own way, or by HTTP.
Way = Literal["media", "http", ""]

_Pixels = Annotated[int, Field(ge=0, le=16_384)]
_Share = Annotated[int, Field(ge=0, le=1000)]  # in thousandths
_Kbps = Annotated[int, Field(ge=0, le=10_000_000)]


class Figures(BaseModel):
    """The result of one check; None is what could not be measured."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    camera: Device
    width: _Pixels = 0
    height: _Pixels = 0
    microphone: Device
    level: _Share = 0
    #: Whether picture and sound have a way to the server: up, blocked on the way, or the server carries none.
    connection: Literal["up", "blocked", "none"]
    lost_up: _Share | None = None
    lost_down: _Share | None = None
    round_trip: Annotated[int, Field(ge=0, le=60_000)] | None = None
    up: _Kbps | None = None
    down: _Kbps | None = None
    up_way: Way = ""
    down_way: Way = ""


class Criterion(StrEnum):
    """In the order of the sheet."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    CONNECTION = "connection"
    LOST = "lost"
    ROUND_TRIP = "round_trip"
    UP = "up"
    DOWN = "down"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"  # nobody held the site's place
    NO_ANSWER = "no_answer"  # its page did not finish in time


@dataclass(frozen=True, slots=True)
class Result:
    """A check of one site as it is kept; `at` in UTC ms, `failed` in the order of the criteria."""

    at: int
    outcome: Outcome
    failed: tuple[Criterion, ...] = ()
    figures: Figures | None = None


def failures(figures: Figures, wanted: CheckSettings, receive_only: bool) -> tuple[Criterion, ...]:
    """The criteria that the figures do not meet; what was not measured is not held against a site.

    A site that only receives needs neither camera nor microphone, nor a line that carries them.
    """
    met = {
        Criterion.CAMERA: figures.camera == "ok",
        Criterion.MICROPHONE: figures.microphone == "ok" and figures.level >= wanted.check_level,
        Criterion.CONNECTION: figures.connection != "blocked",
        Criterion.LOST: max(figures.lost_up or 0, figures.lost_down or 0) <= wanted.check_lost,
        Criterion.ROUND_TRIP: (figures.round_trip or 0) <= wanted.check_round_trip,
        Criterion.UP: figures.up is None or figures.up >= wanted.check_up,
        Criterion.DOWN: figures.down is None or figures.down >= wanted.check_down,
    }
    spared = {Criterion.CAMERA, Criterion.MICROPHONE, Criterion.UP} if receive_only else set[Criterion]()
    return tuple(one for one in Criterion if not met[one] and one not in spared)


def judge(figures: Figures, wanted: CheckSettings, receive_only: bool, at: int) -> Result:
    """The result of a check that was made."""
    failed = failures(figures, wanted, receive_only)
    return Result(at, Outcome.FAILED if failed else Outcome.PASSED, failed, figures)
