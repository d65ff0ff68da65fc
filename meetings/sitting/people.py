"""Who leads and who is in: the chair handed over, assistants, people removed and readmitted.

A secretary whom the calendar names takes over at once. A chair whom it names is *designated*: they may come in, and
lead when whoever holds the chair hands it over, since nobody takes it from a sitting from outside.
"""

from __future__ import annotations

from meetings.errors import NotFound, Refusal
from meetings.sitting.brief import Brief
from meetings.sitting.commands import HandOver, Person, Remove
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, decides, folds, stale, words
from meetings.sitting.state import State


@decides("chair.hand_over")
def _hand_over(context: Context, command: HandOver) -> list[Draft]:
    state = context.state
    if command.belief != state.chair:
        raise stale("Người chủ trì đã thay đổi.", chair=state.chair)
    _known_person(state, command.to)
    if command.to == state.chair:
        raise stale("Người này đang chủ trì.", chair=state.chair)
    return [Draft("chair.handed_over", {"from": state.chair, "to": command.to})]


def _known_person(state: State, person: str) -> None:
    brief = state.setup
    people = {one.person for one in brief.delegates if one.person} | {brief.chair, brief.secretary, *state.chaired}
    if person not in people or person in state.removed:
        raise NotFound("participant.unknown", "Người này không có trong thành phần cuộc họp.")


@folds("chair.handed_over")
def _handed_over(state: State, event: Event) -> None:
    state.chaired |= {state.chair}
    state.chair = words(event.payload["to"])
    state.assistants -= {state.chair}
    state.chair_microphone = True
    if state.designated == state.chair:
        state.designated = ""


def follow_leaders(context: Context, brief: Brief) -> list[Draft]:
    """The secretary and the chair that the calendar names anew; who was sent out of the sitting is not followed."""
    state = context.state
    drafts = []
    if brief.secretary not in {state.secretary, *state.removed}:
        about = context.text(brief.names.get(brief.secretary, ""))
        drafts.append(
            Draft("secretary.replaced", {"from": state.secretary, "to": brief.secretary, "about": about}),
        )
    if brief.chair not in {state.setup.chair, *state.removed}:
        about = context.text(brief.names.get(brief.chair, ""))
        drafts.append(Draft("chair.designated", {"person": brief.chair, "about": about}))
    return drafts


@folds("secretary.replaced")
def _secretary_replaced(state: State, event: Event) -> None:
    state.secretary = words(event.payload["to"])
    _name(state, state.secretary, event)
    state.brief = state.setup.model_copy(update={"secretary": state.secretary})


@folds("chair.designated")
def _designated(state: State, event: Event) -> None:
    person = words(event.payload["person"])
    state.designated = "" if person == state.chair else person
    _name(state, person, event)
    state.brief = state.setup.model_copy(update={"chair": person})


def _name(state: State, person: str, event: Event) -> None:
    """Names stay: the record also speaks of who was replaced."""
    name = state.texts.get(words(event.payload["about"]), "")
    if name:
        state.brief = state.setup.model_copy(update={"names": state.setup.names | {person: name}})


@decides("chair.name_assistant")
def _name_assistant(context: Context, command: Person) -> list[Draft]:
    _known_person(context.state, command.person)
    if command.person in context.state.assistants:
        raise stale("Người này đã là người giúp việc chủ trì.")
    return [Draft("chair.assistant_named", {"person": command.person})]


@decides("chair.dismiss_assistant")
def _dismiss_assistant(context: Context, command: Person) -> list[Draft]:
    if command.person not in context.state.assistants:
        raise stale("Người này không phải là người giúp việc chủ trì.")
    return [Draft("chair.assistant_dismissed", {"person": command.person})]


@folds("chair.assistant_named")
def _assistant_named(state: State, event: Event) -> None:
    state.assistants |= {words(event.payload["person"])}


@folds("chair.assistant_dismissed")
def _assistant_dismissed(state: State, event: Event) -> None:
    state.assistants -= {words(event.payload["person"])}


@decides("participant.remove")
def _remove(context: Context, command: Remove) -> list[Draft]:
    state = context.state
    if command.person == state.chair:
        raise Refusal("participant.chair", "Không thể đưa chủ trì ra khỏi cuộc họp. Hãy bàn giao chủ trì trước.")
    if command.person in state.removed:
        raise stale("Người này đã ở ngoài cuộc họp.")
    mandates = {one.delegate for one in state.setup.delegates if command.person in (one.person, one.delegate)}
    drafts = [
        Draft("floor.released", {"turn": turn.id, "cause": "removed"})
        for turn in state.turns.values()
        if turn.delegate in mandates
    ]
    return [
        *drafts,
        Draft("participant.removed", {"person": command.person, "reason": context.text(command.reason)}),
    ]


@decides("participant.readmit")
def _readmit(context: Context, command: Person) -> list[Draft]:
    if command.person not in context.state.removed:
        raise stale("Người này không bị đưa ra khỏi cuộc họp.")
    return [Draft("participant.readmitted", {"person": command.person})]


@folds("participant.removed")
def _removed(state: State, event: Event) -> None:
    person = words(event.payload["person"])
    mandates = {one.delegate for one in state.setup.delegates if person in (one.person, one.delegate)}
    state.removed |= {person}
    state.queue = [one for one in state.queue if one.delegate not in mandates]


@folds("participant.readmitted")
def _readmitted(state: State, event: Event) -> None:
    state.removed -= {words(event.payload["person"])}
