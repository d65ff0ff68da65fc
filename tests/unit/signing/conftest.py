"""Signed minutes, made once: they take a while."""

from __future__ import annotations

import pytest

from meetings.signing.sample_authority import SampleAuthority
from tests.unit.signing.signed import prolonged, reserved, sign_now


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    return SampleAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def trust(authority: SampleAuthority) -> bytes:
    return authority.trust().read_bytes()


@pytest.fixture(scope="session")
def half(authority: SampleAuthority) -> bytes:
    """Minutes that the secretary has signed."""
    return sign_now(authority, reserved(), "secretary")


@pytest.fixture(scope="session")
def complete(authority: SampleAuthority, half: bytes) -> bytes:
    """Both have signed; no revocation data yet."""
    return sign_now(authority, half, "chair")


@pytest.fixture(scope="session")
def signed(authority: SampleAuthority, complete: bytes) -> bytes:
    """Both have signed, with revocation data and an archive time stamp."""
    return prolonged(authority, complete)
