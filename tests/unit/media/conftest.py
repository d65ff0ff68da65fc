from __future__ import annotations

from pathlib import Path

import pytest

from signaling.media.embedded.compile_loop import compiled


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The send loop in C, compiled from what is here now."""
    library = tmp_path_factory.mktemp("loop") / "send_loop.so"
    assert compiled(library) == ""
    return library
