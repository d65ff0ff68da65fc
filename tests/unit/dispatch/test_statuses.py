"""Statuses: whatever comes in whatever order, a recipient's state moves along the two ladders alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from meetings.dispatch.message import StatusCode
from meetings.dispatch.statuses import PROCESSING, RECALL, Progress

ANY_CODE = st.sampled_from([*StatusCode, "", "07", "99"])


@given(st.lists(st.one_of(ANY_CODE, st.just("ask back")), max_size=30))
def test_no_course_of_statuses_leaves_the_table_or_an_end(course: list[str]) -> None:
    now = Progress()
    for step in course:
        after = now.asked_back() if step == "ask back" else now.after(step)
        if after is None:
            assert step not in PROCESSING[now.processing] | RECALL[now.recall] or now.closed
            continue
        moved = after.processing != now.processing
        assert not moved or after.processing in PROCESSING[now.processing]
        assert not (moved and after.recall != now.recall), "one step moves one ladder"
        if step != "ask back" and after.recall != now.recall:
            assert now.recall == StatusCode.RECALL_ASKED, "nobody answers a recall that was not asked"
        if now.closed:
            assert after == now, "a document that was given back is out of the recipient's hands"
        now = after


@given(st.lists(ANY_CODE, max_size=20))
def test_a_recipient_never_says_itself_that_a_recall_was_asked(course: list[str]) -> None:
    now = Progress()
    for code in course:
        now = now.after(code) or now
    assert now.recall == ""


def test_a_document_goes_on_after_a_refused_recall_and_can_be_asked_back_again() -> None:
    now = Progress(StatusCode.REGISTERED).asked_back().after(StatusCode.RECALL_REFUSED)
    assert now is not None
    assert now.after(StatusCode.IN_WORK) == Progress(StatusCode.IN_WORK, StatusCode.RECALL_REFUSED)
    assert now.asked_back().recall == StatusCode.RECALL_ASKED


def test_every_status_has_its_place_in_the_table() -> None:
    placed = set(PROCESSING) | set(RECALL) | set[str]().union(*PROCESSING.values(), *RECALL.values())
    assert placed == {"", *StatusCode}
