"""The file of gateways: what stops the start, in a sentence that names the place and never a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from meetings.dispatch.named import read_named
from web.settings import Settings

KEY = "khoa-mau"
GOOD = 'title = "Trục (mẫu)"\naddress = "https://truc.example"\nkeys = { "S" = "s.key" }\n'


def written(folder: Path, text: str, key: str = KEY) -> Path:
    (folder / "s.key").write_text(key)
    path = folder / "gateways.toml"
    path.write_text(text)
    return path


def test_a_gateway_has_its_address_its_paths_and_its_keys(tmp_path: Path) -> None:
    named = read_named(written(tmp_path, f'[tinh]\n{GOOD}send = "/v2/send"\nabsent = ["10"]\n', f"{KEY}\n"))
    one = named["tinh"]
    assert (one.title, one.address, dict(one.keys)) == ("Trục (mẫu)", "https://truc.example", {"S": KEY})
    assert (one.profile.send, one.profile.get, one.profile.absent) == ("/v2/send", "/v1/getEdoc", frozenset({"10"}))
    assert KEY not in repr(named)


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("[tinh", KEY, "TOML"),
        ("tinh = 1", KEY, "tinh"),
        (f"[tinh]\n{GOOD}extra = 1\n", KEY, "extra"),
        (f"[{'x' * 41}]\n{GOOD}", KEY, "40 characters"),
        (f"[tinh]\n{GOOD}".replace("https", "http"), KEY, "https"),
        (f"[tinh]\n{GOOD}".replace("truc.example", "a:b@truc.example"), KEY, "https"),
        (f"[tinh]\n{GOOD}".replace("s.key", "none.key"), KEY, "key file of S"),
        (f"[tinh]\n{GOOD}", "", "key file of S"),
        (f"[tinh]\n{GOOD}", f"{KEY} {KEY}", "key file of S"),
        (f"[tinh]\n{GOOD}", "x" * 501, "key file of S"),
    ],
)
def test_what_is_wrong_stops_the_start(tmp_path: Path, text: str, key: str, named: str) -> None:
    path = written(tmp_path, text, key)
    with pytest.raises(ValueError, match=named) as refused:
        Settings(dispatch_gateways=path)
    assert KEY not in str(refused.value)
