"""Signing in, the signed-in person, and the accounts of a unit."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from meetings.directory.tables import PersonRow
from meetings.errors import Forbidden, NotFound
from meetings.http import DATABASE, Principal, Role, address_of, answer, over_tls, principal, read_body, require
from web.identity.service import Identity, people_of_unit
from web.middlewares import CSRF, SESSION_COOKIE

IDENTITY: web.AppKey[Identity] = web.AppKey("identity", Identity)
_MANAGERS = (Role.ADMINISTRATOR, Role.UNIT_ADMINISTRATOR)


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Activation(SignIn):
    code: Annotated[str, Field(min_length=8, max_length=32)]


class NewPerson(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=2, max_length=100)]
    position: Annotated[str, Field(max_length=100)] = ""
    unit: Annotated[str, Field(max_length=36)] = ""
    login: Annotated[str, Field(min_length=3, max_length=64, pattern=r"^[a-zA-Z0-9._@-]+$")]
    roles: list[Role] = []


async def sign_in(request: web.Request) -> web.Response:
    body = await read_body(request, SignIn)
    signed = await request.app[IDENTITY].sign_in(body.login, body.password, address_of(request))
    response = answer({"csrf": signed.csrf})
    response.set_cookie(SESSION_COOKIE, signed.token, httponly=True, samesite="Lax", secure=over_tls(request), path="/")
    return response


async def sign_out(request: web.Request) -> web.Response:
    await request.app[IDENTITY].sign_out(principal(request).session)
    response = web.Response(status=204)
    response.del_cookie(SESSION_COOKIE)
    return response


async def activate(request: web.Request) -> web.Response:
    body = await read_body(request, Activation)
    await request.app[IDENTITY].activate(body.login, body.code, body.password, address_of(request))
    return web.Response(status=204)


async def me(request: web.Request) -> web.Response:
    who = principal(request)
    return answer(
        {
            "person": who.person,
            "name": who.name,
            "unit": who.unit,
            "roles": [*sorted(who.roles)],
            "csrf": request[CSRF],
        }
    )


def _scope(who: Principal) -> str | None:
    return None if who.has(Role.ADMINISTRATOR) else who.unit


async def list_people(request: web.Request) -> web.Response:
    who = require(request, *_MANAGERS)
    async with request.app[DATABASE].read() as session:
        rows = await people_of_unit(session, _scope(who))
    people = [
        {
            "person": person.id,
            "name": person.name,
            "position": person.position,
            "unit": person.unit,
            "roles": [one for one in person.roles.split(",") if one],
            "active": person.active,
            "login": account.login if account else "",
            "activated": bool(account and account.password_hash),
        }
        for person, account in rows
    ]
    return answer({"people": people})


async def add_person(request: web.Request) -> web.Response:
    """A new person of the unit; the answer holds the one-time code of their activation sheet."""
    who = require(request, *_MANAGERS)
    body = await read_body(request, NewPerson)
    if not who.has(Role.ADMINISTRATOR) and (body.unit not in ("", who.unit) or Role.ADMINISTRATOR in body.roles):
        raise Forbidden("identity.other_unit", "Quý vị chỉ quản lý được tài khoản của đơn vị mình.")
    identity = request.app[IDENTITY]
    person = await identity.add_person(
        body.name, body.unit or who.unit, frozenset(body.roles), body.login, position=body.position
    )
    return answer({"person": person, "code": await identity.issue_code(person)}, status=201)


async def _managed(request: web.Request) -> str:
    who = require(request, *_MANAGERS)
    person = request.match_info["person"]
    async with request.app[DATABASE].read() as session:
        row = await session.get(PersonRow, person)
    if row is None:
        raise NotFound("identity.unknown_person", "Không tìm thấy người này.")
    above = Role.ADMINISTRATOR in row.roles.split(",") and not who.has(Role.ADMINISTRATOR)
    if above or (not who.has(Role.ADMINISTRATOR) and row.unit != who.unit):
        raise Forbidden("identity.other_unit", "Quý vị chỉ quản lý được tài khoản của đơn vị mình.")
    return person


async def reset(request: web.Request) -> web.Response:
    return answer({"code": await request.app[IDENTITY].issue_code(await _managed(request))})


async def remove(request: web.Request) -> web.Response:
    await request.app[IDENTITY].remove_person(await _managed(request))
    return web.Response(status=204)


async def end_sessions(request: web.Request) -> web.Response:
    await request.app[IDENTITY].end_sessions(await _managed(request))
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    return [
        web.post("/api/session", sign_in),
        web.delete("/api/session", sign_out),
        web.post("/api/activation", activate),
        web.get("/api/me", me),
        web.get("/api/people", list_people),
        web.post("/api/people", add_person),
        web.post("/api/people/{person}/reset", reset),
        web.delete("/api/people/{person}", remove),
        web.delete("/api/people/{person}/sessions", end_sessions),
    ]
