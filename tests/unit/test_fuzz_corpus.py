"""Every input that the fuzzer kept is taken as its parser promises."""

from __future__ import annotations

from pathlib import Path

import pytest

import tests.fuzz
from tests.fuzz.targets import TARGETS

CORPUS = Path(tests.fuzz.__file__).parent / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_the_kept_inputs_of(name: str) -> None:
    inputs = sorted((CORPUS / name).iterdir())
    assert len(inputs) >= 2
    for path in inputs:
        TARGETS[name](path.read_bytes())
