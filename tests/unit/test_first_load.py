"""How much script the room costs before a paper is opened, in the client as it is built."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from web.app import STATIC

#: Compressed script of the first load, in bytes.
BUDGET = 150_000
PAGES = ["ChairPage", "SecretaryPage", "HallPage", "ConsolePage", "CompanionPage", "WallPage"]


def manifest() -> dict[str, Any]:
    file = STATIC / ".vite/manifest.json"
    assert file.exists(), "The client is not built: run `make client`."
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def needed(chunks: dict[str, Any], start: list[str]) -> set[str]:
    """The files that these chunks import, themselves included."""
    open_, seen = list(start), set[str]()
    while open_:
        key = open_.pop()
        if key not in seen:
            seen.add(key)
            open_ += chunks[key].get("imports", [])
    return {chunks[key]["file"] for key in seen}


def size(files: set[str], root: Path = STATIC) -> int:
    return sum(len(gzip.compress((root / file).read_bytes(), 6)) for file in files if file.endswith(".js"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_room_loads_little_script_before_a_paper_opens(page: str) -> None:
    chunks = manifest()
    start = ["index.html", "src/pages/room/RoomPage.vue", f"src/pages/room/{page}.vue"]
    start += [key for key in chunks if key.startswith("src/media/")]
    files = needed(chunks, start)
    assert not [file for file in files if "pdf" in file.lower()]
    assert 20_000 < size(files) <= BUDGET
