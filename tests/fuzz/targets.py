"""What each parser that strangers reach must hold to, whatever bytes it gets.

A target takes one input and fails by raising: it lets through only what its parser documents.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cache

from meetings.directory.csv_import import read_sites
from meetings.dispatch import reader as edxml
from meetings.errors import Refusal
from meetings.mail.calendar_mail import Reply, understand
from signaling.media.embedded import rtcp, rtp, sdp, vp8
from signaling.media.embedded.dtls import Certificate
from signaling.media.embedded.ice import Address, Credentials, read_check
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.port import Port
from signaling.media.embedded.rtp import Malformed
from signaling.media.engine import EngineError, Source

HOME: Address = ("192.0.2.1", 1000)
_PLACE = sdp.Place(("192.0.2.9",), 40000, ":".join(["AB"] * 32))
_TRACKS = {"0": Source.MICROPHONE, "1": Source.CAMERA, "2": Source.SCREEN}


class SilentPort(Port):
    """A port without a socket: what it sends stays here."""

    def __init__(self) -> None:
        super().__init__([], 40000)

    def send(self, datagram: bytes, address: Address, bulk: bool = False) -> bool:
        return True


@cache
def _certificate() -> Certificate:
    return Certificate()


def read_rtp(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        header = rtp.read(data)
        assert 12 <= header.start <= header.end <= len(data)
        assert all(0 < id < 256 and len(value) < 256 for id, value in header.extensions.items())


def read_rtcp(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        found = rtcp.read(data)
        assert all(len(lost) <= rtcp.NACK_LIMIT for _, lost in found.nacks)
        assert len(found.blocks) * 24 <= len(data)


def read_stun(data: bytes) -> None:
    check = read_check(data)
    assert check is None or not check.proves("a password that nobody knows")


def read_vp8(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        found = vp8.describe(data)
        assert max(found.picture_at, found.layer_at) < len(data)


def read_offer(data: bytes) -> None:
    with contextlib.suppress(EngineError):
        text = data.decode("utf-8", "replace")
        mids = {section.mid for section in sdp.read(text).sections}
        offer = sdp.send_offer(text, {mid: source for mid, source in _TRACKS.items() if mid in mids})
        answer = sdp.send_answer(_PLACE, Credentials("ours", "a password"), offer, 1)
        assert answer.count("\r\nm=") == len(offer.sections)


def read_answer(data: bytes) -> None:
    with contextlib.suppress(EngineError):
        assert sdp.fingerprints_of_answer(data.decode("utf-8", "replace"))


def at_the_port(data: bytes) -> None:
    """Datagrams one after the other, each with its length before it, at a port where one peer is known."""
    port = SilentPort()
    peer = Peer(port, _certificate(), 0.0, lambda _peer, _reason: None)
    peer.expect([("sha-256", ":".join(["AB"] * 32))])
    port.bind(HOME, peer)
    at = 0
    while at < len(data):
        size = data[at] << 2
        port.receive(data[at + 1 : at + 1 + size], HOME, 0.0)
        at += 1 + size
    assert port.counters["broken"] == 0
    assert not peer.up
    peer.close("test")


def read_edxml(data: bytes) -> None:
    with contextlib.suppress(Refusal):
        edxml.read(data)


def read_reply(data: bytes) -> None:
    found = understand(data)
    assert found is None or found.reply in set(Reply)


def read_csv(data: bytes) -> None:
    reading = read_sites(data)
    assert reading.problems or all(row.code and row.name for row in reading.rows)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "rtp": read_rtp,
    "rtcp": read_rtcp,
    "stun": read_stun,
    "vp8": read_vp8,
    "sdp-offer": read_offer,
    "sdp-answer": read_answer,
    "port": at_the_port,
    "edxml": read_edxml,
    "mail-reply": read_reply,
    "sites-csv": read_csv,
}
