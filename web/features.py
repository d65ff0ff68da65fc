"""Every feature's routes, in one list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import urlsplit

from aiohttp import ClientSession, DummyCookieJar, web
from sqlalchemy.ext.asyncio import AsyncSession

import agendas.documents.routes
import agendas.items.routes
import meetings.asks.routes
import meetings.calendar.body_routes
import meetings.calendar.routes
import meetings.directory.editing_routes
import meetings.directory.routes
import meetings.directory.unit_routes
import meetings.dispatch.routes
import meetings.letters.routes
import meetings.mail.routes
import meetings.minutes.routes
import meetings.numbers.routes
import meetings.signing.certificate_routes
import meetings.signing.evidence_routes
import meetings.signing.picture_routes
import meetings.signing.routes
import meetings.tasks.routes
import signaling.checks.routes
import signaling.line_check
import signaling.media.recording.routes
import signaling.pairing.joining
import signaling.pairing.routes
import signaling.pictures.routes
import web.identity.people_routes as people_routes
import web.identity.routes as identity_routes
from agendas.documents.routes import STORE, UPLOADS
from agendas.documents.service import documents_of
from agendas.documents.store import Store
from agendas.documents.uploads import Uploads
from meetings.asks.routes import SIGNING_DAYS
from meetings.directory.editing import letterhead_on
from meetings.directory.organ_ids import ORGAN_IDS, OrganIds
from meetings.directory.tables import Unit
from meetings.directory.units import unit_on
from meetings.dispatch.gateway import Access
from meetings.dispatch.named import read_named
from meetings.dispatch.rest_gateway import RestGateway
from meetings.dispatch.routes import WAYS
from meetings.dispatch.sealing import Sealer
from meetings.dispatch.units import Ways
from meetings.dispatch.worker import Courier
from meetings.http import DATABASE
from meetings.mail.postman import MailServer, Postman
from meetings.mail.routes import SENDER
from meetings.minutes.content import Letterhead
from meetings.minutes.routes import LETTERHEADS, SAMPLE_AUTHORITY, TRUST
from meetings.signing.authorities import Authorities, ConfiguredAuthorities
from meetings.signing.certificate_routes import AUTHORITIES
from meetings.signing.evidence import Paper
from meetings.signing.evidence_routes import PAPERS
from meetings.signing.local_service import LOCAL_SERVICE
from meetings.signing.proof import keep_proving
from meetings.signing.remote import RemoteService
from meetings.signing.routes import REMOTE, TOKENS
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.token import Token
from meetings.signing.token_file import read_tokens
from web.settings import Settings

_FEATURES = (
    identity_routes,
    people_routes,
    meetings.directory.routes,
    meetings.directory.editing_routes,
    meetings.directory.unit_routes,
    meetings.calendar.routes,
    meetings.calendar.body_routes,
    agendas.items.routes,
    agendas.documents.routes,
    meetings.minutes.routes,
    meetings.letters.routes,
    meetings.asks.routes,
    meetings.numbers.routes,
    meetings.tasks.routes,
    meetings.dispatch.routes,
    meetings.mail.routes,
    meetings.signing.routes,
    meetings.signing.certificate_routes,
    meetings.signing.picture_routes,
    meetings.signing.evidence_routes,
    signaling.pairing.routes,
    signaling.pairing.joining,
    signaling.line_check,
    signaling.checks.routes,
    signaling.media.recording.routes,
    signaling.pictures.routes,
)


def routes() -> list[web.RouteDef]:
    return [route for feature in _FEATURES for route in feature.routes()]


def prepare(application: web.Application, settings: Settings) -> None:
    """What features ask of the application beyond routes."""
    application[LETTERHEADS] = letterhead_of
    application[PAPERS] = papers_of
    application[STORE] = Store(settings.data_dir / "documents")
    application[UPLOADS] = Uploads(application[DATABASE])
    if settings.sign_pkcs12 == "demo":
        authority = SampleAuthority(settings.data_dir / "sample-authority")
        application[SAMPLE_AUTHORITY] = authority
        application[TRUST] = authority.trust().read_bytes()
    _prepare_signing(application, settings)
    _prepare_dispatch(application, settings)
    _prepare_mail(application, settings)


def _prepare_signing(application: web.Application, settings: Settings) -> None:
    application[LOCAL_SERVICE] = settings.sign_local_service
    application[SIGNING_DAYS] = settings.sign_days
    if settings.sign_trust is not None:
        application[TRUST] = settings.sign_trust.read_bytes()
    if settings.sign_remote:
        application[REMOTE] = RemoteService(settings.sign_remote, "", settings.sign_remote_token.get_secret_value())
    tokens = read_tokens(settings.seal_file) if settings.seal_file else {}
    if settings.seal_library:
        pin = settings.seal_pin.get_secret_value()
        tokens[settings.seal_unit] = Token(settings.seal_library, settings.seal_token, settings.seal_key, pin)
    application[TOKENS] = tokens
    authorities = _authorities(application, settings)
    if authorities is None:
        return
    application[AUTHORITIES] = authorities

    async def proving(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(keep_proving(app[DATABASE], authorities))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    application.cleanup_ctx.append(proving)


def _prepare_dispatch(application: web.Application, settings: Settings) -> None:
    organ_ids = OrganIds(settings.organ_id_forms)
    named = read_named(settings.dispatch_gateways) if settings.dispatch_gateways else {}
    ways = Ways(Sealer(settings.dispatch_key.get_secret_value()), named, organ_ids)
    application[WAYS], application[ORGAN_IDS] = ways, organ_ids

    async def carrying(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(cookie_jar=DummyCookieJar()) as http:

            def gateway(access: Access) -> RestGateway:
                return RestGateway(http, access, named[access.name].profile if access.name else None)

            task = asyncio.create_task(Courier(app[DATABASE], ways, gateway).run())
            yield
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    application.cleanup_ctx.append(carrying)


def _prepare_mail(application: web.Application, settings: Settings) -> None:
    if not settings.mail_server:
        return
    address = urlsplit(settings.mail_server)
    server = MailServer(
        address.hostname or "",
        address.port or 587,
        settings.mail_from,
        settings.mail_user,
        settings.mail_password.get_secret_value(),
        address.scheme == "smtps",
    )
    application[SENDER] = settings.mail_from

    async def posting(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(Postman(app[DATABASE], server).run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    application.cleanup_ctx.append(posting)


def _authorities(application: web.Application, settings: Settings) -> Authorities | None:
    if settings.sign_time_stamps:
        lists, responders = settings.sign_revocation_lists, settings.sign_ocsp
        return ConfiguredAuthorities(
            application.get(TRUST, b""),
            settings.sign_time_stamps,
            tuple(one.strip() for one in lists.split(",") if one.strip()),
            tuple(one.strip() for one in responders.split(",") if one.strip()),
        )
    sample = application.get(SAMPLE_AUTHORITY)
    return sample.authorities() if sample is not None else None


async def papers_of(session: AsyncSession, meeting: str) -> list[Paper]:
    """The papers of a meeting, for its evidence package."""
    return [Paper(one.title, one.sha256) for one in await documents_of(session, meeting)]


async def letterhead_of(session: AsyncSession, unit: str, day: date) -> Letterhead:
    """The letterhead data of a unit; its name in capitals where nobody entered an issuing line."""
    row = await session.get(Unit, unit)
    if row is None:
        return Letterhead()
    held, period = await letterhead_on(session, unit, day), await unit_on(session, unit, day)
    name = (period.name if period else row.name).upper()
    if held is not None:
        symbol = f"BB-{held.code_group}" if held.code_group else "BB"
        return Letterhead(held.superior_line, held.issuing_line or name, symbol=symbol, place=held.place)
    symbol = f"BB-{row.code_group}" if row.code_group else "BB"
    issuing = name if period and period.since else row.issuing_line or name
    return Letterhead(row.superior_line, issuing, symbol=symbol, place=row.place)
