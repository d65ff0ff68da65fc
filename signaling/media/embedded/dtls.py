"""DTLS 1.2 with OpenSSL, for the engine always as the server, and the SRTP keys that come out of it (RFC 5764).

Everything that touches pyOpenSSL and pylibsrtp lies in this file.
"""

from __future__ import annotations

import contextlib
import datetime
import hmac
import secrets
from collections.abc import Callable
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Error as SrtpError
from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib

#: Our datagrams hold at most this many bytes, so that no path on the way splits them.
DATAGRAM = 1200
_RECORD = 13
#: On the way out libsrtp moves its window for every packet; what comes later than this many is not sent on any more.
_OWN_WINDOW = 256
# Suites for our one certificate, which is ECDSA: every WebRTC client signs and checks P-256 (RFC 8827 6.5).
_CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"
#: OpenSSL's name, libsrtp's profile, bytes of key and of salt; the first that both sides know is taken.
_PROFILES = (
    (b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    (b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12),
    (b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
)
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha-256": hashes.SHA256,
    "sha-384": hashes.SHA384,
    "sha-512": hashes.SHA512,
}


#: Key and salt together, and the SRTP profile that they are for.
_Keys: TypeAlias = tuple[bytes, int]


class DtlsError(Exception):
    """The handshake failed or the peer ended the connection."""


class Certificate:
    """Our certificate of this life of the engine, and the OpenSSL context that shows it."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, secrets.token_hex(8))])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=365))
            .sign(key, hashes.SHA256())
        )
        self.fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_cipher_list(_CIPHERS)
        self.context.set_options(SSL.OP_NO_QUERY_MTU | SSL.OP_NO_RENEGOTIATION)
        self.context.set_tlsext_use_srtp(b":".join(name for name, *_ in _PROFILES))


class Dtls:
    """One peer's DTLS connection; `send` is called with datagrams for it."""

    def __init__(self, certificate: Certificate, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._connection = SSL.Connection(certificate.context)
        self._connection.set_accept_state()
        self._connection.set_ciphertext_mtu(DATAGRAM)
        self.done = False

    def receive(self, datagram: bytes) -> None:
        """Take one datagram of the peer.

        Raises:
            DtlsError: the handshake failed, or the peer closed the connection.
        """
        try:
            self._connection.bio_write(datagram)
            if not self.done:
                self._connection.do_handshake()
                self.done = True
            else:
                self._connection.recv(DATAGRAM)
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            raise DtlsError("closed by the peer") from None
        except SSL.Error as error:
            raise DtlsError(str(error)) from None
        finally:
            self._flush()

    def remind(self) -> None:
        """Send the last flight again where its time has come.

        Raises:
            DtlsError: too many times already.
        """
        if self.done:
            return
        try:
            if self._connection.DTLSv1_get_timeout() == 0:
                self._connection.DTLSv1_handle_timeout()
        except SSL.Error as error:
            raise DtlsError(str(error)) from None
        finally:
            self._flush()

    def close(self) -> None:
        """Tell the peer that we end."""
        try:
            self._connection.shutdown()
        except SSL.Error:
            return
        self._flush()

    def _flush(self) -> None:
        """Send what OpenSSL wrote, whole records together up to a datagram's size."""
        try:
            data = self._connection.bio_read(65536)
        except SSL.WantReadError:
            return
        begin = end = 0
        while end + _RECORD <= len(data):
            record = _RECORD + int.from_bytes(data[end + 11 : end + 13], "big")
            if end > begin and end + record - begin > DATAGRAM:
                self._send(data[begin:end])
                begin = end
            end += record
        self._send(data[begin:])

    def matches(self, fingerprints: list[tuple[str, str]]) -> bool:
        """Whether the peer's certificate has the fingerprints `(algorithm, value)` of its SDP; at least one known."""
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        known = [(name.lower(), value.upper()) for name, value in fingerprints if name.lower() in _DIGESTS]
        return (
            certificate is not None
            and bool(known)
            and all(
                hmac.compare_digest(certificate.fingerprint(_DIGESTS[name]()).hex(":").upper(), value)
                for name, value in known
            )
        )

    def keys(self) -> tuple[Srtp, Srtp]:
        """What decrypts from the peer, and what encrypts to it.

        Raises:
            DtlsError: the peer knows none of our SRTP profiles.
        """
        clients, servers = self._policies()
        return _sessions(theirs=clients, ours=servers)

    def _policies(self) -> tuple[_Keys, _Keys]:
        """The keys of the client and of the server."""
        selected = self._connection.get_selected_srtp_profile()
        agreed = next((one for one in _PROFILES if one[0] == selected), None)
        if agreed is None:
            raise DtlsError("no SRTP profile in common")
        _, profile, key, salt = agreed
        material = self._connection.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (key + salt))
        salts = material[2 * key :]
        return (material[:key] + salts[:salt], profile), (material[key : 2 * key] + salts[salt:], profile)


class DtlsClient(Dtls):
    """The side that begins, as a page does on what it receives."""

    def __init__(self, certificate: Certificate, send: Callable[[bytes], None]) -> None:
        super().__init__(certificate, send)
        self._connection.set_connect_state()

    def begin(self) -> None:
        """Send the first flight."""
        with contextlib.suppress(SSL.WantReadError):
            self._connection.do_handshake()
        self._flush()

    def keys(self) -> tuple[Srtp, Srtp]:
        clients, servers = self._policies()
        return _sessions(theirs=servers, ours=clients)


def _sessions(theirs: _Keys, ours: _Keys) -> tuple[Srtp, Srtp]:
    inbound = Policy(theirs[0], Policy.SSRC_ANY_INBOUND, 0, theirs[1])
    outbound = Policy(ours[0], Policy.SSRC_ANY_OUTBOUND, 0, ours[1])
    return Srtp(inbound), Srtp(outbound, _OWN_WINDOW)


def protect_function() -> int:
    """The address of libsrtp's `srtp_protect`; 0 where pylibsrtp holds it otherwise than known."""
    try:
        found = ffi.addressof(lib, "srtp_protect")
        fits = "(*)(struct srtp_ctx_t_ *, void *, int *)" in ffi.getctype(ffi.typeof(found))
        return int(ffi.cast("uintptr_t", found)) if fits else 0
    except (AttributeError, TypeError, ffi.error):
        return 0


class Srtp:
    """One direction of SRTP. Nothing is ever protected twice under one index: libsrtp refuses it."""

    def __init__(self, policy: Policy, window: int = 1024) -> None:
        """`window`: so many packets at most may be between the newest and a late one."""
        policy.window_size = window
        policy.allow_repeat_tx = False
        self._session = Session(policy)

    @property
    def pointer(self) -> int:
        """The address of libsrtp's session, for C; it lives as long as this object."""
        session = getattr(self._session, "_srtp", None)
        return int(ffi.cast("uintptr_t", session[0])) if session else 0

    def protect(self, packet: bytes) -> bytes | None:
        try:
            out: bytes = self._session.protect(packet)
            return out
        except (SrtpError, ValueError):
            return None

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        try:
            out: bytes = self._session.protect_rtcp(packet)
            return out
        except (SrtpError, ValueError):
            return None

    def unprotect(self, packet: bytes) -> bytes | None:
        """The packet inside, or None where it is not authentic or was replayed."""
        try:
            out: bytes = self._session.unprotect(packet)
            return out
        except (SrtpError, ValueError):
            return None

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        try:
            out: bytes = self._session.unprotect_rtcp(packet)
            return out
        except (SrtpError, ValueError):
            return None
