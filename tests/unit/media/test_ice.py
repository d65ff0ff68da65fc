"""Connectivity checks: only who knows the password is answered. The other side is aioice's."""

from __future__ import annotations

from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from signaling.media.embedded.ice import read_check, role_conflict, success


def check(password: str, user: str = "ours:theirs", **more: object) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = user
    message.attributes["PRIORITY"] = 1
    message.attributes.update({name.replace("_", "-"): value for name, value in more.items()})
    message.add_message_integrity(password.encode())
    return bytes(message)


def test_a_check_names_our_fragment_and_proves_the_password() -> None:
    found = read_check(check("secret", ICE_CONTROLLING=5, USE_CANDIDATE=None))
    assert found is not None
    assert (found.fragment, found.nominates, found.controlled) == ("ours", True, False)
    assert found.proves("secret")
    assert not found.proves("other")


def test_a_changed_check_proves_nothing() -> None:
    good = check("secret")
    for at in range(20, len(good) - 8):
        bad = read_check(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        assert bad is None or not bad.proves("secret")


def test_a_check_without_integrity_is_none() -> None:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = "ours:theirs"
    assert read_check(bytes(message)) is None


def test_the_answer_tells_the_address_for_both_versions() -> None:
    for address in (("192.0.2.7", 1234), ("2001:db8::7", 1234, 0, 0)):
        answer = success(b"t" * 12, address, "secret")
        read = stun.parse_message(answer, integrity_key=b"secret")
        assert read.attributes["XOR-MAPPED-ADDRESS"] == address[:2]
        assert read.transaction_id == b"t" * 12


def test_who_does_not_control_is_told_so() -> None:
    read = stun.parse_message(role_conflict(b"t" * 12, "secret"), integrity_key=b"secret")
    assert read.attributes["ERROR-CODE"][0] == 487
    found = read_check(check("secret", ICE_CONTROLLED=5))
    assert found is not None
    assert found.controlled


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read_check(data)
    read_check(b"\x00\x01" + data)
    read_check(b"\x00\x01" + (len(data) // 4 * 4).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + b"t" * 12 + data)
