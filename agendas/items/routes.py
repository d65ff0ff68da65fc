"""The agenda over HTTP; whoever may change the meeting may change its agenda."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from agendas.items import service
from meetings.calendar.access import changer, find_changeable, find_visible, may_change
from meetings.calendar.places import refuse_marked
from meetings.errors import Refusal
from meetings.http import DATABASE, answer, principal, read_body

#: The items that a meeting's sitting has begun with, which stay as they are; absent where no sitting runs.
BEGUN: web.AppKey[Callable[[str], Awaitable[frozenset[str]]]] = web.AppKey("items_begun")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
    revision: Annotated[int, Field(ge=0)]


class ItemRequest(_Request):
    """An item to add or its new wording; `before` is read when adding: None is the end."""

    title: Annotated[str, Field(max_length=500)]
    presenter: Annotated[str, Field(max_length=200)] = ""
    minutes: int = 10
    before: str | None = None


class MoveRequest(_Request):
    before: str | None


class RemoveRequest(_Request):
    pass


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings/{id}/items", list_items),
        web.post("/api/meetings/{id}/items", add_item),
        web.put("/api/meetings/{id}/items/{item}", edit_item),
        web.post("/api/meetings/{id}/items/{item}/move", move_item),
        web.post("/api/meetings/{id}/items/{item}/remove", remove_item),
    ]


async def list_items(request: web.Request) -> web.Response:
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting = await find_visible(session, who, request.match_info["id"])
        shown = await _agenda(session, meeting.id)
        may = may_change(who, meeting)
    return answer(shown | {"may_change": may, "begun": sorted(await _begun(request))})


async def add_item(request: web.Request) -> web.Response:
    who = await changer(request)
    wanted = await read_body(request, ItemRequest)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        refuse_marked(request, who.person, wanted.title, wanted.presenter)
        item = await service.add_item(
            session,
            meeting.id,
            wanted.revision,
            title=wanted.title,
            presenter=wanted.presenter,
            minutes=wanted.minutes,
            before=wanted.before,
        )
        return answer(await _agenda(session, meeting.id) | {"item": item.id}, status=201)


async def edit_item(request: web.Request) -> web.Response:
    who = await changer(request)
    wanted = await read_body(request, ItemRequest)
    await _expect_untouched(request)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        refuse_marked(request, who.person, wanted.title, wanted.presenter)
        await service.edit_item(
            session,
            meeting.id,
            wanted.revision,
            request.match_info["item"],
            title=wanted.title,
            presenter=wanted.presenter,
            minutes=wanted.minutes,
        )
        return answer(await _agenda(session, meeting.id))


async def move_item(request: web.Request) -> web.Response:
    who = await changer(request)
    wanted = await read_body(request, MoveRequest)
    await _expect_untouched(request)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        await service.move_item(session, meeting.id, wanted.revision, request.match_info["item"], wanted.before)
        return answer(await _agenda(session, meeting.id))


async def remove_item(request: web.Request) -> web.Response:
    who = await changer(request)
    wanted = await read_body(request, RemoveRequest)
    await _expect_untouched(request)
    async with request.app[DATABASE].write() as session:
        meeting = await find_changeable(session, who, request.match_info["id"])
        await service.remove_item(session, meeting.id, wanted.revision, request.match_info["item"])
        return answer(await _agenda(session, meeting.id))


async def _begun(request: web.Request) -> frozenset[str]:
    begun = request.app.get(BEGUN)
    return await begun(request.match_info["id"]) if begun else frozenset()


async def _expect_untouched(request: web.Request) -> None:
    """Refuse to touch what the record speaks of; what begins this very moment, the sitting itself keeps as it is."""
    if request.match_info["item"] in await _begun(request):
        raise Refusal(
            "agenda.item_begun",
            "Cuộc họp đã tiến hành nội dung này nên không sửa, chuyển hay xóa được nữa. Hãy thêm nội dung mới nếu cần.",
        )


async def _agenda(session: AsyncSession, meeting_id: str) -> dict[str, object]:
    revision, items = await service.items_of(session, meeting_id)
    return {
        "revision": revision,
        "minutes": sum(item.minutes for item in items),
        "items": [
            {"id": item.id, "title": item.title, "presenter": item.presenter, "minutes": item.minutes} for item in items
        ],
    }
