"""What pages send to the calendar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from meetings.calendar.bodies import BodyRules
from meetings.calendar.setup import DelegateSetup, GuestSetup
from meetings.calendar.tables import Answer, Urgency

Name = Annotated[str, Field(max_length=200)]
IdText = Annotated[str, Field(max_length=36)]
Millis = Annotated[int, Field(ge=0, le=253_402_300_799_000)]
Part = Annotated[int, Field(ge=0, le=10_000)]
MAX_SITES = 2_000


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MeetingRequest(_Request):
    """A meeting to create; times are UTC milliseconds."""

    title: Annotated[str, Field(max_length=300)]
    starts_at: Millis
    ends_at: Millis
    body: IdText | None = None
    hub_site: IdText
    chair: IdText
    secretary: IdText
    sites: Annotated[list[IdText], Field(max_length=MAX_SITES)]
    urgency: Urgency = Urgency.NORMAL
    urgency_reason: Annotated[str, Field(max_length=1000)] = ""


class ChangeRequest(MeetingRequest):
    revision: int


class CancelRequest(_Request):
    revision: int
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class ComingPerson(_Request):
    name: Name
    position: Name = ""
    replaces: IdText = ""


class AnswerRequest(_Request):
    site: IdText
    answer: Answer
    reason: Annotated[str, Field(max_length=1000)] = ""
    names: Annotated[list[ComingPerson], Field(max_length=200)] = []


class DelegateRequest(_Request):
    id: IdText = ""
    site: IdText
    person: IdText = ""
    name: Name
    title: Name = ""
    votes: bool = True
    site_chair: bool = False

    def setup(self) -> DelegateSetup:
        return DelegateSetup(**self.model_dump())


class DelegatesRequest(_Request):
    revision: int
    delegates: Annotated[list[DelegateRequest], Field(max_length=5_000)]


class GuestRequest(_Request):
    id: IdText = ""
    site: IdText = ""
    name: Name

    def setup(self) -> GuestSetup:
        return GuestSetup(**self.model_dump())


class GuestsRequest(_Request):
    revision: int
    guests: Annotated[list[GuestRequest], Field(max_length=500)]


class FreeTimesRequest(_Request):
    """A time under consideration: what clashes with it, and what would be free."""

    starts_at: Millis
    ends_at: Millis
    sites: Annotated[list[IdText], Field(max_length=MAX_SITES)] = []
    people: Annotated[list[IdText], Field(max_length=20)] = []
    #: The meeting being moved, whose own place counts as free.
    meeting: IdText = ""
    urgency: Urgency = Urgency.NORMAL


class BodyRequest(_Request):
    name: Name
    members: Part
    quorum: tuple[Part, Part] | None = None
    choices: Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=6)]
    majority_base: Literal["members", "present", "valid"] = "members"
    threshold: tuple[Part, Part] = (1, 2)
    tie: Literal["chair", "fails"] = "fails"
    substitutes_vote: bool = False

    def rules(self, unit: str) -> BodyRules:
        return BodyRules(
            name=self.name,
            members=self.members,
            choices=tuple(choice.strip() for choice in self.choices),
            unit=unit,
            quorum=self.quorum,
            majority_base=self.majority_base,
            threshold=self.threshold,
            tie=self.tie,
            substitutes_vote=self.substitutes_vote,
        )


class BodyChangeRequest(BodyRequest):
    revision: Annotated[int, Field(ge=1)]
    #: The person was told that scheduled meetings follow the new rules, and agreed.
    agreed: bool = False
    #: Not offered for new meetings from now on.
    retired: bool = False
