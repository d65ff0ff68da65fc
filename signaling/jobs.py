"""What waits for a meeting's writer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from meetings.sitting.actors import Identity
from meetings.sitting.events import Draft
from meetings.sitting.registry import Context
from meetings.sitting.state import State


@dataclass(slots=True)
class Job:
    """Something for the writer: a person's command, a rule of the server's own, or a call between transactions."""

    future: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    name: str = ""
    identity: Identity | None = None
    command_id: str = ""
    payload: object = None
    rule: Callable[[Context], list[Draft]] | None = None
    call: Callable[[State], Any] | None = None
    #: The call changes what is shown, though not the record.
    shows: bool = False
    #: What the rule brings is shown together with what the next second brings.
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """This server, as the others that share the database see it; `address` is where pages reach it."""

    id: str
    address: str = ""
