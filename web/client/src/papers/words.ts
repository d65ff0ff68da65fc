import { dictionary } from "@/i18n";

/** Words of the papers: list, viewer, following. */
export const p = dictionary(
  {
    papers: "Tài liệu", none: "Chưa có tài liệu", noneText: "Tài liệu thư ký đưa lên sẽ hiện ở đây.", common: "Tài liệu chung", pages: "trang", loading: "Đang tải tài liệu…", drawing: "Đang vẽ trang…",
    page: "Trang", of: "trên", previous: "Trang trước", next: "Trang sau", bigger: "Phóng to", smaller: "Thu nhỏ", fitPage: "Vừa trang", fitWidth: "Vừa chiều ngang", close: "Đóng tài liệu", list: "Danh sách tài liệu", goTo: "Đến trang",
    read: "Xem", present: "Trình chiếu", stop: "Dừng trình chiếu", takeOver: "Điều khiển trang", pointer: "Con trỏ", follow: "Theo trang trình chiếu", presented: "Đang trình chiếu", presenting: "Đang trình chiếu tới mọi điểm cầu", leftAt: "Đang đọc riêng; mọi người ở trang {page}", back: "Theo lại", by: "theo {name}", nothing: "Chưa trình chiếu tài liệu",
    locked: "Tài liệu có mật khẩu nên không mở được. Hãy báo thư ký.", broken: "Tài liệu bị hỏng nên không mở được. Hãy báo thư ký tải lại.", signIn: "Quý vị chưa đăng nhập hoặc đường dẫn không còn dùng được. Hãy vào lại cuộc họp.", notForYou: "Tài liệu này không dành cho quý vị.", gone: "Tài liệu đã được thu hồi.", unreachable: "Chưa tải được tài liệu vì đường truyền. Hãy thử lại.", undrawn: "Không vẽ được trang này. Hãy thử lại hoặc mở trang khác.", again: "Thử lại",
    search: "Tìm trong tài liệu", searchHint: "Gõ có dấu hoặc không dấu", found: "Tìm thấy {n} trang", notFound: "Không tìm thấy. Hãy thử từ khác.", searching: "Đang tìm…", thumbnail: "Trang đầu",
  },
  {
    papers: "Papers", none: "No papers yet", noneText: "Papers that the secretary adds appear here.", common: "For the whole meeting", pages: "pages", loading: "Loading the paper…", drawing: "Drawing the page…",
    page: "Page", of: "of", previous: "Previous page", next: "Next page", bigger: "Zoom in", smaller: "Zoom out", fitPage: "Fit the page", fitWidth: "Fit the width", close: "Close the paper", list: "List of papers", goTo: "Go to page",
    read: "Read", present: "Present", stop: "Stop presenting", takeOver: "Turn the pages", pointer: "Pointer", follow: "Follow the presented page", presented: "Presented", presenting: "Presented to all sites", leftAt: "Reading alone; everybody is on page {page}", back: "Follow again", by: "as {name} shows", nothing: "No paper is shown",
    locked: "The paper has a password and cannot be opened. Tell the secretary.", broken: "The paper is damaged and cannot be opened. Ask the secretary to add it again.", signIn: "You are not signed in, or your link has ended. Enter the meeting again.", notForYou: "This paper is not for you.", gone: "The paper was taken back.", unreachable: "The paper could not be loaded over this line. Try again.", undrawn: "This page cannot be drawn. Try again or open another one.", again: "Try again",
    search: "Search the papers", searchHint: "With or without accents", found: "{n} pages found", notFound: "Nothing found. Try other words.", searching: "Searching…", thumbnail: "First page",
  },
);
