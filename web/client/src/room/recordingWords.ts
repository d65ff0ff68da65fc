import { dictionary } from "@/i18n";

/** Words of recording the stage, in the room and on the meeting's page. */
export const r = dictionary(
  {
    running: "Đang ghi hình", paused: "Tạm ngừng ghi hình", started: "Bắt đầu ghi hình cuộc họp", stopped: "Đã dừng ghi hình", failed: "Máy chủ không ghi hình được nên việc ghi hình đã dừng",
    start: "Ghi hình", stop: "Dừng ghi hình", startAsk: "Ghi hình cuộc họp?", startYes: "Bắt đầu ghi hình", startWhat: "Hình và tiếng trên sân khấu được ghi lại, trừ lúc tạm nghỉ; mọi điểm cầu thấy dòng “Đang ghi hình”. Việc ghi hình dừng ngay khi dừng vì nội dung mật.",
    kept: "Tệp được lưu {n} ngày rồi tự xóa. Được tải về: {who}.", stopAsk: "Dừng ghi hình?", stopWhat: "Có thể ghi tiếp sau; phần ghi tiếp là một tệp khác.",
    failedHelp: "Ghi hình đã dừng vì máy chủ không ghi được. Hãy báo kỹ thuật (thư mục ghi hình, máy chủ hình và tiếng) rồi bấm Ghi hình lại.",
    diskHelp: "Ghi hình đã dừng vì đĩa của máy chủ gần đầy; phần đã ghi vẫn còn. Hãy báo kỹ thuật dọn đĩa rồi bấm Ghi hình lại.",
    leaders: "chủ trì và thư ký", delegates: "chủ trì, thư ký và đại biểu của cuộc họp",
    title: "Bản ghi hình", none: "Chưa có bản ghi hình nào. Chủ trì bấm Ghi hình trong phòng họp khi cuộc họp đang diễn ra.", part: "Phần {n}, từ {from} đến {to}", partRunning: "Phần {n}, từ {from}: đang ghi", download: "Tải về ({size})", brokenOff: "bị ngắt giữa chừng, phần đã ghi vẫn xem được", lasts: "dài {span}", chapters: "Mục lục ({n})", deletedOn: "Tự xóa ngày {day}", deleted: "Đã xóa ngày {day} vì hết thời hạn lưu", noAccess: "Chỉ {who} được tải về.",
    rules: "Lưu giữ và tải về", days: "Số ngày lưu, từ 1 đến 3650", daysHint: "Tính từ lúc dừng ghi; áp dụng cả cho bản đã ghi. Giảm số ngày có thể làm bản đã ghi bị xóa.", who: "Ai được tải về", save: "Lưu", saved: "Đã lưu", daysWrong: "Hãy ghi số ngày từ 1 đến 3650.",
  },
  {
    running: "Recording", paused: "Recording paused", started: "The sitting is being recorded", stopped: "The recording has stopped", failed: "The server cannot record, so the recording has stopped",
    start: "Record", stop: "Stop recording", startAsk: "Record the sitting?", startYes: "Start recording", startWhat: "Picture and sound of the stage are recorded, except in a recess; every site sees “Recording”. A stop for secrecy ends the recording at once.",
    kept: "Files are kept for {n} days, then deleted. May download: {who}.", stopAsk: "Stop recording?", stopWhat: "You may record again later; it will be another file.",
    failedHelp: "The recording stopped because the server cannot write it. Tell a technician (recordings folder, media server), then press Record again.",
    diskHelp: "The recording stopped because the server's disk is nearly full; what was recorded is kept. Ask a technician to make room, then press Record again.",
    leaders: "chair and secretary", delegates: "chair, secretary and the meeting's delegates",
    title: "Recordings", none: "No recordings yet. The chair presses Record in the room while the sitting is on.", part: "Part {n}, from {from} to {to}", partRunning: "Part {n}, from {from}: being recorded", download: "Download ({size})", brokenOff: "broken off; what was recorded can be watched", lasts: "{span} long", chapters: "Chapters ({n})", deletedOn: "Deleted by itself on {day}", deleted: "Deleted on {day}: its time was over", noAccess: "Only {who} may download.",
    rules: "Keeping and downloading", days: "Days to keep, 1 to 3650", daysHint: "Counted from the end of the recording; it holds for existing ones too. Fewer days may delete them.", who: "Who may download", save: "Save", saved: "Saved", daysWrong: "Enter 1 to 3650 days.",
  },
);
