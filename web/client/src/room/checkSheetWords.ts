import { dictionary } from "@/i18n";
import { browserOf } from "@/media/browser";
import type { Figures } from "@/media/check";
import { problemSentence } from "@/media/problems";
import type { Criterion } from "./checkSheet";

/** Words of the technical check: the sheet of all sites, and what a site is told of its own. */
export const k = dictionary(
  {
    title: "Biên bản kiểm tra kỹ thuật", open: "Kiểm tra kỹ thuật", loading: "Đang tải biên bản kiểm tra…", none: "Không có điểm cầu nào như vậy", backToWall: "Về tường hình",
    all: "Kiểm tra tất cả", these: "Kiểm tra {n} điểm cầu đang hiện", again: "Kiểm tra lại", againOne: "Kiểm tra lại: {name}", stop: "Dừng kiểm tra", going: "Đang kiểm tra {running} điểm cầu, còn {waiting} điểm cầu chờ", notNow: "Chỉ kiểm tra trước khai mạc hoặc khi tạm nghỉ.",
    passed: "đạt", failed: "chưa đạt", absent: "chưa vào phòng họp", no_answer: "không trả lời", unchecked: "chưa kiểm tra", waiting: "đang chờ", running: "đang kiểm tra",
    filter: "Lọc", everything: "Tất cả", find: "Tìm điểm cầu", findHint: "Tìm, không cần dấu", sort: "Sắp xếp", worst: "Kém nhất lên đầu", order: "Theo danh sách họp",
    xlsx: "Tải XLSX", csv: "Tải CSV",
    site: "Điểm cầu", state: "Kết quả", at: "Lúc", camera: "Máy ảnh", microphone: "Micro", connection: "Kết nối", lost: "Mất gói", round_trip: "Trễ đi về", up: "Gửi đi", down: "Tải về", upHead: "Gửi đi, kbit/s", downHead: "Tải về, kbit/s",
    ok: "Hoạt động", off: "Đã tắt", dark: "Tối đen", forbidden: "Bị chặn", taken: "Đang bận", missing: "Không thấy", lostDevice: "Bị ngắt", insecure: "Không có https", silent: "Không có tiếng", spared: "Chỉ nhận",
    conn_up: "Thông", conn_blocked: "Bị chặn", conn_none: "Không có", kbps: "{n} kbit/s", ms: "{n} ms", percent: "{n} %", byHttp: "đo qua HTTP", wanted: "Đạt khi: micro từ {level} ‰, mất gói đến {lost}, trễ đến {rtt}, gửi đi từ {up}, tải về từ {down}.",
    readiness: "Kiểm tra kỹ thuật", details: "Chi tiết", detailsOf: "Chi tiết: {name}", messages: "Nhắn người trực tại điểm cầu", toDo: "Điểm cầu được nhắc",
    ownRunning: "Đang kiểm tra kỹ thuật. Hãy nói vài câu vào micro.", ownPassed: "Kiểm tra kỹ thuật: điểm cầu đã sẵn sàng.", ownFailed: "Kiểm tra kỹ thuật: còn việc cần làm", ownBroken: "Chưa kiểm tra được: {why}", close: "Đã rõ",
    doDark: "Hình tối đen. Hãy mở nắp che máy ảnh và bật đèn trong phòng.", doOff: "Máy ảnh đang tắt. Mở Thiết bị và bấm Bật lại hình.", doSilent: "Micro chưa thu được tiếng. Hãy bật nguồn micro, chọn đúng micro ở Thiết bị, rồi nói vài câu khi kiểm tra lại.",
    doConnection: "Mạng đang chặn hình và tiếng. Hãy báo người quản trị mạng cho phép máy này tới máy chủ họp (cổng UDP của hình và tiếng).", doLost: "Đường truyền mất nhiều dữ liệu. Hãy dùng dây mạng thay cho Wi-Fi và dừng tải tệp, xem phim trên các máy khác.",
    doRoundTrip: "Đường truyền chậm. Hãy dùng dây mạng thay cho Wi-Fi và tắt các chương trình đang dùng mạng.", doUp: "Đường gửi đi yếu nên hình của điểm cầu sẽ mờ. Hãy dùng dây mạng và dừng các máy khác đang gửi dữ liệu.", doDown: "Đường tải về yếu nên điểm cầu sẽ nhận hình thu gọn. Hãy dùng dây mạng và dừng các máy khác đang tải dữ liệu.",
  },
  {
    title: "Technical check sheet", open: "Technical check", loading: "Loading the check sheet…", none: "No such site", backToWall: "Back to the wall",
    all: "Check all", these: "Check the {n} sites shown", again: "Check again", againOne: "Check again: {name}", stop: "Stop checking", going: "{running} sites are being checked, {waiting} wait", notNow: "Checks are made before the opening or in a recess only.",
    passed: "passed", failed: "not passed", absent: "not in the room", no_answer: "no answer", unchecked: "not checked", waiting: "waiting", running: "being checked",
    filter: "Filter", everything: "All", find: "Find a site", findHint: "Find, accents not needed", sort: "Order", worst: "Worst first", order: "As in the meeting",
    xlsx: "Download XLSX", csv: "Download CSV",
    site: "Site", state: "Result", at: "At", camera: "Camera", microphone: "Microphone", connection: "Connection", lost: "Packets lost", round_trip: "Round trip", up: "Up", down: "Down", upHead: "Up, kbit/s", downHead: "Down, kbit/s",
    ok: "Works", off: "Off", dark: "Dark", forbidden: "Blocked", taken: "Busy", missing: "Not found", lostDevice: "Unplugged", insecure: "No https", silent: "No sound", spared: "Receives only",
    conn_up: "Open", conn_blocked: "Blocked", conn_none: "None", kbps: "{n} kbit/s", ms: "{n} ms", percent: "{n} %", byHttp: "measured by HTTP", wanted: "Passed when: microphone from {level} ‰, loss up to {lost}, round trip up to {rtt}, up from {up}, down from {down}.",
    readiness: "Technical check", details: "Details", detailsOf: "Details: {name}", messages: "Write to the site's operator", toDo: "The site is told",
    ownRunning: "Technical check. Say a few sentences into the microphone.", ownPassed: "Technical check: the site is ready.", ownFailed: "Technical check: something is left to do", ownBroken: "The check could not be made: {why}", close: "Understood",
    doDark: "The picture is dark. Open the camera's cover and turn the light on.", doOff: "The camera is off. Open Devices and turn the picture on again.", doSilent: "The microphone hears nothing. Turn it on, choose the right one in Devices, and say a few sentences when the check is made again.",
    doConnection: "The network blocks picture and sound. Ask its administrator to let this PC reach the meeting server (the UDP port of picture and sound).", doLost: "The line loses much. Use a cable instead of Wi-Fi and stop downloads and films on other PCs.",
    doRoundTrip: "The line is slow. Use a cable instead of Wi-Fi and close programs that use the network.", doUp: "The line up is weak, so the site's picture will be blurred. Use a cable and stop other PCs that send.", doDown: "The line down is weak, so the site will receive a reduced picture. Use a cable and stop other PCs that download.",
  },
);

const DOING = { connection: "doConnection", lost: "doLost", round_trip: "doRoundTrip", up: "doUp", down: "doDown" } as const;

/** What to do about a criterion that was not met. */
export function toDo(criterion: Criterion, figures: Figures | null): string {
  if (criterion !== "camera" && criterion !== "microphone") return k(DOING[criterion]);
  const state = figures?.[criterion];
  if (state === "dark") return k("doDark");
  if (state === "off") return k("doOff");
  if (state === "ok" || !state) return k("doSilent");
  return problemSentence(state, browserOf(navigator.userAgent));
}

/** A device's state in a word; a microphone that works and hears nothing is silent. */
export function deviceWord(criterion: "camera" | "microphone", figures: Figures, failed: readonly Criterion[]): string {
  const state = figures[criterion];
  if (state === "ok" && failed.includes(criterion)) return k("silent");
  return k(state === "lost" ? "lostDevice" : state);
}
