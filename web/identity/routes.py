"""Signing in and out, activation, and a person's own sessions."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from meetings.http import address_of, answer, over_tls, principal, read_body
from web.identity.browsers import browser_name
from web.identity.service import Identity
from web.identity.tables import Session
from web.middlewares import CSRF, SESSION_COOKIE

IDENTITY: web.AppKey[Identity] = web.AppKey("identity", Identity)


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Activation(SignIn):
    code: Annotated[str, Field(min_length=8, max_length=32)]


async def sign_in(request: web.Request) -> web.Response:
    body = await read_body(request, SignIn)
    browser = browser_name(request.headers.get("User-Agent", ""))
    signed = await request.app[IDENTITY].sign_in(body.login, body.password, address_of(request), browser)
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


def sessions_json(rows: list[Session], current: str = "") -> dict[str, object]:
    """Sessions for people: which browser, since when, used when."""
    return {
        "sessions": [
            {
                "id": row.id,
                "browser": row.browser,
                "created_at": row.created_at,
                "seen_at": row.seen_at,
                "current": row.id == current,
            }
            for row in rows
        ]
    }


async def my_sessions(request: web.Request) -> web.Response:
    """Where the signed-in person is signed in."""
    who = principal(request)
    return answer(sessions_json(await request.app[IDENTITY].sessions_of(who.person), who.session))


async def end_my_session(request: web.Request) -> web.Response:
    """End one of one's own sessions."""
    await request.app[IDENTITY].end_session(principal(request).person, request.match_info["session"])
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    return [
        web.post("/api/session", sign_in),
        web.delete("/api/session", sign_out),
        web.post("/api/activation", activate),
        web.get("/api/me", me),
        web.get("/api/me/sessions", my_sessions),
        web.delete("/api/me/sessions/{session}", end_my_session),
    ]
