"""Signing through a remote service (CSC API) by the page's own route.

The service is an independent one, run for real as a process of its own (certomancer-csc-dummy); between it and us
stands a gate that holds a question, so that things go wrong in the middle.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer

from meetings.apart import run
from meetings.signing.remote import RemoteService
from meetings.signing.verify import verify
from meetings.storage.database import Database
from tests.integration.letters.test_letters_over_http import Client, Person
from tests.integration.letters.test_letters_over_http import sitting as sitting
from tests.integration.letters.test_signing import enrol, office, put_forward
from tests.integration.signing.pki import Authority
from tests.integration.signing.test_means import authority
from tests.unit.minutes.played import Played

__all__ = ["authority", "sitting"]
SIGNING = "signatures/signHash"


class Service:
    """The signing service's process."""

    def __init__(self, authority: Authority, port: int) -> None:
        self._authority, self._port = authority, port
        self.url = f"http://localhost:{port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "csc_dummy", str(self._authority.file), str(self._port), "2"]
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=self._authority.folder, stdout=quiet, stderr=quiet
        )
        async with ClientSession() as http:
            for _ in range(600):
                try:
                    async with http.get(f"{self.url}/info") as answer:
                        assert (await answer.json())["methods"]
                        return
                except ClientError:
                    await asyncio.sleep(0.1)
        pytest.fail("the signing service did not start")

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()


class Gate:
    """Passes questions on to the service; holds the one that ends with `hold`, until `go`."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.url = self.hold = ""
        self.reached, self.go = asyncio.Event(), asyncio.Event()
        self.app = web.Application()
        self.app.router.add_post("/{path:.*}", self._pass_on)

    def holding(self, path: str) -> None:
        self.hold = path
        self.reached.clear()
        self.go.clear()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.hold and request.path.endswith(self.hold):
            self.reached.set()
            await self.go.wait()
        async with ClientSession() as http:
            try:
                async with http.post(f"{self._service.url}{request.path}", data=body) as answer:
                    return web.Response(
                        status=answer.status, body=await answer.read(), content_type=answer.content_type
                    )
            except ClientError:
                assert request.transport is not None
                request.transport.abort()  # as a service that dies does
                raise


@pytest.fixture
async def service(authority: Authority, unused_tcp_port: int) -> AsyncIterator[Service]:
    found = Service(authority, unused_tcp_port)
    await found.start()
    yield found
    await found.kill()


@pytest.fixture
async def gate(service: Service) -> AsyncIterator[Gate]:
    found = Gate(service)
    server = TestServer(found.app)
    await server.start_server()
    found.url = str(server.make_url("")).rstrip("/")
    yield found
    found.go.set()
    await server.close()


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


class Letter:
    """A letter that waits for its signer's remote signature, asked for over HTTP."""

    def __init__(self, client: Client, path: str) -> None:
        self._signer, self._path = Person(client, "p-signer"), path

    async def told(self) -> dict[str, Any]:
        _, found = await self._signer.ask("GET", f"{self._path}/signing")
        return dict(found)

    async def sign(self, credential: str = "test/chair") -> tuple[int, str]:
        told = await self.told()
        assert told["remote"] is True
        body = {"revision": told["revision"], "sha256": told["sha256"], "credential": credential, "pin": "2468"}
        status, answer = await self._signer.ask("POST", f"{self._path}/signing/remote", body)
        return status, str(answer.get("id", ""))

    async def file(self) -> bytes:
        _, pdf = await self._signer.ask("GET", f"{self._path}/file.pdf")
        return bytes(pdf)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_person_signs_through_the_remote_service_whatever_happens_in_the_middle(
    sitting: Played, authority: Authority, database: Database, service: Service, gate: Gate
) -> None:
    async with office(database, authority.trust, {}, RemoteService(gate.url, "", "bearer", patience=60)) as client:
        await enrol(database, "p-signer", authority.key_file("chair").signer().signing_cert)
        letter = Letter(client, await put_forward(client, sitting))
        before, pdf = await letter.told(), await letter.file()

        async def untouched() -> bool:
            told = await letter.told()
            same = (told["next_role"], told["sha256"], told["events"]) == ("signer", before["sha256"], [])
            return same and await letter.file() == pdf

        assert await letter.sign("test/nobody") == (409, "signing.remote_unavailable")
        assert await letter.sign("test/stranger") == (409, "signing.not_enrolled"), "another one's key"
        assert await untouched()

        gate.holding(SIGNING)  # the service dies while it signs
        signing = asyncio.create_task(letter.sign())
        await gate.reached.wait()
        await service.kill()
        gate.go.set()
        assert await signing == (409, "signing.remote_unavailable")
        assert await untouched()
        assert await letter.sign() == (409, "signing.remote_unavailable"), "it is not there"
        await service.start()

        gate.holding(SIGNING)  # our own process dies while the service signs
        signing = asyncio.create_task(letter.sign())
        await gate.reached.wait()
        assert run._running is not None
        (child,) = children(run._running._process.pid)
        os.kill(child, signal.SIGKILL)
        assert await signing == (409, "signing.interrupted")
        gate.go.set()
        assert await untouched()

        gate.holding("credentials/authorize")  # two clicks, while the owner confirms on a telephone
        clicks = [asyncio.create_task(letter.sign()) for _ in range(2)]
        await gate.reached.wait()
        gate.go.set()
        first, second = sorted(await asyncio.gather(*clicks))
        assert first == (200, "")
        assert second in {(409, "stale"), (409, "signing.outdated")}
        told = await letter.told()
        assert ([one["what"] for one in told["events"]], told["next_role"]) == (["signed"], "seal")
        signed = await letter.file()
    assert "2468" not in repr(RemoteService(gate.url, "a", "b", "2468"))
    verdict = await asyncio.to_thread(verify, signed, authority.trust)
    assert (verdict.intact, [one.name for one in verdict.signatures]) == (True, ["chair (mẫu)"])
    assert {one.id for one in verdict.reasons} == {"verify.incomplete", "verify.revocation_unknown"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_service_that_does_not_answer_in_time_leaves_the_document_as_it_was(
    sitting: Played, authority: Authority, database: Database, gate: Gate
) -> None:
    gate.holding("credentials/authorize")
    async with office(database, authority.trust, {}, RemoteService(gate.url, "", "bearer", patience=1)) as client:
        await enrol(database, "p-signer", authority.key_file("chair").signer().signing_cert)
        path = await put_forward(client, sitting)
        letter = Letter(client, path)
        assert await letter.sign() == (409, "signing.remote_unavailable")
        gate.go.set()  # the owner confirms, too late
        told = await letter.told()
        assert (told["next_role"], told["events"]) == ("signer", [])
    async with office(database, authority.trust, {}, RemoteService(gate.url, "", "bearer")) as client:
        assert await Letter(client, path).sign() == (200, ""), "what was not signed can be signed again"
