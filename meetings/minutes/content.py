"""What minutes say. Every line names the events of the record that it rests on (`events`: their numbers)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter

from meetings.layout.letterhead import Letterhead

Short = Annotated[str, Field(max_length=500)]
Long = Annotated[str, Field(max_length=20_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Events = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class Line:
    text: Long
    events: Events = ()


@dataclass(frozen=True, slots=True)
class Absence:
    name: Short
    position: Short = ""
    reason: Short = ""
    events: Events = ()


@dataclass(frozen=True, slots=True)
class SiteAttendance:
    """One site's people. `headcount` is what the site reported (`confirmed`, where it did not).

    `confirmed` counts the mandates that the roll call confirmed.
    """

    name: Short
    present: bool
    headcount: Count = 0
    confirmed: Count = 0
    chair: Short = ""
    absences: tuple[Absence, ...] = ()
    events: Events = ()


@dataclass(frozen=True, slots=True)
class Officer:
    """The chair or the secretary. `person` is the id in the record; a signature is expected from it."""

    name: Short
    position: Short = ""
    person: Annotated[str, Field(max_length=64)] = ""
    events: Events = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    name: Short
    site: Short = ""
    at: int = 0  # UTC, milliseconds
    point_of_order: bool = False
    events: Events = ()


@dataclass(frozen=True, slots=True)
class Choice:
    name: Short
    total: Count


@dataclass(frozen=True, slots=True)
class BallotResult:
    question: Long
    choices: tuple[Choice, ...]
    members: Count
    present: Count
    voted: Count
    passed: bool
    rule: Short = ""
    secret: bool = False
    events: Events = ()


@dataclass(frozen=True, slots=True)
class TaskLine:
    text: Long
    assignee: Short
    due: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    events: Events = ()


@dataclass(frozen=True, slots=True)
class ItemMinutes:
    title: Short
    presenter: Short = ""
    lines: tuple[Line, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    ballots: tuple[BallotResult, ...] = ()
    conclusions: tuple[Line, ...] = ()
    tasks: tuple[TaskLine, ...] = ()
    events: Events = ()


@dataclass(frozen=True, slots=True)
class Attested:
    """Who attests in a role instead of the officer who no longer can, and who decided so (the head of the unit)."""

    role: Literal["secretary", "chair"]
    name: Short
    position: Short
    reason: Short
    by_name: Short
    by_position: Short = ""


@dataclass(frozen=True, slots=True)
class MinutesContent:
    """Everything that minutes of form 1.9 print, in the order they print it."""

    letterhead: Letterhead
    title: Short
    start_at: int  # UTC, milliseconds; printed on the province's clocks
    end_at: int  # 0 until the sitting was adjourned
    place: Short
    chair: Officer
    secretary: Officer
    #: `Hội nghị` or `Cuộc họp`: the word in the closing sentence.
    kind: Short = "Cuộc họp"
    sites: tuple[SiteAttendance, ...] = ()
    attendance: tuple[Line, ...] = ()
    opening: tuple[Line, ...] = ()
    items: tuple[ItemMinutes, ...] = ()
    closing: tuple[Line, ...] = ()
    recipients: tuple[Short, ...] = ()
    record_head: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    start_events: Events = ()
    end_events: Events = ()
    #: Whether the organ's seal is asked for after the chair's signature.
    seal: bool = False
    #: What these minutes take the place of, as a sentence; the server writes it.
    replaces: Short = ""
    #: The server writes these too.
    attested: tuple[Attested, ...] = ()


_ADAPTER: TypeAdapter[MinutesContent] = TypeAdapter(MinutesContent)


def to_json(content: MinutesContent) -> str:
    """`content` as JSON text, the form in which revisions are stored."""
    return _ADAPTER.dump_json(content).decode()


def from_json(text: str | bytes) -> MinutesContent:
    """The content that `to_json` wrote, or that an editor sent.

    Raises:
        pydantic.ValidationError: fields are missing, too long, or of another type.
    """
    return normalised(_ADAPTER.validate_json(text))


def from_object(value: object) -> MinutesContent:
    """The same from parsed JSON."""
    return normalised(_ADAPTER.validate_python(value))


T = TypeVar("T")


def normalised(value: T) -> T:
    """`value` with every text in NFC and without control characters, which no printed document holds."""
    result: Any = value
    if isinstance(value, str) and not isinstance(value, Enum):
        text = unicodedata.normalize("NFC", value)
        result = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    elif isinstance(value, tuple):
        result = tuple(normalised(one) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        result = replace(value, **{one.name: normalised(getattr(value, one.name)) for one in fields(value)})
    return result  # type: ignore[no-any-return]


__all__ = [
    "Absence", "Attested", "BallotResult", "Choice", "ItemMinutes", "Letterhead", "Line", "MinutesContent", "Officer",
    "SiteAttendance", "Speaker", "TaskLine", "from_json", "from_object", "normalised", "to_json",
]  # fmt: skip
