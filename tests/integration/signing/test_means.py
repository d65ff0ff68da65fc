"""Means that the server itself reaches: a token through PKCS#11 (SoftHSM2), a remote service through the CSC API."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest
from aiohttp.test_utils import TestServer
from certomancer.registry import CertLabel, KeyLabel
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from csc_dummy.csc_dummy_server import CSCWithCertomancer, DummyServiceParams
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.x509 import decode_x509_certificate

from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.signing.appearance import Appearance
from meetings.signing.remote import RemoteService
from meetings.signing.sign import sign_apart, sign_once
from meetings.signing.token import Token
from meetings.signing.token_file import read_tokens
from meetings.signing.verify import verify
from tests.integration.signing.pki import Authority
from tests.unit.signing.signed import reserved
from web.settings import SettingsError, load_settings

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


class Shelf:
    """Tokens of SoftHSM2 in a folder of their own."""

    def __init__(self, authority: Authority, folder: Path) -> None:
        self._authority = authority
        (folder / "tokens").mkdir()
        config = folder / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(config)

    def token(self, label: str, pin: str, owner: str) -> Token:
        """A new token with the key and certificate of `owner`, both labelled `seal`."""
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "5678"]
        subprocess.run(command, check=True, capture_output=True)
        library = pkcs11.lib(LIBRARY)
        library.reinitialize()
        key = self._authority.arch.key_set.get_private_key(KeyLabel(owner))
        traditional = load_der_private_key(key.dump(), None).private_bytes(
            Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        with library.get_token(token_label=label).open(rw=True, user_pin=pin) as session:
            kept = {pkcs11.Attribute.LABEL: "seal", pkcs11.Attribute.TOKEN: True}
            session.create_object({**decode_ec_private_key(traditional), **kept})
            certificate = decode_x509_certificate(self._authority.arch.get_cert(CertLabel(owner)).dump())
            session.create_object({**certificate, **kept})
        return Token(LIBRARY, label, "seal", pin)


@pytest.fixture(scope="module")
def shelf(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", "")  # put back afterwards
        yield Shelf(authority, tmp_path_factory.mktemp("hsm"))


@pytest.fixture(scope="module")
def token(shelf: Shelf) -> Token:
    """A token that holds the organ's key and certificate."""
    return shelf.token("con-dau", PIN, "seal")


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


async def test_each_unit_seals_with_the_token_that_the_file_names_for_it(
    authority: Authority, token: Token, shelf: Shelf, tmp_path: Path
) -> None:
    other = shelf.token("con-dau-khac", "8642", "stranger")
    slots = {one.label: one.serial.decode() for one in (s.get_token() for s in pkcs11.lib(LIBRARY).get_slots(True))}
    file = tmp_path / "tokens.toml"
    entry = '[[token]]\nunit = "{unit}"\nlibrary = "{library}"\n{place}\nkey = "seal"\npin = "{pin}"\n'
    file.write_text(
        entry.format(unit="u9", library=LIBRARY, place='token = "con-dau"', pin=token.pin)
        + entry.format(unit="u7", library=LIBRARY, place=f'serial = "{slots[other.token]}"', pin="8642")
    )
    file.chmod(0o600)
    tokens = read_tokens(file)
    assert PIN not in repr(tokens)
    assert "8642" not in repr(tokens)
    half = await asyncio.to_thread(half_sealed, authority)
    look = Appearance("x", now_ms(), seal=True)
    sealed = await asyncio.gather(*(sign_apart(half, "seal", tokens[unit], look, None) for unit in ("u9", "u7", "u9")))
    names = [one.certificate.subject.native["common_name"] for one in sealed]
    assert names == ["seal (mẫu)", "stranger (mẫu)", "seal (mẫu)"], "at once, each with its own key"
    swapped = Token(LIBRARY, "con-dau", "seal", "8642")
    with pytest.raises(Refusal, match=r"signing\.token_unavailable"):
        await sign_apart(half, "seal", swapped, look, None)


GOOD = '[[token]]\nunit = "u9"\nlibrary = "a.so"\ntoken = "t"\nkey = "k"\npin = "4321"\n'


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (GOOD, 0o644, "mode 600"),
        ("[[token", 0o600, "not TOML"),
        ("", 0o600, "token"),
        (GOOD.replace('key = "k"', ""), 0o600, "key"),
        (GOOD + 'slot = 1\npin2 = "4321"', 0o600, "slot"),
        (GOOD.replace('token = "t"', ""), 0o600, "neither label"),
        (GOOD + GOOD, 0o600, "two tokens"),
        (GOOD + GOOD.replace("u9", "u7"), 0o600, "share a key"),
    ],
)
def test_a_wrong_token_file_stops_the_start_and_tells_no_pin(
    text: str, mode: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text(text)
    file.chmod(mode)
    monkeypatch.setenv("SEAL_FILE", str(file))
    with pytest.raises(SettingsError, match=said) as raised:
        load_settings()
    assert "SEAL_FILE" in str(raised.value)
    assert "4321" not in str(raised.value)


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
