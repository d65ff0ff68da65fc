"""Tasks from the record, assigned to units and people, and every step until they are done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import CLERKS, may_change, visible
from meetings.calendar.tables import Meeting
from meetings.directory.folding import fold
from meetings.directory.tables import PersonRow, Unit
from meetings.errors import Forbidden, Invalid, NotFound, Refusal
from meetings.http import Principal
from meetings.ids import new_id
from meetings.record.store import read_events, read_texts
from meetings.sitting.decide import apply
from meetings.sitting.events import Event
from meetings.sitting.state import State as Sitting
from meetings.tasks.tables import State, Task, TaskStep

#: From each state, what a task may become: by whom it was given to, and by whom the meeting belongs to.
STEPS: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.IN_PROGRESS, State.DONE}),
    State.IN_PROGRESS: frozenset({State.IN_PROGRESS, State.DONE}),
    State.DONE: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OWNERS_STEPS: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.WITHDRAWN}),
    State.IN_PROGRESS: frozenset({State.WITHDRAWN}),
    State.DONE: frozenset({State.IN_PROGRESS}),
    State.WITHDRAWN: frozenset({State.OPEN}),
}


async def take_over(session: AsyncSession, meeting: str, now: int) -> int:
    """Make a task of each one that the record of `meeting` holds; how many are new. Again, it changes nothing."""
    events = await read_events(session, meeting)
    if not any(one.type == "task.assigned" for one in events):
        return 0
    texts = {one.id: one.text for one in await read_texts(session, meeting)}
    sitting = await asyncio.to_thread(_fold, meeting, events, texts)
    known = set(await session.scalars(select(Task.origin).where(Task.meeting == meeting)))
    titles = {one.item: one.title for one in sitting.setup.items}
    fresh = [one for one in sitting.tasks.values() if one.id not in known]
    for one in fresh:
        name = texts.get(one.assignee, "")
        unit, person = await _meant(session, name)
        task = Task(
            id=new_id(),
            meeting=meeting,
            origin=one.id,
            item=titles.get(one.item, ""),
            text=texts.get(one.text, ""),
            assignee=name,
            unit=unit,
            person=person,
            due=one.due,
            state=State.OPEN,
            revision=1,
            changed_at=now,
        )
        session.add(task)
        _step(session, task, "system", "", "", now)
    return len(fresh)


def _fold(meeting: str, events: Sequence[Event], texts: dict[str, str]) -> Sitting:
    state = Sitting(meeting, texts=dict(texts))
    for event in events:
        apply(state, event)
    return state


async def _meant(session: AsyncSession, name: str) -> tuple[str, str]:
    """The unit, or the person with their unit, that bears exactly this name; nobody where it is not certain."""
    wanted = fold(name)
    named = await session.execute(select(Unit.id, Unit.name))
    units = [row.id for row in named if fold(row.name) == wanted]
    if len(units) == 1:
        return units[0], ""
    people = list(await session.scalars(select(PersonRow).where(PersonRow.folded == wanted, PersonRow.active).limit(2)))
    return (people[0].unit, people[0].id) if len(people) == 1 else ("", "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks a list shows."""

    meeting: str = ""
    unit: str = ""
    state: str = ""
    #: Only those whose day is before this one and that are not done.
    overdue_on: str = ""


def _own(who: Principal) -> ColumnElement[bool]:
    """Tasks that this person may know of: given to them or their unit, or of a meeting they may know of."""
    condition = visible(who)
    if condition is None:
        return Task.id == Task.id
    meetings = Task.meeting.in_(select(Meeting.id).where(condition))
    return or_(Task.person == who.person, Task.unit == who.unit if who.unit else Task.person == who.person, meetings)


async def listed(session: AsyncSession, who: Principal, wanted: Wanted, limit: int = 500) -> list[Task]:
    """The tasks that `who` may know of, those due first on top."""
    query = select(Task).where(_own(who))
    if wanted.meeting:
        query = query.where(Task.meeting == wanted.meeting)
    if wanted.unit:
        query = query.where(Task.unit == wanted.unit)
    if wanted.state:
        query = query.where(Task.state == wanted.state)
    if wanted.overdue_on:
        running = Task.state.in_((State.OPEN, State.IN_PROGRESS))
        query = query.where(running, Task.due != "", Task.due < wanted.overdue_on)
    rows = await session.scalars(query.order_by(Task.due == "", Task.due, Task.id).limit(limit))
    return list(rows)


async def find(session: AsyncSession, who: Principal, id: str) -> Task:
    """The task, if this person may know of it.

    Raises:
        NotFound: there is none, or it is not theirs to know.
    """
    task = await session.scalar(select(Task).where(Task.id == id, _own(who)).with_for_update())
    if task is None:
        raise NotFound("tasks.unknown", "Không tìm thấy nhiệm vụ. Hãy mở lại từ trang Giao việc.")
    return task


async def may(session: AsyncSession, who: Principal, task: Task) -> tuple[bool, bool]:
    """Whether `who` may report on the task, and whether they may reassign, reopen and withdraw it."""
    meeting = await session.get(Meeting, task.meeting)
    owns = meeting is not None and may_change(who, meeting)
    does = task.person == who.person or (bool(task.unit) and task.unit == who.unit and who.has(*CLERKS))
    return does, owns


async def advance(
    session: AsyncSession, who: Principal, id: str, revision: int, state: State, note: str, now: int
) -> Task:
    """The task becomes `state`, with what was written to it.

    Raises:
        Forbidden: not theirs to report on, or not theirs to reopen or withdraw.
        Refusal: no such step from the task's state, or somebody changed it in between (`stale`).
    """
    task = await find(session, who, id)
    does, owns = await may(session, who, task)
    before = State(task.state)
    if state in OWNERS_STEPS[before]:
        allowed = owns
    elif state in STEPS[before]:
        allowed = does or owns
    else:
        raise Refusal("tasks.no_such_step", "Nhiệm vụ không chuyển được sang trạng thái này.", state=before)
    if not allowed:
        raise Forbidden(
            "tasks.not_yours", "Chỉ người hoặc đơn vị được giao, thư ký và chủ trì cuộc họp mới cập nhật được nhiệm vụ."
        )
    _expect(task, revision)
    task.state, task.revision, task.changed_at = state, revision + 1, now
    _step(session, task, who.person, who.name, note, now)
    return task


async def assign(
    session: AsyncSession, who: Principal, id: str, revision: int, unit: str, person: str, due: str, now: int
) -> Task:
    """Give the task to a unit, or to a person and their unit, until `due`.

    Raises:
        Forbidden: not theirs to give.
        Invalid: no such unit or person.
        Refusal: done or withdrawn, or somebody changed it in between (`stale`).
    """
    task = await find(session, who, id)
    _, owns = await may(session, who, task)
    if not owns:
        raise Forbidden("tasks.not_yours_to_give", "Chỉ thư ký và chủ trì cuộc họp được giao lại nhiệm vụ.")
    if task.state not in (State.OPEN, State.IN_PROGRESS):
        raise Refusal("tasks.closed", "Nhiệm vụ đã hoàn thành hoặc đã thu hồi nên không giao lại được.")
    name = await _name(session, unit, person)
    _expect(task, revision)
    if person:
        found = await session.get(PersonRow, person)
        unit = found.unit if found else unit
    task.unit, task.person, task.due = unit, person, due
    task.revision, task.changed_at = revision + 1, now
    until = f", hạn {due}" if due else ""
    _step(session, task, who.person, who.name, f"Giao {name}{until}", now)
    return task


async def _name(session: AsyncSession, unit: str, person: str) -> str:
    found = await session.get(PersonRow, person) if person else await session.get(Unit, unit)
    if found is None:
        raise Invalid("tasks.assignee_unknown", "Không tìm thấy đơn vị hoặc người được giao. Hãy chọn lại.")
    return found.name


async def history(session: AsyncSession, id: str) -> list[TaskStep]:
    """Every step of a task, oldest first."""
    rows = await session.scalars(select(TaskStep).where(TaskStep.task == id).order_by(TaskStep.revision))
    return list(rows)


def _expect(task: Task, revision: int) -> None:
    if task.revision != revision:
        raise Refusal(
            "stale",
            "Nhiệm vụ vừa được cập nhật ở nơi khác. Hãy xem lại rồi thử lại.",
            revision=task.revision,
            state=task.state,
        )


def _step(session: AsyncSession, task: Task, by: str, name: str, note: str, now: int) -> None:
    session.add(
        TaskStep(
            task=task.id,
            revision=task.revision,
            at=now,
            by=by,
            by_name=name,
            state=task.state,
            note=note.strip()[:2000],
        )
    )
