"""What notices of conclusions (form 1.4) and invitations (form 1.7) say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter

from meetings.calendar.tables import Urgency
from meetings.layout.letterhead import Letterhead
from meetings.letters.authority import Signatory
from meetings.minutes.content import Line, TaskLine, normalised

Short = Annotated[str, Field(max_length=500)]
Long = Annotated[str, Field(max_length=20_000)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
Lines = Annotated[tuple[Short, ...], Field(max_length=1000)]


class Kind(StrEnum):
    """The kinds of letters, by the symbol in their number."""

    NOTICE = "TB"
    INVITATION = "GM"


@dataclass(frozen=True, slots=True)
class Section:
    """Conclusions on one subject, and the tasks that follow from them."""

    title: Short
    lines: Annotated[tuple[Line, ...], Field(max_length=500)] = ()
    tasks: Annotated[tuple[TaskLine, ...], Field(max_length=500)] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Thông báo kết luận: what the units wait for after a meeting."""

    letterhead: Letterhead
    abstract: Short
    #: The paragraph that says which meeting it was, when, and who chaired.
    opening: Long
    at: int  # UTC, milliseconds: when the meeting ended, or began where it has not ended
    sections: Annotated[tuple[Section, ...], Field(max_length=200)] = ()
    closing: Long = ""
    #: The day of issue; empty while it is open.
    issued_on: Day = ""
    urgency: Urgency = Urgency.NORMAL
    signatory: Signatory = field(default_factory=Signatory)
    recipients: Lines = ()
    #: What follows `Lưu: VT, `.
    archive: Short = ""
    #: Whether the organ's seal is asked for after the signature.
    seal: bool = True
    #: What this letter takes the place of, as a sentence; the server writes it.
    replaces: Short = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Giấy mời: who is invited to what, by whom, when and where."""

    letterhead: Letterhead
    abstract: Short
    #: Who invites: the words before `trân trọng kính mời:`.
    host: Short
    invited: Lines
    #: What follows `Tới dự`.
    meeting: Short
    chair: Short
    start_at: int  # UTC, milliseconds
    place: Short
    #: Further paragraphs: papers, contact, parking.
    remarks: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    issued_on: Day = ""
    urgency: Urgency = Urgency.NORMAL
    signatory: Signatory = field(default_factory=Signatory)
    recipients: Lines = ()
    archive: Short = ""
    seal: bool = True
    replaces: Short = ""


Letter: TypeAlias = Notice | Invitation

_ADAPTERS: dict[Kind, TypeAdapter[Notice] | TypeAdapter[Invitation]] = {
    Kind.NOTICE: TypeAdapter(Notice),
    Kind.INVITATION: TypeAdapter(Invitation),
}


def kind_of(letter: Letter) -> Kind:
    return Kind.NOTICE if isinstance(letter, Notice) else Kind.INVITATION


def to_json(letter: Letter) -> str:
    """`letter` as JSON text, the form in which revisions are stored."""
    adapter: TypeAdapter[Letter] = TypeAdapter(type(letter))
    return adapter.dump_json(letter).decode()


def from_json(kind: Kind, text: str | bytes) -> Letter:
    """The letter that `to_json` wrote, or that an editor sent.

    Raises:
        pydantic.ValidationError: fields are missing, too long, or of another type.
    """
    return normalised(_ADAPTERS[kind].validate_json(text))


def from_object(kind: Kind, value: object) -> Letter:
    """The same from parsed JSON."""
    return normalised(_ADAPTERS[kind].validate_python(value))
