"""Several people's documents are drawn at the same time, each as if it were alone."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

from meetings.minutes.layout import render
from tests.unit.minutes.samples import sample


def test_documents_drawn_at_once_are_the_same_as_one_drawn_alone() -> None:
    alone = hashlib.sha256(render(sample()).pdf).hexdigest()
    with ThreadPoolExecutor(6) as threads:
        drawn = [threads.submit(render, sample()) for _ in range(18)]
        assert {hashlib.sha256(one.result().pdf).hexdigest() for one in drawn} == {alone}
