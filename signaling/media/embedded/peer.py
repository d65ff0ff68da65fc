"""One page's connection at the port: its credentials, its address, its DTLS and SRTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from signaling.media.embedded.dtls import Certificate, Dtls, DtlsError, Srtp
from signaling.media.embedded.ice import Address, Check, Credentials, role_conflict, success
from signaling.media.embedded.rtp import Malformed
from signaling.media.embedded.structures import ffi, new_way, point

if TYPE_CHECKING:
    from signaling.media.embedded.port import Port

#: Without a sign of life for so long (RFC 7675), a peer is closed; one that never came up likewise. Seconds.
CONSENT = 30.0
#: What a peer sends under its keys and makes no sense is forgiven at this rate a second; with so much of it unforgiven
#: the peer is closed.
FORGIVEN, STRIKES = 100.0, 1000.0
#: RTCP packets that a peer may send a second, and at once; what is more is dropped unread and counts as nonsense.
REPORTS, REPORTS_BURST = 100.0, 200.0
#: How many addresses of one peer are kept; a laptop with many networks has fewer.
ADDRESSES = 8


class Handler(Protocol):
    """What is done with a peer's media."""

    def up(self) -> None:
        """Media may flow."""

    def rtp(self, packet: bytes, now: float) -> None:
        """A decrypted RTP packet."""

    def rtcp(self, packet: bytes, now: float) -> None:
        """A decrypted RTCP packet."""


class Peer:
    """Reaches `handler.up` once ICE, DTLS and the fingerprint of the peer's SDP all hold."""

    def __init__(self, port: Port, certificate: Certificate, now: float, closed: Callable[[Peer, str], None]) -> None:
        self.credentials = Credentials.new()
        self.handler: Handler | None = None
        self.way = new_way()
        self.addresses: list[Address] = []
        self.up = False
        self.heard_at = now
        self._port, self._closed = port, closed
        self._address: Address | None = None
        self._former: Credentials | None = None
        self._dtls = Dtls(certificate, self._send)
        self._fingerprints: list[tuple[str, str]] | None = None
        self._inbound: Srtp | None = None
        self._outbound: Srtp | None = None
        self._strikes, self._struck_at = 0.0, now
        self._reports, self._reported_at = REPORTS_BURST, now
        self._ended = False
        port.add(self)

    @property
    def address(self) -> Address | None:
        """Where we send to; None before a check proved one."""
        return self._address

    @address.setter
    def address(self, address: Address | None) -> None:
        self._address = address
        point(self.way, address, self._port.outlet(address) if address else None)

    # -- SDP ---------------------------------------------------------------------------------------------------

    def expect(self, fingerprints: list[tuple[str, str]]) -> None:
        """Accept the certificate with these fingerprints, from the peer's SDP."""
        self._fingerprints = fingerprints
        self._rise()

    def restart(self) -> None:
        """New credentials; the former ones hold until the new are used."""
        self._former = self.credentials
        self.credentials = Credentials.new()
        self._port.add(self)

    # -- from the port -----------------------------------------------------------------------------------------

    def checked(self, check: Check, address: Address, now: float) -> bool:
        """A connectivity check came; whether it was proved."""
        former = self._former is not None and check.fragment == self._former.fragment
        password = self._former.password if former and self._former else self.credentials.password
        if not check.proves(password):
            return False
        if check.controlled:
            self._port.send(role_conflict(check.transaction, password), address)
            return True
        if not former and self._former is not None:
            self._port.forget_fragment(self._former.fragment)
            self._former = None
        self.heard_at = now
        self._remember(address)
        if address != self.address and (check.nominates or self.address is None):
            self.address = address
        self._port.send(success(check.transaction, address, password), address)
        return True

    def _remember(self, address: Address) -> None:
        if address in self.addresses:
            return
        self.addresses.append(address)
        self._port.bind(address, self)
        if len(self.addresses) > ADDRESSES:
            oldest = next(one for one in self.addresses if one != self.address)
            self.addresses.remove(oldest)
            self._port.unbind(oldest, self)

    def dtls(self, datagram: bytes) -> None:
        try:
            self._dtls.receive(datagram)
        except DtlsError:
            self.close("dtls")
            return
        if self._dtls.done and not self.up:
            self._rise()

    def rtp(self, packet: bytes, now: float) -> None:
        if not self.up or self._inbound is None or self.handler is None:
            return
        inside = self._inbound.unprotect(packet)
        if inside is None:
            self._port.count("srtp_refused")
            return
        self.heard_at = now
        try:
            self.handler.rtp(inside, now)
        except Malformed:
            self._strike(now)
            raise

    def rtcp(self, packet: bytes, now: float) -> None:
        if not self.up or self._inbound is None or self.handler is None:
            return
        self._reports = min(REPORTS_BURST, self._reports + (now - self._reported_at) * REPORTS) - 1
        self._reported_at = now
        if self._reports < 0:
            self._reports = 0.0
            self._port.count("rtcp_flood")
            self._strike(now)
            return
        inside = self._inbound.unprotect_rtcp(packet)
        if inside is None:
            self._port.count("srtp_refused")
            return
        self.heard_at = now
        try:
            self.handler.rtcp(inside, now)
        except Malformed:
            self._strike(now)
            raise

    def _strike(self, now: float) -> None:
        self._strikes = max(0.0, self._strikes - (now - self._struck_at) * FORGIVEN) + 1
        self._struck_at = now
        if self._strikes > STRIKES:
            self.close("malformed")

    # -- to the peer -------------------------------------------------------------------------------------------

    def send_rtp(self, packet: bytes, bulk: bool) -> bool:
        """Protect and send one packet, a picture's (`bulk`) after everything else; whether it goes out."""
        if self._outbound is None or self.address is None:
            return False
        protected = self._outbound.protect(packet)
        if protected is None:
            self._port.count("protect_refused")
            return False
        return self._port.send(protected, self.address, bulk)

    def send_rtcp(self, packet: bytes) -> None:
        if self._outbound is None or self.address is None:
            return
        protected = self._outbound.protect_rtcp(packet)
        if protected is not None:
            self._port.send(protected, self.address)

    def _send(self, datagram: bytes) -> None:
        if self.address is not None:
            self._port.send(datagram, self.address)

    # -- life --------------------------------------------------------------------------------------------------

    def _rise(self) -> None:
        if self.up or self._ended or not self._dtls.done or self._fingerprints is None:
            return
        if not self._dtls.matches(self._fingerprints):
            self.close("fingerprint")
            return
        try:
            self._inbound, self._outbound = self._dtls.keys()
        except DtlsError:
            self.close("dtls")
            return
        self.way.srtp = ffi.cast("void *", self._outbound.pointer)
        self.up = True
        if self.handler is not None:
            self.handler.up()

    def beat(self, now: float) -> None:
        """Called many times a second: DTLS reminders, consent."""
        if now - self.heard_at > CONSENT:
            self.close("consent")
            return
        if self.address is not None and not self._dtls.done:
            try:
                self._dtls.remind()
            except DtlsError:
                self.close("dtls")

    def close(self, reason: str) -> None:
        """End the connection; idempotent."""
        if self._ended:
            return
        self._ended = True
        self._port.remove(self)
        self.up = False
        self.way.srtp = ffi.NULL
        self._outbound = self._inbound = None
        self._dtls.close()
        self._closed(self, reason)

    @property
    def fragments(self) -> list[str]:
        return [self.credentials.fragment, *([self._former.fragment] if self._former else [])]
