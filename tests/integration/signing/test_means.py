"""Means that the server itself reaches: a token through PKCS#11 (SoftHSM2), a remote service through the CSC API."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pkcs11
import pytest
from aiohttp.test_utils import TestServer
from certomancer.registry import CertLabel, KeyLabel
from csc_dummy.csc_dummy_server import CSCWithCertomancer, DummyServiceParams
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.x509 import decode_x509_certificate

from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.signing.appearance import Appearance
from meetings.signing.remote import RemoteService
from meetings.signing.sign import sign_once
from meetings.signing.token import Token
from meetings.signing.verify import verify
from tests.integration.signing.pki import Authority
from tests.unit.signing.signed import reserved

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def token(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Token:
    """A token that holds the organ's key and certificate."""
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    patch = pytest.MonkeyPatch()
    patch.setenv("SOFTHSM2_CONF", str(config))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "con-dau", "--pin", PIN, "--so-pin", "5678"]
    subprocess.run(command, check=True, capture_output=True)
    library = pkcs11.lib(LIBRARY)
    library.reinitialize()
    key = authority.arch.key_set.get_private_key(KeyLabel("seal"))
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

    traditional = load_der_private_key(key.dump(), None).private_bytes(
        Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    with library.get_token(token_label="con-dau").open(rw=True, user_pin=PIN) as session:
        kept = {pkcs11.Attribute.LABEL: "seal", pkcs11.Attribute.TOKEN: True}
        session.create_object({**decode_ec_private_key(traditional), **kept})
        certificate = decode_x509_certificate(authority.arch.get_cert(CertLabel("seal")).dump())
        session.create_object({**certificate, **kept})
    return Token(LIBRARY, "con-dau", "seal", PIN)


def half_sealed(authority: Authority) -> bytes:
    """Secretary and chair have signed; the seal is still to come."""
    pdf = reserved(seal=True)
    for role in ("secretary", "chair"):
        signer = authority.key_file(role).signer()
        pdf = asyncio.run(sign_once(pdf, role, signer, Appearance(role, now_ms()))).pdf
    return pdf


def test_the_organ_seals_by_its_token(authority: Authority, token: Token) -> None:
    with token.signer() as signer:
        sealed = asyncio.run(sign_once(half_sealed(authority), "seal", signer, Appearance("x", now_ms(), seal=True)))
    assert sealed.certificate.dump() == authority.arch.get_cert(CertLabel("seal")).dump()
    verdict = verify(sealed.pdf, authority.trust)
    assert (verdict.intact, verdict.complete) == (True, "yes")
    assert [one.role for one in verdict.signatures] == ["secretary", "chair", "seal"]
    assert {one.id for one in verdict.reasons} == {"verify.revocation_unknown"}, "no authority was asked here"


@pytest.mark.parametrize("wrong", ["pin", "token", "key"])
def test_a_token_that_refuses_says_so(wrong: str, token: Token) -> None:
    given = {"library": token.library, "token": token.token, "key": token.key, "pin": token.pin, wrong: "khac"}
    with pytest.raises(Refusal, match=r"signing\.token_unavailable"), Token(**given).signer():
        pass
    assert "1234" not in repr(token), "the PIN is never printed"


@pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")
async def test_a_remote_service_signs_the_hash_that_was_authorised(authority: Authority) -> None:
    service = CSCWithCertomancer(authority.config, service_params=DummyServiceParams(hash_pinning_required=True))
    service.register_routes()
    server = TestServer(service.app)
    await server.start_server()
    try:
        remote = RemoteService(str(server.make_url("")).rstrip("/"), "test/secretary")
        async with remote.opened() as signer:
            signed = await sign_once(reserved(), "secretary", signer, Appearance("secretary", now_ms()))
        with pytest.raises(Refusal, match=r"signing\.remote_unavailable"):
            async with RemoteService(remote.url, "test/nobody").opened():
                pass
    finally:
        await server.close()
    verdict = await asyncio.to_thread(verify, signed.pdf, authority.trust)
    assert verdict.intact
    assert [one.name for one in verdict.signatures] == ["secretary (mẫu)"]


async def test_a_remote_service_that_is_not_there_says_so(unused_tcp_port: int) -> None:
    with pytest.raises(Refusal, match=r"signing\.remote_unavailable"):
        async with RemoteService(f"http://127.0.0.1:{unused_tcp_port}", "a").opened():
            pass


def test_a_remote_service_is_reached_over_tls(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="TLS"):
        RemoteService("http://kyso.example", "a")
