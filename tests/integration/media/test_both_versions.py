"""The engine listens on IPv4 and IPv6 under one port number and announces what it is told to."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aioice import stun

from signaling.media.embedded.forwarder import Forwarder
from signaling.media.embedded.port import Port
from signaling.media.embedded.python_loop import PythonLoop
from tests.unit.media.test_ice import check


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
async def test_a_check_is_answered_over_either_version(family: socket.AddressFamily, host: str) -> None:
    port = Port(["127.0.0.1", "::1"], 0)
    forwarder = Forwarder(port, ["192.0.2.1", "2001:db8::1"], lambda _: None, PythonLoop())
    port.start()
    offer = forwarder.offer("m", "s", "page", "", False)
    assert f"192.0.2.1 {port.number} typ host" in offer
    assert f"2001:db8::1 {port.number} typ host" in offer
    said = dict(line[2:].split(":", 1) for line in offer.splitlines() if line.startswith("a=ice-") and ":" in line)
    with socket.socket(family, socket.SOCK_DGRAM) as page:
        page.setblocking(False)
        page.connect((host, port.number))
        page.send(check(said["ice-pwd"], f"{said['ice-ufrag']}:x"))
        answer = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(page, 2000), 10)
        told = stun.parse_message(answer, integrity_key=said["ice-pwd"].encode()).attributes["XOR-MAPPED-ADDRESS"]
        assert told == page.getsockname()[:2]
    forwarder.close("s")
    port.close()
