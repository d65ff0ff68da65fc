"""The set-up of a sitting as the calendar hands it over: who is invited, the agenda, the body's rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Fraction = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Rules(_Part):
    """How a body decides; a conference has no quorum and takes no binding votes (all of it is configuration)."""

    members: int = 0
    #: At least this share of the members must be present; None where the body has no quorum.
    quorum: Fraction | None = None
    choices: tuple[str, ...] = ("Đồng ý", "Không đồng ý", "Ý kiến khác")
    majority_base: Literal["members", "present", "valid"] = "present"
    #: More than this share of the base carries a question.
    threshold: Fraction = (1, 2)
    #: `chair`: with exactly the threshold, the side of the chair carries.
    tie: Literal["chair", "fails"] = "fails"
    substitutes_vote: bool = False


class Site(_Part):
    site: str
    unit: str = ""
    name: str
    level: str = ""
    parent: str = ""
    receive_only: bool = False


class Delegate(_Part):
    """One mandate: a seat in the sitting, held by a person."""

    delegate: str
    person: str = ""
    site: str
    name: str
    position: str = ""
    votes: bool = True
    substitute: bool = False
    #: Chairs their site in this sitting (chủ trì điểm cầu).
    site_chair: bool = False


class Guest(_Part):
    guest: str
    site: str = ""
    name: str


class Item(_Part):
    item: str
    title: str
    presenter: str = ""
    minutes: int = 10


class Brief(_Part):
    meeting: str
    title: str
    starts_at: int
    ends_at: int
    revision: int = 1
    #: The title of a sitting that runs past its end at the same sites; the opening waits for it.
    waits_for: str = ""
    conference: bool = True
    rules: Rules = Rules()
    hub_site: str = ""
    chair: str
    secretary: str
    sites: tuple[Site, ...] = ()
    delegates: tuple[Delegate, ...] = ()
    guests: tuple[Guest, ...] = ()
    items: tuple[Item, ...] = ()
    #: Names of people who appear without a mandate (chair, secretary), by id.
    names: dict[str, str] = Field(default_factory=dict)
