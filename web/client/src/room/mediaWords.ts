import { dictionary } from "@/i18n";

/** Words of picture, sound and devices. */
export const m = dictionary(
  {
    stage: "Sân khấu", hear: "Bấm để nghe và xem cuộc họp", interrupted: "Hình và tiếng đang được kết nối lại…", refused: "Trang này chưa có hình và tiếng. Hãy báo kỹ thuật nếu cần nghe và xem.",
    paused: "Hình của điểm cầu đang tạm dừng", waiting: "Đang chờ hình…", own: "Điểm cầu của quý vị", ownNoPicture: "Điểm cầu của quý vị, không có hình", lostSite: "mất kết nối", pointFrom: "Ý kiến",
    microphone: "Micro", camera: "Máy ảnh", speaker: "Loa", devices: "Thiết bị", retry: "Thử lại", withoutPicture: "Vào họp không có hình", withPicture: "Bật lại hình",
    off: "Máy ảnh và micro chưa mở", starting: "Đang mở máy ảnh và micro…", on: "Đã sẵn sàng phát hình và tiếng", sendInterrupted: "Đường gửi hình và tiếng bị gián đoạn, đang nối lại…", prepare: "Chuẩn bị máy ảnh và micro",
    watched: "Kỹ thuật hoặc chủ trì đang xem điểm cầu này", share: "Chia sẻ màn hình", unshare: "Dừng chia sẻ", sharing: "Đang chia sẻ màn hình", level: "Mức âm của micro", elsewhere: "Hình và tiếng do màn hình hội trường giữ", here: "Hình và tiếng do cửa sổ này giữ",
    noMicrophone: "Chưa có micro", noCamera: "Không có hình",
    notBegun: "Cuộc họp chưa khai mạc", beginsAt: "Dự kiến {time}, {day}", sitesHere: "{here}/{all} điểm cầu đã kết nối", inRecess: "Cuộc họp đang tạm nghỉ", goesOn: "Họp tiếp lúc {time} · còn {left}",
    allStopped: "Đã dừng vì nội dung mật", allStoppedWhy: "Hình, tiếng và tài liệu không được truyền đi.", hasEnded: "Cuộc họp đã bế mạc", endedAt: "Bế mạc lúc {time}", nobodyOnStage: "Chưa có ai lên hình",
  },
  {
    stage: "Stage", hear: "Press to hear and see the meeting", interrupted: "Picture and sound are being connected again…", refused: "This page has no picture and sound. Tell the technicians if you need them.",
    paused: "The site's picture is paused", waiting: "Waiting for the picture…", own: "Your site", ownNoPicture: "Your site, without a picture", lostSite: "connection lost", pointFrom: "Point of order",
    microphone: "Microphone", camera: "Camera", speaker: "Loudspeaker", devices: "Devices", retry: "Try again", withoutPicture: "Join without a picture", withPicture: "Turn the picture on again",
    off: "Camera and microphone are not open", starting: "Opening camera and microphone…", on: "Ready to send picture and sound", sendInterrupted: "Sending was interrupted, reconnecting…", prepare: "Prepare camera and microphone",
    watched: "A technician or the chair watches this site", share: "Share the screen", unshare: "Stop sharing", sharing: "The screen is shared", level: "Level of the microphone", elsewhere: "The hall screen carries picture and sound", here: "This window carries picture and sound",
    noMicrophone: "No microphone yet", noCamera: "No picture",
    notBegun: "The meeting has not begun", beginsAt: "Planned for {time}, {day}", sitesHere: "{here} of {all} sites connected", inRecess: "The meeting is in recess", goesOn: "It goes on at {time} · {left} left",
    allStopped: "Stopped because of secret content", allStoppedWhy: "Neither picture, sound nor papers are passed on.", hasEnded: "The meeting is adjourned", endedAt: "Adjourned at {time}", nobodyOnStage: "Nobody is on the stage yet",
  },
);
