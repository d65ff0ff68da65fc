import { language } from "@/i18n";

/** What people call the events that a line of the minutes may rest on: Vietnamese, English. */
const NAMES: Record<string, [string, string]> = {
  "sitting.prepared": ["Chuẩn bị cuộc họp", "Sitting prepared"],
  "sitting.opened": ["Khai mạc", "Sitting opened"],
  "sitting.recessed": ["Tạm nghỉ", "Recess"],
  "sitting.resumed": ["Họp tiếp", "Resumed"],
  "sitting.stopped": ["Dừng vì nội dung mật", "Stopped for secret content"],
  "sitting.cleared": ["Tiếp tục sau khi dừng", "Continued after a stop"],
  "sitting.adjourned": ["Bế mạc", "Adjourned"],
  "chair.handed_over": ["Chuyển quyền chủ trì", "Chair handed over"],
  "chair.designated": ["Lịch họp cử chủ trì", "Chair named in the calendar"],
  "secretary.replaced": ["Thay thư ký", "Secretary replaced"],
  "site.invited": ["Thêm điểm cầu", "Site invited"],
  "participant.invited": ["Mời thêm", "Invited"],
  "participant.uninvited": ["Thôi mời", "No longer invited"],
  "site.reported": ["Điểm cầu báo số người", "Site reported its headcount"],
  "roll_call.list_accepted": ["Chấp nhận danh sách điểm cầu", "Site's list accepted"],
  "roll_call.marked": ["Điểm danh", "Roll call"],
  "agenda.advanced": ["Chuyển nội dung", "Agenda advanced"],
  "agenda.skipped": ["Bỏ qua nội dung", "Item skipped"],
  "agenda.added": ["Thêm nội dung", "Item added"],
  "agenda.changed": ["Sửa nội dung", "Item changed"],
  "agenda.ordered": ["Đổi thứ tự nội dung", "Items reordered"],
  "agenda.removed": ["Bỏ nội dung", "Item removed"],
  "floor.granted": ["Mời phát biểu", "Floor granted"],
  "recording.started": ["Bắt đầu ghi hình", "Recording started"],
  "recording.stopped": ["Dừng ghi hình", "Recording stopped"],
  "ballot.prepared": ["Chuẩn bị biểu quyết", "Ballot prepared"],
  "ballot.opened": ["Mở biểu quyết", "Ballot opened"],
  "ballot.closed": ["Đóng biểu quyết", "Ballot closed"],
  "ballot.cancelled": ["Hủy biểu quyết", "Ballot cancelled"],
  "note.recorded": ["Ghi chép của thư ký", "Secretary's notes"],
  "conclusion.recorded": ["Kết luận", "Conclusion"],
  "task.assigned": ["Giao việc", "Task assigned"],
};

export function eventName(type: string): string {
  const found = NAMES[type];
  return found ? found[language.value === "en" ? 1 : 0] : type;
}
