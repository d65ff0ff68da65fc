"""The record in sentences: what each event says, with the names of people and sites of that day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from meetings.sitting.decide import apply
from meetings.sitting.events import Event, Json
from meetings.sitting.registry import words
from meetings.sitting.state import SYSTEM, State

#: One sentence per event type; `{key}` is a value of the payload in words.
SENTENCES: Mapping[str, str] = {
    "sitting.prepared": "Chuẩn bị cuộc họp theo lịch, lần {revision}",
    "sitting.opened": "Khai mạc, có mặt {present}/{members} thành viên",
    "sitting.recessed": "Tạm nghỉ",
    "sitting.resumed": "Họp tiếp",
    "sitting.stopped": "Dừng vì nội dung mật",
    "sitting.cleared": "Họp tiếp sau khi dừng",
    "sitting.adjourned": "Bế mạc",
    "home.taken": "Máy chủ {server} nhận cuộc họp (lần {epoch})",
    "chair.handed_over": "{from} bàn giao chủ trì cho {to}",
    "chair.designated": "Lịch họp cử {person} chủ trì, chờ bàn giao",
    "secretary.replaced": "{to} làm thư ký thay {from}",
    "chair.assistant_named": "Cử {person} giúp việc chủ trì",
    "chair.assistant_dismissed": "Thôi cử {person} giúp việc chủ trì",
    "site.connected": "{site} vào phòng họp",
    "site.disconnected": "{site} mất kết nối",
    "site.reported": "{site} báo có {headcount} người",
    "site.taken_over": "Thiết bị khác giữ vị trí của {site}",
    "site.invited": "Thêm {site} vào cuộc họp",
    "roll_call.claimed": "{delegate} báo có mặt",
    "roll_call.confirmed_at_site": "Điểm cầu xác nhận {delegate}",
    "roll_call.list_accepted": "Thư ký chấp nhận danh sách của {site}",
    "roll_call.marked": "Điểm danh {delegate}: {status}",
    "roll_call.lapsed": "Hết hạn chờ xác nhận {delegate}",
    "participant.removed": "Đưa {person} ra khỏi cuộc họp, lý do: {reason}",
    "participant.readmitted": "Cho {person} vào lại",
    "participant.invited": "Mời thêm {delegate}{guest}, {site}",
    "participant.uninvited": "Thôi mời {delegate}{guest}",
    "agenda.advanced": "Chuyển đến nội dung: {to}",
    "agenda.skipped": "Bỏ qua nội dung {item}, lý do: {reason}",
    "agenda.extended": "Thêm {minutes} phút cho nội dung {item}",
    "agenda.added": "Thêm nội dung {item} vào chương trình",
    "agenda.changed": "Sửa nội dung {item} trong chương trình",
    "agenda.ordered": "Sắp xếp lại các nội dung của chương trình",
    "agenda.removed": "Bỏ nội dung {item} khỏi chương trình",
    "floor.requested": "{delegate} {site} đăng ký phát biểu",
    "floor.withdrawn": "Hủy đăng ký phát biểu",
    "floor.moved": "Đổi thứ tự phát biểu",
    "floor.granted": "Mời {delegate} {site} phát biểu",
    "floor.extended": "Thêm thời gian phát biểu",
    "floor.released": "Kết thúc lượt phát biểu: {cause}",
    "floor.time_set": "Đặt thời gian phát biểu {seconds} giây",
    "microphone.opened": "Bật micro ô {slot}",
    "microphone.closed": "Tắt micro ô {slot}",
    "microphone.muted": "Chủ trì tắt micro ô {slot}",
    "presentation.started": "Trình chiếu tài liệu {document}, trang {page}",
    "presentation.turned": "Chuyển sang trang {page}",
    "presentation.stopped": "Dừng trình chiếu",
    "screen.started": "{site} chia sẻ màn hình",
    "screen.stopped": "Dừng chia sẻ màn hình",
    "recording.started": "Bắt đầu ghi hình",
    "recording.stopped": "Dừng ghi hình: {cause}",
    "ballot.prepared": "Chuẩn bị biểu quyết: {question}",
    "ballot.opened": "Mở biểu quyết, {present} người được biểu quyết",
    "ballot.cast": "{mandate} biểu quyết lựa chọn {choice}",
    "ballot.closed": "Đóng biểu quyết, kết quả {totals}, {voted} người đã biểu quyết ({rule})",
    "ballot.cancelled": "Hủy biểu quyết, lý do: {reason}",
    "note.recorded": "Lưu ghi chép của nội dung {item}, bản {revision}",
    "conclusion.recorded": "Kết luận: {text}",
    "conclusion.withdrawn": "Rút một kết luận",
    "task.assigned": "Giao việc cho {assignee}: {text}, hạn {due}",
    "task.withdrawn": "Rút một nhiệm vụ",
    "record.redacted": "Xóa nội dung của sự kiện {seq} theo quy định",
}
#: What is said of a type that a newer build wrote.
UNKNOWN = "Sự kiện loại “{type}” do phiên bản mới hơn ghi"
_VALUES = {
    "in_person": "có mặt trực tiếp",
    "online": "có mặt trực tuyến",
    "absent": "vắng mặt",
    "unmarked": "bỏ điểm danh",
    "done": "người phát biểu kết thúc",
    "revoked": "chủ trì kết thúc",
    "replaced": "mời người khác",
    "lost": "mất kết nối",
    "time": "hết thời gian",
    "removed": "ra khỏi cuộc họp",
    "sitting": "cuộc họp dừng",
    "asked": "theo yêu cầu",
    "secret": "nội dung mật",
    "failed": "máy chủ không ghi được",
    "disk": "đĩa của máy chủ gần đầy",
    "speaker": "phát biểu",
    "chair": "chủ trì",
    "floor": "ý kiến về điều hành",
}
_CODED = frozenset({"status", "cause", "slot"})


def tell(meeting: str, events: Sequence[Event], texts: Mapping[str, str]) -> Iterator[tuple[Event, str, str]]:
    """Each event with who acted and what happened, in Vietnamese; erased content is said to be erased."""
    state, names = State(meeting, texts=dict(texts)), dict[str, str]()
    for event in events:
        apply(state, event)
        names |= _names(state)  # also of what is no longer there
        actor = "hệ thống" if event.actor == SYSTEM else names.get(event.actor, event.actor)
        if event.on_behalf_of:
            how = "theo lệnh của" if event.payload.get("by_order") else "thay mặt"
            actor += f" ({how} {names.get(event.on_behalf_of, 'chủ trì')})"
        yield event, actor, "(nội dung đã xóa theo quy định)" if event.redacted else _sentence(state, event, names)


def _names(state: State) -> dict[str, str]:
    if state.brief is None:
        return {}
    brief = state.brief
    names = (
        dict(brief.names) | {one.site: one.name for one in brief.sites} | {one.item: one.title for one in brief.items}
    )
    for seat in brief.delegates:
        names |= {seat.delegate: seat.name} | ({seat.person: seat.name} if seat.person else {})
    return names | {one.guest: one.name for one in brief.guests}


def _sentence(state: State, event: Event, names: Mapping[str, str]) -> str:
    if event.type not in SENTENCES:
        return UNKNOWN.format(type=event.type)
    values = _Said({key: _said(state, key, value, names) for key, value in event.payload.items()})
    return " ".join(SENTENCES[event.type].format_map(values).split()).rstrip(" ,:")


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _said(state: State, key: str, value: Json, names: Mapping[str, str]) -> str:
    if isinstance(value, dict) and "text" in value:
        return state.texts.get(words(value), "(đã xóa theo quy định)")
    if isinstance(value, list):
        return " – ".join(str(one) for one in value if isinstance(one, int | str))
    if key == "choice" and isinstance(value, int):
        return str(value + 1)
    if key in _CODED:
        return _VALUES.get(str(value), str(value))
    return names.get(str(value), str(value)) if isinstance(value, str) else str(value)
