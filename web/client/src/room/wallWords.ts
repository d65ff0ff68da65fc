import { dictionary } from "@/i18n";

/** Words of the technician's wall. */
export const wall = dictionary(
  {
    acting: "Kỹ thuật", total: "{n} điểm cầu", in: "đang họp", waiting: "chờ hình và tiếng", never: "chưa vào", lost: "mất kết nối", filter: "Lọc", all: "Tất cả", find: "Tìm điểm cầu", findHint: "Tìm, không cần dấu", worst: "Đường truyền kém lên đầu",
    good: "đường truyền tốt", fair: "đường truyền vừa", poor: "đường truyền kém", unknown: "chưa rõ đường truyền", deaf: "chưa nghe được", micOn: "micro bật", speaking: "đang phát biểu", people: "{n} người", accepted: "đã điểm danh", unread: "{n} tin mới", none: "Không có điểm cầu nào như vậy",
    since: "từ {at}", live: "Hình đang truyền", listen: "Nghe điểm cầu", silence: "Thôi nghe", noLive: "Điểm cầu không gửi hình: chưa có máy ảnh, hoặc máy ảnh bị chặn. Hãy nhắn người trực tại điểm cầu.", figures: "Số liệu nhận gần nhất", picture: "Hình", pictureNone: "không nhận hình", frames: "{w}×{h}, {fps} hình/giây", freezes: "Khựng hình", lostPackets: "Gói mất", jitter: "Dao động", rtt: "Trễ đi về", concealed: "Âm thanh bù", per: "{n} trong 5 giây", permille: "{n} ‰", ms: "{n} ms",
    second: "⇄ thiết bị khác chờ giữ chỗ", secondWaits: "Một thiết bị khác của điểm cầu đang mở phòng họp mà chưa giữ chỗ.", give: "Cho thiết bị đó giữ chỗ", giveAsk: "Cho thiết bị khác giữ chỗ của {site}?", giveText: "Thiết bị đang giữ chỗ thôi phát hình và tiếng; điểm cầu, chủ trì và thư ký được báo ngay. Lượt phát biểu đang có được giữ nguyên. Mỗi phút chỉ chuyển được một lần.", giveYes: "Chuyển chỗ", messages: "Tin nhắn", siteChair: "Chủ trì điểm cầu: {name}", secretStop: "Dừng vì nội dung mật", secretAsk: "Dừng vì nội dung mật?", secretText: "Mọi hình, tiếng và tài liệu dừng ngay ở tất cả điểm cầu.", secretYes: "Dừng ngay",
    province: "Cấp tỉnh", commune: "Cấp xã", central: "Trung ương", other: "Khác",
  },
  {
    acting: "Technician", total: "{n} sites", in: "in the meeting", waiting: "waiting for picture and sound", never: "not there yet", lost: "connection lost", filter: "Filter", all: "All", find: "Find a site", findHint: "Find, accents not needed", worst: "Worst lines first",
    good: "good line", fair: "fair line", poor: "poor line", unknown: "line not known", deaf: "hears nothing", micOn: "microphone on", speaking: "has the floor", people: "{n} people", accepted: "roll call done", unread: "{n} new messages", none: "No such site",
    since: "since {at}", live: "Live picture", listen: "Listen to the site", silence: "Stop listening", noLive: "The site sends no picture: it has no camera, or the camera is blocked. Write to its operator.", figures: "Newest figures received", picture: "Picture", pictureNone: "receives no picture", frames: "{w}×{h}, {fps} pictures/s", freezes: "Freezes", lostPackets: "Packets lost", jitter: "Jitter", rtt: "Round trip", concealed: "Sound concealed", per: "{n} in 5 seconds", permille: "{n} ‰", ms: "{n} ms",
    second: "⇄ another device waits", secondWaits: "Another device of the site is in the room and does not hold its place.", give: "Give it the place", giveAsk: "Give another device the place of {site}?", giveText: "The device that holds the place stops sending picture and sound; the site, chair and secretary are told at once. A turn on the floor goes on. The place can move once a minute.", giveYes: "Move the place", messages: "Messages", siteChair: "Site chair: {name}", secretStop: "Stop for secrecy", secretAsk: "Stop for secrecy?", secretText: "Picture, sound and papers stop at once at all sites.", secretYes: "Stop now",
    province: "Province", commune: "Communes", central: "Central", other: "Other",
  },
);
