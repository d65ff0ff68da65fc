"""The agenda in session: item by item, and what the calendar changes of it meanwhile (actor `system`).

What was begun with stays as it is: the record speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from meetings.errors import NotFound
from meetings.sitting.brief import Brief, Item
from meetings.sitting.commands import AgendaAdvance, AgendaExtend, AgendaSkip
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, decides, folds, listed, stale, whole, words
from meetings.sitting.state import ItemState, State


def stop_item_clock(state: State, at: int) -> None:
    item = state.items.get(state.current_item)
    if item and item.started_at:
        item.spent_ms += at - item.started_at
        item.started_at = 0


def start_item_clock(state: State, at: int) -> None:
    item = state.items.get(state.current_item)
    if item:
        item.started_at = at


@decides("agenda.advance")
def _advance(context: Context, command: AgendaAdvance) -> list[Draft]:
    state = context.state
    if command.from_ != state.current_item:
        raise stale("Nội dung hiện tại đã thay đổi. Hãy xem lại chương trình rồi thử lại.", current=state.current_item)
    if command.to and command.to not in state.items:
        raise NotFound("agenda.unknown_item", "Không có nội dung này trong chương trình.")
    if command.to == state.current_item:
        raise stale("Cuộc họp đang ở nội dung này.", current=state.current_item)
    return [Draft("agenda.advanced", {"from": command.from_, "to": command.to})]


@folds("agenda.advanced")
def _advanced(state: State, event: Event) -> None:
    stop_item_clock(state, event.at)
    if state.current_item:
        state.items[state.current_item].status = "done"
    state.current_item = words(event.payload["to"])
    if state.current_item:
        state.items[state.current_item].status = "current"
        start_item_clock(state, event.at)


@decides("agenda.skip")
def _skip(context: Context, command: AgendaSkip) -> list[Draft]:
    item = context.state.items.get(command.item)
    if item is None:
        raise NotFound("agenda.unknown_item", "Không có nội dung này trong chương trình.")
    if item.status != "pending":
        raise stale("Nội dung này không còn chờ nên không bỏ qua được.", status=item.status)
    return [Draft("agenda.skipped", {"item": command.item, "reason": context.text(command.reason)})]


@folds("agenda.skipped")
def _skipped(state: State, event: Event) -> None:
    state.items[words(event.payload["item"])].status = "skipped"


@decides("agenda.extend")
def _extend(context: Context, command: AgendaExtend) -> list[Draft]:
    if command.item not in context.state.items:
        raise NotFound("agenda.unknown_item", "Không có nội dung này trong chương trình.")
    return [Draft("agenda.extended", {"item": command.item, "minutes": command.minutes})]


@folds("agenda.extended")
def _extended(state: State, event: Event) -> None:
    state.items[words(event.payload["item"])].extra_minutes += whole(event.payload["minutes"])


def begun(state: State) -> frozenset[str]:
    """The items that were discussed, skipped, voted on, noted or concluded."""
    named = {ballot.item for ballot in state.ballots.values()} | {task.item for task in state.tasks.values()}
    named |= {item for item, _ in state.conclusions.values()} | set(state.notes)
    return frozenset(id for id, one in state.items.items() if one.status != "pending" or id in named)


def follow_agenda(context: Context, brief: Brief) -> list[Draft]:
    """What the calendar's agenda adds, changes, moves and takes off."""
    state = context.state
    fixed, known = begun(state), {one.item: one for one in state.setup.items}
    wanted = {one.item: one for one in brief.items}
    gone = [id for id in known if id not in wanted and id not in fixed]
    order = [id for id in known if id not in gone]
    added = list(_added(context, brief, order))
    changed = [
        Draft("agenda.changed", {"item": id, "about": context.text(one.model_dump_json())})
        for id, one in wanted.items()
        if id in known and id not in fixed and known[id] != one
    ]
    target = _target([*wanted], order, fixed)
    moved = [Draft("agenda.ordered", {"items": [*target]})] if target != order else []
    return [*(Draft("agenda.removed", {"item": id}) for id in gone), *added, *changed, *moved]


def _added(context: Context, brief: Brief, order: list[str]) -> Iterator[Draft]:
    """New items, each before the next one that is there; `order` gets them."""
    for at, one in enumerate(brief.items):
        if one.item in order:
            continue
        before = next((later.item for later in brief.items[at + 1 :] if later.item in order), "")
        order.insert(order.index(before) if before else len(order), one.item)
        yield Draft("agenda.added", {"item": one.item, "before": before, "about": context.text(one.model_dump_json())})


def _target(wanted: list[str], order: list[str], fixed: frozenset[str]) -> list[str]:
    """The calendar's order, in which `fixed` items keep theirs of now; one that it lacks stays by its neighbour."""
    here = iter([one for one in order if one in fixed and one in wanted])
    target = [next(here) if one in fixed else one for one in wanted]
    for at, one in enumerate(order):
        if one in target:
            continue
        places = {other: place for place, other in enumerate(target)}
        ahead = [other for other in order[:at] if other in places]
        later = [places[other] for other in order[at:] if other in fixed and other in places]
        lowest = max((places[other] + 1 for other in ahead if other in fixed), default=0)
        near = places[ahead[-1]] + 1 if ahead else 0
        target.insert(min([max(near, lowest), *later]), one)
    return target


def _item(state: State, event: Event) -> Item:
    about = state.texts.get(words(event.payload["about"]))
    return Item.model_validate_json(about) if about else Item(item=words(event.payload["item"]), title="")


def _set_items(state: State, items: list[Item]) -> None:
    state.brief = state.setup.model_copy(update={"items": tuple(items)})


@folds("agenda.added")
def _item_added(state: State, event: Event) -> None:
    one, before = _item(state, event), words(event.payload["before"])
    items = list(state.setup.items)
    items.insert(next((at for at, other in enumerate(items) if other.item == before), len(items)), one)
    _set_items(state, items)
    state.items[one.item] = ItemState()


@folds("agenda.changed")
def _item_changed(state: State, event: Event) -> None:
    one = _item(state, event)
    _set_items(state, [one if other.item == one.item else other for other in state.setup.items])


@folds("agenda.ordered")
def _items_ordered(state: State, event: Event) -> None:
    order = listed(event.payload["items"])
    _set_items(state, sorted(state.setup.items, key=lambda one: order.index(one.item)))


@folds("agenda.removed")
def _item_removed(state: State, event: Event) -> None:
    item = words(event.payload["item"])
    _set_items(state, [one for one in state.setup.items if one.item != item])
    del state.items[item]
