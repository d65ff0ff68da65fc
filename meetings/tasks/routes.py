"""Tasks over HTTP. `service` says who may see and do what."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import find_changeable
from meetings.calendar.tables import Meeting
from meetings.directory.tables import PersonRow
from meetings.directory.units import units_on
from meetings.http import DATABASE, Principal, answer, principal, read_body
from meetings.ids import local_time, now_ms
from meetings.tasks import service
from meetings.tasks.tables import State, Task


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/tasks", list_tasks),
        web.get("/api/tasks/{id}", get_task),
        web.post("/api/tasks/{id}/state", set_state),
        web.put("/api/tasks/{id}/assignment", set_assignment),
        web.post("/api/meetings/{id}/tasks", take_over),
    ]


class StateBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=1)
    state: State
    note: str = Field("", max_length=2000)


class AssignmentBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=1)
    unit: str = Field("", max_length=36)
    person: str = Field("", max_length=36)
    due: str = Field("", pattern=r"^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$")


def _today() -> str:
    return local_time(now_ms()).date().isoformat()


async def _names(session: AsyncSession, query: Select[str, str]) -> dict[str, str]:
    return {row[0]: row[1] for row in await session.execute(query)}


async def _as_json(session: AsyncSession, who: Principal, tasks: list[Task]) -> list[dict[str, object]]:
    units = {one.unit for one in tasks if one.unit}
    people = {one.person for one in tasks if one.person}
    meetings = {one.meeting for one in tasks}
    unit_names = {one.id: one.name for one in (await units_on(session, local_time(now_ms()).date(), units)).values()}
    names = await _names(session, select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people)))
    titles = await _names(session, select(Meeting.id, Meeting.title).where(Meeting.id.in_(meetings)))
    today, found = _today(), list[dict[str, object]]()
    for one in tasks:
        does, owns = await service.may(session, who, one)
        running = one.state in (State.OPEN, State.IN_PROGRESS)
        found.append(
            {
                "id": one.id,
                "meeting": one.meeting,
                "meeting_title": titles.get(one.meeting, ""),
                "item": one.item,
                "text": one.text,
                "assignee": one.assignee,
                "unit": one.unit,
                "unit_name": unit_names.get(one.unit, ""),
                "person": one.person,
                "person_name": names.get(one.person, ""),
                "due": one.due,
                "overdue": running and bool(one.due) and one.due < today,
                "state": one.state,
                "revision": one.revision,
                "may_report": does or owns,
                "may_assign": owns,
            }
        )
    return found


async def list_tasks(request: web.Request) -> web.Response:
    """GET ?meeting=&unit=&state=&overdue=1: the tasks that the person may know of, those due first on top."""
    who, query = principal(request), request.query
    overdue = _today() if query.get("overdue") == "1" else ""
    wanted = service.Wanted(query.get("meeting", ""), query.get("unit", ""), query.get("state", ""), overdue)
    async with request.app[DATABASE].read() as session:
        tasks = await service.listed(session, who, wanted)
        return answer({"today": _today(), "tasks": await _as_json(session, who, tasks)})


async def get_task(request: web.Request) -> web.Response:
    """One task with every step of it."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        task = await service.find(session, who, request.match_info["id"])
        steps = await service.history(session, task.id)
        (found,) = await _as_json(session, who, [task])
    told = [{"at": one.at, "by_name": one.by_name, "state": one.state, "note": one.note} for one in steps]
    return answer({**found, "steps": told})


async def _knower(request: web.Request) -> Principal:
    """Who asks, where they may know of the task of the path: asked before a body is read."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        await service.find(session, who, request.match_info["id"])
    return who


async def set_state(request: web.Request) -> web.Response:
    """Report on a task, reopen or withdraw it."""
    who, id = await _knower(request), request.match_info["id"]
    body = await read_body(request, StateBody)
    async with request.app[DATABASE].write() as session:
        task = await service.advance(session, who, id, body.revision, body.state, body.note, now_ms())
        await session.flush()
        (found,) = await _as_json(session, who, [task])
    return answer(found)


async def set_assignment(request: web.Request) -> web.Response:
    """Give a task to a unit or a person, until a day."""
    who, id = await _knower(request), request.match_info["id"]
    body = await read_body(request, AssignmentBody)
    async with request.app[DATABASE].write() as session:
        task = await service.assign(session, who, id, body.revision, body.unit, body.person, body.due, now_ms())
        await session.flush()
        (found,) = await _as_json(session, who, [task])
    return answer(found)


async def take_over(request: web.Request) -> web.Response:
    """Take the tasks of a meeting's record over; for who may change the meeting. Again, it changes nothing."""
    who = principal(request)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        added = await service.take_over(session, meeting.id, now_ms())
    return answer({"added": added})
