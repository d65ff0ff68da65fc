"""The command line: `diemcau serve | migrate | admin create | record check | record show | verify | mail-reply`."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import ssl
import sys
from collections.abc import AsyncIterator, Sequence

from aiohttp import web
from sqlalchemy import select

from agendas.documents.shown import warm as warm_papers
from meetings.apart.run import ready
from meetings.directory.tables import Unit
from meetings.errors import Refusal
from meetings.http import Role
from meetings.ids import local_time, now_ms
from meetings.mail.calendar_mail import LARGEST_REPLY, understand
from meetings.mail.service import take_reply
from meetings.record.check import check
from meetings.record.store import read_events, read_texts
from meetings.record.telling import tell
from meetings.signing.verify_command import verify_command
from meetings.signing.warm import warm as warm_signing
from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from web.app import create_app
from web.identity.service import Identity
from web.settings import Settings, SettingsError, load_settings


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["verify"]:
        sys.exit(verify_command(arguments[1:]))
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    settings.begin_log()
    if options.command == "serve":
        serve(settings)
        return
    try:
        sys.exit(asyncio.run(_run(settings, options)))
    except Refusal as refusal:
        sys.exit(refusal.message)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="diemcau", description="Video conferences and paperless meetings")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the application")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("verify", help="check a signed document", add_help=False)
    commands.add_parser("mail-reply", help="take a calendar's reply, an e-mail on standard input")
    admin = commands.add_parser("admin", help="administrators").add_subparsers(dest="action", required=True)
    create = admin.add_parser("create", help="make an administrator")
    create.add_argument("login")
    create.add_argument("name")
    record = commands.add_parser("record", help="the record of a meeting").add_subparsers(dest="action", required=True)
    for action in ("check", "show"):
        record.add_parser(action).add_argument("meeting")
    return parser


#: Seconds that a thread may keep the interpreter while the event loop waits: drawing and signing run in threads.
SWITCH = 0.001


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    sys.setswitchinterval(SWITCH)
    context = None
    if settings.tls_certificate and settings.tls_key:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)

    async def application() -> web.Application:
        database = Database(settings.database_url)
        await migrate(database)
        found = create_app(settings, database)
        found.cleanup_ctx.append(_documents_at_hand)
        return found

    web.run_app(application(), host=settings.host, port=settings.port, ssl_context=context, access_log=None, print=None)


async def _documents_at_hand(_: web.Application) -> AsyncIterator[None]:
    """The first document of the day is as quick as the next; pages are served meanwhile."""
    task = asyncio.create_task(ready(warm_signing, warm_papers))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _take_reply(database: Database) -> int:
    """What a mail server pipes in: always 0, so that no sender learns anything and nothing bounces."""
    raw = await asyncio.to_thread(sys.stdin.buffer.read, LARGEST_REPLY + 1)
    answer = understand(raw)
    if answer is not None:
        async with database.write() as session:
            print(await take_reply(session, answer, now_ms()))
    return 0


async def _run(settings: Settings, options: argparse.Namespace) -> int:
    database = Database(settings.database_url)
    try:
        await migrate(database)
        if options.command == "mail-reply":
            return await _take_reply(database)
        if options.command == "admin":
            return await _create_admin(database, options.login, options.name)
        if options.command == "record":
            return await (_check if options.action == "check" else _show)(database, options.meeting)
        return 0
    finally:
        await database.close()


async def _create_admin(database: Database, login: str, name: str) -> int:
    password = getpass.getpass("Mật khẩu: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    async with database.read() as session:
        unit = await session.scalar(select(Unit.id).order_by(Unit.rank, Unit.code).limit(1))
    await Identity(database).add_person(name, unit or "", frozenset({Role.ADMINISTRATOR}), login, password)
    print(f"Đã tạo quản trị viên {login}.")
    return 0


async def _check(database: Database, meeting: str) -> int:
    async with database.read() as session:
        report = await check(session, meeting)
    for seq, what in report.broken:
        print(f"event {seq}: {what}")
    state = "intact" if report.intact else "BROKEN"
    print(f"record: {state} events={report.events} redacted={len(report.redacted)} head={report.head}")
    return 0 if report.intact and report.events else 1


async def _show(database: Database, meeting: str) -> int:
    async with database.read() as session:
        events = await read_events(session, meeting)
        texts = {one.id: one.text for one in await read_texts(session, meeting)}
    for event, actor, sentence in tell(meeting, events, texts):
        print(f"{event.seq:>6} {local_time(event.at):%d/%m/%Y %H:%M:%S} {actor}: {sentence}")
    return 0 if events else 1
