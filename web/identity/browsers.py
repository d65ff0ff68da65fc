"""Naming a browser for the owner of a session, from what it says of itself."""

from __future__ import annotations

_BROWSERS = {
    "coc_coc": "Cốc Cốc",
    "Edg/": "Edge",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def browser_name(user_agent: str) -> str:
    """`Chrome, Windows`; empty where nothing is known."""
    found = (next((name for mark, name in marks.items() if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS))
    return ", ".join(one for one in found if one)
