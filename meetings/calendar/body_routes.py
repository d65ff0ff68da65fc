"""Bodies and their rules over HTTP: all read them; the province's and the unit's own administrators keep them."""

from __future__ import annotations

from aiohttp import web

from meetings.calendar import bodies, requests
from meetings.calendar.places import refuse_marked
from meetings.calendar.tables import Body
from meetings.errors import Forbidden
from meetings.http import DATABASE, Principal, Role, answer, principal, read_body, require
from meetings.ids import now_ms

#: Who keeps bodies: all of them, or those of their own unit.
KEEPERS = (Role.ADMINISTRATOR, Role.UNIT_ADMINISTRATOR)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/bodies", list_bodies),
        web.post("/api/bodies", create_body),
        web.put("/api/bodies/{body}", change_body),
    ]


async def list_bodies(request: web.Request) -> web.Response:
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        scheduled = await bodies.scheduled_meetings(session, now_ms())
        found = [
            _shown(row) | {"scheduled": scheduled.get(row.id, 0), "may_change": may_keep(who, row.unit)}
            for row in await bodies.all_bodies(session)
        ]
    return answer({"bodies": found, "may_add": may_keep(who, who.unit)})


async def create_body(request: web.Request) -> web.Response:
    """A body of the asker's own unit."""
    who = require(request, *KEEPERS)
    _expect_keeper(who, who.unit)
    wanted = await read_body(request, requests.BodyRequest)
    refuse_marked(request, who.person, wanted.name)
    async with request.app[DATABASE].write() as session:
        return answer(_shown(await bodies.save_body(session, wanted.rules(who.unit))), status=201)


async def change_body(request: web.Request) -> web.Response:
    """Where scheduled meetings would follow other rules, only with `agreed`."""
    who, id = require(request, *KEEPERS), request.match_info["body"]
    async with request.app[DATABASE].read() as session:
        _expect_keeper(who, (await bodies.find_body(session, id)).unit)
    wanted = await read_body(request, requests.BodyChangeRequest)
    refuse_marked(request, who.person, wanted.name)
    async with request.app[DATABASE].write() as session:
        kept = await bodies.expect_revision(session, id, wanted.revision)
        rules = wanted.rules(kept.unit)
        if not wanted.agreed:
            await bodies.expect_untouched(session, id, rules, now_ms())
        body = await bodies.save_body(session, rules, id)
        body.retired = wanted.retired
        return answer(_shown(body))


def may_keep(who: Principal, unit: str) -> bool:
    """Whether this person keeps the bodies of `unit`."""
    return who.has(Role.ADMINISTRATOR) or (who.has(Role.UNIT_ADMINISTRATOR) and bool(unit) and who.unit == unit)


def _expect_keeper(who: Principal, unit: str) -> None:
    if not may_keep(who, unit):
        raise Forbidden(
            "calendar.body_not_yours",
            "Quý vị chỉ thêm và sửa được cơ quan họp của đơn vị mình. Hãy liên hệ quản trị viên của tỉnh.",
        )


def _shown(row: Body) -> dict[str, object]:
    quorum = None if row.quorum_num is None else [row.quorum_num, row.quorum_den]
    return {
        "id": row.id,
        "unit": row.unit,
        "name": row.name,
        "members": row.members,
        "quorum": quorum,
        "choices": row.choices,
        "majority_base": row.majority_base,
        "threshold": [row.threshold_num, row.threshold_den],
        "tie": row.tie,
        "substitutes_vote": row.substitutes_vote,
        "retired": row.retired,
        "revision": row.revision,
    }
