import { dictionary } from "@/i18n";
import { browserOf, type Browser } from "./browser";

export type Problem = "forbidden" | "taken" | "missing" | "lost" | "insecure" | "screen";

const t = dictionary(
  {
    forbidden_chrome: "Trình duyệt đang chặn máy ảnh hoặc micro. Bấm biểu tượng bên trái địa chỉ trang, bật Máy ảnh và Micro, rồi bấm Thử lại.",
    forbidden_edge: "Edge đang chặn máy ảnh hoặc micro. Bấm hình ổ khóa bên trái địa chỉ trang, chọn Quyền cho trang này, cho phép Máy ảnh và Micrô, rồi bấm Thử lại.",
    forbidden_coccoc: "Cốc Cốc đang chặn máy ảnh hoặc micro. Bấm hình ổ khóa bên trái địa chỉ trang, cho phép Máy ảnh và Micro, rồi bấm Thử lại.",
    forbidden_firefox: "Firefox đang chặn máy ảnh hoặc micro. Bấm hình máy ảnh bị gạch ở bên trái địa chỉ trang, bỏ chặn, rồi bấm Thử lại.",
    forbidden_safari: "Safari đang chặn máy ảnh hoặc micro. Mở Safari, chọn Cài đặt cho trang web này, cho phép Camera và Micrô, rồi bấm Thử lại.",
    taken: "Máy ảnh hoặc micro đang được chương trình khác dùng. Hãy đóng chương trình đó (Zoom, Zalo, Teams…) rồi bấm Thử lại.",
    missing: "Không tìm thấy máy ảnh hoặc micro. Hãy kiểm tra dây cắm và nguồn điện rồi bấm Thử lại.",
    lost: "Máy ảnh hoặc micro vừa bị ngắt. Hãy cắm lại; hình và tiếng tự trở lại khi máy nhận ra thiết bị.",
    insecure: "Trình duyệt chỉ cho dùng máy ảnh và micro khi địa chỉ trang bắt đầu bằng https. Hãy báo kỹ thuật.",
    screen: "Chưa chia sẻ được màn hình. Hãy bấm lại và chọn màn hình hoặc cửa sổ cần trình chiếu.",
  },
  {
    forbidden_chrome: "The browser blocks the camera or the microphone. Press the sign left of the address, allow Camera and Microphone, then press Try again.",
    forbidden_edge: "Edge blocks the camera or the microphone. Press the lock left of the address, open Permissions for this site, allow Camera and Microphone, then press Try again.",
    forbidden_coccoc: "Cốc Cốc blocks the camera or the microphone. Press the lock left of the address, allow Camera and Microphone, then press Try again.",
    forbidden_firefox: "Firefox blocks the camera or the microphone. Press the crossed camera left of the address, remove the block, then press Try again.",
    forbidden_safari: "Safari blocks the camera or the microphone. Open Safari, Settings for this website, allow Camera and Microphone, then press Try again.",
    taken: "Another program uses the camera or the microphone. Close it (Zoom, Zalo, Teams…), then press Try again.",
    missing: "No camera or microphone was found. Check cable and power, then press Try again.",
    lost: "The camera or the microphone was unplugged. Plug it in again; picture and sound come back by themselves.",
    insecure: "Browsers allow camera and microphone only on an address that begins with https. Tell the technicians.",
    screen: "The screen is not shared yet. Press again and choose a screen or a window.",
  },
);

/** What went wrong when devices were opened. */
export function problemOf(thrown: unknown): Problem {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "forbidden";
  if (name === "NotReadableError" || name === "AbortError" || name === "TrackStartError") return "taken";
  if (name === "TypeError") return "insecure";
  return "missing";
}

/** The sentence that says what to do, for the browser at hand. */
export function problemSentence(problem: Problem, browser: Browser = browserOf(navigator.userAgent)): string {
  return t(problem === "forbidden" ? `forbidden_${browser}` : problem);
}
