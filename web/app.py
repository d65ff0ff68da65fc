"""The aiohttp application: every feature's routes, the room's gateway, health and metrics, the client's files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from agendas.documents.readers import READER, Reader
from agendas.items.brief import load_room_brief
from agendas.items.routes import BEGUN
from meetings.calendar.places import DIRECTORY, ON_UNINVITED
from meetings.calendar.tables import Status
from meetings.directory.service import SiteDirectory
from meetings.errors import Refusal
from meetings.http import DATABASE, TRUSTED_PROXIES, answer
from meetings.sitting.actors import Identity as Attendee
from meetings.sitting.agenda import begun
from meetings.sitting.brief import Brief
from meetings.storage.database import Database
from signaling.checks.rounds import Checks
from signaling.checks.routes import CHECKS
from signaling.endings import Cut, Ended
from signaling.gateway import Gateway
from signaling.homes import Homes
from signaling.line_reports import LineReports
from signaling.media.choice import chosen
from signaling.media.reconcile import MediaRooms
from signaling.pairing.revoking import ON_REVOKED
from signaling.pictures.gallery import Gallery
from signaling.pictures.routes import GALLERY, HOMES
from signaling.readers import reader_of
from web import calendar_and_room, features, openapi, recording
from web.attendees import attendee
from web.identity.routes import IDENTITY
from web.identity.service import Identity
from web.middlewares import identify, measure, refusals, security_headers
from web.notices import Notices
from web.settings import Settings

STATIC = Path(__file__).parent / "static" / "app"
SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
GATEWAY: web.AppKey[Gateway] = web.AppKey("gateway", Gateway)
BUILD = "0.1.0"


def create_app(settings: Settings, database: Database) -> web.Application:
    """The application with everything that a browser talks to."""
    identity = Identity(database)
    application = web.Application(
        middlewares=[measure, security_headers, refusals, identify(identity)], client_max_size=4 * 1024 * 1024
    )
    application[SETTINGS] = settings
    application[DATABASE] = database
    application[IDENTITY] = identity
    application[TRUSTED_PROXIES] = settings.proxies
    application[DIRECTORY] = SiteDirectory()
    features.prepare(application, settings)
    application.add_routes(features.routes())
    application.add_routes(
        [
            web.get("/healthz", health),
            web.get("/metrics", metrics),
            web.get("/api/openapi.json", openapi.serve),
        ]
    )
    _open_room(application, settings, database, identity)
    application.add_routes([web.get("/{path:.*}", client)])
    return application


def _open_room(application: web.Application, settings: Settings, database: Database, identity: Identity) -> None:
    async def load(meeting: str) -> Brief:
        async with database.read() as session:
            brief = await load_room_brief(session, meeting)
        if brief["status"] == Status.CANCELLED:
            raise Refusal("calendar.cancelled", "Cuộc họp đã bị hủy. Lý do ở trang cuộc họp trong lịch họp.")
        return Brief.model_validate(brief)

    async def who(request: web.Request, meeting: str, auth: dict[str, Any]) -> Attendee | None:
        return await attendee(identity, database, request, meeting, auth)

    engine = chosen(settings)
    media = MediaRooms(engine)
    homes = Homes(database, load, media, settings.server_address, settings.server_id)
    calendar_and_room.introduce(application, database, homes)
    gateway = Gateway(homes, who, settings.origin_list, BUILD, settings.relays)
    gateway.server.attach(application)
    application.cleanup_ctx.append(Notices(gateway.server, identity, database).life)
    media.tell = gateway.signals.tell
    lines = LineReports(gateway)
    media.reported = lines.take
    checks = Checks(gateway, media, engine, database, settings)
    application[CHECKS] = checks
    gateway.signals.beside["check"] = checks.signal
    homes.began = checks.recall
    gallery = Gallery(gateway)
    application[GALLERY], application[HOMES] = gallery, homes
    gateway.signals.beside["picture"] = gallery.signal
    application[GATEWAY] = gateway

    async def reader(request: web.Request, meeting: str) -> Reader | None:
        return await reader_of(homes, request, meeting)

    async def items_begun(meeting: str) -> frozenset[str]:
        state = await homes.state_of(meeting)
        return begun(state) if state is not None else frozenset()

    application[READER], application[BEGUN] = reader, items_begun

    async def cut(person: str) -> None:
        await gateway.end_where(lambda one: one.person == person, "session.ended")

    async def revoke(device: str) -> None:
        await gateway.end_where(lambda one: one.device == device, "device.revoked")

    async def uninvite(guest: str) -> None:
        await gateway.end_where(lambda one: one.guest == guest, "participant.uninvited")

    endings = identity.endings
    for kind, end in ((Ended.PERSON, cut), (Ended.SESSION, revoke), (Ended.DEVICE, revoke), (Ended.GUEST, uninvite)):
        endings.on(kind, end)
    on_revoked: list[Cut] = [partial(endings.tell, Ended.DEVICE)]
    on_uninvited: list[Cut] = [partial(endings.tell, Ended.GUEST)]
    application[ON_REVOKED], application[ON_UNINVITED] = on_revoked, on_uninvited
    application.cleanup_ctx.append(endings.life)

    async def part(_: web.Application) -> None:
        await gateway.outbox.part()

    application.on_shutdown.append(part)

    async def life(_: web.Application) -> AsyncIterator[None]:
        engine.start()
        media.start()
        yield
        await lines.stop()
        await checks.stop()
        await gallery.stop()
        await homes.stop()
        await media.stop()
        await engine.stop()

    application.cleanup_ctx.append(life)
    recording.introduce(application, settings, database, homes, media, engine)


async def health(request: web.Request) -> web.Response:
    """Whether the server can read its database."""
    async with request.app[DATABASE].read() as session:
        await session.execute(text("SELECT 1"))
    return answer({"status": "ok", "build": BUILD})


async def metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def client(request: web.Request) -> web.StreamResponse:
    """A file of the browser client, or its page for every address of its own."""
    path = request.match_info["path"]
    if path.startswith(("api/", "socket.io")):
        raise web.HTTPNotFound
    file = (STATIC / path).resolve()
    if path and file.is_relative_to(STATIC.resolve()) and file.is_file():
        response = web.FileResponse(file)
        hashed = path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response
    page = STATIC / "index.html"
    if not page.is_file():
        return web.Response(status=503, text="The client is not built yet. Run: make client")
    return web.FileResponse(page, headers={"Cache-Control": "no-cache"})
