import { dictionary } from "@/i18n";

/** Words of the check before joining and of the paired room PC. */
export const c = dictionary(
  {
    title: "Kiểm tra thiết bị", picture: "Hình", ownPicture: "Hình của mình", noPicture: "Vào họp không có hình", openingDevices: "Đang mở máy ảnh và micro…", speak: "Hãy nói thử vài tiếng: vạch phải chuyển động", moved: "Micro hoạt động",
    level: "Mức âm của micro", play: "Phát âm thử", heardAsk: "Quý đại biểu có nghe thấy không?", heard: "Có nghe", notHeard: "Không nghe", notHeardHelp: "Hãy tăng âm lượng, chọn loa khác ở đây hoặc kiểm tra dây loa, rồi phát lại.",
    line: "Đường truyền", measure: "Đo lại", measuring: "Đang đo đường truyền…", good: "Đường truyền tốt", medium: "Đủ cho hình vừa", sound: "Chỉ đủ âm thanh", poor: "Đường truyền chưa đủ để họp. Hãy báo kỹ thuật.",
    figures: "Tải về {down} kbit/s · gửi đi {up} kbit/s · trễ {rtt} ms", enter: "Vào họp", passed: "Tất cả đã sẵn sàng", camera: "Máy ảnh", microphone: "Micro", speaker: "Loa", retry: "Thử lại", withPicture: "Bật lại hình",
    room: "Máy phòng họp", pairing: "Mã ghép máy", pairHow: "Kỹ thuật viên của đơn vị nhập mã này ở trang Thiết bị và chọn điểm cầu.", pairLeft: "Mã còn hiệu lực {left}", newCode: "Lấy mã mới", expired: "Mã đã hết hạn.",
    nextMeeting: "Cuộc họp sắp tới của điểm cầu", noMeeting: "Điểm cầu chưa có cuộc họp nào sắp tới", noMeetingText: "Khi có lịch họp, cuộc họp tự hiện ở đây.", startsAt: "Bắt đầu lúc {at}", running: "Đang trong giờ họp, từ {at}", chairedBy: "Chủ trì: {name}", checkAgain: "Kiểm tra thiết bị", loading: "Đang hỏi máy chủ…",
  },
  {
    title: "Device check", picture: "Picture", ownPicture: "Your own picture", noPicture: "Joining without a picture", openingDevices: "Opening camera and microphone…", speak: "Say a few words: the bar must move", moved: "The microphone works",
    level: "Level of the microphone", play: "Play a test sound", heardAsk: "Do you hear it?", heard: "I hear it", notHeard: "I do not", notHeardHelp: "Turn the volume up, choose another loudspeaker here or check its cable, then play again.",
    line: "Line", measure: "Measure again", measuring: "Measuring the line…", good: "The line is good", medium: "Enough for a medium picture", sound: "Enough for sound only", poor: "The line is not enough for the meeting. Tell the technicians.",
    figures: "Down {down} kbit/s · up {up} kbit/s · delay {rtt} ms", enter: "Join", passed: "All is ready", camera: "Camera", microphone: "Microphone", speaker: "Loudspeaker", retry: "Try again", withPicture: "Turn the picture on again",
    room: "Room PC", pairing: "Pairing code", pairHow: "A technician of the unit types this code on the page Devices and chooses the site.", pairLeft: "The code is valid for {left}", newCode: "Get a new code", expired: "The code has expired.",
    nextMeeting: "The site's next meeting", noMeeting: "The site has no meeting ahead", noMeetingText: "When one is scheduled, it appears here by itself.", startsAt: "Begins at {at}", running: "In session hours since {at}", chairedBy: "Chair: {name}", checkAgain: "Device check", loading: "Asking the server…",
  },
);
