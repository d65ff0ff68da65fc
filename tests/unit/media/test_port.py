"""The port without a network: who is answered, where a peer is reached, when it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import cast

import pytest

from signaling.media.embedded import sdp
from signaling.media.embedded.dtls import Certificate, Srtp
from signaling.media.embedded.forwarder import EMPTY, Forwarder
from signaling.media.embedded.ice import Address
from signaling.media.embedded.peer import ADDRESSES, CONSENT, FORGIVEN, STRIKES, Peer
from signaling.media.embedded.port import REFUSALS, Port
from signaling.media.embedded.python_loop import PythonLoop
from signaling.media.embedded.rtp import Malformed
from signaling.media.engine import Closed, Desired, Event
from tests.unit.media.samples import rtp
from tests.unit.media.test_ice import check

HOME: Address = ("192.0.2.1", 1000)
AWAY: Address = ("192.0.2.2", 2000)


class Wire(Port):
    """A port whose datagrams stay here."""

    def __init__(self) -> None:
        super().__init__([], 40000)
        self.sent: list[tuple[bytes, Address]] = []

    def send(self, datagram: bytes, address: Address, bulk: bool = False) -> bool:
        self.sent.append((datagram, address))
        return True


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return Certificate()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def ends() -> list[str]:
    return []


@pytest.fixture
def peer(wire: Wire, certificate: Certificate, ends: list[str]) -> Iterator[Peer]:
    one = Peer(wire, certificate, 0.0, lambda _, reason: ends.append(reason))
    yield one
    one.close("test")


def knock(wire: Wire, peer: Peer, address: Address, now: float = 0.0, nominate: bool = False) -> None:
    more: dict[str, object] = {"USE_CANDIDATE": None} if nominate else {}
    wire.receive(check(peer.credentials.password, f"{peer.credentials.fragment}:x", **more), address, now)


def test_a_proved_check_is_answered_where_it_came_from(wire: Wire, peer: Peer) -> None:
    knock(wire, peer, HOME)
    ((answer, address),) = wire.sent
    assert (answer[:2], address) == (b"\x01\x01", HOME)
    assert peer.address == HOME


def test_only_a_nominated_check_moves_the_peer(wire: Wire, peer: Peer) -> None:
    knock(wire, peer, HOME, nominate=True)
    knock(wire, peer, AWAY)
    assert peer.address == HOME
    knock(wire, peer, AWAY, nominate=True)
    assert peer.address == AWAY


def test_a_forged_check_is_not_answered_and_moves_nobody(wire: Wire, peer: Peer) -> None:
    knock(wire, peer, HOME, nominate=True)
    wire.sent.clear()
    wire.receive(check("guess", f"{peer.credentials.fragment}:x", USE_CANDIDATE=None), AWAY, 0.0)
    assert not wire.sent
    assert peer.address == HOME
    assert wire.counters["check_refused"] == 1


def test_the_former_password_holds_until_the_new_one_is_used(wire: Wire, peer: Peer) -> None:
    former = peer.credentials
    peer.restart()
    old = check(former.password, f"{former.fragment}:x")
    wire.receive(old, HOME, 0.0)
    assert len(wire.sent) == 1
    knock(wire, peer, HOME)
    assert len(wire.sent) == 2
    wire.receive(old, HOME, 0.0)
    assert len(wire.sent) == 2


def test_a_peer_keeps_few_addresses_and_never_loses_the_one_in_use(wire: Wire, peer: Peer) -> None:
    knock(wire, peer, HOME, nominate=True)
    for number in range(5 * ADDRESSES):
        knock(wire, peer, ("192.0.2.9", 3000 + number))
    assert len(peer.addresses) == ADDRESSES
    assert peer.address == HOME


def test_without_a_sign_of_life_a_peer_ends(wire: Wire, peer: Peer, ends: list[str]) -> None:
    knock(wire, peer, HOME, now=10.0)
    peer.beat(10.0 + CONSENT)
    assert not ends
    peer.beat(10.1 + CONSENT)
    assert ends == ["consent"]
    wire.sent.clear()
    knock(wire, peer, HOME, now=50.0)
    assert not wire.sent, "its credentials ended with it"


def test_nonsense_under_its_keys_closes_a_peer_in_the_end_and_a_little_of_it_does_not(
    wire: Wire, peer: Peer, ends: list[str]
) -> None:
    class Strict:
        def up(self) -> None: ...

        def rtp(self, packet: bytes, now: float) -> None:
            raise Malformed("rtp")

        rtcp = rtp

    class Keys:
        def unprotect(self, packet: bytes) -> bytes:
            return packet

        unprotect_rtcp = unprotect

    peer.handler, peer.up, peer._inbound = Strict(), True, cast(Srtp, Keys())
    wire.bind(HOME, peer)
    for number in range(round(STRIKES) * 2):
        wire.receive(b"\x80" + bytes(20), HOME, number / FORGIVEN)
    assert ends == []
    for _ in range(round(STRIKES)):
        wire.receive(b"\x80\xc9" + bytes(20), HOME, 2 * STRIKES / FORGIVEN)
    assert ends == ["malformed"]
    assert wire.counters["malformed"] >= STRIKES


def test_who_fails_too_many_checks_is_not_listened_to_for_a_second(wire: Wire, peer: Peer) -> None:
    for _ in range(REFUSALS):
        wire.receive(check("wrong", f"{peer.credentials.fragment}:x"), AWAY, 5.0)
    knock(wire, peer, AWAY, 5.5)
    assert wire.sent == []
    knock(wire, peer, HOME, 5.5)
    knock(wire, peer, AWAY, 6.6)
    assert [address for _, address in wire.sent] == [HOME, AWAY]
    assert wire.counters["check_refused"] == REFUSALS + 1


def test_media_before_dtls_is_dropped(wire: Wire, peer: Peer, ends: list[str]) -> None:
    knock(wire, peer, HOME)
    wire.receive(rtp(1), HOME, 0.0)
    wire.receive(rtp(1), AWAY, 0.0)
    assert wire.counters["unknown_address"] == 1
    assert not ends


def test_broken_dtls_breaks_nothing_else(wire: Wire, peer: Peer) -> None:
    knock(wire, peer, HOME)
    for tail in (b"", b"\x00\x04\x63\x00\x00\x00", b"\xff\xff", bytes(1400)):
        wire.receive(b"\x16\xfe\xff" + bytes(8) + tail, HOME, 0.0)
    assert wire.counters["broken"] == 0


def test_without_anybody_to_say_what_should_be_everything_ends(wire: Wire) -> None:
    told: list[Event] = []
    forwarder = Forwarder(wire, ["192.0.2.50"], told.append, PythonLoop())
    offer = forwarder.offer("m", "s", "page", "", False)
    assert "192.0.2.50 40000" in offer
    forwarder.abandon()
    assert told == [Closed("s", "abandoned")]
    assert forwarder.state().sessions == ()


def test_a_session_that_is_not_desired_is_closed_quietly(wire: Wire) -> None:
    told: list[Event] = []
    forwarder = Forwarder(wire, ["192.0.2.50"], told.append, PythonLoop())
    for session in ("kept", "dropped"):
        forwarder.offer("m", session, "page", "", False)
    forwarder.apply("m", 1, Desired(sessions=frozenset({"kept"})))
    assert [one.session for one in forwarder.state().sessions] == ["kept"]
    assert not told


def test_the_offer_after_a_restart_has_other_credentials_and_the_same_certificate(wire: Wire) -> None:
    forwarder = Forwarder(wire, ["192.0.2.50"], lambda _: None, PythonLoop())
    first = forwarder.offer("m", "s", "page", "", False)
    second = forwarder.restart("s", "")
    assert sdp.read(first).sections[0].fingerprints == sdp.read(second).sections[0].fingerprints

    def line(text: str, name: str) -> str:
        return next(one for one in text.splitlines() if one.startswith(name))

    assert line(first, "a=ice-ufrag") != line(second, "a=ice-ufrag")
    assert line(first, "o=") != line(second, "o=")


def test_a_room_without_anybody_is_forgotten_after_a_while(wire: Wire) -> None:
    forwarder = Forwarder(wire, ["192.0.2.50"], lambda _: None, PythonLoop())
    forwarder.offer("m", "one", "page", "", False)
    forwarder.apply("m", 1, Desired(sessions=frozenset({"one"})))
    forwarder.apply("gone", 1, Desired())
    later = time.monotonic() + EMPTY + 1
    forwarder._find("one").peer.heard_at = later
    forwarder.beat(later)
    assert list(forwarder.state().generations) == ["m"]
