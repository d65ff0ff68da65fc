import { dictionary } from "@/i18n";

/** Words of those who lead a sitting: rehearsal, floor, agenda, people, results. */
export const l = dictionary(
  {
    rehearsal: "Tổng duyệt", rehearsalWhat: "Thử hình và tiếng trước khai mạc; không ghi vào hồ sơ.", onStage: "Lên hình", seenAsSpeaker: "Ở ô phát biểu", seenAsChair: "Ở ô chủ trì", off: "Cho xuống", tryMic: "Bật micro để thử", tryMicOff: "Tắt micro thử", rehearsing: "Điểm cầu đang được thử hình và tiếng",
    findSite: "Tìm điểm cầu (gõ không dấu cũng được)", noSite: "Không có điểm cầu nào khớp. Hãy gõ một phần tên.", inRoom: "đang họp", away: "chưa có mặt",
    invite: "Mời điểm cầu phát biểu", inviteNow: "Mời", up: "Lên trước: {who}", down: "Xuống sau: {who}", order: "Kéo, hoặc giữ Alt và bấm ↑ ↓ để đổi thứ tự.", timeRule: "Thời gian phát biểu", minutesEach: "Số phút mỗi lượt (0: không hạn chế)", endOnTime: "Hết giờ thì tự kết thúc lượt", save: "Lưu", noLimit: "Không hạn chế thời gian",
    goTo: "Chuyển đến", back: "Quay lại", skip: "Bỏ qua", skipWhy: "Lý do bỏ qua", plus: "Thêm phút", act: "Xử lý nội dung {n}",
    sitesWaiting: "Danh sách điểm cầu chờ chấp nhận", accept: "Chấp nhận danh sách: {site} ({n})", report: "Báo số người của điểm cầu", count: "Số người có mặt", reportNow: "Ghi số người", unmark: "Bỏ điểm danh",
    people: "Người dự", handOver: "Bàn giao chủ trì", handOverTo: "Bàn giao cho", handOverAsk: "{who} sẽ chủ trì cuộc họp ngay. Việc này được công bố với mọi điểm cầu và ghi vào hồ sơ.", assistant: "Người giúp việc chủ trì", name: "Cử", dismiss: "Thôi cử", assistantWhat: "Được bấm thay chủ trì; hồ sơ ghi rõ ai bấm, thay mặt ai.", remove: "Đưa ra khỏi cuộc họp", removeWhy: "Lý do", readmit: "Cho vào lại", removed: "đã ở ngoài cuộc họp", findPerson: "Tìm người (gõ không dấu cũng được)",
    resumeBySelf: "Hết giờ nghỉ thì tự họp tiếp", waits: "Cuộc họp “{other}” ở cùng điểm cầu chưa kết thúc.", openAnyway: "Khai mạc ngay", recessLeft: "Còn nghỉ {span}", recessOver: "Đã hết giờ nghỉ",
    members: "Tổng số thành viên", present: "Có mặt", voted: "Đã biểu quyết", byRule: "Theo quy định: {rule}", forItem: "Thuộc nội dung", adHoc: "Ngoài chương trình", why: "Lý do",
    designated: "Chủ trì theo lịch họp", designatedAsk: "Lịch họp vừa cử {who} chủ trì. Quý vị vẫn chủ trì cho đến khi bàn giao.", designatedWaits: "Lịch họp vừa cử {who} chủ trì; đang chờ chủ trì bàn giao.", designatedOwn: "Lịch họp cử quý vị chủ trì. Quý vị chủ trì khi {who} bàn giao.", newSecretary: "{who} làm thư ký cuộc họp",
    handedOver: "{who} chủ trì cuộc họp", placeMoved: "Vị trí của điểm cầu {site} vừa chuyển sang thiết bị khác", timeOver: "Hết thời gian phát biểu", result: "Kết quả biểu quyết: {text}", cancelled: "Cuộc họp đã bị hủy", meetingPage: "Mở trang cuộc họp", closed: "Phòng họp đã đóng", minutes: "Mở biên bản", adjournedWhere: "Cuộc họp đã bế mạc. Biên bản ở trang cuộc họp.",
  },
  {
    rehearsal: "Rehearsal", rehearsalWhat: "Try picture and sound before the opening; nothing of it is recorded.", onStage: "On stage", seenAsSpeaker: "As the speaker", seenAsChair: "As the chair", off: "Take off", tryMic: "Turn the microphone on to try it", tryMicOff: "Turn the microphone off", rehearsing: "Picture and sound of this site are being tried",
    findSite: "Find a site (accents not needed)", noSite: "No site matches. Type a part of its name.", inRoom: "in the room", away: "not there",
    invite: "Invite a site to speak", inviteNow: "Invite", up: "Move up: {who}", down: "Move down: {who}", order: "Drag, or hold Alt and press ↑ ↓ to change the order.", timeRule: "Speaking time", minutesEach: "Minutes for each turn (0: no limit)", endOnTime: "A turn ends by itself on time", save: "Save", noLimit: "No time limit",
    goTo: "Go to", back: "Back to", skip: "Skip", skipWhy: "Reason for skipping", plus: "More minutes", act: "Actions for item {n}",
    sitesWaiting: "Sites' lists to accept", accept: "Accept the list: {site} ({n})", report: "Report a site's headcount", count: "People present", reportNow: "Record headcount", unmark: "Unmark",
    people: "People", handOver: "Hand the chair over", handOverTo: "Hand over to", handOverAsk: "{who} will chair the sitting at once. It is announced to every site and recorded.", assistant: "Assistants of the chair", name: "Name", dismiss: "Dismiss", assistantWhat: "They press for the chair; the record says who pressed and for whom.", remove: "Remove from the sitting", removeWhy: "Reason", readmit: "Readmit", removed: "removed", findPerson: "Find a person (accents not needed)",
    resumeBySelf: "Resume by itself when the recess is over", waits: "The sitting “{other}” at the same sites has not ended.", openAnyway: "Open now", recessLeft: "Recess: {span} left", recessOver: "The recess is over",
    members: "Members", present: "Present", voted: "Voted", byRule: "By the rule: {rule}", forItem: "Belongs to", adHoc: "Not on the agenda", why: "Reason",
    designated: "Chair named in the calendar", designatedAsk: "The calendar now names {who} as chair. You chair until you hand over.", designatedWaits: "The calendar now names {who} as chair; the chair has yet to hand over.", designatedOwn: "The calendar names you as chair. You chair once {who} hands over.", newSecretary: "{who} is now the secretary",
    handedOver: "{who} chairs the sitting", placeMoved: "Another device now holds the place of {site}", timeOver: "Speaking time is over", result: "Result of the vote: {text}", cancelled: "The meeting was cancelled", meetingPage: "Open the meeting's page", closed: "The room is closed", minutes: "Open the minutes", adjournedWhere: "The sitting is adjourned. Its minutes are on the meeting's page.",
  },
);
