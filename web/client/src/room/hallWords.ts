import { dictionary } from "@/i18n";

/** Words of the hall screen and the operator's console. */
export const h = dictionary(
  {
    qr: "Mã QR", qrTitle: "Vào họp bằng điện thoại", qrAlt: "Mã QR để đại biểu trong hội trường vào họp bằng điện thoại", qrHow: "Quét mã bằng điện thoại để điểm danh, xem tài liệu và biểu quyết", qrGetting: "Đang lấy mã QR…", qrShow: "Hiện mã QR trong hội trường", qrHide: "Ẩn mã QR", qrSection: "Đại biểu vào bằng điện thoại",
    console: "Bàn điều khiển", onConsole: "bàn điều khiển", hallOpen: "Màn hình hội trường đang mở.", hallClosed: "Màn hình hội trường chưa mở.", openHall: "Mở màn hình hội trường",
    speaking: "Micro và phát biểu", rollCall: "Điểm danh tại điểm cầu", headcount: "Số người có mặt", report: "Báo cáo", noDelegates: "Chưa có danh sách đại biểu của điểm cầu", code: "mã {code}", confirm: "Xác nhận", confirmOne: "Xác nhận: {name}",
    absent: "✕ vắng", waiting: "◐ chờ thư ký", there: "● có mặt", technicians: "Nhắn kỹ thuật", technician: "Kỹ thuật", site: "Điểm cầu", noMessages: "Chưa có tin nhắn.", message: "Tin nhắn", toOperator: "Nhắn người trực tại điểm cầu", send: "Gửi",
    placeMoved: "Chỗ của điểm cầu vừa chuyển sang thiết bị khác.", placeElsewhere: "Thiết bị khác đang giữ chỗ của điểm cầu này.", onlyListening: "Cửa sổ này chỉ nghe và xem.", askTechnician: "Muốn phát hình và tiếng từ máy này, hãy nhờ kỹ thuật cho phép.", take: "Nhận chỗ về máy này", takeAsk: "Nhận chỗ về máy này?", takeText: "Máy kia thôi phát hình và tiếng của điểm cầu và được báo ngay. Lượt phát biểu đang có được giữ nguyên. Mỗi phút chỉ chuyển được một lần.", takeYes: "Nhận chỗ",
  },
  {
    qr: "QR code", qrTitle: "Join by phone", qrAlt: "QR code for delegates in the hall to join by phone", qrHow: "Scan with a phone to check in, read papers and vote", qrGetting: "Getting the QR code…", qrShow: "Show the QR code in the hall", qrHide: "Hide the QR code", qrSection: "Delegates with a phone",
    console: "Console", onConsole: "on the console", hallOpen: "The hall screen is open.", hallClosed: "The hall screen is not open.", openHall: "Open the hall screen",
    speaking: "Microphone and floor", rollCall: "Roll call at this site", headcount: "People present", report: "Report", noDelegates: "No delegates are listed for this site", code: "code {code}", confirm: "Confirm", confirmOne: "Confirm: {name}",
    absent: "✕ absent", waiting: "◐ waits for the secretary", there: "● present", technicians: "Write to the technicians", technician: "Technician", site: "Site", noMessages: "No messages yet.", message: "Message", toOperator: "Write to the site's operator", send: "Send",
    placeMoved: "The site's place has moved to another device.", placeElsewhere: "Another device holds this site's place.", onlyListening: "This window only hears and sees.", askTechnician: "To send picture and sound from this device, ask a technician to let it.", take: "Take the place", takeAsk: "Take the place?", takeText: "The other device stops sending the site's picture and sound and is told at once. A turn on the floor goes on. The place can move once a minute.", takeYes: "Take the place",
  },
);
