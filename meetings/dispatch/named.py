"""Gateways that the settings name. A unit chooses one by its name; keys stay in files that only the server reads."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from meetings.dispatch.gateway import safe_address
from meetings.dispatch.rest_gateway import Profile

#: The longest key, in characters.
LONGEST_KEY = 500
_USUAL = Profile()


@dataclass(frozen=True, slots=True)
class NamedGateway:
    """One gateway. Its text never shows the keys."""

    name: str
    title: str
    address: str
    profile: Profile
    #: Keys by system id.
    keys: Mapping[str, str] = field(repr=False)


Named = Mapping[str, NamedGateway]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=100)
    address: str = Field(max_length=300)
    #: Files that hold the keys, by system id; beside the file of gateways where the path is not absolute.
    keys: dict[str, Path] = Field(min_length=1, max_length=1000)
    send: str = Field(_USUAL.send, pattern=r"^/\S*$")
    update: str = Field(_USUAL.update, pattern=r"^/\S*$")
    list: str = Field(_USUAL.list, pattern=r"^/\S*$")
    get: str = Field(_USUAL.get, pattern=r"^/\S*$")
    absent: frozenset[str] = frozenset()
    patience: float = Field(_USUAL.patience, gt=0, le=600)


def read_named(path: Path) -> Named:
    """The gateways of a TOML file: a table for each, under its name.

    Raises:
        ValueError: a sentence that names what is wrong, never a key.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as TOML ({type(error).__name__})") from None
    return {name: _named(path, name, table) for name, table in tables.items()}


def _named(path: Path, name: str, table: object) -> NamedGateway:
    where = f"{path}, gateway {name[:60]}"
    if not 0 < len(name) <= 40:
        raise ValueError(f"{where}: give it a name of at most 40 characters")
    try:
        entry = _Entry.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise ValueError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if not safe_address(entry.address):
        raise ValueError(f"{where}: the address must begin with https:// and have no parameters")
    keys = {system: _key(where, system, path.parent / file) for system, file in entry.keys.items()}
    profile = Profile(entry.send, entry.update, entry.list, entry.get, entry.absent, entry.patience)
    return NamedGateway(name, entry.title, entry.address, profile, keys)


def _key(where: str, system: str, file: Path) -> str:
    try:
        key = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        raise ValueError(f"{where}: the key file of {system[:100]} cannot be read") from None
    if not 0 < len(key) <= LONGEST_KEY or any(not "!" <= sign <= "~" for sign in key):
        raise ValueError(f"{where}: the key file of {system[:100]} must hold one key without spaces")
    return key
