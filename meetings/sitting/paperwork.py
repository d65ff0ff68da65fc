"""Notes, conclusions and tasks of the items. Notes are revisions beside the record; it keeps their hashes."""

from __future__ import annotations

import hashlib

from meetings.errors import NotFound
from meetings.sitting.commands import ConclusionRecord, ConclusionRef, NoteSave, TaskAssign, TaskRef
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, decides, folds, stale, whole, words
from meetings.sitting.state import State, Task


def _known_item(state: State, item: str) -> None:
    if item and item not in state.items:
        raise NotFound("agenda.unknown_item", "Không có nội dung này trong chương trình.")


@decides("note.save")
def _save(context: Context, command: NoteSave) -> list[Draft]:
    _known_item(context.state, command.item)
    current = context.state.notes.get(command.item, 0)
    if command.revision != current:
        raise stale(
            "Ghi chép vừa được người khác sửa. Bản của quý vị vẫn được giữ; hãy đối chiếu rồi lưu lại.",
            revision=current,
        )
    sha256 = hashlib.sha256(command.text.encode()).hexdigest()
    return [Draft("note.recorded", {"item": command.item, "revision": current + 1, "sha256": sha256})]


@folds("note.recorded")
def _recorded(state: State, event: Event) -> None:
    state.notes[words(event.payload["item"])] = whole(event.payload["revision"])


@decides("conclusion.record")
def _conclude(context: Context, command: ConclusionRecord) -> list[Draft]:
    _known_item(context.state, command.item)
    return [
        Draft(
            "conclusion.recorded",
            {"conclusion": context.new_id(), "item": command.item, "text": context.text(command.text)},
        )
    ]


@folds("conclusion.recorded")
def _concluded(state: State, event: Event) -> None:
    payload = event.payload
    state.conclusions[words(payload["conclusion"])] = (words(payload["item"]), words(payload["text"]))


@decides("conclusion.withdraw")
def _withdraw(context: Context, command: ConclusionRef) -> list[Draft]:
    if command.conclusion not in context.state.conclusions:
        raise stale("Kết luận này đã được rút.")
    return [Draft("conclusion.withdrawn", {"conclusion": command.conclusion})]


@folds("conclusion.withdrawn")
def _withdrawn(state: State, event: Event) -> None:
    del state.conclusions[words(event.payload["conclusion"])]


@decides("task.assign")
def _assign(context: Context, command: TaskAssign) -> list[Draft]:
    _known_item(context.state, command.item)
    return [
        Draft(
            "task.assigned",
            {
                "task": context.new_id(),
                "item": command.item,
                "text": context.text(command.text),
                "assignee": context.text(command.assignee),
                "due": command.due,
            },
        )
    ]


@folds("task.assigned")
def _assigned(state: State, event: Event) -> None:
    payload = event.payload
    task = Task(
        words(payload["task"]),
        words(payload["item"]),
        words(payload["text"]),
        words(payload["assignee"]),
        words(payload["due"]),
    )
    state.tasks[task.id] = task


@decides("task.withdraw")
def _withdraw_task(context: Context, command: TaskRef) -> list[Draft]:
    if command.task not in context.state.tasks:
        raise stale("Nhiệm vụ này đã được rút.")
    return [Draft("task.withdrawn", {"task": command.task})]


@folds("task.withdrawn")
def _task_withdrawn(state: State, event: Event) -> None:
    del state.tasks[words(event.payload["task"])]
