"""A stand-in of the signing service on an official's computer: it fetches, really signs and posts as the real one."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import ClientSession, FormData, web


class StandIn:
    """Does what the real service does: one request a connection, fetch without a session, sign, post, answer."""

    def __init__(self, sign: Callable[[bytes], Awaitable[bytes]]) -> None:
        self.sign = sign
        #: How many connections came.
        self.asked = 0
        #: It brings back another document.
        self.another = False
        #: It posts the signed document again, as a service that was not sure of the answer would.
        self.twice = False
        #: It breaks off after the signature was kept, before the page was told.
        self.silent = False

    def application(self) -> web.Application:
        application = web.Application()
        application.add_routes([web.get("/SignApproved", self.serve)])
        return application

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        self.asked += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        asked = json.loads(await socket.receive_str())
        async with ClientSession() as http:
            signed = await self.sign(await (await http.get(asked["FileName"])).read())
            data = b"%PDF-1.7\n" + signed if self.another else signed
            said = await (await http.post(asked["FileUploadHandler"], data=_form(data))).text()
            if self.twice:
                second = await (await http.post(asked["FileUploadHandler"], data=_form(data))).json()
                assert second["Id"] == "signing.ticket_spent"
        if not self.silent:
            await socket.send_str(said)
        await socket.close()
        return socket


def _form(data: bytes) -> FormData:
    form = FormData()
    form.add_field("uploadfile", data, filename="ky.pdf", content_type="application/pdf")
    return form
