"""The record reads as sentences with the names of people, sites and items."""

from __future__ import annotations

import dataclasses

from meetings.record.telling import SENTENCES, tell
from meetings.sitting.brief import Guest
from meetings.sitting.events import CATALOGUE
from meetings.sitting.following import follow
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, hall


def test_every_event_type_has_a_sentence() -> None:
    assert set(SENTENCES) == set(CATALOGUE)


def test_names_stand_for_ids_and_who_pressed_for_whom_is_said() -> None:
    brief = Room().brief.model_copy(update={"names": {"chair": "Bà Mẫu", "secretary": "Ông Mẫu"}})
    room = Room(brief).join(1)
    room.ask(SECRETARY, "sitting.open")
    room.ask(CHAIR, "agenda.advance", **{"from": "", "to": "i1"})
    room.ask(CHAIR, "floor.grant", request=room.hand(hall(1)))
    room.ask(SECRETARY, "roll_call.mark", delegate="d2", status="absent", reason="Đi công tác")
    room.ask(CHAIR, "participant.remove", person="p3", reason="Gây rối")
    told = [f"{actor}: {sentence}" for _, actor, sentence in tell("meeting", room.events, room.state.texts)]
    assert told[1] == "Ông Mẫu (theo lệnh của Bà Mẫu): Khai mạc, có mặt 0/6 thành viên"
    assert told[2] == "Bà Mẫu: Chuyển đến nội dung: Một"
    assert told[4] == "Bà Mẫu: Mời Điểm cầu 1 phát biểu"
    assert told[5] == "Ông Mẫu: Điểm danh Đại biểu 2: vắng mặt"
    assert told[6] == "Bà Mẫu: Đưa Đại biểu 3 ra khỏi cuộc họp, lý do: Gây rối"


def test_who_was_invited_while_the_sitting_ran_has_a_name_and_keeps_it() -> None:
    room = Room().join(0).opened()
    later = room.brief.model_copy(update={"guests": (Guest(guest="g9", site="s1", name="Bà Khách Mẫu"),)})
    room.system(lambda context: follow(context, later))
    room.system(lambda context: follow(context, room.brief))
    told = [
        sentence for event, _, sentence in tell("meeting", room.events, room.state.texts) if "invited" in event.type
    ]
    assert told == [
        "Thôi mời Khách",
        "Mời thêm Bà Khách Mẫu, Điểm cầu 1",
        "Thôi mời Bà Khách Mẫu",
        "Mời thêm Khách, Điểm cầu 1",
    ]


def test_what_a_newer_build_wrote_is_told_as_that_and_the_rest_reads_on() -> None:
    room = Room().join(0).opened()
    newest = room.events[-1]
    unknown = dataclasses.replace(newest, seq=newest.seq + 1, type="seat.map_drawn", payload={"seat": 1})
    following = dataclasses.replace(newest, seq=newest.seq + 2, type="sitting.stopped", payload={})
    told = [sentence for *_, sentence in tell("meeting", [*room.events, unknown, following], room.state.texts)]
    assert told[-2:] == ["Sự kiện loại “seat.map_drawn” do phiên bản mới hơn ghi", "Dừng vì nội dung mật"]
