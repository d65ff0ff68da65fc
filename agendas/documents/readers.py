"""Who reads the papers of a meeting: one table.

Which reader a request is, the floors above find out (`signaling.readers`): they know devices, claims, links and
who was removed from the sitting.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

from aiohttp import web


class Audience(StrEnum):
    """For whom a paper is marked."""

    DELEGATES = "delegates"
    GUESTS = "guests"


class Reader(StrEnum):
    """As what somebody reads."""

    ORGANISER = "organiser"  # prepares the meeting: chair, secretary, who called it, its unit's administrator
    PARTICIPANT = "participant"  # has a part in it, on their own account
    CLERK = "clerk"  # answers for a site of their unit
    ROOM = "room"  # the paired device of one of its sites
    COMPANION = "companion"  # came by the hall's code
    GUEST = "guest"  # came by a personal link


READS: dict[Reader, frozenset[Audience]] = {
    Reader.ORGANISER: frozenset(Audience),
    Reader.PARTICIPANT: frozenset(Audience),
    Reader.CLERK: frozenset(Audience),
    Reader.ROOM: frozenset(Audience),
    Reader.COMPANION: frozenset(Audience),
    Reader.GUEST: frozenset({Audience.GUESTS}),
}

#: Finds the reader that a request is in a meeting; None for the uninvited and the removed.
READER: web.AppKey[Callable[[web.Request, str], Awaitable[Reader | None]]] = web.AppKey("papers_reader")
