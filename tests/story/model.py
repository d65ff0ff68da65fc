"""What the story's people know: the meeting and its sites."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Site:
    """A site, its room device's cookie, and its delegate with the cookie of their session."""

    site: str
    unit: str
    name: str
    device: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    person: str = ""
    session: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    delegate: str = ""


@dataclass(slots=True)
class Meeting:
    id: str
    title: str
    sites: list[Site]
    items: list[str]
