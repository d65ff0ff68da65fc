"""The recorder's connection to the engine: real ICE checks, DTLS and SRTP, as any page's, on a socket of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from signaling.media.embedded import ice
from signaling.media.embedded.dtls import Certificate, DtlsClient, DtlsError, Srtp
from signaling.media.embedded.ice import Credentials
from signaling.media.recording.description import Offer

#: Until the first answer a check is sent again so soon; afterwards they only say that we are there. Seconds.
AGAIN, CONSENT = 0.1, 4.0
#: Bytes that the kernel keeps for us while the loop does something else.
BUFFER = 4_000_000
#: Datagrams that are taken in one turn of the loop.
TURN = 64


class Line:
    """Calls `media` with decrypted RTP and `control` with decrypted RTCP."""

    def __init__(self, address: tuple[str, int]) -> None:
        """`address` is where the engine receives, as this machine reaches it."""
        self.credentials, self.certificate = Credentials.new(), Certificate()
        self.up = asyncio.Event()
        self.broken = asyncio.Event()
        self.media: Callable[[bytes], None] = lambda _: None
        self.control: Callable[[bytes], None] = lambda _: None
        self._address = address
        self._socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._socket.setblocking(False)
        self._offer = Offer("", "", [], [], {})
        self._dtls = DtlsClient(self.certificate, self._send)
        self._inbound: Srtp | None = None
        self._outbound: Srtp | None = None
        self._checked = False
        self._task: asyncio.Task[None] | None = None

    def begin(self, offer: Offer) -> None:
        """Connect as the engine offers.

        Raises:
            OSError: there is no way to the address.
        """
        self._offer = offer
        self._socket.connect(self._address)
        asyncio.get_running_loop().add_reader(self._socket, self._ready)
        self._task = asyncio.create_task(self._check())

    @property
    def local(self) -> tuple[str, int]:
        """Where we receive, once it has begun."""
        host, port = self._socket.getsockname()[:2]
        return host, port

    def send_rtcp(self, packet: bytes) -> None:
        """Send one compound packet, once the connection is up."""
        protected = self._outbound.protect_rtcp(packet) if self._outbound else None
        if protected is not None:
            self._send(protected)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            asyncio.get_running_loop().remove_reader(self._socket)
        self._dtls.close()
        self._socket.close()

    def _send(self, datagram: bytes) -> None:
        with contextlib.suppress(OSError):  # what does not go is sent again, or the engine is gone and will be missed
            self._socket.send(datagram)

    async def _check(self) -> None:
        while True:
            self._send_check()
            if self.up.is_set():
                await asyncio.sleep(CONSENT)
                continue
            await asyncio.sleep(AGAIN)
            if self._checked:
                with contextlib.suppress(DtlsError):
                    self._dtls.remind()

    def _send_check(self) -> None:
        username = f"{self._offer.fragment}:{self.credentials.fragment}"
        self._send(ice.check(username, self._offer.password, self._checked))

    def _answer_check(self, datagram: bytes) -> None:
        """Our own engine never checks us; Janus does, and waits for the answer."""
        found = ice.read_check(datagram)
        if (
            found is not None
            and found.fragment == self.credentials.fragment
            and found.proves(self.credentials.password)
        ):
            self._send(ice.success(found.transaction, self._address, self.credentials.password))

    def _ready(self) -> None:
        for _ in range(TURN):
            try:
                datagram = self._socket.recv(2048)
            except OSError:  # nothing more, or nobody at the port
                return
            if len(datagram) > 1:
                self._take(datagram)

    def _take(self, datagram: bytes) -> None:
        first = datagram[0]
        if 128 <= first <= 191 and self._inbound is not None:
            report = 192 <= datagram[1] <= 223
            inside = self._inbound.unprotect_rtcp(datagram) if report else self._inbound.unprotect(datagram)
            if inside is not None:
                (self.control if report else self.media)(inside)
        elif 20 <= first <= 63:
            self._handshake(datagram)
        elif datagram[:2] == b"\x00\x01":
            self._answer_check(datagram)
        elif datagram[:2] == b"\x01\x01" and not self._checked:
            self._checked = True
            self._send_check()
            self._dtls.begin()

    def _handshake(self, datagram: bytes) -> None:
        try:
            self._dtls.receive(datagram)
            if self._dtls.done and not self.up.is_set():
                if not self._dtls.matches(self._offer.fingerprints):
                    raise DtlsError("another certificate than the engine's")
                self._inbound, self._outbound = self._dtls.keys()
                self.up.set()
        except DtlsError:
            self.broken.set()
