"""How each site receives, as its own page reports it, passed on to the technicians: batched, and never recorded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from meetings.ids import now_ms
from meetings.sitting.actors import Identity
from meetings.sitting.views import Audience
from signaling.media.requests import Report

if TYPE_CHECKING:
    from signaling.gateway import Gateway

#: Between two batches, in seconds: 215 sites report every five.
BATCH = 2.0


class LineReports:
    """The newest report of each site that was not passed on yet."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._waiting: dict[str, dict[str, dict[str, Any]]] = {}  # meeting → site → report
        self._flushing: asyncio.Task[None] | None = None

    async def take(self, meeting: str, identity: Identity, site: str, report: Report) -> None:
        """A page's report; only the one that holds its site's place speaks for the site."""
        home = await self._gateway.homes.get(meeting)
        held = home.state.place(site) if site in home.state.sites else None
        if held is None or not held.connected or held.endpoint != identity.id:
            return
        self._waiting.setdefault(meeting, {})[site] = {**report.model_dump(), "at": now_ms()}
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        await asyncio.sleep(BATCH)
        batches, self._waiting, self._flushing = self._waiting, {}, None
        for meeting, sites in batches.items():
            self._gateway.tell_audience(meeting, Audience.TECHNICIAN, "lines", {"sites": sites})

    async def stop(self) -> None:
        """Pass nothing on any more."""
        if self._flushing is not None:
            self._flushing.cancel()
            await asyncio.gather(self._flushing, return_exceptions=True)
