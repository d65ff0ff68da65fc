"""The draft says what the record says, line by line with the events it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from meetings.layout.letterhead import day, number_and_symbol
from meetings.minutes.draft import assemble
from meetings.minutes.layout import render
from meetings.minutes.wording import ballot, moment
from meetings.sitting.actors import SYSTEM_ACTOR
from meetings.sitting.brief import Item
from meetings.sitting.following import follow
from tests.unit.minutes.played import STARTS, Played, brief, whole_sitting
from tests.unit.minutes.samples import sample


def test_draft_of_a_whole_sitting() -> None:
    sitting, seq = whole_sitting()
    content = assemble(sitting.sources())
    assert content.title == "Phiên họp thường kỳ mẫu"
    assert (content.chair.name, content.chair.position) == ("Nguyễn Văn Mẫu", "Chủ tịch")
    assert content.secretary.name == "Lê Thị Mẫu"
    assert content.record_head == sitting.last.hash.hex()
    assert content.start_at > STARTS
    assert content.end_at > content.start_at
    assert content.start_events == (seq["open"],)
    assert content.end_events == (seq["adjourn"],)
    assert content.kind == "Cuộc họp"
    assert "theo lệnh của chủ trì" in content.opening[0].text
    assert "2/3 thành viên, đủ điều kiện họp" in content.opening[0].text


def test_attendance_of_each_site() -> None:
    sitting, seq = whole_sitting()
    hub, far = assemble(sitting.sources()).sites
    assert (far.headcount, far.chair, far.confirmed, far.present) == (7, "Phạm Văn Mẫu", 1, True)
    assert seq["report"] in far.events
    (absence,) = hub.absences
    assert (absence.name, absence.reason, absence.events) == ("Trần Thị Mẫu", "đi công tác", (seq["absent"],))


def test_items_with_speakers_ballots_conclusions_and_tasks() -> None:
    sitting, seq = whole_sitting()
    first, skipped = assemble(sitting.sources()).items
    assert first.events == (seq["item"],)
    assert [one.text for one in first.lines] == ["Nghe báo cáo.", "Thảo luận kỹ."]
    assert first.lines[0].events == (seq["note"],)
    assert [(one.name, one.site, one.events) for one in first.speakers] == [
        ("Phạm Văn Mẫu", "Điểm cầu xã Mẫu", (seq["floor"],))
    ]
    (result,) = first.ballots
    assert (result.members, result.present, result.voted, result.passed) == (3, 2, 2, True)
    assert result.events[-1] == seq["ballot"]
    assert "Thành viên" not in ballot(result)
    assert "Kết quả: Thông qua (quá nửa tổng số thành viên)." in ballot(result)
    assert [one.text for one in first.conclusions] == ["Thống nhất báo cáo."], "what was withdrawn is not printed"
    assert first.conclusions[0].events == (seq["conclusion"],)
    assert [(one.assignee, one.due) for one in first.tasks] == [("=Sở Mẫu", "2026-12-05")]
    assert "hết giờ" in skipped.lines[0].text


def test_redacted_texts_and_events_leave_a_draft() -> None:
    sitting, seq = whole_sitting()
    sources = sitting.sources()
    text = next(one.id for one in sitting.texts if one.text == "Thống nhất báo cáo.")
    texts = {key: value for key, value in sources.texts.items() if key != text}
    events = [replace(one, payload={}, redacted=True) if one.seq == seq["floor"] else one for one in sources.events]
    content = assemble(replace(sources, texts=texts, events=events))
    assert content.items[0].conclusions[0].text == "(đã xóa theo quy định)"
    assert content.items[0].speakers == ()
    assert render(content).pages >= 1


def test_a_sitting_that_was_never_prepared_has_no_draft() -> None:
    sitting, _ = whole_sitting()
    with pytest.raises(LookupError):
        assemble(replace(sitting.sources(), events=[]))


def test_dates_and_numbers_as_the_decree_writes_them() -> None:
    assert moment(1_770_253_500_000) == "08 giờ 05 phút, ngày 05 tháng 02 năm 2026"
    assert day(date(2026, 3, 12)) == "ngày 12 tháng 3 năm 2026"
    assert number_and_symbol(sample().letterhead) == "Số: 05/BB-VP"
    assert number_and_symbol(replace(sample().letterhead, number="120")) == "Số: 120/BB-VP"


def test_a_secretary_and_items_changed_while_it_ran_stand_in_the_minutes() -> None:
    sitting = Played()
    for delegate in ("d1", "d2"):
        sitting.say("p-secretary", "roll_call.mark", delegate=delegate, status="in_person")
    sitting.say("p-chair", "sitting.open")
    sitting.say("p-chair", "agenda.advance", **{"from": "", "to": "i1"})
    said = brief(sitting.meeting)
    (one, two), later = said.items, Item(item="i3", title="Nội dung bổ sung mẫu")
    names = said.names | {"p-new": "Vũ Thị Mẫu"}
    news = said.model_copy(update={"items": (one, later), "secretary": "p-new", "names": names})
    context = sitting.context(SYSTEM_ACTOR)
    sitting.keep("system", follow(context, news), context.texts)
    content = assemble(sitting.sources())
    assert (content.secretary.name, content.secretary.person) == ("Vũ Thị Mẫu", "p-new")
    assert len(content.secretary.events) == 2
    assert [item.title for item in content.items] == [one.title, later.title]
    assert [line.text.split(": ", 1)[1] for line in content.items[0].lines] == [
        "Vũ Thị Mẫu làm thư ký cuộc họp thay Lê Thị Mẫu.",
        f"Đưa nội dung “{two.title}” ra khỏi chương trình.",
        "Bổ sung vào chương trình nội dung “Nội dung bổ sung mẫu”.",
    ]
