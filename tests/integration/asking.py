"""Who asks in tests of single features: named in a header instead of signed in, with the roles that a table gives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Middleware

from meetings.errors import Refusal
from meetings.http import PRINCIPAL, Principal, Role, answer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def signed_in_as(people: Mapping[str, tuple[str, frozenset[Role]]], otherwise: str = "") -> Middleware:
    """A middleware that takes `X-Person` (or `otherwise`) for who asks, and answers refusals as the application does.

    `people`: unit and roles by person.
    """

    @web.middleware
    async def signed_in(request: web.Request, handler: Handler) -> web.StreamResponse:
        person = request.headers.get("X-Person", otherwise)
        unit, roles = people[person]
        request[PRINCIPAL] = Principal(person, person, unit, roles, "s")
        try:
            return await handler(request)
        except Refusal as refusal:
            return answer(refusal.as_json(), refusal.status)

    return signed_in
