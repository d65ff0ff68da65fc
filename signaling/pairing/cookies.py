"""The cookies of devices, companions and guests."""

from __future__ import annotations

from aiohttp import web

from meetings.http import over_tls


def keep(request: web.Request, response: web.Response, name: str, value: str, seconds: int) -> None:
    """Leave a cookie that no script reads, and that travels encrypted wherever the page came encrypted."""
    response.set_cookie(name, value, max_age=seconds, httponly=True, secure=over_tls(request), samesite="Lax", path="/")
