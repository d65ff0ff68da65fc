"""What rooms and recordings tell each other."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from functools import partial

import structlog
from aiohttp import web

from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.sitting.recording import fail
from meetings.storage.database import Database
from signaling.homes import Homes
from signaling.media.engine import Engine
from signaling.media.reconcile import MediaRooms
from signaling.media.recording.archive import Archive, keep
from signaling.media.recording.recorder import Failure
from signaling.media.recording.recorders import Recorders
from signaling.media.recording.routes import ARCHIVE
from web.settings import Settings

log = structlog.get_logger()


def introduce(
    application: web.Application,
    settings: Settings,
    database: Database,
    homes: Homes,
    media: MediaRooms,
    engine: Engine,
) -> None:
    """Record what sittings want recorded for as long as `application` serves; delete what was kept long enough."""
    archive = Archive(database, settings.data_dir / "recordings")
    application[ARCHIVE] = archive
    recorders = Recorders(engine, media, archive, _host(settings))
    media.followed = recorders.follow

    async def failed(meeting: str, recording: str, why: Failure) -> None:
        try:
            home = await homes.get(meeting)
            await home.system(partial(fail, recording=recording, full=why is Failure.DISK))
        except Refusal as refusal:  # it lives elsewhere by now
            log.warning("recording.failure_not_recorded", meeting=meeting, id=refusal.id)

    recorders.failed = failed
    close_pages = homes.closing

    async def closing(meeting: str, why: str) -> None:
        recorders.end(meeting)
        await close_pages(meeting, why)

    homes.closing = closing

    async def life(_: web.Application) -> AsyncIterator[None]:
        keeping = asyncio.create_task(keep(archive, now_ms))
        yield
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await recorders.stop()

    application.cleanup_ctx.append(life)


def _host(settings: Settings) -> str:
    """Our own engine's machine from here; empty where another engine says in its offers where it receives."""
    if settings.media_engine != "embedded":
        return ""
    host = ipaddress.ip_address(settings.media_hosts[0])
    loopback = "127.0.0.1" if host.version == 4 else "::1"
    return loopback if host.is_unspecified else str(host)
