"""How a command finds its rule, and an event its effect on the state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from meetings.errors import Refusal
from meetings.sitting.actors import Actor
from meetings.sitting.events import Draft, Event, Json
from meetings.sitting.state import State


@dataclass(frozen=True, slots=True)
class Text:
    """Free text that a payload refers to; it lives beside the record and can be erased from it."""

    id: str
    salt: bytes
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.salt + self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SecretCast:
    """A vote in a secret ballot: it changes totals only and is no event."""

    ballot: str
    mandate: str
    choice: int


@dataclass(slots=True)
class Context:
    """What a rule sees: the state, who acts, the time, and sources of ids and salts."""

    state: State
    actor: Actor
    now: int
    new_id: Callable[[], str]
    new_salt: Callable[[], bytes]
    #: Totals of a secret ballot, where it is being closed: (totals per choice, number of casts).
    secret_totals: tuple[tuple[int, ...], int] | None = None
    #: Mandates that have cast in secret ballots, by ballot.
    secret_casts: dict[str, set[str]] = field(default_factory=dict)
    #: The papers of the meeting that may be shown now, with their numbers of pages.
    papers: Mapping[str, int] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)

    def text(self, text: str) -> dict[str, Json]:
        """Keep `text` beside the record; what the payload gets is its id and salted hash."""
        kept = Text(self.new_id(), self.new_salt(), text)
        self.texts.append(kept)
        return {"text": kept.id, "sha256": kept.sha256}


@dataclass(frozen=True, slots=True)
class Decision:
    events: list[Draft]
    texts: list[Text]
    secret_cast: SecretCast | None = None


Decider = Callable[[Context, Any], "list[Draft] | SecretCast"]
Folder = Callable[[State, Event], None]
DECIDERS: dict[str, Decider] = {}
FOLDERS: dict[str, Folder] = {}
D = TypeVar("D", bound=Callable[..., Any])
F = TypeVar("F", bound=Callable[[State, Event], None])


def decides(*names: str) -> Callable[[D], D]:
    """The function decides the commands `names`."""

    def keep(function: D) -> D:
        for name in names:
            DECIDERS[name] = function
        return function

    return keep


def folds(*types: str) -> Callable[[F], F]:
    """The function applies events of `types` to the state."""

    def keep(function: F) -> F:
        for type in types:
            FOLDERS[type] = function
        return function

    return keep


def stale(message: str, **current: object) -> Refusal:
    """The belief that a command names is no longer true; `details` holds the current value."""
    return Refusal("stale", message, **current)


def whole(payload: Json) -> int:
    """An integer of a payload."""
    if not isinstance(payload, int):
        raise TypeError("not an integer")
    return payload


def words(payload: Json) -> str:
    """A string of a payload, or the id of the text it refers to."""
    if isinstance(payload, dict):
        payload = payload["text"]
    if not isinstance(payload, str):
        raise TypeError("not a string")
    return payload


def listed(payload: Json) -> list[str]:
    """A list of strings of a payload."""
    if not isinstance(payload, list):
        raise TypeError("not a list")
    return [words(one) for one in payload]
