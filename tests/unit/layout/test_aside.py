"""Drawing in a process of its own: what comes back, and what happens when the process ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from meetings.errors import Invalid, Refusal
from meetings.layout.aside import aside


def whereabouts(word: str) -> tuple[str, int]:
    return word, os.getpid()


def refuse() -> None:
    raise Invalid("letter.signatory", "Hãy chọn người ký.", field="signatory")


def die(note: Path, times: int) -> int:
    """End the process `times` times, then answer how often it did."""
    count = len(note.read_text()) if note.exists() else 0
    if count < times:
        note.write_text("x" * (count + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return count


async def test_the_work_is_done_in_another_process_and_its_result_comes_back() -> None:
    word, process = await aside(whereabouts, "văn bản")
    assert word == "văn bản"
    assert process != os.getpid()
    assert (await aside(whereabouts, "lần nữa"))[1] != process, "and each in one of its own"


async def test_a_refusal_comes_back_whole() -> None:
    with pytest.raises(Invalid) as refused:
        await aside(refuse)
    assert refused.value.as_json() == {
        "id": "letter.signatory",
        "message": "Hãy chọn người ký.",
        "details": {"field": "signatory"},
    }


async def test_a_process_that_ends_is_replaced_and_its_work_done(tmp_path: Path) -> None:
    assert await aside(die, tmp_path / "note", 1) == 1


async def test_work_that_ends_every_process_is_refused_and_the_next_one_is_done(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        await aside(die, tmp_path / "note", 9)
    assert refused.value.id == "document.not_drawn"
    assert (await aside(whereabouts, "sau đó"))[0] == "sau đó"
