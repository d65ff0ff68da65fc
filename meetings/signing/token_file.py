"""The file that names the seal tokens of several units at one server: TOML, one `[[token]]` a unit.

    [[token]]
    unit = "the unit's id"
    library = "/usr/lib/softhsm/libsofthsm2.so"
    token = "the token's label"       # or serial = "its serial number", or both
    key = "the label of key and certificate"
    pin = "…"

PINs lie in it, so nobody but the server's user may read it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from meetings.signing.token import Token


class TokenFileError(Exception):
    """The file cannot be used; the message says why and names no PIN."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    unit: str = Field(min_length=1, max_length=36)
    library: str = Field(min_length=1)
    token: str = Field("", max_length=32)
    serial: str = Field("", max_length=16)
    key: str = Field(min_length=1)
    pin: SecretStr


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: list[_Entry] = Field(min_length=1)


def read_tokens(path: Path) -> dict[str, Token]:
    """The tokens by unit. Blocking.

    Raises:
        TokenFileError: unreadable, readable by others, an entry is wrong, or a unit or token is named twice.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise TokenFileError(f"{path} may be read by others: it holds PINs, so give it mode 600.")
        entries = _File.model_validate(tomllib.loads(path.read_text("utf-8"))).token
    except OSError as error:
        raise TokenFileError(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise TokenFileError(f"{path} is not TOML.") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(one) for one in first["loc"])
        raise TokenFileError(f"{path}: {where}: {first['msg']}.") from None
    found: dict[str, Token] = {}
    for one in entries:
        if not one.token and not one.serial:
            raise TokenFileError(f"{path}: the token of unit {one.unit} has neither label nor serial number.")
        if one.unit in found:
            raise TokenFileError(f"{path}: unit {one.unit} has two tokens.")
        found[one.unit] = Token(one.library, one.token, one.key, one.pin.get_secret_value(), one.serial)
    places = {(one.library, one.token, one.serial, one.key) for one in found.values()}
    if len(places) != len(found):
        raise TokenFileError(f"{path}: two units share a key; each organ has a seal of its own.")
    return found
