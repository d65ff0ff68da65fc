"""Whoever lost the right to be in a room is out of it at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from meetings.calendar.places import ON_UNINVITED

#: Called with the id of a revoked device, so that its connections are cut.
ON_REVOKED: web.AppKey[list[Callable[[str], Awaitable[None]]]] = web.AppKey("on_device_revoked", list)


async def cut(application: web.Application, identity: str) -> None:
    """Close every connection of `identity`."""
    for callback in application.get(ON_REVOKED, []):
        await callback(identity)


async def cut_guest(application: web.Application, guest: str) -> None:
    """Close every connection of a guest whose link ended."""
    for callback in application.get(ON_UNINVITED, []):
        await callback(guest)
