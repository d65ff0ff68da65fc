import { dictionary } from "@/i18n";

export const t = dictionary(
  {
    loading: "Đang kiểm tra…",
    at: "tại {site}",
    again: "Hãy đưa máy ảnh vào mã QR đang hiện trên màn hình lớn trong phòng họp. Mã đổi mỗi phút.",
    hall_title: "Vào họp bằng thiết bị của mình",
    who: "Quý đại biểu là ai?",
    find: "Tìm tên (gõ không dấu cũng được)",
    nobody: "Không có tên nào như vậy.",
    observer: "Tên tôi không có trong danh sách",
    observer_text: "Quý vị xem được tài liệu và diễn biến, không phát biểu và không biểu quyết. Nếu là đại biểu, hãy nhờ thư ký bổ sung tên.",
    observe: "Vào xem",
    choose: "Nhận tên này",
    sure: "Quý đại biểu là {name}?",
    sure_text: "Tên được gắn với thiết bị này. Chủ trì điểm cầu sẽ đối chiếu với người có mặt.",
    back: "Chọn lại",
    code: "Mã của quý đại biểu",
    waiting: "Đang chờ xác nhận",
    next_claimed: "Hãy giữ màn hình này. Chủ trì hoặc văn thư điểm cầu đối chiếu mã với quý đại biểu, sau đó thư ký cuộc họp xác nhận.",
    next_site: "Điểm cầu đã xác nhận. Đang chờ thư ký cuộc họp xác nhận.",
    confirmed: "Đã xác nhận có mặt",
    next_confirmed: "Quý đại biểu đăng ký phát biểu và biểu quyết được trên thiết bị này.",
    absent: "Thư ký đang ghi quý đại biểu là vắng mặt",
    next_absent: "Hãy liên hệ chủ trì điểm cầu để được ghi lại.",
    taken: "Tên này vừa được nhận trên một thiết bị khác",
    taken_text: "Nếu không phải quý đại biểu làm việc đó, hãy báo ngay chủ trì điểm cầu. Quý đại biểu có thể nhận lại tên; việc xác nhận bắt đầu lại từ đầu.",
    enter: "Vào phòng họp",
    meanwhile: "Xem tài liệu trong khi chờ",
    as_account: "Quý vị đang đăng nhập là {name}",
    use_account: "Vào họp bằng tài khoản này",
    use_hall: "Đăng xuất và nhận tên tại phòng họp",
    guest_title: "Giấy mời dự họp",
    guest: "Khách mời",
    declared: "tự khai",
    guest_text: "Thư ký sẽ xác nhận danh tính khi quý vị vào phòng. Quý vị xem được tài liệu dành cho khách mời và không biểu quyết.",
    guest_own: "Đường dẫn này chỉ dành cho một người. Xin đừng chuyển tiếp.",
    no_link: "Đường dẫn chưa đầy đủ. Hãy mở lại từ tin nhắn của thư ký cuộc họp.",
    refused: "Chưa vào được",
    language: "English",
  },
  {
    loading: "Checking…",
    at: "at {site}",
    again: "Point the camera at the QR code on the large screen of the room. It changes every minute.",
    hall_title: "Join with your own device",
    who: "Who are you?",
    find: "Find your name",
    nobody: "No such name.",
    observer: "My name is not on the list",
    observer_text: "You can read the papers and follow the meeting, but neither speak nor vote. Delegates ask the secretary to be added.",
    observe: "Enter to follow",
    choose: "This is me",
    sure: "Are you {name}?",
    sure_text: "The name is bound to this device. The site's chair compares it with who is in the hall.",
    back: "Choose again",
    code: "Your code",
    waiting: "Waiting to be confirmed",
    next_claimed: "Keep this screen. The site's chair or clerk compares the code with you; then the meeting's secretary confirms.",
    next_site: "The site has confirmed you. Waiting for the meeting's secretary.",
    confirmed: "Attendance confirmed",
    next_confirmed: "You can ask for the floor and vote on this device.",
    absent: "The secretary has you down as absent",
    next_absent: "Ask the site's chair to have this corrected.",
    taken: "This name was just taken on another device",
    taken_text: "If that was not you, tell the site's chair at once. You can take the name back; confirmation then starts anew.",
    enter: "Enter the room",
    meanwhile: "Read the papers while waiting",
    as_account: "You are signed in as {name}",
    use_account: "Join with this account",
    use_hall: "Sign out and take a name in the hall",
    guest_title: "Invitation to a meeting",
    guest: "Guest",
    declared: "not yet confirmed",
    guest_text: "The secretary confirms who you are once you are in. You can read the papers marked for guests; guests do not vote.",
    guest_own: "This link is for one person. Please do not pass it on.",
    no_link: "The link is incomplete. Open it again from the secretary's message.",
    refused: "Cannot join yet",
    language: "Tiếng Việt",
  },
);

export interface Place {
  meeting: string;
  title: string;
  starts_at: number;
  ends_at: number;
  site: string;
  site_name: string;
}
export interface Hall extends Place {
  claim: string;
  delegates: { delegate: string; name: string; title: string }[];
}
export interface Invited extends Place {
  guest: string;
  name: string;
}
