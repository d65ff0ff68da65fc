"""Relays: short-lived credentials that name nobody, made from the secret shared with coturn."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from pydantic import ValidationError

from signaling.media.relays import Relays
from signaling.media.settings import MediaSettings

SECRET = "a secret of sixteen or more"


def test_credentials_end_in_time_and_are_the_secrets_mac_over_the_name() -> None:
    (server,) = Relays(("turn:relay.example:3478",), SECRET, 3600).servers(1_700_000_000_000)
    until, _, random = server["username"].partition(":")
    assert (int(until), len(random)) == (1_700_003_600, 12)
    mac = hmac.new(SECRET.encode(), server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == mac


def test_two_pages_share_no_name() -> None:
    relays = Relays(("turn:relay.example",), SECRET)
    assert relays.servers(0)[0]["username"] != relays.servers(0)[0]["username"]


def test_an_office_without_a_relay_names_none() -> None:
    assert MediaSettings().relays.servers(0) == []


@pytest.mark.parametrize(
    ("urls", "secret"),
    [("http://relay", SECRET), ("turn:relay,", ""), ("turn:relay", "short"), ("turn:one two", SECRET)],
)
def test_wrong_settings_stop_the_start(urls: str, secret: str) -> None:
    with pytest.raises(ValidationError):
        MediaSettings(turn_urls=urls, turn_secret=secret)


def test_several_relays_are_listed_with_commas() -> None:
    relays = MediaSettings(turn_urls="turn:one:3478, turns:two:5349", turn_secret=SECRET, turn_hours=2).relays
    assert (relays.urls, relays.seconds) == (("turn:one:3478", "turns:two:5349"), 7200)
