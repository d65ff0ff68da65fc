from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from signaling.media.janus.engine import Janus
from tests.integration.janus.janus_process import JanusProcess
from tests.integration.janus.namespace import Namespace, namespace
from tests.integration.media.pages import until


@pytest.fixture(scope="session")
def space() -> Iterator[Namespace]:
    assert shutil.which("janus"), "Janus is not installed: run tests/packages.sh"
    with namespace() as one:
        yield one


@pytest.fixture
async def process(space: Namespace, tmp_path: Path) -> AsyncIterator[JanusProcess]:
    one = JanusProcess(space, tmp_path / "janus", secret="a secret of tests")
    await one.start()
    yield one
    await one.kill()


@pytest.fixture
async def janus(process: JanusProcess) -> AsyncIterator[Janus]:
    one = Janus(process.url, "a secret of tests")
    one.start()
    await until(lambda: bool(one.epoch))
    yield one
    await one.stop()
