"""Whoever lost the right to be in a room is out of it at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

#: Called with the id of a revoked device, a withdrawn guest or an ended session, so that connections are cut.
ON_REVOKED: web.AppKey[list[Callable[[str], Awaitable[None]]]] = web.AppKey("on_device_revoked", list)


async def cut(application: web.Application, identity: str) -> None:
    """Close every connection of `identity`."""
    for callback in application.get(ON_REVOKED, []):
        await callback(identity)
