"""A gateway of the document exchange that really listens: it keeps messages, hands them on, and fails as it is told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web
from aiohttp.test_utils import TestServer

from meetings.dispatch.message import Message
from meetings.dispatch.reader import read


@dataclass
class Exchange:
    """`faults`: what the next sendings meet, in order: a code, `503`, `keep-503` and `keep-silent` (kept, but not
    answered well), `silent`, `redirect`, `garbage`."""

    systems: dict[str, str] = field(default_factory=lambda: {"SYS.H56": "khoa-bi-mat-mau"})
    held: dict[str, bytes] = field(default_factory=dict)
    mail: dict[str, bytes] = field(default_factory=dict)
    faults: deque[str] = field(default_factory=deque)
    ask_faults: deque[str] = field(default_factory=deque)
    sendings: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    stolen: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/sendEdoc", self.send),
            web.post("/v1/updateStatus", self.update),
            web.get("/v1/syncReceivedEdocList", self.listed),
            web.get("/v1/getEdoc", self.get),
            web.post("/elsewhere", self.elsewhere),
        ]

    def _known(self, request: web.Request) -> bool:
        system = request.headers.get("X-SystemId", "")
        return self.systems.get(system) == request.headers.get("X-SecretKey")

    async def send(self, request: web.Request) -> web.StreamResponse:
        if not self._known(request):
            return web.json_response({"code": 15})
        data, kind = b"", ""
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.name == "edocFile":
                data = bytes(await part.read())
            elif part.name == "messageType":
                kind = await part.text()
        message = read(data)
        if kind != "edoc" or not isinstance(message, Message):
            return web.json_response({"code": 22})
        self.sendings.append(message.header.document)
        fault = self.faults.popleft() if self.faults else ""
        if fault.startswith("keep") or not fault:
            assert self.held.get(message.header.document, data) == data, "a repeated message has the same bytes"
            self.held[message.header.document] = data
            self.arrived.set()
        match fault.removeprefix("keep-"):
            case "503":
                return web.Response(status=503, text="<html>busy</html>")
            case "silent":
                await asyncio.sleep(30)
            case "redirect":
                raise web.HTTPTemporaryRedirect("/elsewhere")
            case "garbage":
                return web.Response(text="[" * 100_000)
            case "":
                return web.json_response({"code": "0"})
        return web.json_response({"code": int(fault)})

    async def elsewhere(self, request: web.Request) -> web.Response:
        self.stolen.append(request.headers.get("X-SecretKey", ""))
        return web.json_response({"code": 0})

    async def get(self, request: web.Request) -> web.Response:
        reference = request.query["docId"]
        if reference in self.mail:
            return web.Response(body=self.mail[reference], content_type="application/xml")
        self.questions.append(reference)
        if self.ask_faults:
            return web.Response(status=int(self.ask_faults.popleft()))
        if reference not in self.held:
            return web.json_response({"code": 10}, status=404)
        return web.Response(body=self.held[reference], content_type="application/xml")

    async def listed(self, request: web.Request) -> web.Response:
        return web.json_response({"code": 0, "data": [{"docId": one} for one in self.mail]})

    async def update(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.mail.pop(body["docId"], None)
        return web.json_response({"code": 0})


@asynccontextmanager
async def running() -> AsyncIterator[Exchange]:
    exchange = Exchange()
    application = web.Application(client_max_size=80 * 1024 * 1024)
    application.add_routes(exchange.routes())
    async with TestServer(application) as server:
        exchange.address = str(server.make_url("/")).rstrip("/")
        yield exchange
