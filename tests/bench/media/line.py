"""One page's connection without a browser: real ICE checks, DTLS and SRTP on a socket of its own."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Callable

from aioice import stun

from signaling.media.embedded.dtls import Certificate, Dtls, DtlsClient, DtlsError, Srtp
from signaling.media.embedded.ice import Credentials, read_check, success
from tests.bench.media.descriptions import Remote
from tests.bench.media.filters import everything, everything_but_media, only_payload_type

#: Until the first answer a check is sent again so soon; afterwards they only say that the page is there. Seconds.
AGAIN, CONSENT = 0.1, 5.0
_TIMESTAMP = getattr(socket, "SO_TIMESTAMPNS", 35)
_TIMESPEC = struct.Struct("@ll")
#: Datagrams that are taken in one turn of the loop.
TURN = 64


class Line:
    """Calls `media(packet, arrived)` with decrypted RTP and the kernel's time of arrival in ns, `control` with RTCP."""

    def __init__(self, host: str, certificate: Certificate, buffer: int) -> None:
        self.credentials = Credentials.new()
        self.up = asyncio.Event()
        self.media: Callable[[bytes, int], None] = lambda *_: None
        self.control: Callable[[bytes], None] = lambda _: None
        self.read = 0  # RTP packets taken from the socket
        self.refused = 0
        self.failed = ""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMP, 1)
        self.socket.setblocking(False)
        self.socket.bind((host, 0))
        self._certificate = certificate
        self._remote = Remote.nowhere()
        self._dtls: Dtls | None = None
        self._inbound: Srtp | None = None
        self._outbound: Srtp | None = None
        self._checked = False
        self._task: asyncio.Task[None] | None = None

    def begin(self, remote: Remote, client: bool) -> None:
        """Connect to `remote`; `client` begins the handshake."""
        self._remote = remote
        self.socket.connect(remote.address)
        self._dtls = (DtlsClient if client else Dtls)(self._certificate, self.send)
        asyncio.get_running_loop().add_reader(self.socket, self._ready)
        self._task = asyncio.create_task(self._checks())

    def receive_only(self, payload_type: int) -> None:
        """Let the kernel drop all media but that of one payload type."""
        only_payload_type(self.socket, payload_type)

    def receive_no_media(self) -> None:
        """Let the kernel drop, and count, all media."""
        everything_but_media(self.socket)

    def receive_everything(self) -> None:
        everything(self.socket)

    def send(self, datagram: bytes) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            self.socket.send(datagram)

    def send_rtp(self, packet: bytes) -> None:
        protected = self._outbound.protect(packet) if self._outbound else None
        if protected is not None:
            self.send(protected)

    def send_rtcp(self, packet: bytes) -> None:
        protected = self._outbound.protect_rtcp(packet) if self._outbound else None
        if protected is not None:
            self.send(protected)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            asyncio.get_running_loop().remove_reader(self.socket)
        if self._dtls is not None:
            self._dtls.close()
        self.socket.close()

    async def _checks(self) -> None:
        while True:
            self.send(self._check())
            for _ in range(3):
                await asyncio.sleep(AGAIN)
                if self._dtls is not None and self._checked and not self._dtls.done:
                    with contextlib.suppress(DtlsError):
                        self._dtls.remind()
            if self._checked and self.up.is_set():
                await asyncio.sleep(CONSENT * random.uniform(0.8, 1.2))

    def _check(self) -> bytes:
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{self._remote.fragment}:{self.credentials.fragment}"
        message.attributes["PRIORITY"] = 1_853_824_767
        message.attributes["ICE-CONTROLLING"] = 0x1234567890ABCDEF
        if self._checked:  # nominate, as browsers do, only what has worked once
            message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity(self._remote.password.encode())
        return bytes(message)

    def _ready(self) -> None:
        for _ in range(TURN):
            try:
                datagram, extra, _, _ = self.socket.recvmsg(2048, 64)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self._take(datagram, extra)

    def _take(self, datagram: bytes, extra: list[tuple[int, int, bytes]]) -> None:
        first = datagram[0]
        if 128 <= first <= 191 and len(datagram) > 1:
            if 192 <= datagram[1] <= 223:
                inside = self._inbound.unprotect_rtcp(datagram) if self._inbound else None
                if inside is not None:
                    self.control(inside)
                return
            self.read += 1
            inside = self._inbound.unprotect(datagram) if self._inbound else None
            if inside is None:
                self.refused += 1
                return
            seconds, nanoseconds = _TIMESPEC.unpack_from(extra[0][2]) if extra else (0, 0)
            self.media(inside, seconds * 1_000_000_000 + nanoseconds)
        elif 20 <= first <= 63:
            self._handshake(datagram)
        elif first < 4:
            self._answer(datagram)

    def _answer(self, datagram: bytes) -> None:
        """A check of the engine's own is answered; the answer to ours lets the handshake begin."""
        check = read_check(datagram)
        if check is not None and check.proves(self.credentials.password):
            self.send(success(check.transaction, self._remote.address, self.credentials.password))
        elif datagram[:2] == b"\x01\x01" and not self._checked:
            self._checked = True
            self.send(self._check())
            if isinstance(self._dtls, DtlsClient):
                self._dtls.begin()

    def _handshake(self, datagram: bytes) -> None:
        assert self._dtls is not None
        try:
            self._dtls.receive(datagram)
        except DtlsError as error:
            self.failed = self.failed or str(error)
            return
        if self._dtls.done and not self.up.is_set():
            if not self._dtls.matches(self._remote.fingerprints):
                self.failed = "fingerprint"
                return
            self._inbound, self._outbound = self._dtls.keys()
            self.up.set()
