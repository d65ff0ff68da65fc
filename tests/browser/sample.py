"""The sample province and its demo sitting, made once for all tests of a run and copied for each."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from web.app import STATIC
from web.demo import prepare
from web.settings import Settings

PASSWORD = "mat-khau-mau"
_made: list[Path] = []


async def sample_settings(folder: Path, port: int, **more: str) -> Settings:
    """Settings of a system with the sample data in `folder`, to be served on `port`."""
    assert (STATIC / "index.html").exists(), "The client is not built: run `make client`."
    if not _made:
        _made.append(await _make())
    shutil.copytree(_made[0], folder, dirs_exist_ok=True)
    return _settings(folder, port, **more)


def _settings(folder: Path, port: int = 8080, **more: str) -> Settings:
    address = f"sqlite+aiosqlite:///{folder}/demo.sqlite3"
    socket = folder / "media.sock"
    return Settings(database_url=address, data_dir=folder, port=port, media_socket=socket, **more)  # type: ignore[arg-type]


async def _make() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="diemcau-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DEMO_PASSWORD"] = PASSWORD
    await prepare(_settings(folder))
    return folder
