import { dictionary } from "@/i18n";

/** Words of the office's papers: adding, marking, taking back, reading. */
export const t = dictionary(
  {
    none: "Chưa có tài liệu", noneText: "Tài liệu thư ký đưa lên sẽ hiện ở đây.", common: "Tài liệu chung", pages: "trang", loading: "Đang tải danh sách tài liệu…",
    add: "Thêm tài liệu PDF", addTitle: "Thêm tài liệu", title: "Tên tài liệu", send: "Tải lên", no: "Để sau",
    audience: "Người được đọc", delegates: "Đại biểu và điểm cầu", guests: "Đại biểu, điểm cầu và khách mời",
    delegatesText: "Người dự họp, màn hình điểm cầu và người chuẩn bị cuộc họp.", guestsText: "Cả người vào bằng đường dẫn khách mời.",
    tooLarge: "Tệp {size} lớn quá {most}. Hãy giảm dung lượng hoặc chia nhỏ rồi tải lại.", empty: "Tệp không có nội dung. Hãy xuất lại tệp rồi tải lên.",
    sending: "Đang tải lên", waiting: "Đã tải xong, chờ đến lượt kiểm tra", checking: "Đang kiểm tra tệp", scans: "Đang đọc chữ trên trang ảnh", keeping: "Đang lưu tài liệu", page: "trang {page} trên {pages}", giveUp: "Hủy tải lên",
    remove: "Thu hồi", undo: "Lấy lại", removed: "Đã thu hồi", added: "Đã thêm tài liệu.", opened: "Khách mời đọc được “{title}”.", closed: "Khách mời không còn đọc được “{title}”.",
    declareTitle: "Tài liệu có trang ảnh", declareText: "Hệ thống không đọc được chữ trên một số trang. Quý vị xác nhận tài liệu này không thuộc bí mật nhà nước? Tên của quý vị được ghi lại.", declareYes: "Tôi xác nhận",
    secret: "Có nội dung mật", secretTitle: "Xóa tài liệu vì nội dung mật", secretText: "Tệp và chữ trong tệp bị xóa ngay ở mọi cuộc họp và không lấy lại được. Hệ thống chỉ giữ lại: ai xóa, lúc nào và mã băm của tệp.", secretYes: "Xóa tài liệu", erased: "Đã xóa tài liệu ở mọi cuộc họp.",
    back: "Tài liệu của cuộc họp", download: "Tải về", gone: "Không tìm thấy tài liệu này trong cuộc họp. Có thể tài liệu đã được thu hồi.",
  },
  {
    none: "No papers yet", noneText: "Papers that the secretary adds appear here.", common: "For the whole meeting", pages: "pages", loading: "Loading the papers…",
    add: "Add a PDF", addTitle: "Add a paper", title: "The paper's name", send: "Upload", no: "Not now",
    audience: "Who may read it", delegates: "Delegates and sites", guests: "Delegates, sites and guests",
    delegatesText: "Who takes part, the sites' screens, and who prepares the meeting.", guestsText: "Also who comes by a guest's link.",
    tooLarge: "The file, {size}, is larger than {most}. Make it smaller or split it, then upload it again.", empty: "The file is empty. Export it again, then upload it.",
    sending: "Uploading", waiting: "Uploaded, waiting to be checked", checking: "Checking the file", scans: "Reading the text of scanned pages", keeping: "Keeping the paper", page: "page {page} of {pages}", giveUp: "Cancel the upload",
    remove: "Take back", undo: "Undo", removed: "Taken back", added: "The paper was added.", opened: "Guests can read “{title}”.", closed: "Guests can no longer read “{title}”.",
    declareTitle: "Pages without text", declareText: "Some pages hold no readable text. Do you declare that this paper is not a state secret? Your name is recorded.", declareYes: "I declare it",
    secret: "Holds secrets", secretTitle: "Erase the paper for secrecy", secretText: "The file and its text are erased at once in every meeting, for good. Only who erased it, when, and the hash of the file are kept.", secretYes: "Erase the paper", erased: "The paper was erased in every meeting.",
    back: "The meeting's papers", download: "Download", gone: "This paper is not in the meeting. It may have been taken back.",
  },
);
