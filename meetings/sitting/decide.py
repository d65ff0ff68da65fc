"""From a command to facts: `decide` is pure, and `apply` is the only way that the state changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from meetings.sitting import (
    agenda,
    ballots,
    floor,
    invitations,
    paperwork,
    people,
    progress,
    recording,
    roll_call,
    sharing,
)
from meetings.sitting.actors import Actor
from meetings.sitting.commands import COMMANDS, Command
from meetings.sitting.events import Draft, Event
from meetings.sitting.permissions import Acting, acting_for_chair, check
from meetings.sitting.registry import DECIDERS, FOLDERS, Context, Decision, SecretCast, Text
from meetings.sitting.state import State

#: The modules whose rules `DECIDERS` and `FOLDERS` hold.
RULE_MODULES = (agenda, ballots, floor, invitations, paperwork, people, progress, recording, roll_call, sharing)


def decide(context: Context, name: str, command: Command) -> Decision:
    """What follows from `command`.

    Raises:
        meetings.errors.Refusal: the rules do not allow it; nothing is recorded.
    """
    check(context.state, name, context.actor)
    outcome = DECIDERS[name](context, command)
    if isinstance(outcome, SecretCast):
        return Decision([], [], outcome)
    if acting_for_chair(context.actor, name) is Acting.BY_ORDER:
        outcome = [Draft(one.type, {**one.payload, "by_order": 1}) for one in outcome]
    return Decision(outcome, context.texts)


def on_behalf_of(state: State, actor: Actor, name: str) -> str:
    """The chair where someone presses for the chair, else nobody."""
    return "" if acting_for_chair(actor, name) is Acting.NEVER else state.chair


def apply(state: State, event: Event) -> None:
    """Fold one event into the state, in place; a type of a newer build changes nothing that this one knows."""
    if event.seq != state.seq + 1:
        raise ValueError(f"event {event.seq} after {state.seq}")
    folder = FOLDERS.get(event.type)
    if folder is not None and not event.redacted:  # what it did is forgotten with its content
        folder(state, event)
    state.seq = event.seq
    state.at = event.at


def replay(meeting: str, events: Iterable[Event], texts: Iterable[Text]) -> State:
    """The state that a whole record gives."""
    state = State(meeting, texts={one.id: one.text for one in texts})
    for event in events:
        apply(state, event)
    return state


def system_decision(context: Context, rule: Callable[[Context], list[Draft]]) -> Decision:
    """What the home server itself finds: a connection, a lost line, a deadline."""
    return Decision(rule(context), context.texts)


assert set(DECIDERS) == set(COMMANDS), "every command has a rule"
